// src/pricing/worst_loss.cpp -- values a book in every scenario, a few hundred options at a time, and keeps the worst.
// SPDX-License-Identifier: MIT
#include <optcoord/pricing/worst_loss.hpp>

#include <algorithm>  // std::max, std::min
#include <array>      // std::array
#include <cmath>      // std::isfinite

namespace optcoord::pricing {
namespace {

/// Options valued at once: their cells stay in the cache.
constexpr std::size_t batch = 256;

[[nodiscard]] std::size_t cells_of(const GridShocks& shocks) noexcept {
  return shocks.spot.size() * shocks.vol.size() * shocks.years_passed.size();
}

[[nodiscard]] GridInput part_of(const GridInput& in, std::size_t from, std::size_t n) noexcept {
  return {in.right.subspan(from, n), in.spot.subspan(from, n), in.strike.subspan(from, n),
          in.years.subspan(from, n), in.rate.subspan(from, n), in.dividend_yield.subspan(from, n),
          in.vol.subspan(from, n),   in.beta.subspan(from, n)};
}

[[nodiscard]] bool is_linear(const LinearHolding& h) noexcept {
  return std::isfinite(h.spot) && h.spot > 0 && std::isfinite(h.beta) && std::isfinite(h.units);
}

[[nodiscard]] Result<void> check(const ShockedBook& book, std::size_t owners) noexcept {
  const GridInput& in = book.options;
  const std::size_t n = in.strike.size();
  for (const std::size_t length : {in.right.size(), in.spot.size(), in.years.size(), in.rate.size(),
                                   in.dividend_yield.size(), in.vol.size(), in.beta.size()})
    if (length != n) return fail(Errc::invalid_value, "options");
  if (book.units.size() != n) return fail(Errc::invalid_value, "units");
  if (book.owner.size() != n) return fail(Errc::invalid_value, "owner");
  for (std::size_t i = 0; i < n; ++i) {
    if (!std::isfinite(book.units[i])) return fail(Errc::invalid_value, "units", static_cast<std::int32_t>(i));
    if (book.owner[i] >= owners) return fail(Errc::invalid_value, "owner", static_cast<std::int32_t>(i));
  }
  for (std::size_t i = 0; i < book.linear.size(); ++i)
    if (!is_linear(book.linear[i]) || book.linear[i].owner >= owners)
      return fail(Errc::invalid_value, "linear", static_cast<std::int32_t>(i));
  return {};
}

/// Losses of every owner in every scenario, and of all together in one more row.
class Losses {
 public:
  Losses(std::size_t owners, std::size_t cells) : cells_(cells), usd_((owners + 1) * cells, 0.0) {}

  void add(std::size_t owner, std::size_t cell, double usd) noexcept {
    usd_[owner * cells_ + cell] += usd;
    usd_[usd_.size() - cells_ + cell] += usd;
  }
  /// \returns the worst of an owner, or after the last owner of all; nothing when a scenario has no figure.
  [[nodiscard]] std::optional<WorstLoss> worst(std::size_t owner, const GridShocks& shocks) const {
    const double* const row = usd_.data() + owner * cells_;
    std::size_t at = 0;
    for (std::size_t cell = 0; cell < cells_; ++cell) {
      if (!std::isfinite(row[cell])) return std::nullopt;
      if (row[cell] > row[at]) at = cell;
    }
    const std::size_t spots = shocks.spot.size();
    const std::size_t vols = shocks.vol.size();
    return WorstLoss{row[at], at % spots, at / spots % vols, at / spots / vols};
  }

 private:
  std::size_t cells_;
  std::vector<double> usd_;
};

void add_linear(Losses& losses, const LinearHolding& h, const GridShocks& shocks) {
  constexpr double worthless = 1e-12;  // as of options: what a shock of -100 % or more leaves of a price
  const std::size_t spots = shocks.spot.size();
  for (std::size_t cell = 0; cell < cells_of(shocks); ++cell) {
    const double then = h.spot * std::max(1.0 + h.beta * shocks.spot[cell % spots], worthless);
    losses.add(h.owner, cell, (h.spot - then) * h.units);
  }
}

}  // namespace

Result<WorstLosses> worst_losses(const Kernels& kernels, const ShockedBook& book, const GridShocks& shocks,
                                 std::size_t owners) {
  if (const Result<void> sound = check(book, owners); !sound) return tl::unexpected<Error>(sound.error());
  // Asked of no options: says what is wrong with the shocks.
  if (const Result<void> sound = kernels.grid({}, shocks, {}); !sound) return tl::unexpected<Error>(sound.error());

  constexpr std::array<double, 1> unmoved{0.0};
  const std::size_t cells = cells_of(shocks);
  Losses losses(owners, cells);
  std::vector<double> now(batch);
  std::vector<double> then(batch * cells);
  for (std::size_t from = 0; from < book.units.size(); from += batch) {
    const std::size_t n = std::min(batch, book.units.size() - from);
    const GridInput part = part_of(book.options, from, n);
    Result<void> done = kernels.grid(part, {unmoved, unmoved}, std::span{now}.first(n));
    if (done) done = kernels.grid(part, shocks, std::span{then}.first(n * cells));
    if (!done) return tl::unexpected<Error>(done.error());
    for (std::size_t cell = 0; cell < cells; ++cell)
      for (std::size_t i = 0; i < n; ++i)
        losses.add(book.owner[from + i], cell, (now[i] - then[cell * n + i]) * book.units[from + i]);
  }
  for (const LinearHolding& h : book.linear) add_linear(losses, h, shocks);

  WorstLosses out;
  for (std::size_t owner = 0; owner < owners; ++owner) out.by_owner.push_back(losses.worst(owner, shocks));
  out.all = losses.worst(owners, shocks);
  return out;
}

}  // namespace optcoord::pricing
