// src/shared/spin_lock.hpp -- a lock for sections of tens of nanoseconds: waiting costs less than going to sleep.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>  // std::atomic
#include <thread>  // std::this_thread::yield

namespace optcoord {

/// Satisfies Lockable. Held for tens of nanoseconds but where a report is made, positions are reconciled or all ids are
/// gone through; who waits long gives its processor away, so that a holder that lost its own can end.
class SpinLock {
 public:
  void lock() noexcept {
    while (!try_lock()) wait();
  }
  [[nodiscard]] bool try_lock() noexcept { return !held_.exchange(true, std::memory_order_acquire); }
  void unlock() noexcept { held_.store(false, std::memory_order_release); }

 private:
  /// Looks without writing, so that the line stays with the holder.
  [[gnu::noinline]] void wait() const noexcept {
    for (int looks = 0; held_.load(std::memory_order_relaxed); ++looks) {
      if (looks < patience) {
        pause();
      } else {
        std::this_thread::yield();
      }
    }
  }
  static void pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }
  static constexpr int patience = 64;

  std::atomic<bool> held_{false};
};

}  // namespace optcoord
