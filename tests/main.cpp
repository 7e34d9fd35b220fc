// tests/main.cpp -- the one place where doctest's runner is compiled; every test program links it.
// SPDX-License-Identifier: MIT
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
