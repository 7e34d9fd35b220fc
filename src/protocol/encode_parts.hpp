// src/protocol/encode_parts.hpp -- the parts of output lines that are written in files of their own.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/desk/output.hpp>        // the outputs
#include <optcoord/protocol/decoder.hpp>   // Decoder
#include <optcoord/protocol/id_table.hpp>  // HostId

#include "write.hpp"  // ObjectWriter

namespace optcoord::protocol {

/// Appends an id in the form the host wrote it; null for none.
void append_id(std::string& out, const std::optional<HostId>& id);

/// Appends a scenario as an object.
void write_scenario(std::string& out, const Scenario& scenario);

// encode_report.cpp
void write_body(ObjectWriter& line, const ReconciliationOutput& output, const Names& names, const Decoder& decoder);
void write_body(ObjectWriter& line, const EventLogOutput& output, const Names& names, const Decoder& decoder);
void write_body(ObjectWriter& line, const MarkedOutput& output, const Names& names, const Decoder& decoder);
void write_body(ObjectWriter& line, const ReportOutput& output, const Names& names, const Decoder& decoder);

// encode_exercise.cpp
void write_body(ObjectWriter& line, const ExpiryPlanOutput& output, const Names& names, const Decoder& decoder);
/// The part `exercise` of a report; an empty object when that is switched off.
void write_exercise(std::string& out, const ExerciseReport* report, const Names& names);

// encode_ipmcc.cpp
/// Appends LEAPs and weeklies held, as a list.
void write_ipmcc_positions(std::string& out, std::span<const IpmccPosition> positions, const Names& names);
void write_body(ObjectWriter& line, const IpmccPlanOutput& output, const Names& names, const Decoder& decoder);

// encode_size.cpp
void write_body(ObjectWriter& line, const SizeOutput& output, const Names& names, const Decoder& decoder);

}  // namespace optcoord::protocol
