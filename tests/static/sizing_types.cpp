// tests/static/sizing_types.cpp -- promises about sizes that hold when this compiles.
// SPDX-License-Identifier: MIT
#include <optcoord/sizing/factory.hpp>

#include <type_traits>

namespace optcoord {
namespace {

// Dollars are not units, units not contracts, and none is made from a bare number by accident.
template <class From, class To>
inline constexpr bool passes_for = std::is_convertible_v<From, To> || std::is_constructible_v<To, From>;
static_assert(!passes_for<Usd, Units> && !passes_for<Units, Usd> && !passes_for<Units, Contracts>);
static_assert(!passes_for<Contracts, Units> && !passes_for<Usd, Contracts> && !passes_for<Contracts, Usd>);
static_assert(!std::is_convertible_v<double, Usd> && !std::is_convertible_v<Usd, double>);
static_assert(!std::is_convertible_v<double, Units> && !std::is_convertible_v<Units, double>);

// A size is copied through hot paths: no owner of anything.
static_assert(std::is_trivially_copyable_v<Size> && std::is_trivially_copyable_v<Result<Size>>);
static_assert(std::is_trivially_copyable_v<SizeRequest> && std::is_trivially_copyable_v<SizingRules>);

// Nothing but make makes a sizer or a factory.
static_assert(!std::is_default_constructible_v<Sizer> && !std::is_default_constructible_v<SizerFactory>);

// The tables are in the order of what names their rows.
static_assert(sizing_methods[static_cast<std::size_t>(SizingRule::kelly)].method == "kelly");
static_assert(sizing_methods.size() == static_cast<std::size_t>(SizingRule::host));

}  // namespace
}  // namespace optcoord
