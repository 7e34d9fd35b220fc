// optcoord/market/product.hpp -- what the contracts of a root are: multiplier, style, settlement, last trading.
// SPDX-License-Identifier: MIT
//
// Decides the multiplier of every contract and whose price moves it, so that nobody assumes 100. Example:
//
//   ProductTable products;                                        // the built-in rows
//   multiplier(*parse_contract("ES 2026-03-20"), products);       // 50
//   price_root(products.find("SPXW"));                            // "SPX"
#pragma once

#include <optcoord/core/error.hpp>       // Result
#include <optcoord/market/contract.hpp>  // Contract, is_root

#include <cmath>        // std::isfinite
#include <cstdint>      // std::uint8_t
#include <functional>   // std::less
#include <map>          // std::map
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <utility>      // std::move

namespace optcoord {

enum class Style : std::uint8_t { european, american };
/// What exercise delivers: shares, cash, or a futures contract.
enum class Settlement : std::uint8_t { physical, cash, future };
/// When trading in the options ends: at the close of the expiry date, or the business day before (settled at the open).
enum class LastTrade : std::uint8_t { pm, am };

[[nodiscard]] constexpr std::string_view text(Style s) noexcept {
  return s == Style::european ? "european" : "american";
}
[[nodiscard]] constexpr std::string_view text(Settlement s) noexcept {
  return s == Settlement::physical ? "physical" : s == Settlement::cash ? "cash" : "future";
}
[[nodiscard]] constexpr std::string_view text(LastTrade l) noexcept { return l == LastTrade::pm ? "pm" : "am"; }

/// The terms of one root. The defaults are those of options on a share or exchange-traded fund.
struct Product {
  std::string root;
  std::string member_as;     ///< the root counts wherever this root is a group's member; empty: itself
  std::string price_of;      ///< the root whose quote is the price of the underlying; empty: itself
  double multiplier{100.0};  ///< units of underlying per option, and per future where settlement is future; > 0
  Style style{Style::american};
  Settlement settlement{Settlement::physical};
  LastTrade last_trade{LastTrade::pm};
  double tick{0.01};     ///< smallest price step of its options, USD; > 0
  bool adjusted{false};  ///< changed by a corporate action: positions may only be closed

  friend bool operator==(const Product&, const Product&) = default;
};

/// \returns the root under which `p` counts in groups.
[[nodiscard]] inline std::string_view member_root(const Product& p) noexcept {
  return p.member_as.empty() ? p.root : p.member_as;
}
/// \returns the root whose quote is the price of the underlying of `p`.
[[nodiscard]] inline std::string_view price_root(const Product& p) noexcept {
  return p.price_of.empty() ? p.root : p.price_of;
}

/// \returns `p`, or `invalid_value` naming the first field at fault: roots that are none, multiplier or tick that are
/// not finite and above 0.
[[nodiscard]] inline Result<Product> checked(Product p) {
  if (!is_root(p.root)) return fail(Errc::invalid_value, "root");
  if (!p.member_as.empty() && !is_root(p.member_as)) return fail(Errc::invalid_value, "member_as");
  if (!p.price_of.empty() && !is_root(p.price_of)) return fail(Errc::invalid_value, "price_of");
  if (!std::isfinite(p.multiplier) || p.multiplier <= 0) return fail(Errc::invalid_value, "multiplier");
  if (!std::isfinite(p.tick) || p.tick <= 0) return fail(Errc::invalid_value, "tick");
  return p;
}

/// The products by root. A value: copy it freely. Look-ups are O(log rows) and not for the judged path.
class ProductTable {
 public:
  /// The built-in rows: SPX, SPXW, XSP, ES, MES. Everything else is a share with ordinary options.
  ProductTable() {
    set({"SPX", "", "", 100.0, Style::european, Settlement::cash, LastTrade::am, 0.05, false});
    set({"SPXW", "SPX", "SPX", 100.0, Style::european, Settlement::cash, LastTrade::pm, 0.05, false});
    set({"XSP", "", "", 100.0, Style::european, Settlement::cash, LastTrade::pm, 0.01, false});
    set({"ES", "", "", 50.0, Style::american, Settlement::future, LastTrade::pm, 0.05, false});
    set({"MES", "", "", 5.0, Style::american, Settlement::future, LastTrade::pm, 0.05, false});
  }

  /// Adds `p`, or replaces the row of the same root. `p` as `checked` lets it pass.
  void set(Product p) {
    std::string root = p.root;
    rows_.insert_or_assign(std::move(root), std::move(p));
  }
  /// \returns whether `root` has a row of its own.
  [[nodiscard]] bool contains(std::string_view root) const { return rows_.find(root) != rows_.end(); }
  /// \returns the row of `root`; the terms of ordinary share options when it has none.
  [[nodiscard]] Product find(std::string_view root) const {
    const auto it = rows_.find(root);
    if (it != rows_.end()) return it->second;
    Product ordinary;
    ordinary.root = root;
    return ordinary;
  }
  /// All rows, in order of root.
  [[nodiscard]] const std::map<std::string, Product, std::less<>>& rows() const noexcept { return rows_; }

 private:
  std::map<std::string, Product, std::less<>> rows_;
};

/// \returns units of underlying per contract: 1 for a share, else the product's multiplier.
[[nodiscard]] inline double multiplier(const Contract& c, const Product& p) noexcept {
  return c.kind == Kind::share ? 1.0 : p.multiplier;
}
/// \returns units of underlying per contract, by the table's row of its root.
[[nodiscard]] inline double multiplier(const Contract& c, const ProductTable& products) {
  return c.kind == Kind::share ? 1.0 : products.find(c.root()).multiplier;
}

/// Whether such a contract can exist as a position: shares only of roots that settle physically (nobody holds a share
/// of SPX or ES), futures only of roots that settle into futures. Adjusted contracts do exist; that they may only be
/// closed is a decision, not an error.
/// \returns nothing, or `invalid_value` with `field`.
[[nodiscard]] inline Result<void> tradable(const Contract& c, const Product& p, const char* field = "contract") {
  const bool share_of_none = c.kind == Kind::share && p.settlement != Settlement::physical;
  const bool future_of_none = c.kind == Kind::future && p.settlement != Settlement::future;
  if (share_of_none || future_of_none) return fail(Errc::invalid_value, field);
  return {};
}

}  // namespace optcoord
