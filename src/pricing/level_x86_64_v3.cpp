// src/pricing/level_x86_64_v3.cpp -- the kernels for AVX2.
// SPDX-License-Identifier: MIT
#if defined(__x86_64__)

#define OPTCOORD_WIDTH 4
#define OPTCOORD_GROUP 1
#include "kernels.hpp"

namespace optcoord::pricing {

const KernelTable x86_64_v3_kernels = table;

}  // namespace optcoord::pricing

#endif
