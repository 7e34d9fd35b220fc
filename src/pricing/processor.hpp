// src/pricing/processor.hpp -- which instruction set this processor and its operating system offer.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/pricing/batch.hpp>

namespace optcoord::pricing {

/// \returns the most of `InstructionSet` that works here. Asks the processor each time.
[[nodiscard]] InstructionSet most_of_this_processor() noexcept;

}  // namespace optcoord::pricing
