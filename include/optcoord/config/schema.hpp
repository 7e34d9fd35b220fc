// optcoord/config/schema.hpp -- the configuration as a JSON Schema, for editors and for validators of others.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>  // std::string

namespace optcoord::config {

/// \returns a JSON Schema (draft-07) of the whole configuration: every key, its type, range, words and default. It is
/// made by the reader itself, which is asked what it asks for, so neither knows a key that the other does not. What the
/// schema rejects `load` refuses; `load` refuses more: duplicate keys, names that are nowhere defined, values that
/// contradict each other. Comments are not part of JSON, nor of the schema.
[[nodiscard]] std::string json_schema();

}  // namespace optcoord::config
