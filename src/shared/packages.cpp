// src/shared/packages.cpp -- requests with legs in several islands: judged by each, allowed by all or none.
// SPDX-License-Identifier: MIT
//
// Each island judges its part of the legs. Rows of different islands have no root in common, so what each says of its
// rows is what one ledger would say of them; only what is about the request as a whole is put together here.
#include "impl.hpp"

#include <algorithm>  // std::all_of, std::any_of, std::find_if, std::min, std::sort, std::stable_sort

namespace optcoord {

namespace {

[[nodiscard]] bool has(const Findings& list, Code code) {
  return std::any_of(list.all().begin(), list.all().end(), [code](const Finding& f) { return f.code == code; });
}

void in_row_order(std::span<Finding> items) { std::stable_sort(items.begin(), items.end(), is_listed_before); }

/// Whether a row or a group says it, not what concerns the request as a whole.
[[nodiscard]] bool is_of_rows(const Finding& f) { return f.row != Finding::no_row || f.knows(Finding::group_field); }

[[nodiscard]] Finding about_all(Code code, std::int64_t max_units) {
  Finding f;
  f.code = code;
  f.max_units = max_units;
  return f;
}

/// \returns whether all of the legs cancel out: nothing is left to be judged or reserved.
[[nodiscard]] bool cancels_out(const std::vector<Leg>& legs) {
  return std::all_of(legs.begin(), legs.end(), [&legs](const Leg& leg) {
    std::int64_t net = 0;
    for (const Leg& other : legs) net += other.contract == leg.contract ? other.ratio : 0;
    return net == 0;
  });
}

void in_row_order(Judging& said) {
  in_row_order(said.reasons.all());
  in_row_order(said.warnings.all());
}

/// Adds what `from` says of rows to `to`.
void take_rows(const Findings& from, Findings& to) {
  for (const Finding& f : from.all())
    if (is_of_rows(f)) to.push(f);
}
void take_rows(const Judging& from, Judging& to) {
  take_rows(from.reasons, to.reasons);
  take_rows(from.warnings, to.warnings);
}
void append(const Findings& from, Findings& to) {
  for (const Finding& f : from.all()) to.push(f);
}

/// The parts of a request, asked one by one.
class Asking {
 public:
  Asking(std::deque<Island>& islands, const std::vector<Part>& parts, const Request& request, Timestamp now)
      : islands_(islands), parts_(parts), request_(request), now_(now) {}

  /// Asks every part for `units`, and calls each(what is said of it).
  template <class Each>
  void ask(std::int64_t units, Each each) {
    ask_by([this](const Ledger& ledger, const Request& r) { return ledger.judge(r, part_said_, now_); }, units, each);
  }
  /// Adds what the rows alone say of all units to `said`: as of an open or, `exempt`, of a proved exit.
  void ask_rows(bool exempt, Judging& said) {
    ask_by([&](const Ledger& ledger, const Request& r) { return ledger.judge_rows(r, part_said_, exempt, now_); },
           request_.units, [&said](const Judging& part) { take_rows(part, said); });
    in_row_order(said);
  }

  bool in_range{true};
  bool computed{false};

 private:
  template <class Judge, class Each>
  void ask_by(Judge judge, std::int64_t units, Each each) {
    for (const Part& part : parts_) {
      Request r = part_of(request_, part);
      r.units = units;
      Island& island = islands_[part.island];
      part_said_.clear();
      const Judgement judgement = judge(island.ledger, r);
      in_range = in_range && judgement.in_range;
      for (Findings* list : {&part_said_.reasons, &part_said_.warnings})
        for (Finding& f : list->all()) island.translate(f);
      computed = computed || has(part_said_.warnings, Code::greeks_computed);
      each(part_said_);
    }
  }

