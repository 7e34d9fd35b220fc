// src/protocol/fields.hpp -- reads the fields of one JSON object by name and kind; the first fault stays.
// SPDX-License-Identifier: MIT
//
// After a fault every reader returns an empty value at once, so that a decoder reads as the list of its fields.
// Example:
//
//   void decode_order(Fields& f, EventBody& body) {
//     OrderEvent e{.status = f.one_of<OrderStatus>("status", order_statuses)};
//     ...
#pragma once

#include <optcoord/core/time.hpp>          // Date, Timestamp
#include <optcoord/protocol/fault.hpp>     // Fault
#include <optcoord/protocol/id_table.hpp>  // HostId

#include "tree.hpp"  // Tree

#include <array>        // std::array
#include <cstddef>      // std::size_t
#include <cstdint>      // std::int64_t
#include <optional>     // std::optional
#include <span>         // std::span
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <utility>      // std::pair
#include <vector>       // std::vector

namespace optcoord::protocol {

using Keys = std::span<const std::string_view>;
using NamedNumbers = std::vector<std::pair<std::string_view, double>>;

/// What a number must be, beside finite.
enum class Range : std::uint8_t { any, not_negative, positive };

/// An id as read, with room for the digits of a number. Its text points into itself: keep it where it is.
class ReadId {
 public:
  [[nodiscard]] HostId host() const noexcept {
    return is_number_ ? HostId{{digits_.data(), length_}, true} : HostId{text_, false};
  }
  void set(std::string_view text) noexcept { text_ = text; }
  void set(std::int64_t number) noexcept;

 private:
  std::string_view text_;
  std::array<char, 20> digits_{};
  std::size_t length_{0};
  bool is_number_{false};
};

/// One object of a line.
class Fields {
 public:
  Fields(const Tree& tree, std::uint32_t object, std::optional<Fault>& fault)
      : tree_(tree), object_(object), fault_(fault) {}

  [[nodiscard]] bool ok() const noexcept { return !fault_.has_value(); }
  [[nodiscard]] bool has(std::string_view key) const noexcept { return tree_.child(object_, key) != 0; }
  /// Whether the value of `key`, which must be there, is null.
  [[nodiscard]] bool is_null(std::string_view key) {
    const std::uint32_t at = required(key);
    return at == 0 || tree_[at].kind == NodeKind::null;
  }

  /// Allows these keys alone, and `shared` besides. unknown_key names the first other one and the nearest allowed.
  void only(Keys keys, Keys shared = {});

  /// 1 to 128 bytes.
  [[nodiscard]] std::string_view name(std::string_view key);
  /// The same; empty when absent.
  [[nodiscard]] std::string_view optional_name(std::string_view key);
  /// A text of at least one character.
  [[nodiscard]] std::string_view filled_text(std::string_view key);
  /// Any text; empty when absent.
  [[nodiscard]] std::string_view optional_text(std::string_view key);
  [[nodiscard]] Timestamp time(std::string_view key);
  [[nodiscard]] Date date(std::string_view key);
  [[nodiscard]] double number(std::string_view key, Range range = Range::any);
  [[nodiscard]] std::optional<double> optional_number(std::string_view key, Range range = Range::any);
  /// A price of an option: null is the same as absent.
  [[nodiscard]] std::optional<double> optional_or_null(std::string_view key, Range range);
  /// A whole number of at most 2^53 in magnitude; 3.0 is one.
  [[nodiscard]] std::int64_t integer(std::string_view key);
  /// `absent` when absent.
  [[nodiscard]] bool flag(std::string_view key, bool absent = false);
  void id(std::string_view key, ReadId& id);
  /// An object of numbers by name, in the order given.
  void named_numbers(std::string_view key, NamedNumbers& out, Range range = Range::any);
  /// One of `texts`, as its place among them.
  template <class Enum, std::size_t count>
  [[nodiscard]] Enum one_of(std::string_view key, const std::array<std::string_view, count>& texts) {
    return static_cast<Enum>(place_of(key, texts));
  }
  /// Calls `read(Fields&)` for each object of a list of at least one.
  template <class Read>
  void each(std::string_view key, const Read& read) {
    each_of(filled_list(key), read);
  }
  /// The same for a list that may be empty.
  template <class Read>
  void each_if_any(std::string_view key, const Read& read) {
    each_of(any_list(key), read);
  }
  /// Calls `read(Fields&)` for an object.
  template <class Read>
  void within(std::string_view key, const Read& read) {
    const std::uint32_t at = required(key);
    if (at == 0) return;
    Fields inner(tree_, at, fault_);
    if (inner.is_object()) read(inner);
  }

  /// Sets the fault `invalid_value` for `key`, which need not be there.
  void refuse(std::string_view key, std::string_view why);

 private:
  template <class Read>
  void each_of(std::uint32_t list, const Read& read) {
    if (list == 0) return;
    for (std::uint32_t c = list + 1; ok() && c < tree_[list].end; c = tree_[c].end) {
      Fields element(tree_, c, fault_);
      if (element.is_object()) read(element);
    }
  }
  [[nodiscard]] std::uint32_t find(std::string_view key) const noexcept { return ok() ? tree_.child(object_, key) : 0; }
  [[nodiscard]] std::uint32_t required(std::string_view key);
  [[nodiscard]] bool is_object();
  [[nodiscard]] std::uint32_t filled_list(std::string_view key);
  [[nodiscard]] std::uint32_t any_list(std::string_view key);
  [[nodiscard]] std::size_t place_of(std::string_view key, Keys texts);
  [[nodiscard]] std::string_view text_at(std::uint32_t node);
  [[nodiscard]] std::string_view name_at(std::uint32_t node);
  [[nodiscard]] double number_at(std::uint32_t node, Range range);
  [[nodiscard]] std::int64_t integer_at(std::uint32_t node);
  void refuse_node(std::uint32_t node, std::string_view wanted);

  const Tree& tree_;
  std::uint32_t object_;
  std::optional<Fault>& fault_;
};

/// `message` with ", did you mean ...?" when one of `known` is near to `given`.
[[nodiscard]] std::string with_nearest(std::string message, Keys known, std::string_view given);

}  // namespace optcoord::protocol
