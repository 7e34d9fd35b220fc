// optcoord/desk/decision_bytes.hpp -- a decision as a few bytes: 20 or so when approved, some 35 more for each finding.
// SPDX-License-Identifier: MIT
//
// For memory alone: the form is no file format and may change. Whole numbers take seven bits a byte, signed ones with
// the sign last, so that small figures of either sign are short; sums that a finding carries beside their parts are
// written as what the parts do not explain, usually one zero.
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/core/time.hpp>

#include <bit>      // std::bit_cast
#include <cstddef>  // std::size_t
#include <cstdint>  // fixed width integers
#include <span>     // std::span
#include <utility>  // std::pair
#include <vector>   // std::vector

namespace optcoord::detail {

/// Appends numbers to bytes.
class ByteWriter {
 public:
  explicit ByteWriter(std::vector<std::uint8_t>& out) : out_(out) {}

  void number(std::uint64_t x) {
    for (; x >= more; x >>= bits) out_.push_back(static_cast<std::uint8_t>(x | more));
    out_.push_back(static_cast<std::uint8_t>(x));
  }
  void whole(std::int64_t x) {
    const auto u = static_cast<std::uint64_t>(x);
    number(u << 1U ^ (x < 0 ? ~std::uint64_t{0} : 0));
  }
  /// Eight bytes, for what is not small.
  void fixed(std::uint64_t x) {
    for (unsigned shift = 0; shift < 64; shift += 8) out_.push_back(static_cast<std::uint8_t>(x >> shift));
  }

  static constexpr unsigned bits = 7;
  static constexpr std::uint64_t more = 1U << bits;

 private:
  std::vector<std::uint8_t>& out_;
};

/// Reads them back from `At`, an iterator over bytes. \pre what is read was written in the same order.
template <class At>
class ByteReader {
 public:
  explicit ByteReader(At at) : at_(at) {}
  /// Where the next number begins.
  [[nodiscard]] At at() const { return at_; }
  /// Passes over bytes that are no numbers.
  void skip(std::size_t bytes) { at_ += static_cast<std::ptrdiff_t>(bytes); }

  [[nodiscard]] std::uint64_t number() {
    std::uint64_t x = 0;
    for (unsigned shift = 0;; shift += ByteWriter::bits) {
      const std::uint64_t byte = *at_++;
      x |= (byte & (ByteWriter::more - 1)) << shift;
      if (byte < ByteWriter::more) return x;
    }
  }
  [[nodiscard]] std::int64_t whole() {
    const std::uint64_t u = number();
    return static_cast<std::int64_t>(u >> 1U ^ ((u & 1U) != 0 ? ~std::uint64_t{0} : 0));
  }
  [[nodiscard]] std::uint64_t fixed() {
    std::uint64_t x = 0;
    for (unsigned shift = 0; shift < 64; shift += 8) x |= std::uint64_t{*at_++} << shift;
    return x;
  }

