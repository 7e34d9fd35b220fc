// src/protocol/event_types.cpp -- the table of the event types.
// SPDX-License-Identifier: MIT
#include "event_types.hpp"

#include <array>  // std::array

namespace optcoord::protocol {
namespace {

using Text = std::string_view;

constexpr std::array account_keys{Text{"equity"},           Text{"buying_power"}, Text{"margin_used"},
                                  Text{"day_start_equity"}, Text{"net_deposits"}, Text{"used"}};
constexpr std::array quote_keys{Text{"root"}, Text{"price"}, Text{"bid"}, Text{"ask"}};
constexpr std::array option_keys{Text{"contract"}, Text{"underlying"}, Text{"bid"},   Text{"ask"}, Text{"iv"},
                                 Text{"delta"},    Text{"gamma"},      Text{"theta"}, Text{"vega"}};
constexpr std::array rates_keys{Text{"rate"}, Text{"dividend_yield"}};
constexpr std::array dividend_keys{Text{"root"}, Text{"ex_date"}, Text{"amount"}};
constexpr std::array calendar_keys{Text{"name"}, Text{"from"}, Text{"until"}, Text{"root"}};
constexpr std::array session_keys{Text{"root"}, Text{"open"}, Text{"close"}};
constexpr std::array a_request{Text{"id"},      Text{"strategy"},     Text{"intent"}, Text{"units"},
                               Text{"partial"}, Text{"legging"},      Text{"ttl_s"},  Text{"entry"},
                               Text{"label"},   Text{"buying_power"}, Text{"legs"},   Text{"exposure"}};
// a batch allows `requests` alone: decode_what_if
constexpr std::array a_what_if{Text{"id"},      Text{"strategy"}, Text{"intent"},  Text{"units"}, Text{"partial"},
                               Text{"legging"}, Text{"ttl_s"},    Text{"entry"},   Text{"label"}, Text{"buying_power"},
                               Text{"legs"},    Text{"exposure"}, Text{"requests"}};
constexpr std::array order_keys{Text{"request"}, Text{"status"}};
constexpr std::array fill_keys{Text{"request"},  Text{"exec"},  Text{"leg"},
                               Text{"quantity"}, Text{"price"}, Text{"units"}};
constexpr std::array positions_keys{Text{"positions"}, Text{"adopt"}};
constexpr std::array state_keys{Text{"strategy"}, Text{"trigger"}, Text{"reason"}, Text{"actor"}};
constexpr std::array pnl_keys{Text{"values"}};
constexpr std::array returns_keys{Text{"values"}};
constexpr std::array allocate_keys{Text{"demands"}, Text{"mode"}};
constexpr std::array size_keys{
    Text{"strategy"},      Text{"equity"},    Text{"price"},      Text{"side"}, Text{"stop"},
    Text{"stop_loss_pct"}, Text{"signal"},    Text{"multiplier"}, Text{"lot"},  Text{"max_loss_per_unit"},
    Text{"buying_power"},  Text{"volatility"}};
constexpr std::array trade_result_keys{Text{"strategy"}, Text{"pnl"}, Text{"risked"}};
constexpr std::array ipmcc_keys{Text{"strategy"}, Text{"root"}};
constexpr std::array ipmcc_rolls_keys{Text{"strategy"}};
constexpr std::array stop_order_keys{Text{"id"},       Text{"strategy"},   Text{"contract"},
                                     Text{"quantity"}, Text{"stop_price"}, Text{"status"}};
constexpr std::array expiry_keys{Text{"mode"}};
constexpr std::array close_request_keys{Text{"strategy"}, Text{"contract"}};
constexpr std::array close_result_keys{Text{"strategy"}, Text{"contract"}, Text{"success"}, Text{"price"},
                                       Text{"filled"}};
constexpr std::array kill_switch_keys{Text{"on"}, Text{"actor"}};
constexpr std::array halt_keys{Text{"scope"}, Text{"level"}, Text{"actor"}, Text{"reason"}};
constexpr std::array resume_keys{Text{"scope"}, Text{"actor"}, Text{"reason"}};

constexpr std::array<EventType, 30> types{{
    {"option", option_keys, decode_option},
    {"quote", quote_keys, decode_quote},
    {"request", a_request, decode_request},
    {"order", order_keys, decode_order},
    {"fill", fill_keys, decode_fill},
    {"tick", {}, decode_tick},
    {"account", account_keys, decode_account},
    {"rates", rates_keys, decode_rates},
    {"dividend", dividend_keys, decode_dividend},
    {"calendar", calendar_keys, decode_calendar},
    {"session", session_keys, decode_session},
    {"what_if", a_what_if, decode_what_if},
    {"positions", positions_keys, decode_positions},
    {"state", state_keys, decode_state},
    {"pnl", pnl_keys, decode_pnl},
    {"plan", {}, decode_plan},
    {"returns", returns_keys, decode_returns},
    {"allocate", allocate_keys, decode_allocate},
    {"size", size_keys, decode_size},
    {"trade_result", trade_result_keys, decode_trade_result},
    {"halt", halt_keys, decode_halt},
    {"resume", resume_keys, decode_resume},
    {"report", {}, decode_report},
    {"ipmcc", ipmcc_keys, decode_ipmcc},
    {"ipmcc_rolls", ipmcc_rolls_keys, decode_ipmcc_rolls},
    {"stop_order", stop_order_keys, decode_stop_order},
    {"expiry", expiry_keys, decode_expiry},
    {"close_request", close_request_keys, decode_close_request},
    {"close_result", close_result_keys, decode_close_result},
    {"kill_switch", kill_switch_keys, decode_kill_switch},
}};

}  // namespace

std::span<const EventType> event_types() noexcept { return types; }
Keys request_keys() noexcept { return a_request; }

}  // namespace optcoord::protocol
