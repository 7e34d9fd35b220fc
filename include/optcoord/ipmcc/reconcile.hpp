// optcoord/ipmcc/reconcile.hpp -- the book beside the broker's positions: what differs, and taking the broker's word.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/error.hpp>
#include <optcoord/ipmcc/book.hpp>
#include <optcoord/market/position.hpp>

#include <algorithm>  // std::any_of, std::sort, std::unique
#include <cstdint>    // std::int64_t
#include <span>       // std::span
#include <vector>     // std::vector

namespace optcoord::ipmcc {

/// A contract of which book and broker hold different quantities.
struct Difference {
  Contract contract{};
  std::int64_t book{0};
  std::int64_t broker{0};

  friend bool operator==(const Difference&, const Difference&) = default;
};

/// What reconciling has found.
struct Reconciled {
  std::vector<Difference> missing{};    ///< held by the book alone
  std::vector<Difference> extra{};      ///< held at the broker alone
  std::vector<Difference> different{};  ///< held by both, not the same
  bool adopted{false};                  ///< the book now says what the broker says

  [[nodiscard]] bool agrees() const noexcept { return missing.empty() && extra.empty() && different.empty(); }
};

/// Compares the book with the broker's whole truth about its calls; several lines of one contract add up, and what is
/// no call is passed over. \param adopt  change the book accordingly: what is found has no known price, what is gone is
/// taken off the oldest lots, orders stay. `invalid_value` for quantities out of range, and then nothing changes.
/// O((lots + positions) x log).
[[nodiscard]] inline Result<Reconciled> reconcile(Book& book, std::span<const Position> broker, bool adopt,
                                                  Timestamp now) {
  for (std::size_t i = 0; i < broker.size(); ++i)
    if (std::abs(broker[i].quantity) > max_book_quantity)
      return fail(Errc::invalid_value, "positions[].quantity", static_cast<std::int32_t>(i));
  std::vector<Difference> all;
  for (const Lot& l : book.state().lots) all.push_back({l.contract, l.quantity, 0});
  for (const Position& p : broker)
    if (detail::is_call(p.contract)) all.push_back({p.contract, 0, p.quantity});
  std::sort(all.begin(), all.end(), [](const Difference& a, const Difference& b) { return a.contract < b.contract; });
  Reconciled out;
  for (std::size_t i = 0; i < all.size();) {
    Difference sum{all[i].contract, 0, 0};
    for (; i < all.size() && all[i].contract == sum.contract; ++i) {
      sum.book += all[i].book;
      sum.broker += all[i].broker;
    }
    if (sum.book == sum.broker) continue;
    (sum.broker == 0 ? out.missing : sum.book == 0 ? out.extra : out.different).push_back(sum);
    if (adopt) book.adopt(sum.contract, sum.broker, now);
  }
  out.adopted = adopt && !out.agrees();
  return out;
}

}  // namespace optcoord::ipmcc