  std::deque<Island>& islands_;
  const std::vector<Part>& parts_;
  const Request& request_;
  Timestamp now_;
  Judging part_said_;
};

void judge_open(Asking& asking, const Request& request, Judging& said) {
  asking.ask(request.units, [&said](const Judging& part) { take_rows(part, said); });
  in_row_order(said);
}

/// One leg that closes is enough; no part may raise the uncovered shorts.
void judge_adjust(Asking& asking, const Request& request, Judging& said) {
  bool closes = false;
  bool uncovers = false;
  Judging rows;
  asking.ask(request.units, [&](const Judging& part) {
    closes = closes || !has(part.reasons, Code::exit_not_reducing);
    uncovers = uncovers || has(part.reasons, Code::exit_uncovers_short);
    take_rows(part, rows);
  });
  if (!closes) said.reasons.push(about_all(Code::exit_not_reducing, 0));
  if (uncovers) said.reasons.push(about_all(Code::exit_uncovers_short, 0));
  in_row_order(rows);
  append(rows.reasons, said.reasons);
  append(rows.warnings, said.warnings);
}

/// \returns how many units every part proves to only close.
[[nodiscard]] std::int64_t closable(Asking& asking, const Request& request) {
  std::int64_t units = request.units;
  asking.ask(request.units, [&units](const Judging& part) {
    for (const Finding& f : part.reasons.all())
      if (f.code == Code::exit_not_reducing) units = std::min(units, f.max_units);
  });
  return units;
}

/// A proved exit that leaves a naked short is not free: the rows judge it like an open, and it is said first if they
/// deny.
void judge_uncovering(Asking& asking, Finding naked, Judging& said) {
  Judging rows;
  asking.ask_rows(false, rows);
  append(rows.warnings, said.warnings);
  if (rows.reasons.empty()) {
    said.warnings.push(naked);
    return;
  }
  naked.code = Code::exit_uncovers_short;
  for (const Finding& f : rows.reasons.all()) naked.max_units = std::min(naked.max_units, f.max_units);
  said.reasons.push(naked);
  append(rows.reasons, said.reasons);
}

/// An exit has to be proved in every island. Leaving a naked short in one lets the rows of all judge it.
void judge_exit(Asking& asking, const Request& request, Judging& said) {
  const std::int64_t closing = closable(asking, request);
  asking.in_range = true;  // rows have not been asked on behalf of all yet
  if (closing < request.units) said.reasons.push(about_all(Code::exit_not_reducing, closing));
  if (closing == 0 || (closing < request.units && !request.partial)) return;
  bool uncovers = false;
  asking.ask(closing, [&uncovers](const Judging& part) {
    uncovers =
        uncovers || has(part.warnings, Code::leaves_uncovered_short) || has(part.reasons, Code::exit_uncovers_short);
  });
  asking.in_range = true;
  const Finding naked = about_all(Code::leaves_uncovered_short, request.units);
  if (uncovers && request.intent != Intent::emergency_exit) return judge_uncovering(asking, naked, said);
  if (uncovers) said.warnings.push(naked);
  Judging passed;
  asking.ask_rows(true, passed);
  append(passed.warnings, said.warnings);
}

[[nodiscard]] std::vector<std::uint32_t> islands_of(const std::vector<Part>& parts) {
  std::vector<std::uint32_t> where;
  for (const Part& part : parts) where.push_back(part.island);
  return where;
}

}  // namespace

Result<std::vector<Part>> SharedLedger::Impl::divide_legs(const Request& request) const {
  {
    const std::lock_guard<std::mutex> hold(directory_lock);
    if (index_of(request.strategy) >= directory.state().first_of_strategy.size())
      return fail(Errc::unknown_name, "strategy");
    if (const Result<void> checked = directory.check(request); !checked) return tl::unexpected<Error>(checked.error());
  }
  std::vector<Part> parts;
  for (const Leg& leg : request.legs) {
    const std::uint32_t at = contracts.at(index_of(leg.contract));
    auto part = std::find_if(parts.begin(), parts.end(), [at](const Part& p) { return p.island == at; });
    if (part == parts.end()) part = parts.insert(parts.end(), {at, {}});
    part->legs.push_back(leg);
  }
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.island < b.island; });
  const Part first = parts.front();
  std::erase_if(parts, [](const Part& p) { return cancels_out(p.legs); });
  if (parts.empty()) parts.push_back(first);  // an exit of nothing: any island says that it closes nothing
  return parts;
}

