// optcoord/protocol/ipmcc.hpp -- LEAPs and weekly calls as JSON: plans as lines, the book as a text to be kept.
// SPDX-License-Identifier: MIT
//
//   const std::string kept = to_json(book.state());
//   tl::expected<ipmcc::Book, Fault> again = book_from_json(kept);   // the same, or what is wrong and where
#pragma once

#include <optcoord/core/time.hpp>   // Timestamp
#include <optcoord/ipmcc/book.hpp>  // Book, BookState
#include <optcoord/ipmcc/plan.hpp>  // Plan
#include <optcoord/market/contract.hpp>
#include <optcoord/protocol/fault.hpp>  // Fault

#include <cstddef>      // std::size_t
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <tl/expected.hpp>

namespace optcoord::protocol {

/// Appends `plan` as one `ipmcc_plan` line, with its line end: t, type, root, and the plan's fields as the desk's lines
/// have them.
void append_plan(std::string& out, const Contract& underlying, Timestamp now, const ipmcc::Plan& plan);

/// The longest text of a book, bytes, and the most values one may have: some 100,000 entries of its record. Before it
/// comes to that, Book::forget_record.
inline constexpr std::size_t max_book_bytes = std::size_t{1} << 24U;
inline constexpr std::size_t max_book_values = std::size_t{1} << 20U;

/// \returns the whole book as one JSON object on one line, without a line end: what is unknown is null, times have
/// their nanoseconds, prices read back to the same doubles, orders' numbers are texts of digits.
[[nodiscard]] std::string to_json(const ipmcc::BookState& book);

/// Reads what `to_json` wrote, or a person. Nothing is guessed: every key must be there and no other may.
/// \returns the book, which goes on where it was kept, numbers too; or the first fault: `parse_error` for what is not
/// JSON, is too long or has a key twice, `unknown_key`, `invalid_value` for a field missing or wrong in itself or
/// beside the others, `duplicate_id` for two orders of one number. O(n log n).
[[nodiscard]] tl::expected<ipmcc::Book, Fault> book_from_json(std::string_view text);

}  // namespace optcoord::protocol
