// optcoord/desk/request_memory.hpp -- the first decision on every request id, so that asking twice changes nothing.
// SPDX-License-Identifier: MIT
//
// A host that lost an answer asks again with the same id: same content gives the first decision, other content is
// an error. An approval without warnings takes about 40 bytes, index included, a denial with one reason about 70.
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/desk/decision_bytes.hpp>

#include <algorithm>    // std::copy
#include <cstddef>      // std::size_t
#include <cstdint>      // fixed width integers
#include <deque>        // std::deque: grows without copying, and gives memory back
#include <limits>       // std::numeric_limits
#include <optional>     // std::optional
#include <stdexcept>    // std::length_error
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <utility>      // std::pair
#include <vector>       // std::vector

namespace optcoord {

/// A decision as remembered.
struct RememberedDecision {
  std::uint64_t content{0};  ///< digest of everything asked but the instant
  Timestamp decided{};
  OwnedDecision decision{};
};

/// Decisions by request id: records one after another in the order they came, and an index of where they begin.
class RequestMemory {
 public:
  /// Keeps `decision`, and what the host called the request. \pre `id` is not remembered. \throws std::length_error
  /// past 16 GiB of decisions.
  void remember(RequestId id, std::uint64_t content, const Decision& decision, Timestamp now,
                std::string_view label = {}) {
    if (bytes_.size() / unit >= std::numeric_limits<std::uint32_t>::max() - 1)
      throw std::length_error("optcoord: too many decisions to remember");
    if ((size_ + 1) * 8 > slots_.size() * 7) rebuild_slots(slots_.empty() ? smallest : slots_.size() * 2);
    record_.clear();
    detail::ByteWriter out(record_);
    out.number(static_cast<std::uint64_t>(id));
    out.fixed(content);
    out.fixed(static_cast<std::uint64_t>(now.time_since_epoch().count()));
    out.number(label.size());
    record_.insert(record_.end(), label.begin(), label.end());
    detail::write_decision(out, decision, now);
    head_.clear();
    detail::ByteWriter(head_).number(record_.size());
    slots_[slot_of(id)] = static_cast<std::uint32_t>(bytes_.size() / unit) + 1;
    bytes_.insert(bytes_.end(), head_.begin(), head_.end());
    bytes_.insert(bytes_.end(), record_.begin(), record_.end());
    bytes_.resize(padded(bytes_.size()));
    ++size_;
  }
  /// \returns the first decision on `id`, or nothing when the id is new.
  [[nodiscard]] std::optional<RememberedDecision> recall(RequestId id) const {
    if (!contains(id)) return std::nullopt;
    Reader in = reader((slots_[slot_of(id)] - std::size_t{1}) * unit);
    const Head head = read_head(in);
    RememberedDecision r{head.content, head.decided, detail::read_decision(in, head.decided)};
    if (r.decision.verdict != Verdict::denied) r.decision.reservation = id;
    return r;
  }
  /// \returns what the host called request `id`; empty when it did not, or the id is not remembered.
  [[nodiscard]] std::string label(RequestId id) const {
    if (!contains(id)) return {};
    Reader in = reader((slots_[slot_of(id)] - std::size_t{1}) * unit);
    const Head head = read_head(in);
    const auto end = in.at();
    return std::string(end - static_cast<std::ptrdiff_t>(head.label), end);
  }
  /// \returns who asked for request `id`, and what for; nothing when it is not remembered.
  [[nodiscard]] std::optional<std::pair<StrategyId, Intent>> asker(RequestId id) const {
    if (!contains(id)) return std::nullopt;
    Reader in = reader((slots_[slot_of(id)] - std::size_t{1}) * unit);
    (void)read_head(in);
    return detail::read_asker(in);
  }
  [[nodiscard]] bool contains(RequestId id) const noexcept { return size_ != 0 && slots_[slot_of(id)] != 0; }

  /// Forgets every decision for which `gone(id, decided, verdict)` holds. O(decisions remembered).
  template <class Gone>
  void forget_if(Gone gone) {
    std::size_t kept = 0;
    size_ = 0;
    for (std::size_t at = 0; at < bytes_.size();) {
      Reader in = reader(at);
      const Head head = read_head(in);
      if (!gone(head.id, head.decided, detail::read_verdict(in))) {
        if (kept != at) std::copy(iterator(at), iterator(head.end), bytes_.begin() + static_cast<std::ptrdiff_t>(kept));
        kept += head.end - at;
        ++size_;
      }
      at = head.end;
    }
    bytes_.resize(kept);
    std::size_t slots = slots_.size();
    while (slots > smallest && size_ * 4 < slots) slots /= 2;
    rebuild_slots(slots);
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Memory in use, bytes, but for what the containers themselves need.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.size() + slots_.capacity() * sizeof(std::uint32_t); }

 private:
  using Bytes = std::deque<std::uint8_t>;
  using Reader = detail::ByteReader<Bytes::const_iterator>;
  static constexpr std::size_t unit = 4;  // records begin at multiples of it, so that 32 bits say where
  static constexpr std::size_t smallest = 16;

  struct Head {
    RequestId id{};
    std::uint64_t content{0};
    Timestamp decided{};
    std::size_t label{0};  ///< bytes of the label, which was just passed
    std::size_t end{0};    ///< where the next record begins
  };

  [[nodiscard]] static constexpr std::size_t padded(std::size_t size) noexcept {
    return (size + unit - 1) / unit * unit;
  }
  [[nodiscard]] Bytes::const_iterator iterator(std::size_t at) const noexcept {
    return bytes_.begin() + static_cast<std::ptrdiff_t>(at);
  }
  [[nodiscard]] Reader reader(std::size_t at) const noexcept { return Reader(iterator(at)); }
  [[nodiscard]] Head read_head(Reader& in) const {
    Head head;
    const std::uint64_t body = in.number();
    head.end = padded(static_cast<std::size_t>(in.at() - bytes_.begin()) + body);
    head.id = RequestId{in.number()};
    head.content = in.fixed();
    head.decided = Timestamp{Duration{static_cast<std::int64_t>(in.fixed())}};
    head.label = static_cast<std::size_t>(in.number());
    in.skip(head.label);
    return head;
  }
  /// The slot of `id`, or the free one where it belongs. \pre there are slots
  [[nodiscard]] std::size_t slot_of(RequestId id) const noexcept {
    const std::uint64_t hash = static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15U;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = (hash ^ hash >> 32U) & mask;; slot = (slot + 1) & mask) {
      if (slots_[slot] == 0) return slot;
      Reader in = reader((slots_[slot] - std::size_t{1}) * unit);
      (void)in.number();
      if (RequestId{in.number()} == id) return slot;
    }
  }
  void rebuild_slots(std::size_t count) {
    slots_.clear();
    if (count != slots_.capacity()) slots_ = std::vector<std::uint32_t>();
    slots_.resize(count);
    for (std::size_t at = 0; at < bytes_.size();) {
      Reader in = reader(at);
      const Head head = read_head(in);
      slots_[slot_of(head.id)] = static_cast<std::uint32_t>(at / unit) + 1;
      at = head.end;
    }
  }

  Bytes bytes_{};                       // records: length, id, content, instant, label, decision; padded to whole units
  std::vector<std::uint32_t> slots_{};  // open addressing by id: unit + 1, or 0; a power of two
  std::size_t size_{0};
  std::vector<std::uint8_t> head_{};  // kept for their capacity
  std::vector<std::uint8_t> record_{};
};

}  // namespace optcoord
