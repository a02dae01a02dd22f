#include <otaru/board/update_log.hpp>
#include <otaru/push/console.hpp>

namespace otaru::board {

std::vector<std::string> update_lines(const push::Action& action, const std::string& sender,
                                      flash::SlotId target, const flash::Slot& slot, std::uint32_t written) {
  std::vector<std::string> lines;
  push::tell_update(action, sender, target, slot, written,
                    [&lines](const push::ConsoleLine& line) { lines.emplace_back(line.text()); });
  return lines;
}

std::vector<std::string> turned_away_lines(mbed::GateRefusal refusal, const std::string& sender) {
  std::vector<std::string> lines;
  push::tell_refusal(mbed::wire_text(refusal), mbed::wire_code(refusal), sender,
                     [&lines](const push::ConsoleLine& line) { lines.emplace_back(line.text()); });
  return lines;
}

}  // namespace otaru::board
