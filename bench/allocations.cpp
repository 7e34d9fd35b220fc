// bench/allocations.cpp -- the counting operator new: malloc and one increment, for us and for every peer alike.
// SPDX-License-Identifier: MIT
#include "allocations.hpp"

#include <cstddef>  // std::size_t
#include <cstdlib>  // std::malloc, std::aligned_alloc, std::free
#include <new>      // std::bad_alloc, std::align_val_t

namespace {

constinit thread_local std::uint64_t count = 0;

void* counted(void* got) {
  ++count;
  if (got == nullptr) throw std::bad_alloc{};
  return got;
}

}  // namespace

std::uint64_t optcoord::bench::allocations() noexcept { return count; }

// The array and nothrow forms of the standard library call these.
void* operator new(std::size_t size) { return counted(std::malloc(size == 0 ? 1 : size)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  return counted(std::aligned_alloc(step, (size + step - 1) / step * step));
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
