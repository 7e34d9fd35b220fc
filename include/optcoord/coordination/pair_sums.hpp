// optcoord/coordination/pair_sums.hpp -- the rolling Pearson correlation of one pair, kept up by observation.
// SPDX-License-Identifier: MIT
//
// Five sums about a shift near the window's means. Adding and taking away leaves rounding errors behind, so the sums
// are made anew from the window's own rows: once the whole window has been replaced, which costs a constant per
// observation, and at once when a large value has left or the means have moved, so that what is left is small beside
// what was added. Between two such moments there are at most `window` observations, and the errors stay far below
// 1e-12. (Compensated sums would cost as much as starting anew each time.)
#pragma once

#include <optcoord/coordination/return_history.hpp>

#include <algorithm>  // std::clamp, std::max
#include <cmath>      // std::sqrt
#include <cstddef>    // std::size_t
#include <cstdint>    // fixed width integers
#include <limits>     // std::numeric_limits
#include <optional>   // std::optional

namespace optcoord {

/// Where a pair's values stand in the rows.
struct SlotPair {
  std::size_t x{0};
  std::size_t y{0};
};

/// The window of one pair and its sums.
class PairSums {
 public:
  /// A series that varies by no more than this part of its own size is constant: rounding leaves as much.
  static constexpr double constant_within = 1e-12;

  /// Observations in the window.
  [[nodiscard]] std::int32_t count() const noexcept { return count_; }

  /// Takes the latest row in, which has both, and lets the oldest go when the window is full. Amortised O(1).
  void observe(ReturnHistory& history, SlotPair pair, std::int32_t window) {
    const ReturnRowId latest = history.latest();
    const double x = history[latest].values[pair.x];
    const double y = history[latest].values[pair.y];
    history.enter(latest);
    if (count_ == 0) start_at(latest, x, y);
    if (count_ == window)
      let_go(history, pair);
    else
      ++count_;
    add(x - shift_x_, y - shift_y_, +1);
    ++since_anew_;
    if (since_anew_ >= window || has_lost_digits()) make_anew(history, pair);
  }

  /// Signed Pearson correlation over the window, -1 to 1; nothing for fewer than two observations, or when a series is
  /// constant.
  [[nodiscard]] std::optional<double> correlation() const noexcept {
    const double xx = central_xx();
    const double yy = central_yy();
    if (count_ < 2 || !varies(xx, shift_x_) || !varies(yy, shift_y_)) return std::nullopt;
    return std::clamp((xy_ - x_ * y_ / count_) / (std::sqrt(xx) * std::sqrt(yy)), -1.0, 1.0);
  }

 private:
  [[nodiscard]] double central_xx() const noexcept { return xx_ - x_ * x_ / count_; }
  [[nodiscard]] double central_yy() const noexcept { return yy_ - y_ * y_ / count_; }
  [[nodiscard]] bool varies(double central, double size) const noexcept {
    constexpr double smallest = std::numeric_limits<double>::min();  // its square root has all digits
    const double rounding = constant_within * size;
    return central > std::max(count_ * rounding * rounding, smallest);
  }

  void start_at(ReturnRowId row, double x, double y) noexcept {
    oldest_ = row;
    shift_x_ = x;
    shift_y_ = y;
  }
  void add(double u, double v, double sign) noexcept {
    x_ += sign * u;
    y_ += sign * v;
    xx_ += sign * (u * u);
    yy_ += sign * (v * v);
    xy_ += sign * (u * v);
    peak_xx_ = std::max(peak_xx_, xx_);
    peak_yy_ = std::max(peak_yy_, yy_);
  }
  void let_go(ReturnHistory& history, SlotPair pair) {
    const ReturnRowId gone = oldest_;
    add(history[gone].values[pair.x] - shift_x_, history[gone].values[pair.y] - shift_y_, -1);
    oldest_ = history.next_with(gone, pair.x, pair.y);
    history.leave(gone);
    history.drop_unneeded(gone);
  }
  /// Whether the sums were much larger than what they now have to tell.
  [[nodiscard]] bool has_lost_digits() const noexcept {
    constexpr double ratio = 16;  // four bits
    return peak_xx_ > ratio * central_xx() || peak_yy_ > ratio * central_yy();
  }
  void make_anew(const ReturnHistory& history, SlotPair pair) noexcept {
    double mean_x = 0;
    double mean_y = 0;
    for_each(history, pair, [&](double x, double y) {
      mean_x += x;
      mean_y += y;
    });
    shift_x_ = mean_x / count_;
    shift_y_ = mean_y / count_;
    x_ = y_ = xx_ = yy_ = xy_ = peak_xx_ = peak_yy_ = 0;
    since_anew_ = 0;
    for_each(history, pair, [&](double x, double y) { add(x - shift_x_, y - shift_y_, +1); });
  }
  template <class Use>
  void for_each(const ReturnHistory& history, SlotPair pair, Use use) const noexcept {
    ReturnRowId row = oldest_;
    for (std::int32_t i = 0; i < count_; ++i) {
      if (i > 0) row = history.next_with(row, pair.x, pair.y);
      use(history[row].values[pair.x], history[row].values[pair.y]);
    }
  }

  ReturnRowId oldest_{no_row};
  std::int32_t count_{0};
  std::int32_t since_anew_{0};
  double shift_x_{0};
  double shift_y_{0};
  double x_{0};  ///< sums of what is left of the shift
  double y_{0};
  double xx_{0};
  double yy_{0};
  double xy_{0};
  double peak_xx_{0};  ///< the largest xx_ since the sums were made anew
  double peak_yy_{0};
};

}  // namespace optcoord
