// tests/coordination/greek_totals_test.cpp -- portfolio and per-strategy Greeks, coverage, fills, what has to go.
// SPDX-License-Identifier: MIT
#include <optcoord/coordination/greek_totals.hpp>

#include <doctest/doctest.h>

#include <limits>  // std::numeric_limits
#include <map>     // std::map
#include <random>  // std::mt19937_64
#include <string>  // std::string
#include <vector>  // std::vector

namespace {

using namespace optcoord;

constexpr StrategyId lt112{1};
constexpr StrategyId ipmcc{2};

[[nodiscard]] Micro units(double x) { return *to_micro(x); }
[[nodiscard]] ContractGreeks put() { return contract_greeks({-0.30, 0.01, -0.12, 0.35}, 100); }
[[nodiscard]] ContractGreeks call() { return contract_greeks({0.55, 0.02, -0.20, 0.40}, 100); }

/// "delta gamma theta vega, with Greeks of legs".
[[nodiscard]] std::string told(const GreekTotals& t) {
  std::string out;
  for (const Micro m : t.sums) out += to_text(m) + " ";
  return out + std::to_string(t.with_greeks) + " of " + std::to_string(t.legs);
}

/// The obvious way: every position looked at, in a map by strategy and contract.
using Model = std::map<std::pair<StrategyId, int>, HeldGreeks>;
[[nodiscard]] GreekTotals model_total(const Model& model, std::optional<StrategyId> strategy = std::nullopt) {
  GreekTotals t;
  for (const auto& [key, held] : model) {
    if (held.quantity == 0 || (strategy && key.first != *strategy)) continue;
    ++t.legs;
    if (!held.contract) continue;
    ++t.with_greeks;
    for (std::size_t g = 0; g < greek_count; ++g) t.sums[g].raw += (*held.contract)[g].raw * held.quantity;
  }
  return t;
}

/// Positions as columns, which the spans look at.
struct Columns {
  std::array<std::vector<std::int64_t>, greek_count> exposures{};
  std::vector<std::uint8_t> known{};
  std::vector<StrategyId> strategies{};

  explicit Columns(const Model& model) {
    for (const auto& [key, held] : model) {
      for (std::size_t g = 0; g < greek_count; ++g)
        exposures[g].push_back(held.contract ? (*held.contract)[g].raw * held.quantity : 0);
      known.push_back(held.contract ? 1 : 0);
      strategies.push_back(key.first);
    }
  }
  [[nodiscard]] PositionColumns view() const {
    return {{exposures[0], exposures[1], exposures[2], exposures[3]}, known, strategies};
  }
};

[[nodiscard]] ContractGreeks drawn_contract(std::mt19937_64& dice) {
  if (dice() % 7 == 0) return std::nullopt;
  const auto figure = [&] { return static_cast<double>(dice() % 2'000'001) * 1e-6 - 1; };
  return contract_greeks({figure(), figure(), figure(), figure()}, 100);
}

}  // namespace

TEST_CASE("totals are of quantity, multiplier and unit Greeks, with their sign") {
  GreekBook book;
  REQUIRE(book.change(lt112, {}, {-2, put()}));
  REQUIRE(book.change(ipmcc, {}, {3, call()}));
  CHECK(told(book.of_strategy(lt112)) == "60 -2 24 -70 1 of 1");
  CHECK(told(book.of_strategy(ipmcc)) == "165 6 -60 120 1 of 1");
  CHECK(told(book.portfolio()) == "225 4 -36 50 2 of 2");
  CHECK(told(book.of_strategy(StrategyId{77})) == "0 0 0 0 0 of 0");
}

TEST_CASE("a leg without Greeks is counted, not added as zero-known") {
  GreekBook book;
  REQUIRE(book.change(lt112, {}, {-2, put()}));
  REQUIRE(book.change(lt112, {}, {5, std::nullopt}));
  CHECK(told(book.portfolio()) == "60 -2 24 -70 1 of 2");
  CHECK(!book.portfolio().complete());
  REQUIRE(book.change(lt112, {5, std::nullopt}, {5, call()}));  // its first quote
  CHECK(told(book.portfolio()) == "335 8 -76 130 2 of 2");
  CHECK(book.portfolio().complete());
  REQUIRE(book.change(lt112, {5, call()}, {5, std::nullopt}));  // and they are gone again
  CHECK(told(book.portfolio()) == "60 -2 24 -70 1 of 2");
}

TEST_CASE("what is closed leaves exactly nothing") {
  GreekBook book;
  const ContractGreeks odd = contract_greeks({0.1, 1.0 / 3, -0.7, 1e-7}, 100);
  REQUIRE(book.fill(lt112, {0, odd}, 7));
  REQUIRE(book.fill(lt112, {7, odd}, -12));
  REQUIRE(book.change(lt112, {-5, odd}, {-5, put()}));
  REQUIRE(book.change(lt112, {-5, put()}, {}));
  CHECK(book.portfolio() == GreekTotals{});
  CHECK(book.of_strategy(lt112) == GreekTotals{});
}

