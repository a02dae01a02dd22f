// What a board prints on its console while it is updated: the stock lines, and what stock never says.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <otaru/flash/layout.hpp>
#include <otaru/push/receiver.hpp>
#include <otaru/push/wire_code.hpp>

namespace otaru::push {

/// A line of text, built in place and ended by a zero byte. What does not fit is cut off.
class ConsoleLine {
 public:
  constexpr ConsoleLine() noexcept = default;
  explicit ConsoleLine(std::string_view text) noexcept { add(text); }

  ConsoleLine& add(std::string_view text) noexcept;
  ConsoleLine& add_decimal(std::uint32_t value) noexcept;
  ConsoleLine& add_hex(std::uint32_t value) noexcept;  ///< 8 digits

  std::string_view text() const noexcept { return {text_.data(), size_}; }
  const char* c_str() const noexcept { return text_.data(); }

 private:
  std::array<char, 232> text_{};
  std::size_t size_ = 0;
};

/// Gives the console lines for a point of an update to `say`, each as a ConsoleLine. Users compare the stock
/// ones with the guide's pictures, so they are kept to the letter; others are added.
///
/// @param sender   its address, for people
/// @param written  bytes of the image taken so far
template <class Say>
void tell_update(const Action& action, std::string_view sender, flash::SlotId target, const flash::Slot& slot,
                 std::uint32_t written, Say&& say);

/// The same for a sender that was sent away.
/// @param text, code  of the error line that it got
template <class Say>
void tell_refusal(std::string_view text, std::string_view code, std::string_view sender, Say&& say) {
  using namespace std::string_view_literals;
  say(ConsoleLine("[beginOTA] Refused "sv)
          .add(sender)
          .add(": "sv)
          .add(text)
          .add(" ("sv)
          .add(code)
          .add(")"sv));
  say(ConsoleLine("Waiting for client ..."sv));
}

template <class Say>
void tell_update(const Action& action, std::string_view sender, flash::SlotId target, const flash::Slot& slot,
                 std::uint32_t written, Say&& say) {
  using namespace std::string_view_literals;  // lengths from the compiler: a board has no strlen
  switch (action.note) {
    case Note::none: break;
    case Note::announced:
      // The stock firmware counts slots from 0, so its OTA_INDEX_1 is slot OTA2.
      say(ConsoleLine("[syncOTAAddr] OTA_INDEX_"sv)
              .add_decimal(static_cast<std::uint32_t>(target))
              .add(" will be upgraded ("sv)
              .add(name(target))
              .add(", asked by "sv)
              .add(sender)
              .add(")"sv));
      say(ConsoleLine("[beginOTA] Receive file_info done"sv));
      break;
    case Note::header_good:
      say(ConsoleLine("[beginOTA] Receive firmware header done"sv));
      say(ConsoleLine("[beginOTA] Get OTA header done"sv));
      break;
    case Note::started: say(ConsoleLine("Erase is ongoing..."sv)); break;
    case Note::downloaded:
      say(ConsoleLine("Update file size: "sv)
              .add_decimal(written)
              .add(" bytes, start addr:"sv)
              .add_hex(slot.address()));
      say(ConsoleLine("[beginOTA] Download new firmware done"sv));
      break;
    case Note::verified:
      say(ConsoleLine("OTA image("sv).add_hex(slot.address()).add(") checksum ok!!!"sv));
      break;
    case Note::committed:
      say(ConsoleLine("[change_ota_signature] Update OTA success!"sv));
      say(ConsoleLine("[beginOTA] Ready to reboot"sv));
      say(ConsoleLine("[beginOTA] Update task exit"sv));
      break;
    case Note::refused: tell_refusal(wire_text(action.reason), wire_code(action.reason), sender, say); break;
  }
}

}  // namespace otaru::push
