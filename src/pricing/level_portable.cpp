// src/pricing/level_portable.cpp -- the kernels for one double at a time, on any processor.
// SPDX-License-Identifier: MIT
#define OPTCOORD_WIDTH 1
#define OPTCOORD_GROUP 1
#include "kernels.hpp"

namespace optcoord::pricing {

const KernelTable portable_kernels = table;

}  // namespace optcoord::pricing
