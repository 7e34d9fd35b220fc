// src/config/shape.cpp -- shapes found by path, and what several objects in one place have in common.
// SPDX-License-Identifier: MIT
#include "shape.hpp"

#include <algorithm>  // std::find, std::find_if
#include <utility>    // std::move

namespace optcoord::config::detail {
namespace {

Shape& only(std::vector<Shape>& shapes) {
  if (shapes.empty()) shapes.emplace_back();
  return shapes.front();
}

Shape& key_of(Shape& object, std::string_view name) {
  const auto found =
      std::find_if(object.keys.begin(), object.keys.end(), [name](const Shape::Key& k) { return k.name == name; });
  if (found != object.keys.end()) return found->shape;
  return object.keys.emplace_back(Shape::Key{std::string{name}, {}}).shape;
}

}  // namespace

bool HostKeys::contains(std::string_view key) const noexcept {
  return (extensions && key.starts_with("x_")) || std::find(names.begin(), names.end(), key) != names.end();
}

Shape& Shapes::at(std::string_view path) {
  Shape* here = &root_;
  while (!path.empty()) {
    if (path.front() == '[') {
      here = &only(here->entries);
      path.remove_prefix(path.find(']') + 1);
      continue;
    }
    if (path.front() == '.') path.remove_prefix(1);
    const std::string_view name = path.substr(0, path.find_first_of(".["));
    here = here->named.empty() ? &key_of(*here, name) : &here->named.front();
    path.remove_prefix(name.size());
  }
  return *here;
}

void Shapes::scalar(std::string_view path, std::string inside) {
  std::vector<std::string>& seen = at(path).scalars;
  if (std::find(seen.begin(), seen.end(), inside) == seen.end()) seen.push_back(std::move(inside));
}

void Shapes::fallback(std::string_view path, std::string json) {
  std::optional<std::string>& seen = at(path).fallback;
  if (seen && *seen != json) json.clear();
  seen = std::move(json);
}

void Shapes::key(std::string_view path, std::string_view name) { static_cast<void>(key_of(at(path), name)); }

void Shapes::object(std::string_view path) { at(path).object = true; }

void Shapes::closed(std::string_view path, const std::vector<std::string_view>& required, HostKeys hosts) {
  Shape& shape = at(path);
  shape.closed = true;
  shape.hosts = hosts;
  if (!shape.required) shape.required = required;
  std::erase_if(*shape.required, [&required](std::string_view key) {
    return std::find(required.begin(), required.end(), key) == required.end();
  });
}

void Shapes::named(std::string_view path, HostKeys hosts) {
  Shape& shape = at(path);
  shape.hosts = hosts;
  static_cast<void>(only(shape.named));
}

void Shapes::list(std::string_view path) {
  Shape& shape = at(path);
  shape.list = true;
  static_cast<void>(only(shape.entries));
}

}  // namespace optcoord::config::detail
