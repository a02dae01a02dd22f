// What the board prints on its console while it is updated: the stock lines, and what stock never says.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <otaru/flash/layout.hpp>
#include <otaru/mbed/gate_refusal.hpp>
#include <otaru/push/receiver.hpp>

namespace otaru::board {

/// The console lines for a point of an update. Users compare the stock ones with the guide's pictures, so
/// they are kept to the letter; others are added.
///
/// @param written  bytes of the image taken so far
std::vector<std::string> update_lines(const push::Action& action, const std::string& sender,
                                      flash::SlotId target, const flash::Slot& slot, std::uint32_t written);

/// The same for a sender that the board's front sent away.
std::vector<std::string> turned_away_lines(mbed::GateRefusal refusal, const std::string& sender);

}  // namespace otaru::board
