// tests/consumer/host/main.cpp -- a host that asks the library something; compiled with the host's flags, not ours.
// SPDX-License-Identifier: MIT
#include <optcoord/core/time.hpp>

#include <cstdio>
#include <string>

std::string one_second_later(optcoord::Timestamp t);  // other.cpp, which includes the same headers

int main(int argc, char**) {
  // What our warnings would refuse; a host may write it.
  int unused = argc;
  short narrowed = argc;
  (void)narrowed;

  const auto t = optcoord::parse_time("2015-12-24T17:59:59.5Z");
  if (!t) return 1;
  const std::string later = one_second_later(*t);
  std::puts(later.c_str());
  return later == "2015-12-24T18:00:00.5Z" ? 0 : 1;
}
