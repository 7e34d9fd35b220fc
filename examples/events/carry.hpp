// examples/events/carry.hpp -- repeats each last row every minute until the session's close.
// SPDX-License-Identifier: MIT
//
// Files of minute bars hold a bar only when something changed, while limits on the age of Greeks and prices
// want to hear that nothing did.
#pragma once

#include "sessions.hpp"  // Sessions
#include "tape.hpp"      // Tape

#include <cstddef>  // std::size_t

namespace optcoord::events {

/// Fills the minutes between the rows of each subject, and behind its last row of a New York day up to and
/// including the session's close, with the row before, as it was (one-sided rows too). Works on the quotes
/// from `first` on, those of one file, and counts the new lines in `counts`. A day without session is left alone.
void carry_forward(Tape& tape, std::size_t first, std::string_view root, const Sessions& sessions, FileCounts& counts);

}  // namespace optcoord::events
