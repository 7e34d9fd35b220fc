// src/protocol/id_table.cpp -- records in one block of bytes, found by hash and by number.
// SPDX-License-Identifier: MIT
#include <optcoord/protocol/id_table.hpp>

#include <algorithm>   // std::lower_bound, std::max
#include <functional>  // std::hash
#include <limits>      // std::numeric_limits

namespace optcoord::protocol {
namespace {

constexpr std::size_t smallest_slots = 64;

/// A quarter more room at a time: doubling would leave half of a large table empty.
template <class T>
void make_room(std::vector<T>& v, std::size_t needed) {
  if (needed > v.capacity()) v.reserve(std::max<std::size_t>(needed, v.capacity() + v.capacity() / 4 + 16));
}

[[nodiscard]] std::size_t hash_of(HostId id) noexcept {
  return std::hash<std::string_view>{}(id.text) ^ (id.is_number ? std::size_t{0x9E3779B9} : std::size_t{0});
}

}  // namespace

HostId IdTable::read(std::size_t offset) const noexcept {
  const auto head = static_cast<unsigned char>(texts_[offset]);
  return {{texts_.data() + offset + 1, record_length(offset) - 1}, (head & 1U) != 0};
}

std::size_t IdTable::slot_of(HostId id) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash_of(id) & mask;
  while (slots_[slot] != 0 && read(offsets_[slots_[slot] - 1]) != id) slot = (slot + 1) & mask;
  return slot;
}

std::optional<std::uint64_t> IdTable::intern(HostId id) {
  if (id.text.empty() || id.text.size() > max_length) return std::nullopt;
  if (slots_.empty()) rebuild_slots(smallest_slots);
  std::size_t slot = slot_of(id);
  if (slots_[slot] != 0) return numbers_[slots_[slot] - 1];
  if (texts_.size() + 1 + max_length > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  if ((numbers_.size() + 1) * 4 > slots_.size() * 3) {  // at most three quarters full
    rebuild_slots(slots_.size() * 2);
    slot = slot_of(id);
  }
  make_room(numbers_, numbers_.size() + 1);
  make_room(offsets_, offsets_.size() + 1);
  make_room(texts_, texts_.size() + 1 + id.text.size());
  offsets_.push_back(static_cast<std::uint32_t>(texts_.size()));
  texts_.push_back(static_cast<char>((id.text.size() - 1) << 1U | (id.is_number ? 1U : 0U)));
  texts_.insert(texts_.end(), id.text.begin(), id.text.end());
  numbers_.push_back(next_);
  slots_[slot] = static_cast<std::uint32_t>(numbers_.size());
  return next_++;
}

std::optional<HostId> IdTable::find(std::uint64_t number) const noexcept {
  if (numbers_.empty() || number < numbers_.front()) return std::nullopt;
  const std::uint64_t guess = number - numbers_.front();  // right while nothing was forgotten since
  if (guess < numbers_.size() && numbers_[guess] == number) return read(offsets_[guess]);
  const auto it = std::lower_bound(numbers_.begin(), numbers_.end(), number);
  if (it == numbers_.end() || *it != number) return std::nullopt;
  return read(offsets_[static_cast<std::size_t>(it - numbers_.begin())]);
}

void IdTable::shrink(std::size_t kept, std::size_t text_end) {
  numbers_.resize(kept);
  offsets_.resize(kept);
  texts_.resize(text_end);
  purge_at_ = kept + std::max(smallest_purge, kept / 4);
  if (numbers_.capacity() > 4 * (kept + smallest_purge)) {
    numbers_.shrink_to_fit();
    offsets_.shrink_to_fit();
    texts_.shrink_to_fit();
  }
  std::size_t slots = smallest_slots;
  while (slots * 3 < purge_at_ * 4) slots *= 2;
  rebuild_slots(slots);
}

void IdTable::rebuild_slots(std::size_t slots) {
  if (slots == slots_.size()) {
    std::fill(slots_.begin(), slots_.end(), 0U);
  } else {
    slots_ = std::vector<std::uint32_t>(slots, 0U);
  }
  for (std::size_t i = 0; i < offsets_.size(); ++i)
    slots_[slot_of(read(offsets_[i]))] = static_cast<std::uint32_t>(i + 1);
}

}  // namespace optcoord::protocol
