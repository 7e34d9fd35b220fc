// optcoord/market/contract.hpp -- a share, future or option as a small value, and its canonical text.
// SPDX-License-Identifier: MIT
//
// Decides what a contract text means, exactly: a strike is a whole number of thousandths, never a double. Example:
//
//   Contract c = *parse_contract("SPY   260116C00450000");   // OSI, 21 characters
//   c.root(), c.strike();                                    // "SPY", 450.0
//   to_text(c);                                              // the same 21 characters
//
// Futures are "ES 2026-03-20", shares the bare root "SPY". Options on futures are OSI too.
#pragma once

#include <optcoord/core/error.hpp>  // Result
#include <optcoord/core/time.hpp>   // Date, parse_date, append_text

#include <array>        // std::array
#include <chrono>       // std::chrono::year
#include <compare>      // operator<=>
#include <cstddef>      // std::size_t
#include <cstdint>      // std::int64_t, std::uint8_t
#include <string>       // std::string
#include <string_view>  // std::string_view

namespace optcoord {

/// What a contract is. In the order their texts sort: "ES", "ES    260320P05000000", "ES 2026-03-20".
enum class Kind : std::uint8_t { share, option, future };
enum class Right : std::uint8_t { call, put };

[[nodiscard]] constexpr std::string_view text(Kind kind) noexcept {
  switch (kind) {
    case Kind::share: return "share";
    case Kind::option: return "option";
    case Kind::future: return "future";
  }
  return "share";
}
[[nodiscard]] constexpr std::string_view text(Right right) noexcept { return right == Right::call ? "call" : "put"; }

/// The longest root the OSI text has room for.
inline constexpr std::size_t max_root_length = 6;
/// Length of every OSI option text: root padded to 6, yymmdd, C or P, strike in thousandths as 8 digits.
inline constexpr std::size_t osi_length = 21;

/// \returns whether `s` is a root: 1 to 6 characters of A-Z, 0-9 and the point, the first a letter ("SPY", "BRK.B").
[[nodiscard]] constexpr bool is_root(std::string_view s) noexcept {
  if (s.empty() || s.size() > max_root_length || s[0] < 'A' || s[0] > 'Z') return false;
  for (const char c : s)
    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.')) return false;
  return true;
}

/// What is held, quoted and traded. 24 bytes, trivially copyable, no heap. Equal and ordered as the canonical texts
/// are. Made by the named constructors or `parse_contract`, which keep unused fields zero, so that equal contracts are
/// equal values; expiries lie in the years 2000 to 2099, as OSI can write them.
struct Contract {
  std::array<char, max_root_length> root_chars{};  ///< zero-padded; read it with root()
  Kind kind{Kind::share};
  Date expiry{};                       ///< options and futures; not a date for shares
  Right right{Right::call};            ///< options; call otherwise
  std::int64_t strike_thousandths{0};  ///< options: USD 0.001, 1 to 99'999'999; 0 otherwise

  friend constexpr auto operator<=>(const Contract&, const Contract&) = default;

  [[nodiscard]] constexpr std::string_view root() const noexcept {
    std::size_t length = 0;
    while (length < root_chars.size() && root_chars[length] != '\0') ++length;
    return {root_chars.data(), length};
  }
  /// \returns the strike in USD per unit of underlying, the nearest double; 0 for shares and futures.
  [[nodiscard]] constexpr double strike() const noexcept { return static_cast<double>(strike_thousandths) / 1000.0; }

