#!/usr/bin/env bash
# bench/million.sh -- a million events through optcoord-replay against two: time linear, memory flat but for ids.
# SPDX-License-Identifier: MIT
#
#   bench/million.sh [BINDIR] [EVENTS]     default: build/release/bin 1000000
#
# Of each five events one is a quote, and four tell an approved order that is filled and one that is denied: three new
# ids. Prints the processor time of EVENTS and of twice as many, the best of three runs each, their ratio, and the
# peaks of memory. Exit code 1 when twice the events take more than 2.2 times the time.
set -euo pipefail

bin=${1:-build/release/bin}
events=${2:-1000000}
work=$(mktemp -d "${TMPDIR:-/tmp}/optcoord-million.XXXXXX")
trap 'rm -rf "$work"' EXIT

cat >"$work/config.json" <<'JSON'
{"groups": [{"name": "SPY", "reference": "SPY", "members": [{"root": "SPY"}]}],
 "limits": [{"group": "SPY", "metric": "delta", "limit": 1000}, {"group": "SPY", "metric": "vega", "limit": 1000}],
 "strategies": [{"name": "LT112"}, {"name": "0DTE"}]}
JSON

# tell EVENTS: that many lines
tell() {
  awk -v lives="$(($1 / 5))" 'BEGIN {
    for (i = 0; i < lives; ++i) {
      s = int(i / 100)
      t = sprintf("\"t\":\"2026-01-05T%02d:%02d:%02d.%02dZ\"", 8 + int(s / 3600), int(s / 60) % 60, s % 60, i % 100)
      side = i % 2 ? -1 : 1
      printf "{\"type\":\"quote\",%s,\"root\":\"SPY\",\"price\":%d}\n", t, 440 + i % 20
      printf "{\"type\":\"request\",%s,\"id\":\"r-%08d\",\"strategy\":\"LT112\",\"intent\":\"open\",\"units\":5,", t, i
      printf "\"legs\":[{\"contract\":\"SPY\",\"ratio\":%d}]}\n", side
      printf "{\"type\":\"order\",%s,\"request\":\"r-%08d\",\"status\":\"working\"}\n", t, i
      printf "{\"type\":\"fill\",%s,\"request\":\"r-%08d\",\"exec\":\"e-%08d\",\"leg\":\"SPY\",", t, i, i
      printf "\"quantity\":%d,\"price\":450}\n", 5 * side
      printf "{\"type\":\"request\",%s,\"id\":\"d-%08d\",\"strategy\":\"0DTE\",\"intent\":\"open\",", t, i
      print "\"units\":5000,\"legs\":[{\"contract\":\"SPY\",\"ratio\":1}]}"
    }
  }'
}

# measure FILE: "seconds KiB", the best time and the highest peak of three runs
measure() {
  python3 - "$bin/optcoord-replay" "$work/config.json" "$1" <<'PYTHON'
import os, sys
best, peak = float("inf"), 0
for _ in range(3):
    out = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=out)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"optcoord-replay ended with {status}")
    best, peak = min(best, usage.ru_utime + usage.ru_stime), max(peak, usage.ru_maxrss)
print(best, peak)
PYTHON
}

tell "$events" >"$work/once"
tell $((2 * events)) >"$work/twice"
once=$(measure "$work/once")
twice=$(measure "$work/twice")
awk -v events="$events" -v once="$once" -v twice="$twice" 'BEGIN {
  split(once, a, " ")
  split(twice, b, " ")
  ratio = b[1] / a[1]
  printf "%d events: %.2f s, peak %.1f MiB\n", events, a[1], a[2] / 1024
  printf "%d events: %.2f s, peak %.1f MiB\n", 2 * events, b[1], b[2] / 1024
  printf "time of twice the events: %.2fx, required <= 2.2x: %s\n", ratio, ratio <= 2.2 ? "ok" : "FAIL"
  printf "bytes for each remembered id: %.0f, required <= 96\n", 1024 * (b[2] - a[2]) / (events / 5 * 3)
  exit ratio > 2.2
}'