bool SharedLedger::Impl::judge(const std::vector<Part>& parts, const Request& request, Judging& said,
                               Timestamp now) const {
  said.clear();
  Asking asking(islands, parts, request, now);
  if (is_exit(request.intent)) {
    judge_exit(asking, request, said);
  } else if (request.intent == Intent::adjust) {
    judge_adjust(asking, request, said);
  } else {
    judge_open(asking, request, said);
  }
  if (asking.computed) said.warnings.push(about_all(Code::greeks_computed, request.units));
  return asking.in_range;
}

Result<Decision> SharedLedger::Impl::decide_package(const Request& request, Judging& said, Timestamp now) {
  const Result<std::vector<Part>> divided = divide_legs(request);
  if (!divided) return tl::unexpected<Error>(divided.error());
  const std::vector<Part>& parts = *divided;
  // perhaps the rest of the legs cancels out
  if (parts.size() == 1) return decide_in(parts.front().island, part_of(request, parts.front()), said, now);
  const auto id = static_cast<std::uint64_t>(request.id);
  RequestStripe& requests_here = stripe(request.id);
  const std::lock_guard<SpinLock> hold_id(requests_here.lock);
  const std::size_t slot = requests_here.homes.slot_for(id);
  if (requests_here.homes.home_at(slot) != HomeTable::unknown) return fail(Errc::duplicate_id, "id");
  const std::vector<std::uint32_t> where = islands_of(parts);
  const Locks locks = lock_islands(where);
  if (!judge(parts, request, said, now)) return fail(Errc::invalid_value, "units");
  Decision d = conclude(request, said.reasons, said.warnings);
  Ledger& counting = islands[where.front()].ledger;
  counting.count(d.verdict);
  for (const std::uint32_t i : where) ++islands[i].changes;
  if (d.verdict == Verdict::denied) return d;
  d.reservation = request.id;
  d.expires = saturating_add(now, request.ttl.value_or(policy.options().default_ttl));
  for (const Part& part : parts) {
    Request r = part_of(request, part);
    r.ttl = Duration::max();  // the package has one clock, not its parts
    islands[part.island].ledger.reserve_units(r, d.units, now);
  }
  requests_here.packages[id] = {where, d.units, ReservationStatus::reserved, true, *d.expires};
  requests_here.homes.fill(slot, id, several);
  if (*d.expires == Timestamp::max()) return d;  // it never lapses
  const std::lock_guard<SpinLock> hold_clock(clock_lock);
  package_clock.emplace(*d.expires, request.id);
  return d;
}

Result<OwnedDecision> SharedLedger::what_if(const Request& request, Timestamp now) const {
  const std::uint32_t at = impl_->route(request);
  if (at != several) {
    Island& island = impl_->islands[at];
    const std::lock_guard<SpinLock> hold(island.lock);
    Result<OwnedDecision> d = island.ledger.what_if(request, now);
    if (!d) return d;
    for (Finding& f : d->reasons) island.translate(f);
    for (Finding& f : d->warnings) island.translate(f);
    return d;
  }
  const Result<std::vector<Part>> parts = impl_->divide_legs(request);
  if (!parts) return tl::unexpected<Error>(parts.error());
  const Locks locks = impl_->lock_islands(islands_of(*parts));
  Judging said;
  if (!impl_->judge(*parts, request, said, now)) return fail(Errc::invalid_value, "units");
  return OwnedDecision(conclude(request, said.reasons, said.warnings));
}

}  // namespace optcoord