  /// \returns the share contract of `root`, or `invalid_value`.
  [[nodiscard]] static constexpr Result<Contract> share(std::string_view root, const char* field = "contract") {
    if (!is_root(root)) return fail(Errc::invalid_value, field);
    Contract c;
    for (std::size_t i = 0; i < root.size(); ++i) c.root_chars[i] = root[i];
    return c;
  }
  /// \returns the future on `root` that expires on `expiry`, or `invalid_value`.
  [[nodiscard]] static constexpr Result<Contract> future(std::string_view root, Date expiry,
                                                         const char* field = "contract") {
    Result<Contract> c = share(root, field);
    if (!c) return c;
    const int year = static_cast<int>(expiry.year());
    if (!expiry.ok() || year < 2000 || year > 2099) return fail(Errc::invalid_value, field);
    (*c).kind = Kind::future;
    (*c).expiry = expiry;
    return c;
  }
  /// \returns the option, or `invalid_value` for a bad root, expiry or strike (0 < strike < USD 100,000).
  [[nodiscard]] static constexpr Result<Contract> option(std::string_view root, Date expiry, Right right,
                                                         std::int64_t strike_thousandths,
                                                         const char* field = "contract") {
    Result<Contract> c = future(root, expiry, field);
    if (!c) return c;
    if (strike_thousandths <= 0 || strike_thousandths > 99'999'999) return fail(Errc::invalid_value, field);
    (*c).kind = Kind::option;
    (*c).right = right;
    (*c).strike_thousandths = strike_thousandths;
    return c;
  }
};

namespace detail {

[[nodiscard]] constexpr Result<Contract> parse_osi(std::string_view s, const char* field) {
  std::string_view root = s.substr(0, max_root_length);
  while (!root.empty() && root.back() == ' ') root.remove_suffix(1);
  const int year = digits(s, 6, 2);
  const int month = digits(s, 8, 2);
  const int day = digits(s, 10, 2);
  const int strike = digits(s, 13, 8);
  if (year < 0 || month < 0 || day < 0 || strike < 0 || (s[12] != 'C' && s[12] != 'P'))
    return fail(Errc::invalid_value, field);
  const Date expiry{std::chrono::year{2000 + year}, std::chrono::month{static_cast<unsigned>(month)},
                    std::chrono::day{static_cast<unsigned>(day)}};
  return Contract::option(root, expiry, s[12] == 'C' ? Right::call : Right::put, strike, field);
}

}  // namespace detail

/// Reads a canonical contract text: an OSI option, a future "ES 2026-03-20", or a share root.
/// \returns `invalid_value` with `field` on any other text: lower case, wrong padding, a day that does not exist,
/// strike 0.
[[nodiscard]] constexpr Result<Contract> parse_contract(std::string_view s, const char* field = "contract") {
  if (s.size() == osi_length) return detail::parse_osi(s, field);
  const std::size_t space = s.find(' ');
  if (space == std::string_view::npos) return Contract::share(s, field);
  const Result<Date> expiry = parse_date(s.substr(space + 1), field);
  if (!expiry) return fail(Errc::invalid_value, field);
  return Contract::future(s.substr(0, space), *expiry, field);
}

/// Appends the canonical text of `c`, which `parse_contract` reads back to the same value.
inline void append_text(std::string& out, const Contract& c) {
  const std::string_view root = c.root();
  out += root;
  if (c.kind == Kind::share) return;
  if (c.kind == Kind::future) {
    out += ' ';
    append_text(out, c.expiry);
    return;
  }
  out.append(max_root_length - root.size(), ' ');
  detail::put_digits(out, static_cast<int>(c.expiry.year()) - 2000, 2);
  detail::put_digits(out, static_cast<unsigned>(c.expiry.month()), 2);
  detail::put_digits(out, static_cast<unsigned>(c.expiry.day()), 2);
  out += c.right == Right::call ? 'C' : 'P';
  detail::put_digits(out, c.strike_thousandths, 8);
}

/// \returns the canonical text of `c`.
[[nodiscard]] inline std::string to_text(const Contract& c) {
  std::string out;
  append_text(out, c);
  return out;
}

/// Hash for look-up tables: the same on every machine, though nothing may iterate in its order.
struct ContractHash {
  [[nodiscard]] constexpr std::size_t operator()(const Contract& c) const noexcept {
    std::uint64_t root = 0;
    for (const char letter : c.root_chars) root = root << 8 | static_cast<unsigned char>(letter);
    const std::uint64_t day = static_cast<std::uint64_t>(static_cast<int>(c.expiry.year())) << 9 |
                              static_cast<unsigned>(c.expiry.month()) << 5 | static_cast<unsigned>(c.expiry.day());
    const std::uint64_t terms = static_cast<std::uint64_t>(c.strike_thousandths) << 32 | day << 4 |
                                static_cast<std::uint64_t>(c.kind) << 1 | static_cast<std::uint64_t>(c.right);
    std::uint64_t h = (root ^ terms * 0x9E3779B97F4A7C15U) * 0xBF58476D1CE4E5B9U;  // splitmix64 multipliers
    h ^= h >> 29;
    h *= 0x94D049BB133111EBU;
    h ^= h >> 32;
    return static_cast<std::size_t>(h);
  }
};

}  // namespace optcoord
