// optcoord/market/snapshot.hpp -- what the host has told of the market: prices, quotes, rates, sessions, dividends.
// SPDX-License-Identifier: MIT
//
// A value, indexed by ids; copying it is a snapshot. What was never told has no value, never a default. Example:
//
//   Snapshot market;
//   market.set_root(spy, {450.0, t});
//   market.root_price(spy);   // 450 at t
#pragma once

#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/market/dividend.hpp>  // DividendBook
#include <optcoord/market/quote.hpp>     // Quote
#include <optcoord/market/session.hpp>   // SessionBook

#include <cstdint>   // std::uint8_t
#include <optional>  // std::optional
#include <vector>    // std::vector

namespace optcoord {

/// A price, USD per unit, and when it was seen.
struct Price {
  double value{0};
  Timestamp at{};

  friend constexpr bool operator==(const Price&, const Price&) noexcept = default;
};

/// An option as last told.
struct OptionState {
  Quote quote{};
  std::optional<double> iv{};              ///< annual; the host's, else the one solved from the mid
  std::optional<ContractId> underlying{};  ///< options on futures: the future named
  Timestamp at{};
  bool iv_solved{false};  ///< the volatility is the one solved, over years of 365 days
};

/// The market as last told.
class Snapshot {
 public:
  void set_root(RootId root, Price price) { place(roots_, root) = price; }
  void set_contract(ContractId future, Price price) { place(contracts_, future) = price; }
  void set_option(ContractId option, const OptionState& state) { place(options_, option) = state; }
  void set_rate(double rate) { rate_ = rate; }
  void set_dividend_yield(RootId root, double yield) { place(yields_, root) = yield; }

  [[nodiscard]] std::optional<Price> root_price(RootId root) const { return find(roots_, root); }
  [[nodiscard]] std::optional<Price> contract_price(ContractId future) const { return find(contracts_, future); }
  [[nodiscard]] std::optional<OptionState> option(ContractId contract) const { return find(options_, contract); }
  /// Continuous rate per year, once told.
  [[nodiscard]] std::optional<double> rate() const noexcept { return rate_; }
  /// Continuous dividend yield per year: 0 where none was told, since most underlyings pay none.
  [[nodiscard]] double dividend_yield(RootId root) const { return find(yields_, root).value_or(0.0); }

  SessionBook sessions{};
  DividendBook dividends{};

 private:
  template <class T, class Id>
  static std::optional<T>& place(std::vector<std::optional<T>>& table, Id id) {
    if (table.size() <= index_of(id)) table.resize(index_of(id) + 1);
    return table[index_of(id)];
  }
  template <class T, class Id>
  static std::optional<T> find(const std::vector<std::optional<T>>& table, Id id) {
    return index_of(id) < table.size() ? table[index_of(id)] : std::nullopt;
  }

  std::vector<std::optional<Price>> roots_{};
  std::vector<std::optional<Price>> contracts_{};
  std::vector<std::optional<OptionState>> options_{};
  std::optional<double> rate_{};
  std::vector<std::optional<double>> yields_{};
};

}  // namespace optcoord
