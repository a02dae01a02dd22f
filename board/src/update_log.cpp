#include <fmt/format.h>

#include <otaru/board/update_log.hpp>
#include <otaru/push/wire_code.hpp>

namespace otaru::board {
namespace {

std::vector<std::string> refusal_lines(std::string_view text, std::string_view code,
                                       const std::string& sender) {
  return {fmt::format("[beginOTA] Refused {}: {} ({})", sender, text, code), "Waiting for client ..."};
}

}  // namespace

std::vector<std::string> update_lines(const push::Action& action, const std::string& sender,
                                      flash::SlotId target, const flash::Slot& slot, std::uint32_t written) {
  using push::Note;
  switch (action.note) {
    case Note::none: return {};
    case Note::announced:
      // The stock firmware counts slots from 0, so its OTA_INDEX_1 is slot OTA2.
      return {fmt::format("[syncOTAAddr] OTA_INDEX_{} will be upgraded ({}, asked by {})",
                          static_cast<int>(target), name(target), sender),
              "[beginOTA] Receive file_info done"};
    case Note::header_good:
      return {"[beginOTA] Receive firmware header done", "[beginOTA] Get OTA header done"};
    case Note::started: return {"Erase is ongoing..."};
    case Note::downloaded:
      return {fmt::format("Update file size: {} bytes, start addr:{:08x}", written, slot.address()),
              "[beginOTA] Download new firmware done"};
    case Note::verified: return {fmt::format("OTA image({:08x}) checksum ok!!!", slot.address())};
    case Note::committed:
      return {"[change_ota_signature] Update OTA success!", "[beginOTA] Ready to reboot",
              "[beginOTA] Update task exit"};
    case Note::refused:
      return refusal_lines(push::wire_text(action.reason), push::wire_code(action.reason), sender);
  }
  return {};
}

std::vector<std::string> turned_away_lines(mbed::GateRefusal refusal, const std::string& sender) {
  return refusal_lines(mbed::wire_text(refusal), mbed::wire_code(refusal), sender);
}

}  // namespace otaru::board
