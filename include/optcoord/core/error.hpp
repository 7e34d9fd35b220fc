// optcoord/core/error.hpp -- what went wrong with an input: a code, the field at fault, its index.
// SPDX-License-Identifier: MIT
//
// Errors are for bad input, missing data and invalid configuration. A "no" from the library is not an
// error but a Decision (core/decision.hpp). Example:
//
//   Result<double> price = positive("price", -1.0);
//   if (!price) log(text(price.error().code), price.error().field);   // invalid_value price
#pragma once

#include <cstdint>      // std::int32_t, std::uint8_t
#include <string_view>  // std::string_view
#include <tl/expected.hpp>

namespace optcoord {

/// The kinds of fault an input can have. The names are the protocol's; they never change meaning.
enum class Errc : std::uint8_t {
  parse_error = 1,            ///< not the syntax expected: JSON, a time, a contract text
  unknown_key = 2,            ///< a key this version does not know
  unknown_type = 3,           ///< an event type this version does not know
  unknown_name = 4,           ///< a strategy, group or root that was never configured
  invalid_value = 5,          ///< missing, wrong type, not finite, out of range
  time_went_back = 6,         ///< an event earlier than one already accepted
  duplicate_id = 7,           ///< a known request id with other content
  illegal_transition = 8,     ///< a trigger the present state does not take
  invalid_configuration = 9,  ///< values that are each valid and contradict each other
  unknown_request = 10,       ///< an order or fill for a request that holds no reservation
  no_sizer = 11,              ///< the strategy has no position sizing
  not_ready = 12,             ///< the component asked is not configured, or lacks what it needs
};

/// \returns the protocol's name of `code`.
[[nodiscard]] constexpr std::string_view text(Errc code) noexcept {
  switch (code) {
    case Errc::parse_error: return "parse_error";
    case Errc::unknown_key: return "unknown_key";
    case Errc::unknown_type: return "unknown_type";
    case Errc::unknown_name: return "unknown_name";
    case Errc::invalid_value: return "invalid_value";
    case Errc::time_went_back: return "time_went_back";
    case Errc::duplicate_id: return "duplicate_id";
    case Errc::illegal_transition: return "illegal_transition";
    case Errc::invalid_configuration: return "invalid_configuration";
    case Errc::unknown_request: return "unknown_request";
    case Errc::no_sizer: return "no_sizer";
    case Errc::not_ready: return "not_ready";
  }
  return "invalid_value";
}

/// One fault. Trivially copyable: no string is built until somebody wants to read it.
struct Error {
  Errc code{Errc::invalid_value};
  /// The field's path, a string literal. "legs[].ratio" with index 2 reads "legs[2].ratio".
  const char* field{""};
  std::int32_t index{-1};  ///< Which element of a list, from 0; -1 where there is no list.
  std::int32_t batch{-1};  ///< Which request of a batch, from 0; -1 where there is no batch.

  friend constexpr bool operator==(const Error& a, const Error& b) noexcept {
    return a.code == b.code && a.index == b.index && a.batch == b.batch &&
           std::string_view(a.field) == std::string_view(b.field);
  }
};

/// A value or the Error that kept it from being made. Every function returning one is [[nodiscard]].
template <class T>
using Result = tl::expected<T, Error>;

/// Shorthand for the failure branch: `return fail(Errc::invalid_value, "price");`
[[nodiscard]] constexpr tl::unexpected<Error> fail(Errc code, const char* field, std::int32_t index = -1) {
  return tl::unexpected<Error>(Error{code, field, index, -1});
}

}  // namespace optcoord