 private:
  At at_;
};

/// a - b and a + b without overflow: what one takes away the other gives back.
[[nodiscard]] constexpr Micro apart(Micro a, Micro b) noexcept {
  return {static_cast<std::int64_t>(static_cast<std::uint64_t>(a.raw) - static_cast<std::uint64_t>(b.raw))};
}
[[nodiscard]] constexpr Micro together(Micro a, Micro b) noexcept {
  return {static_cast<std::int64_t>(static_cast<std::uint64_t>(a.raw) + static_cast<std::uint64_t>(b.raw))};
}

inline void write_finding(ByteWriter& out, const Finding& f) {
  out.number(static_cast<std::uint64_t>(f.code));
  out.number(static_cast<std::uint64_t>(f.scope));
  out.number(static_cast<std::uint64_t>(f.metric) << 1U | static_cast<std::uint64_t>(f.side));
  out.number(f.has);
  if (f.knows(Finding::state_field)) out.number(static_cast<std::uint64_t>(f.state));
  out.number(index_of(f.group));
  out.number(index_of(f.strategy));
  out.number(index_of(f.event));
  out.number(f.row + 1U);  // no_row becomes 0
  out.whole(f.max_units);
  for (const Micro m : {f.held, f.pending, f.requested, f.limit}) out.whole(m.raw);
  out.whole(apart(f.projected, together(together(f.held, f.pending), f.requested)).raw);
  out.whole(apart(f.headroom, apart(apart(f.limit, f.held), f.pending)).raw);
  if (!f.knows(Finding::scenario_field)) return;
  out.fixed(std::bit_cast<std::uint64_t>(f.scenario.spot));
  out.fixed(std::bit_cast<std::uint64_t>(f.scenario.vol));
}

template <class At>
[[nodiscard]] Finding read_finding(ByteReader<At>& in) {
  Finding f;
  f.code = static_cast<Code>(in.number());
  f.scope = static_cast<Scope>(in.number());
  const std::uint64_t metric_and_side = in.number();
  f.metric = static_cast<Metric>(metric_and_side >> 1U);
  f.side = static_cast<Side>(metric_and_side & 1U);
  f.has = static_cast<std::uint16_t>(in.number());
  if (f.knows(Finding::state_field)) f.state = static_cast<TradingState>(in.number());
  f.group = static_cast<GroupId>(in.number());
  f.strategy = static_cast<StrategyId>(in.number());
  f.event = static_cast<EventId>(in.number());
  f.row = static_cast<std::uint32_t>(in.number()) - 1U;
  f.max_units = in.whole();
  for (Micro* m : {&f.held, &f.pending, &f.requested, &f.limit}) m->raw = in.whole();
  f.projected = together(Micro{in.whole()}, together(together(f.held, f.pending), f.requested));
  f.headroom = together(Micro{in.whole()}, apart(apart(f.limit, f.held), f.pending));
  if (!f.knows(Finding::scenario_field)) return f;
  f.scenario.spot = std::bit_cast<double>(in.fixed());
  f.scenario.vol = std::bit_cast<double>(in.fixed());
  return f;
}

/// All of `d` but its reservation, which has the request's id, and `duplicate`; `expires` as the time from `decided`.
inline void write_decision(ByteWriter& out, const Decision& d, Timestamp decided) {
  const bool plain = d.verdict == Verdict::approved && d.reasons.empty() && d.warnings.empty() &&
                     d.units == d.units_requested && d.max_units == d.units && d.binding == Code::none;
  out.number(static_cast<std::uint64_t>(d.verdict) | static_cast<std::uint64_t>(d.intent) << 2U |
             (d.bypass ? 1U : 0U) << 4U | (plain ? 1U : 0U) << 5U | (d.expires ? 1U : 0U) << 6U);
  out.number(index_of(d.strategy));
  out.whole(d.units_requested);
  if (d.expires) out.whole((*d.expires - decided).count());
  if (plain) return;
  out.whole(d.units);
  out.whole(d.max_units);
  out.number(static_cast<std::uint64_t>(d.binding));
  for (const std::span<const Finding> findings : {d.reasons, d.warnings}) {
    out.number(findings.size());
    for (const Finding& f : findings) write_finding(out, f);
  }
}

/// \returns the verdict alone, from where `read_decision` would begin.
template <class At>
[[nodiscard]] Verdict read_verdict(ByteReader<At>& in) {
  return static_cast<Verdict>(in.number() & 3U);
}

/// \returns who asked and what for, from where `read_decision` would begin.
template <class At>
[[nodiscard]] std::pair<StrategyId, Intent> read_asker(ByteReader<At>& in) {
  const std::uint64_t head = in.number();
  return {static_cast<StrategyId>(in.number()), static_cast<Intent>(head >> 2U & 3U)};
}

template <class At>
[[nodiscard]] OwnedDecision read_decision(ByteReader<At>& in, Timestamp decided) {
  OwnedDecision d;
  const std::uint64_t head = in.number();
  d.verdict = static_cast<Verdict>(head & 3U);
  d.intent = static_cast<Intent>(head >> 2U & 3U);
  d.bypass = (head >> 4U & 1U) != 0;
  const bool plain = (head >> 5U & 1U) != 0;
  d.strategy = static_cast<StrategyId>(in.number());
  d.units_requested = in.whole();
  if ((head >> 6U & 1U) != 0) d.expires = decided + Duration{in.whole()};
  d.units = d.units_requested;
  d.max_units = d.units_requested;
  if (plain) return d;
  d.units = in.whole();
  d.max_units = in.whole();
  d.binding = static_cast<Code>(in.number());
  for (std::vector<Finding>* findings : {&d.reasons, &d.warnings}) {
    const std::uint64_t count = in.number();
    findings->reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) findings->push_back(read_finding(in));
  }
  return d;
}

}  // namespace optcoord::detail
