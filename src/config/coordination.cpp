// src/config/coordination.cpp -- the block `coordination`: the rules between strategies, each off when absent.
// SPDX-License-Identifier: MIT
#include "blocks.hpp"

namespace optcoord::config::detail {
namespace {

constexpr Words<MaxActiveCounts, 2> max_active_words{
    {{"entering", MaxActiveCounts::entering}, {"positions", MaxActiveCounts::positions}}};
constexpr Words<BuyingPowerMode, 2> buying_power_words{
    {{"shares", BuyingPowerMode::shares}, {"waterfall", BuyingPowerMode::waterfall}}};

void read_margin(ObjectReader& r, CoordinationConfig& out) {
  const Node* node = r.find("margin");
  if (node == nullptr) return r.off("margin");
  MarginConfig m;
  ObjectReader b(r.report(), *node, r.at("margin"));
  b.read("pressure", m.pressure, above_to(0, 1));
  b.read("release", m.release, within(0, 1));
  b.read("reduce_only", m.reduce_only, above_to(0, 1));
  b.read("max_priority", m.max_priority, at_least(1));
  b.read("scale", m.scale, within(0, 1));
  b.finish();
  if (m.release > m.pressure)
    b.contradiction("release", json_of(m.release) + " is over pressure, " + json_of(m.pressure));
  if (m.reduce_only < m.pressure)
    b.contradiction("reduce_only", json_of(m.reduce_only) + " is under pressure, " + json_of(m.pressure));
  out.margin = m;
}

void read_correlation(ObjectReader& r, CoordinationConfig& out) {
  const Node* node = r.find("correlation");
  if (node == nullptr) return r.off("correlation");
  CorrelationConfig c;
  ObjectReader b(r.report(), *node, r.at("correlation"));
  b.read("threshold", c.threshold, within(-1, 1));
  b.read("release", c.release, within(-1, 1));
  b.read("window", c.window, within(2, 100000));
  b.read("min_observations", c.min_observations, at_least(2));
  b.read("ewma_lambda", c.ewma_lambda, between(0, 1));
  b.finish();
  if (c.release > c.threshold)
    b.contradiction("release", json_of(c.release) + " is over threshold, " + json_of(c.threshold));
  if (c.min_observations > c.window)
    b.contradiction("min_observations",
                    json_of(c.min_observations) + " never fit into a window of " + json_of(c.window));
  out.correlation = c;
}

void read_buying_power(ObjectReader& r, CoordinationConfig& out) {
  const Node* node = r.find("buying_power");
  if (node == nullptr) return r.off("buying_power");
  BuyingPowerConfig p;
  ObjectReader b(r.report(), *node, r.at("buying_power"));
  b.read("reserve", p.reserve, from_below(0, 1));
  b.read("mode", p.mode, buying_power_words);
  b.finish();
  out.buying_power = p;
}

}  // namespace

void read_coordination(ObjectReader& top, DeskConfig& out) {
  const Node* node = top.find("coordination");
  if (node == nullptr) return top.off("coordination");
  CoordinationConfig c;
  ObjectReader r(top.report(), *node, "coordination");
  r.read("max_active", c.max_active, at_least(1));
  r.read("max_active_counts", c.max_active_counts, max_active_words);
  r.read("min_interval_s", c.min_interval, SecondsRule{at_least(0)});
  r.read("loss_halt", c.loss_halt, from_below(-1, 0));
  r.read("require_calendar", c.require_calendar);
  read_margin(r, c);
  read_correlation(r, c);
  read_buying_power(r, c);
  r.finish();
  out.coordination = c;
}

}  // namespace optcoord::config::detail
