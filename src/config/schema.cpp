// src/config/schema.cpp -- the reader is shown objects of every kind, and what it asks for is written as JSON Schema.
// SPDX-License-Identifier: MIT
#include <optcoord/config/schema.hpp>

#include "blocks.hpp"

namespace optcoord::config {
namespace {

using detail::Shape;

/// One of every object, list and choice that the reader looks into, so that it asks for everything it knows; values
/// that are only looked at stand for themselves. Defaults that depend (a root's) differ between two entries.
constexpr std::string_view one_of_everything = R"({
  "roots": [{"root": "ES"}, {"root": "SPX"}, {"root": "AAPL"}],
  "groups": [{"members": "all"}, {"members": [{}]}],
  "limits": [{"tiers": [{}]}, {"metric": "scenario_loss", "scenario": {"spot": [0], "vol": [0]}}],
  "headroom": [{"days": [""]}],
  "cuts": [{"event": ""}, {"root": "", "metrics": [""]}],
  "strategies": [{"windows": [{"days": [""]}], "position_sizing": {"risk_adjustment": {}},
                  "events": {"E": {"action": "skip"}, "F": {"action": "scale"}, "G": {"action": "avoid_group"}}},
                 {"risk_adjustment": {}}],
  "interlocks": [{"states": [""]}],
  "coordination": {"margin": {}, "correlation": {}, "buying_power": {}},
  "position_sizing": {"risk_adjustment": {}},
  "ipmcc": {"strike_rule": "", "vix_scaling": {}},
  "exercise": {"stages": [{}], "broker_profile": {}, "emergency_trigger": {}}
})";

class Writer {
 public:
  [[nodiscard]] std::string take() && { return std::move(out_); }

  void root(const Shape& shape) {
    out_ += "{\n";
    out_ += R"( "$schema": "http://json-schema.org/draft-07/schema#",)"
            "\n";
    out_ += R"( "title": "optcoord configuration",)"
            "\n";
    depth_ = 1;
    out_ += ' ';
    object(shape);
    out_ += "\n}\n";
  }

 private:
  void line() { out_.append("\n").append(depth_, ' '); }
  void begin(char bracket) {
    out_ += bracket;
    ++depth_;
  }
  void end(char bracket) {
    --depth_;
    line();
    out_ += bracket;
  }

  /// A schema of any of the alternatives of `shape`; of anything when there are none.
  void any_of(const Shape& shape) {
    const std::size_t alternatives = shape.scalars.size() + (shape.object ? 1U : 0U) + (shape.list ? 1U : 0U);
    if (alternatives <= 1) return alternative(shape, shape.scalars.empty() ? std::string{} : shape.scalars.front());
    out_ += R"({"anyOf": )";
    begin('[');
    const char* separator = "";
    for (const std::string& inside : shape.scalars) {
      out_ += separator;
      line();
      out_ += '{' + inside + '}';
      separator = ",";
    }
    if (shape.object || shape.list) {
      out_ += separator;
      line();
      alternative(shape, "");
    }
    end(']');
    out_ += '}';
  }

  void alternative(const Shape& shape, const std::string& inside) {
    out_ += '{' + inside;
    if (!inside.empty() && shape.fallback && !shape.fallback->empty()) out_ += R"(,"default":)" + *shape.fallback;
    if (inside.empty() && shape.list) {
      out_ += R"("type":"array","items": )";
      any_of(shape.entries.front());
    } else if (inside.empty() && shape.object) {
      ++depth_;
      line();
      object(shape);
      end('}');
      return;
    }
    out_ += '}';
  }

  /// The inside of an object's schema.
  void object(const Shape& shape) {
    out_ += R"("type": "object",)";
    line();
    out_ += R"("properties": )";
    begin('{');
    const char* separator = "";
    const auto property = [&](std::string_view name, const Shape& value) {
      out_ += separator;
      line();
      append_json_string(out_, name);
      out_ += ": ";
      any_of(value);
      separator = ",";
    };
    for (const Shape::Key& key : shape.keys)
      if (!shape.hosts.contains(key.name)) property(key.name, key.shape);
    for (const std::string_view name : shape.hosts.names) property(name, Shape{});
    end('}');
    if (shape.required && !shape.required->empty()) {
      out_ += ',';
      line();
      out_ += R"("required": [)";
      for (std::size_t i = 0; i < shape.required->size(); ++i) {
        out_ += i == 0 ? "" : ",";
        append_json_string(out_, (*shape.required)[i]);
      }
      out_ += ']';
    }
    if (shape.hosts.extensions) {
      out_ += ',';
      line();
      out_ += R"("patternProperties": {"^x_": {}})";
    }
    if (!shape.closed && shape.named.empty()) return;
    out_ += ',';
    line();
    out_ += R"("additionalProperties": )";
    if (shape.named.empty()) {
      out_ += "false";
    } else {
      any_of(shape.named.front());
    }
  }

  std::string out_;
  std::size_t depth_{0};
};

}  // namespace

std::string json_schema() {
  detail::Shapes shapes;
  detail::Report report(shapes);
  const detail::Parsed parsed = detail::parse_json(one_of_everything);
  DeskConfig ignored;
  if (parsed.root) detail::read_configuration(report, *parsed.root, ignored);
  Writer writer;
  writer.root(shapes.root());
  return std::move(writer).take();
}

}  // namespace optcoord::config
