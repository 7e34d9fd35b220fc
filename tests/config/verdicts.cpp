// tests/config/verdicts.cpp -- says of each line of standard input whether it is a configuration: "valid" or "faulty".
// SPDX-License-Identifier: MIT
//
// For schema_check.py, which asks thousands of times.
#include <optcoord/config/load.hpp>

#include <iostream>
#include <string>

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);)
    std::cout << (optcoord::config::load(line) ? "valid\n" : "faulty\n");
  return std::cin.eof() ? 0 : 1;
}
