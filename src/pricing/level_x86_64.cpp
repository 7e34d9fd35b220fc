// src/pricing/level_x86_64.cpp -- the kernels for SSE2, which every x86-64 processor has.
// SPDX-License-Identifier: MIT
#if defined(__x86_64__)

#define OPTCOORD_WIDTH 2
#define OPTCOORD_GROUP 1
#include "kernels.hpp"

namespace optcoord::pricing {

const KernelTable x86_64_kernels = table;

}  // namespace optcoord::pricing

#endif
