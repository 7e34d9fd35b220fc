#!/bin/sh
# examples/demo.sh -- the main job, end to end: minute bars -> optcoord-events -> optcoord-replay -> decisions.
# SPDX-License-Identifier: MIT
#
#   examples/demo.sh BINDIR [OUTDIR]
#
# Runs the project's own made-up day and, where OPTCOORD_DATA_DIR (default: ../shared/data beside the checkout) has
# it, the real GOOG day of 2015-12-24. Decisions go to OUTDIR (default: a new directory under TMPDIR).
set -eu

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  echo "usage: examples/demo.sh BINDIR [OUTDIR]" >&2
  exit 2
fi
bin=$1
here=$(cd "$(dirname "$0")" && pwd)
data=${OPTCOORD_DATA_DIR:-$here/../../shared/data}
out=${2:-$(mktemp -d "${TMPDIR:-/tmp}/optcoord-demo.XXXXXX")}
mkdir -p "$out"

say() { echo "demo: $*" >&2; }

# day NAME CONFIG [optcoord-events options]: events into OUTDIR/NAME.events.jsonl, decisions into NAME.decisions.jsonl
day() {
  name=$1
  config=$2
  shift 2
  say "$name: bars and script into $out/$name.events.jsonl"
  "$bin/optcoord-events" "$@" --out "$out/$name.events.jsonl"
  say "$name: decisions into $out/$name.decisions.jsonl"
  "$bin/optcoord-replay" --summary "$config" "$out/$name.events.jsonl" >"$out/$name.decisions.jsonl"
}

say "a made-up day into $out"
"$bin/optcoord-made-up-day" "$out"
day made_up "$here/data/sample.json" --date 2025-06-13 --session 09:30,16:00 --carry-forward \
  --underlying "SPY=America/New_York:$out/spy_minute_trades.csv" \
  --underlying "ES=America/Chicago:$out/es_minute_trades.csv" \
  --options "SPY=America/New_York:$out/spy_option_quotes.csv" \
  --options "ES=America/New_York:$out/es_option_quotes.csv" \
  --calendar "$here/data/made_up_calendar.csv" --script "$here/data/made_up_day.jsonl"

goog=$data/goog_20151224
if [ -r "$goog/options_minute_quotes.csv.gz" ]; then
  day goog "$here/data/goog.json" --date 2015-12-24 --session 09:30,13:00 --rate 0.005 \
    --underlying "GOOG=America/New_York:$goog/underlying_minute_quotes.csv" \
    --options "GOOG=America/New_York:$goog/options_minute_quotes.csv.gz" \
    --calendar "$here/data/goog_calendar.csv" --script "$here/data/goog_day.jsonl"
else
  say "the real GOOG day is skipped: $goog is not there"
fi
