// tests/consumer/host/desk.cpp -- the compiled parts in one host: configuration, desk and protocol make one decision.
// SPDX-License-Identifier: MIT
#include <optcoord/config/load.hpp>
#include <optcoord/core/explain.hpp>
#include <optcoord/desk/desk.hpp>
#include <optcoord/protocol/decoder.hpp>
#include <optcoord/protocol/encode.hpp>

#include <string>
#include <variant>

using namespace optcoord;

/// What the desk says to one line of the protocol; empty when anything about it is not as it should be.
std::string decided_by_desk(const std::string& line) {
  const auto loaded = config::load(R"({"groups":[{"name":"SPY","reference":"SPY","members":[{"root":"SPY"}]}],
                                       "limits":[{"group":"SPY","metric":"delta","limit":300}]})");
  if (!loaded) return {};
  Result<Desk> desk = Desk::make(loaded->config);
  protocol::Decoder decoder;
  const auto event = decoder.decode(line);
  if (!desk || !event) return {};
  std::string said;
  std::string written;
  auto sink = [&](const Output& output) {
    if (const auto* made = std::get_if<DecisionOutput>(&output.body)) said = explain(made->decision, desk->names());
    protocol::append_line(written, output, 1, event->t, desk->names(), decoder);
  };
  const bool taken = desk->step(*event, sink).has_value();
  return taken && written.find("\"verdict\":\"denied\"") != std::string::npos ? said : std::string{};
}