TEST_CASE("a change that would leave the range is refused and changes nothing") {
  GreekBook book;
  REQUIRE(book.change(lt112, {}, {1, put()}));
  const GreekTotals before = book.portfolio();
  const ContractGreeks huge = contract_greeks({1e10, 0, 0, 0}, 100);
  REQUIRE(huge);
  CHECK(book.change(ipmcc, {}, {5, huge}).error() == Error{Errc::invalid_value, "quantity"});
  CHECK(!book.change(ipmcc, {}, {std::numeric_limits<std::int64_t>::max(), huge}));
  CHECK(!book.fill(ipmcc, {0, huge}, 5));
  CHECK(!book.fill(ipmcc, {1, put()}, std::numeric_limits<std::int64_t>::max()));
  CHECK(book.portfolio() == before);
  CHECK(book.of_strategy(ipmcc) == GreekTotals{});
  REQUIRE(book.change(ipmcc, {}, {3, huge}));
  CHECK(!book.change(lt112, {}, {2, huge}));  // each strategy within, together beyond
  CHECK(book.of_strategy(lt112) == before);
  CHECK(!contract_greeks({1e11, 0, 0, 0}, 100));
}

TEST_CASE("the book, the columns and a look at every position agree after any fills and quotes") {
  std::mt19937_64 dice(11);
  GreekBook book;
  Model model;
  for (int step = 0; step < 5000; ++step) {
    const StrategyId strategy{static_cast<std::uint32_t>(dice() % 5)};
    HeldGreeks& held = model[{strategy, static_cast<int>(dice() % 40)}];
    HeldGreeks after = held;
    if (dice() % 2 == 0) {
      const std::int64_t traded = static_cast<std::int64_t>(dice() % 21) - 10;
      after.quantity += traded;
      REQUIRE(book.fill(strategy, held, traded));
    } else {
      after.contract = drawn_contract(dice);
      REQUIRE(book.change(strategy, held, after));
    }
    held = after;
    if (step % 50 != 0) continue;
    CHECK(book.portfolio() == model_total(model));
    Model open = model;
    std::erase_if(open, [](const auto& entry) { return entry.second.quantity == 0; });
    const Columns columns(open);
    CHECK(total(columns.view()) == book.portfolio());
    std::vector<GreekTotals> by_strategy(5);
    add_by_strategy(columns.view(), by_strategy);
    for (std::uint32_t s = 0; s < 5; ++s) {
      CHECK(by_strategy[s] == book.of_strategy(StrategyId{s}));
      CHECK(by_strategy[s] == model_total(model, StrategyId{s}));
    }
    CHECK(std::ssize(without_greeks(columns.view())) == book.portfolio().legs - book.portfolio().with_greeks);
  }
}

TEST_CASE("totals over columns are right at every length") {
  for (std::size_t n = 0; n < 5000; n = n < 40 ? n + 1 : n + 251) {
    std::array<std::vector<std::int64_t>, greek_count> e;
    for (std::size_t g = 0; g < greek_count; ++g) e[g].assign(n, static_cast<std::int64_t>(g) + 1);
    std::vector<std::uint8_t> known(n, 1);
    if (n > 2) known[n / 2] = known[n - 1] = 0;
    const std::vector<StrategyId> strategies(n, lt112);
    const PositionColumns columns{{e[0], e[1], e[2], e[3]}, known, strategies};
    const GreekTotals t = total(columns);
    const auto count = static_cast<std::int64_t>(n);
    REQUIRE(t.legs == count);
    REQUIRE(t.with_greeks == (n > 2 ? count - 2 : count));
    for (std::size_t g = 0; g < greek_count; ++g) REQUIRE(t.sums[g].raw == count * (static_cast<std::int64_t>(g) + 1));
    if (n > 2) REQUIRE(without_greeks(columns) == std::vector<std::size_t>{n / 2, n - 1});
  }
}

TEST_CASE("hedge_to_limit says which Greek is beyond which bound, and what brings it back exactly") {
  // the document's limits: delta +-1,000, gamma +-50, theta >= -500, vega +-1,000
  const std::vector<GreekLimit> limits{{Metric::delta, units(-1000), units(1000)},
                                       {Metric::gamma, units(-50), units(50)},
                                       {Metric::theta, units(-500), std::nullopt},
                                       {Metric::vega, units(-1000), units(1000)}};
  CHECK(hedge_to_limit({units(1000), units(-50), units(-500), units(0)}, limits).empty());
  CHECK(hedge_to_limit({units(0), units(0), units(9999), units(0)}, limits).empty());

  const std::vector<HedgeToLimit> needs =
      hedge_to_limit({units(1250.5), units(-62.25), units(-500.000001), units(-3000)}, limits);
  REQUIRE(needs.size() == 4);
  CHECK(needs[0].metric == Metric::delta);
  CHECK(needs[0].side == Side::upper);
  CHECK(needs[0].value == units(1250.5));
  CHECK(needs[0].limit == units(1000));
  CHECK(needs[0].change == units(-250.5));
  CHECK(needs[1].side == Side::lower);
  CHECK(needs[1].change == units(12.25));
  CHECK(needs[2].change == units(0.000001));
  CHECK(needs[3].change == units(2000));
}
