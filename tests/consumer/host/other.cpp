// tests/consumer/host/other.cpp -- the second translation unit: the same headers twice in one program must link.
// SPDX-License-Identifier: MIT
#include <optcoord/core/time.hpp>

#include <chrono>
#include <string>

std::string one_second_later(optcoord::Timestamp t) { return optcoord::to_text(t + std::chrono::seconds{1}); }
