// A push on a terminal: one line that is drawn again and again.
#pragma once

#include <string>

#include <otaru/host/push_client.hpp>

#include "terminal.hpp"

namespace otaru::cli {

/// The bar and its figures, at most `width` columns wide (no bar if it would not fit). What is in flash, what
/// was only sent and what is left look different, with and without colours.
std::string progress_line(const host::PushProgress& progress, const Terminal& terminal, int width);

/// The same for work that has one figure: `percent` is done, and `figures` says so.
std::string bar_line(unsigned percent, const std::string& figures, const Terminal& terminal, int width);

}  // namespace otaru::cli
