// optcoord/desk/request_memory.hpp -- the first decision on every request id, so that asking twice changes nothing.
// SPDX-License-Identifier: MIT
//
// A host that lost an answer asks again with the same id: same content gives the first decision, other content is
// an error. Most decisions carry no findings and cost one small record.
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/ledger/id_map.hpp>

#include <cstddef>   // std::size_t
#include <cstdint>   // std::uint64_t
#include <optional>  // std::optional
#include <vector>    // std::vector

namespace optcoord {

/// A decision as remembered.
struct RememberedDecision {
  std::uint64_t content{0};  ///< digest of everything asked but the instant
  Timestamp decided{};
  OwnedDecision decision{};
};

/// Decisions by request id.
class RequestMemory {
 public:
  void remember(RequestId id, std::uint64_t content, const Decision& decision, Timestamp now) {
    std::uint32_t at = 0;
    if (free_.empty()) {
      at = static_cast<std::uint32_t>(records_.size());
      records_.emplace_back();
    } else {
      at = free_.back();
      free_.pop_back();
    }
    Record& record = records_[at];
    record.id = id;
    record.content = content;
    record.decided = now;
    record.ttl = decision.expires ? *decision.expires - now : Duration::zero();
    record.units_requested = decision.units_requested;
    record.units = decision.units;
    record.max_units = decision.max_units;
    record.strategy = decision.strategy;
    record.binding = decision.binding;
    record.intent = decision.intent;
    record.verdict = decision.verdict;
    record.bypass = decision.bypass;
    record.reasons = static_cast<std::uint16_t>(decision.reasons.size());
    record.findings.clear();
    record.findings.reserve(decision.reasons.size() + decision.warnings.size());
    record.findings.insert(record.findings.end(), decision.reasons.begin(), decision.reasons.end());
    record.findings.insert(record.findings.end(), decision.warnings.begin(), decision.warnings.end());
    by_id_.insert(static_cast<std::uint64_t>(id), at);
  }
  /// \returns the first decision on `id`, or nothing when the id is new.
  [[nodiscard]] std::optional<RememberedDecision> recall(RequestId id) const {
    const std::optional<std::uint32_t> at = by_id_.find(static_cast<std::uint64_t>(id));
    if (!at) return std::nullopt;
    const Record& record = records_[*at];
    RememberedDecision r{record.content, record.decided, {}};
    OwnedDecision& d = r.decision;
    d.strategy = record.strategy;
    d.intent = record.intent;
    d.verdict = record.verdict;
    d.bypass = record.bypass;
    d.binding = record.binding;
    d.units_requested = record.units_requested;
    d.units = record.units;
    d.max_units = record.max_units;
    if (d.verdict != Verdict::denied) {
      d.reservation = id;
      d.expires = record.decided + record.ttl;
    }
    const auto split = record.findings.begin() + record.reasons;
    d.reasons.assign(record.findings.begin(), split);
    d.warnings.assign(split, record.findings.end());
    return r;
  }
  [[nodiscard]] bool contains(RequestId id) const noexcept {
    return by_id_.find(static_cast<std::uint64_t>(id)).has_value();
  }
  /// Forgets every decision for which `gone(id, decided, verdict)` holds. O(decisions remembered).
  template <class Gone>
  void forget_if(Gone gone) {
    by_id_.erase_if([&](std::uint32_t at) {
      Record& record = records_[at];
      if (!gone(record.id, record.decided, record.verdict)) return false;
      record = Record{};
      free_.push_back(at);
      return true;
    });
  }
  [[nodiscard]] std::size_t size() const noexcept { return by_id_.size(); }

 private:
  struct Record {
    RequestId id{};
    std::uint64_t content{0};
    Timestamp decided{};
    Duration ttl{};
    std::int64_t units_requested{0};
    std::int64_t units{0};
    std::int64_t max_units{0};
    std::vector<Finding> findings{};  ///< reasons, then warnings
    StrategyId strategy{};
    Code binding{Code::none};
    std::uint16_t reasons{0};
    Intent intent{Intent::open};
    Verdict verdict{Verdict::denied};
    bool bypass{false};
  };

  std::vector<Record> records_{};
  std::vector<std::uint32_t> free_{};
  IdMap by_id_{};
};

}  // namespace optcoord
