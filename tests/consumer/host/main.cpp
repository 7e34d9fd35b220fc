// tests/consumer/host/main.cpp -- a host that asks the library something; compiled with the host's flags, not ours.
// SPDX-License-Identifier: MIT
#include <optcoord/core/explain.hpp>
#include <optcoord/ledger/ledger.hpp>

#include <cstdio>
#include <string>

std::string one_second_later(optcoord::Timestamp t);    // other.cpp, which includes the same headers
std::string decided_by_ledger(optcoord::Timestamp t);   // other.cpp
std::string decided_by_desk(const std::string& event);  // desk.cpp, where the compiled parts are linked
bool together_is_blocked();                             // correlation.cpp, where there is Eigen

namespace {

bool is(const std::string& got, const std::string& wanted) {
  std::puts(got.c_str());
  return got == wanted;
}

}  // namespace

int main(int argc, char**) {
  // What our warnings would refuse; a host may write it.
  int unused = argc;
  short narrowed = argc;
  (void)narrowed;

  const auto t = optcoord::parse_time("2015-12-24T17:59:59.5Z");
  if (!t) return 1;
  bool good = is(one_second_later(*t), "2015-12-24T18:00:00.5Z");

  // The same headers as other.cpp, used here as well.
  optcoord::Names names;
  const auto ledger = optcoord::Ledger::make({}, names, {});
  good &= ledger.has_value() && is(std::string(text(optcoord::Verdict::approved)), "approved");

  const std::string denied = "Would exceed maximum SPY exposure: 0 held + 400 requested = 400, limit 300, headroom 300";
  good &= is(decided_by_ledger(*t), denied);
#ifdef HOST_HAS_DESK
  const std::string request =
      R"({"t":"2015-12-24T15:00:00Z","type":"request","id":1,"strategy":"A","intent":"open","units":400,)"
      R"("legs":[{"contract":"SPY","ratio":1}]})";
  good &= is(decided_by_desk(request), denied);
#endif
#ifdef HOST_HAS_CORRELATION
  good &= together_is_blocked();
#endif
  return good ? 0 : 1;
}
