// bench/scale_lines.cpp -- the least a ledger must do, and what size costs: many positions, many rows.
// SPDX-License-Identifier: MIT
//
// The first line sets reserving and releasing beside the bare pair: look one id's slot up, check and add to three sums,
// remember the id; find it again, take back, forget it. The others set one book beside another: the same question of a
// ledger with few positions or rows, and of one with many.
#include "ratio.hpp"
#include "turns.hpp"

#include <optcoord/ledger/ledger.hpp>

#include <fmt/format.h>

#include <benchmark/benchmark.h>

#include <array>   // std::array
#include <chrono>  // std::chrono::seconds, std::chrono::nanoseconds
#include <memory>  // std::shared_ptr
#include <string>  // std::string

namespace optcoord::bench {

namespace {

constexpr double wide_bound = 1e9;  // nothing here is to be near a limit

/// How large a ledger is.
struct Size {
  std::uint32_t groups{1};      ///< each of one root, with a row on delta, one on vega, and caps on delta
  std::uint32_t strategies{5};  ///< each with a cap in each group, but for those without
  std::uint32_t contracts{1};   ///< options of each root
  bool caps_for_all{true};      ///< false: the first strategy alone has caps
  bool account{false};          ///< all roots' delta in shares of the first, in place of the rows on vega
  std::uint64_t positions{0};   ///< strategies x contracts of the first root, each held; 0: none
};

/// A ledger of that size, and the ids of what is asked for.
struct Book {
  Size size;
  Names names;
  ProductTable products;
  Ledger ledger;
  std::vector<StrategyId> strategies;
  std::vector<ContractId> options;  ///< those of the first root, then those of the second, ...
  std::vector<PreparedId> prepared;
  Timestamp now{std::chrono::seconds{1'767'623'400}};
  std::uint64_t next_id{1};
  std::uint64_t released{1};
  std::uint64_t random_state{0x9E3779B97F4A7C15U};

  explicit Book(const Size& wanted) : size(wanted), ledger(*Ledger::make(config(wanted), names, products)) {
    for (std::uint32_t s = 0; s < size.strategies; ++s) strategies.push_back(ledger.add_strategy(strategy(s), names));
    for (std::uint32_t g = 0; g < size.groups; ++g) {
      (void)ledger.mark_root(*names.roots.find(root(g)), 400.0 + g, now);
      for (std::uint32_t c = 0; c < size.contracts; ++c) {
        const std::string text = fmt::format("{:<6}260116{}{:08}", root(g), c % 2 == 0 ? 'P' : 'C', 1000 + c / 2);
        options.push_back(*ledger.add_contract(text, names, products));
      }
    }
    mark_options();
    if (size.positions != 0) hold();
  }

  static std::string root(std::uint32_t group) { return fmt::format("R{:03}", group); }
  static std::string strategy(std::uint32_t number) { return fmt::format("S{:04}", number); }
  static LedgerConfig config(const Size& size) {
    const auto limit = [](const std::string& group, Metric metric, const std::string& capped) {
      LimitConfig row;
      row.group = group;
      row.metric = metric;
      row.strategy = capped;
      row.lower = -wide_bound;
      row.upper = wide_bound;
      return row;
    };
    LedgerConfig c;
    for (std::uint32_t g = 0; g < size.groups; ++g) {
      c.groups.push_back({.name = root(g), .reference = root(g), .members = {{root(g)}}});
      c.limits.push_back(limit(root(g), Metric::delta, ""));
      if (!size.account) c.limits.push_back(limit(root(g), Metric::vega, ""));
      for (std::uint32_t s = 0; s < (size.caps_for_all ? size.strategies : 1); ++s)
        c.limits.push_back(limit(root(g), Metric::delta, strategy(s)));
    }
    if (!size.account) return c;
    c.groups.push_back({.name = "ACCOUNT", .reference = root(0), .members = {}, .all_roots = true});
    c.limits.push_back(limit("ACCOUNT", Metric::delta, ""));
    return c;
  }

  void mark_options() {
    for (const ContractId option : options)
      ledger.mark_option(option, {.greeks = {-0.30, 0.01, -0.1, 0.2}, .computed = false, .underlying = {}}, now);
  }
  /// Every strategy buys or sells one of every contract. What has ended is forgotten now and then, as a desk does.
  void hold() {
    constexpr std::uint64_t remembered = 1'000;  // on both sides: the table of ids is as large
    expect(size.positions == std::uint64_t{size.strategies} * size.contracts, "not that many positions");
    for (const ContractId option : options) {
      for (std::size_t s = 0; s < strategies.size(); ++s) {
        const Leg legs[] = {{option, s % 2 == 0 ? 1 : -1}};
        const RequestId id = fresh_id();
        const Result<Decision> d = ledger.decide({.id = id, .strategy = strategies[s], .legs = legs}, now);
        expect(d && d->verdict == Verdict::approved, "a position was not approved");
        expect(ledger.apply(Fill{id, ExecutionId{next_id}, option, legs[0].ratio, 5.0}, now).has_value(),
               "a position was not filled");
        if (next_id % remembered != 0) continue;
        now += std::chrono::nanoseconds{1};
        ledger.forget_ended_before(now);
      }
    }
    now += std::chrono::nanoseconds{1};
    ledger.forget_ended_before(now);
    released = next_id;
    expect(ledger.state().holders.size() - ledger.state().free_holders.size() == size.positions,
           "some position is not held");
  }

  [[nodiscard]] RequestId fresh_id() { return RequestId{next_id++}; }
  /// A number below `bound`, much like any other.
  [[nodiscard]] std::uint32_t random(std::uint32_t bound) {
    random_state ^= random_state << 13U;
    random_state ^= random_state >> 7U;
    random_state ^= random_state << 17U;
    return static_cast<std::uint32_t>((random_state >> 32U) * bound >> 32U);
  }
  [[nodiscard]] bool ask(StrategyId who, ContractId what) {
    const Leg legs[] = {{what, 1}};
    return looked_at(ledger.decide({.id = fresh_id(), .strategy = who, .legs = legs}, now)) == Verdict::approved;
  }
  [[nodiscard]] bool ask(PreparedId what) {
    return looked_at(ledger.decide(what, fresh_id(), 1, now)) == Verdict::approved;
  }
  /// Asks once for everything there is, so that no list grows later.
  void meet_all() {
    for (const ContractId option : options) {
      expect(ask(strategies[0], option), "a first answer was not the expected one");
      release();
    }
    for (const PreparedId request : prepared) {
      expect(ask(request), "a first answer was not the expected one");
      release();
    }
  }
  void release() {
    for (; released < next_id; ++released) ledger.withdraw(RequestId{released});
  }
};

// ---- the bare pair

/// What every ledger has to do for an approval and its release: one id's slot looked up, three sums checked and added
/// to; the slot again, the sums taken back. Its ids are never in each other's way, it knows no other fault.
struct Bare {
  struct Row {
    std::int64_t lower{-1'000'000'000};
    std::int64_t upper{1'000'000'000};
    std::int64_t held{0};
    std::int64_t up{0};
    std::int64_t down{0};
  };
  struct Part {
    std::uint32_t row;
    std::int64_t unit;
  };
  struct Order {
    std::uint64_t id{0};  ///< 0: none
    std::int64_t units{0};
  };
  static constexpr unsigned slot_bits = 10;

  std::vector<Row> rows{std::vector<Row>(7)};
  std::vector<Part> asked{{0, -30}, {1, 20}, {4, -30}};
  std::vector<Order> orders{std::vector<Order>(std::size_t{1} << slot_bits)};
  std::uint64_t next_id{1};

  [[nodiscard]] Order& slot(std::uint64_t id) { return orders[(id * 0x9E3779B97F4A7C15U) >> (64 - slot_bits)]; }
  [[nodiscard]] bool reserve(std::uint64_t id, std::int64_t units) {
    Order& order = slot(id);
    if (order.id != 0) return false;
    for (const Part part : asked) {
      const Row& row = rows[part.row];
      const std::int64_t added = units * part.unit;
      if (added > 0 ? row.held + row.up + added > row.upper : row.held + row.down + added < row.lower) return false;
    }
    for (const Part part : asked) add(part, units);
    order = {id, units};
    return true;
  }
  [[nodiscard]] bool release(std::uint64_t id) {
    Order& order = slot(id);
    if (order.id != id) return false;
    for (const Part part : asked) add(part, -order.units, part.unit < 0);
    order = {};
    return true;
  }

 private:
  void add(Part part, std::int64_t units) { add(part, units, part.unit < 0); }
  void add(Part part, std::int64_t units, bool down) {
    Row& row = rows[part.row];
    (down ? row.down : row.up) += units * part.unit;
  }
};

[[nodiscard]] Arm bare_pair() {
  return [bare = std::make_shared<Bare>()] {
    return turn(
        [&] {
          const std::uint64_t id = bare->next_id++;
          const bool approved = bare->reserve(id, 1);
          benchmark::ClobberMemory();
          const bool released = bare->release(id);
          benchmark::ClobberMemory();
          return approved && released;
        },
        [] {});
  };
}

[[nodiscard]] Arm prepared_pair() {
  const auto book = std::make_shared<Book>(Size{});
  const Leg legs[] = {{book->options[0], 1}};
  book->prepared.push_back(*book->ledger.prepare({.strategy = book->strategies[1], .legs = legs}));
  return [book] {
    return turn(
        [&] {
          const RequestId id{book->next_id};
          const bool approved = book->ask(book->prepared[0]);
          book->ledger.withdraw(id);
          benchmark::ClobberMemory();
          return approved;
        },
        [] {});
  };
}

// ---- one book beside another

constexpr std::uint32_t asked_contracts = 100;  // those of the smaller book, in both

/// One strategy asks for contracts that are held, one after the other.
[[nodiscard]] Arm ask_among(const Size& size) {
  return [book = std::make_shared<Book>(size)] {
    return turn([&] { return book->ask(book->strategies[0], book->options[book->next_id % asked_contracts]); },
                [&] { book->release(); });
  };
}

/// The same for contracts at random, out of all that are held.
[[nodiscard]] Arm ask_anywhere(const Size& size) {
  return [book = std::make_shared<Book>(size)] {
    return turn([&] { return book->ask(book->strategies[0], book->options[book->random(book->size.contracts)]); },
                [&] { book->release(); });
  };
}

/// Any strategy asks in any group.
[[nodiscard]] Arm ask_at_random(const Size& size) {
  const auto book = std::make_shared<Book>(size);
  book->meet_all();
  return [book] {
    return turn(
        [&] {
          const StrategyId who = book->strategies[book->random(book->size.strategies)];
          return book->ask(who, book->options[book->random(book->size.groups)]);
        },
        [&] { book->release(); });
  };
}

/// The same by requests prepared for every strategy and group.
[[nodiscard]] Arm ask_prepared_at_random(const Size& size) {
  const auto book = std::make_shared<Book>(size);
  for (const StrategyId who : book->strategies) {
    for (const ContractId what : book->options) {
      const Leg legs[] = {{what, 1}};
      book->prepared.push_back(*book->ledger.prepare({.strategy = who, .legs = legs}));
    }
  }
  book->meet_all();
  return [book] {
    return turn(
        [&] { return book->ask(book->prepared[book->random(static_cast<std::uint32_t>(book->prepared.size()))]); },
        [&] { book->release(); });
  };
}

constexpr Size thousand_positions{.strategies = 10, .contracts = 100, .caps_for_all = false, .positions = 1'000};
constexpr Size ten_million_positions{
    .strategies = 100, .contracts = 100'000, .caps_for_all = false, .positions = 10'000'000};
constexpr Size small_table{.groups = 4, .strategies = 5};
constexpr Size wide_table{.groups = 256, .strategies = 1'000};

[[nodiscard]] constexpr Size with_account(Size size) {
  size.account = true;
  return size;
}

}  // namespace

std::vector<Line> scale_lines() {
  std::vector<Line> lines;
  const auto add = [&lines](const char* name, const char* about, const char* peer, std::optional<double> required,
                            std::function<Arms()> make) {
    lines.push_back({.name = name,
                     .about = about,
                     .peer = peer,
                     .sense = Sense::times_the_time,
                     .required = required,
                     .no_allocation = true,
                     .make = std::move(make)});
  };
  add("scale.pair", "a prepared approval by three rows and its release, against what no ledger can do without",
      "the bare pair", 2.5, [] {
        return Arms{prepared_pair(), bare_pair()};
      });
  add("scale.positions", "one option leg by ids among 10,000,000 positions, the same 100 contracts on both sides",
      "among 1,000 positions", 1.5, [] {
        return Arms{ask_among(ten_million_positions), ask_among(thousand_positions)};
      });
  add("scale.positions_anywhere", "the same for any of the 100,000 contracts held: the contracts' own memory is cold",
      "among 1,000 positions", {}, [] {
        return Arms{ask_anywhere(ten_million_positions), ask_anywhere(thousand_positions)};
      });
  add("scale.rows", "1,000 strategies x 256 groups, each with its cap: 256,512 rows, asked for at random, by ids",
      "5 strategies x 4 groups", 3.0, [] {
        return Arms{ask_at_random(wide_table), ask_at_random(small_table)};
      });
  add("scale.rows_prepared", "the same, prepared for each strategy and group: 256,000 requests",
      "5 strategies x 4 groups", {}, [] {
        return Arms{ask_prepared_at_random(wide_table), ask_prepared_at_random(small_table)};
      });
  add("scale.rows_converted", "as scale.rows, with the account's delta in another root's shares: the long way",
      "5 strategies x 4 groups", {}, [] {
        return Arms{ask_at_random(with_account(wide_table)), ask_at_random(with_account(small_table))};
      });
  return lines;
}

}  // namespace optcoord::bench
