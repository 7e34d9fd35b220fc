// src/pricing/level_x86_64_v4.cpp -- the kernels for AVX-512.
// SPDX-License-Identifier: MIT
#if defined(__x86_64__)

#define OPTCOORD_WIDTH 8
#define OPTCOORD_GROUP 2
#include "kernels.hpp"

namespace optcoord::pricing {

const KernelTable x86_64_v4_kernels = table;

}  // namespace optcoord::pricing

#endif
