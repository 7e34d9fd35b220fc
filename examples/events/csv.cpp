// examples/events/csv.cpp -- rows of a comma-separated file by column name, with faults that name line and column.
// SPDX-License-Identifier: MIT
#include "csv.hpp"

#include <charconv>  // std::from_chars
#include <cmath>     // std::isfinite

namespace optcoord::events {
namespace {

void split(std::string_view line, std::vector<std::string_view>& out) {
  out.clear();
  for (;;) {
    const std::size_t comma = line.find(',');
    out.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return;
    line.remove_prefix(comma + 1);
  }
}

}  // namespace

Outcome<CsvFile> CsvFile::open(const std::string& path) {
  Outcome<TextReader> reader = TextReader::open(path);
  if (!reader) return tl::unexpected<std::string>(std::move(reader.error()));
  CsvFile file(std::move(*reader));
  switch (file.reader_.next()) {
    case TextReader::Status::failed: return tl::unexpected<std::string>(file.reader_.failure());
    case TextReader::Status::end: return tl::unexpected<std::string>(path + ": is empty");
    case TextReader::Status::too_long: return tl::unexpected<std::string>(path + ":1: the line is too long");
    case TextReader::Status::line: break;
  }
  std::string_view header = file.reader_.line();
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (header.substr(0, byte_order_mark.size()) == byte_order_mark) header.remove_prefix(byte_order_mark.size());
  split(header, file.fields_);
  file.names_.assign(file.fields_.begin(), file.fields_.end());
  return file;
}

std::optional<std::size_t> CsvFile::column(std::string_view name) const {
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (names_[i] == name) return i;
  return std::nullopt;
}

Outcome<std::size_t> CsvFile::required(std::string_view name) const {
  const std::optional<std::size_t> at = column(name);
  if (at) return *at;
  return tl::unexpected<std::string>(reader_.path() + ":1: no column " + std::string(name));
}

Outcome<bool> CsvFile::next(Faults& faults) {
  for (;;) {
    switch (reader_.next()) {
      case TextReader::Status::failed: return tl::unexpected<std::string>(reader_.failure());
      case TextReader::Status::end: return false;
      case TextReader::Status::too_long:
        faults.add(reader_.path(), reader_.number(), "", "the line is too long");
        continue;
      case TextReader::Status::line: break;
    }
    if (reader_.line().empty()) continue;
    split(reader_.line(), fields_);
    if (fields_.size() == names_.size()) return true;
    // the first column that is missing, or the last that exists when there are too many fields
    const std::size_t at = fields_.size() < names_.size() ? fields_.size() : names_.size() - 1;
    faults.add(reader_.path(), reader_.number(), names_[at],
               std::to_string(fields_.size()) + " fields, the header has " + std::to_string(names_.size()));
  }
}

PriceField price_field(std::string_view text) noexcept {
  if (text.empty()) return {};
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, code] = std::from_chars(text.data(), end, value);
  if (code != std::errc{} || rest != end || !std::isfinite(value) || value < 0) return {true, std::nullopt};
  if (value == 0) return {};
  return {false, value};
}

}  // namespace optcoord::events
