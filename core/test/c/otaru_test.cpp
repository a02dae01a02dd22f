#include <string>
#include <vector>

#include <c/c99_port.h>
#include <c/cxx11_port.hpp>
#include <gtest/gtest.h>
#include <image/made_image2.hpp>
#include <push/made_push.hpp>

#include <otaru/c/otaru.h>
#include <otaru/flash/layout.hpp>
#include <otaru/push/receiver.hpp>

namespace otaru {
namespace {

const push::Stream& stream() {
  static const push::Stream made = push::made_push(image::made_image2({.km4_xip = 100'000, .seed = 2}));
  return made;
}
const unsigned char* raw(const push::Stream& bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

class CBoundary : public testing::TestWithParam<otaru_layout> {
 protected:
  CBoundary() {
    install(layout_.ota1, image::made_image2({.seed = 1}));
    EXPECT_EQ(otaru_init(&device_, &part_, &c99_crypto, &c99_trust, GetParam(), OTARU_OTA1, 3), 0);
  }

  void install(const flash::Slot& slot, const push::Stream& image) {
    std::copy(raw(image), raw(image) + image.size(), memory_.begin() + slot.offset);
  }
  otaru_slot boots() {
    otaru_slot slot = OTARU_NO_SLOT;
    EXPECT_EQ(otaru_boot_select(&part_, GetParam(), &slot, &hangs_), 0);
    return slot;
  }
  c99_result push(const push::Stream& bytes, std::size_t piece = 1024) {
    return c99_push(&device_, raw(bytes), bytes.size(), piece);
  }

  const flash::Layout& layout_ = *flash::kLayouts.at(GetParam());
  std::vector<unsigned char> memory_ =
      std::vector<unsigned char>(layout_.size, 0x55);  // in use: erases happen
  c99_flash flash_{memory_.data(), layout_.size, 0, -1, 0};
  otaru_flash part_ = c99_part(&flash_);
  otaru_device device_;
  int hangs_ = -1;
};

INSTANTIATE_TEST_SUITE_P(Layout, CBoundary, testing::Values(OTARU_AMEBA_D_2MB, OTARU_AMEBA_D_4MB_FACTORY));

TEST_P(CBoundary, APortInC99TakesAnImageThatThenBoots) {
  ASSERT_EQ(boots(), OTARU_OTA1);
  const c99_result result = push(stream());
  EXPECT_STREQ(result.last_line, "OTARU/1 ok slot=OTA2 version=0x01020304\n");
  EXPECT_EQ(result.resets, 1);
  EXPECT_EQ(result.closes, 1);
  EXPECT_EQ(result.last_replies, 1);
  EXPECT_EQ(result.evicts, 0);
  for (int note = OTARU_NOTE_ANNOUNCED; note <= OTARU_NOTE_COMMITTED; ++note)
    EXPECT_EQ(result.notes[note], 1) << note;
  EXPECT_EQ(result.notes[OTARU_NOTE_REFUSED], 0);
  EXPECT_EQ(boots(), OTARU_OTA2);
  EXPECT_EQ(hangs_, 0);
  EXPECT_TRUE(std::equal(stream().begin() + push::offset::kImage, stream().end(),
                         reinterpret_cast<const std::byte*>(memory_.data()) + layout_.ota2.offset));
}

TEST_P(CBoundary, APortNeverHasToCheckTheRulesOfItsPart) {
  push(stream(), 77);
  EXPECT_GT(flash_.calls, 400);
  EXPECT_EQ(flash_.broke_rules, 0);
  flash_.size = part_.size = 4096;  // a part smaller than its layout: nothing is asked of what is not there
  otaru_slot slot = OTARU_NO_SLOT;
  EXPECT_EQ(otaru_boot_select(&part_, GetParam(), &slot, &hangs_), -1);
  EXPECT_EQ(flash_.broke_rules, 0);
}

TEST_P(CBoundary, ARefusalComesWithItsCodeAndItsLine) {
  push::Stream bad = stream();
  push::put(bad, push::offset::kCount, 2);
  const c99_result result = push(bad);
  EXPECT_STREQ(result.reason, "header_count");
  EXPECT_STREQ(result.last_line,
               "OTARU/1 error header_count a board takes files with one image; pack it again\n");
  EXPECT_EQ(result.notes[OTARU_NOTE_REFUSED], 1);
  EXPECT_EQ(result.resets, 0);
  EXPECT_EQ(boots(), OTARU_OTA1);
}

TEST_P(CBoundary, AFailureOfThePartIsToldAndTheNextPushWorks) {
  flash_.fail_at = flash_.calls + 100;
  EXPECT_STREQ(push(stream()).reason, "flash_failed");
  EXPECT_EQ(boots(), OTARU_OTA1);
  EXPECT_EQ(push(stream()).resets, 1);
  EXPECT_EQ(boots(), OTARU_OTA2);
}

TEST_P(CBoundary, TellsWhatTheBootLoaderDoes) {
  push::Stream image(stream().begin() + push::offset::kImage, stream().end());
  install(layout_.ota2, image);
  EXPECT_EQ(boots(), OTARU_OTA2);
  EXPECT_EQ(hangs_, 0);
  memory_[layout_.ota2.offset + image::km4_offset(image)] = 0;
  EXPECT_EQ(boots(), OTARU_OTA2);
  EXPECT_EQ(hangs_, 1);
  memory_[layout_.ota1.offset] = memory_[layout_.ota2.offset] = 0;
  EXPECT_EQ(boots(), OTARU_NO_SLOT);
  EXPECT_EQ(hangs_, 0);
  otaru_slot slot = OTARU_NO_SLOT;
  flash_.fail_at = flash_.calls;
  EXPECT_EQ(otaru_boot_select(&part_, GetParam(), &slot, &hangs_), -1);
}

TEST_P(CBoundary, SeatsAreGivenAndTheOldestIsEvicted) {
  int evicts = -1;
  for (int seat = 0; seat < 4; ++seat) {
    EXPECT_EQ(otaru_open(&device_, static_cast<std::uint32_t>(seat), &evicts), seat);
    EXPECT_EQ(evicts, 0);
  }
  EXPECT_EQ(otaru_open(&device_, 4, &evicts), 0);
  EXPECT_EQ(evicts, 1);
  EXPECT_EQ(otaru_deadline_ms(&device_, 0), 4 + push::Timings{}.headers_ms);
  EXPECT_EQ(otaru_deadline_ms(&device_, 1), 1 + push::Timings{}.headers_ms);
}

TEST_P(CBoundary, NamesTheSeatThatLostItsUpdateAndItsLastWords) {
  int evicts = 0;
  otaru_action action;
  const int stalled = otaru_open(&device_, 0, &evicts);
  const auto feed = [&](int seat, std::uint32_t now_ms) {
    for (std::size_t at = 0; at < 10'000; at += action.consumed) {
      otaru_step(&device_, seat, OTARU_BYTES, raw(stream()) + at, 10'000 - at, now_ms, &action);
      if (action.taken_over >= 0) return;
      ASSERT_GT(action.consumed, 0u);
    }
  };
  feed(stalled, 0);
  EXPECT_EQ(action.taken_over, -1);
  const int next = otaru_open(&device_, 1, &evicts);
  feed(next, push::Timings{}.stalled_ms);
  EXPECT_EQ(action.taken_over, stalled);
  EXPECT_EQ(action.note, OTARU_NOTE_STARTED);
  otaru_last_words(&device_, &action);
  EXPECT_EQ(action.note, OTARU_NOTE_REFUSED);
  EXPECT_STREQ(action.reason, "timed_out");
  EXPECT_STREQ(action.reply, "OTARU/1 error timed_out the sender was silent or too slow\n");
  EXPECT_NE(action.last_reply, 0);
  EXPECT_EQ(action.taken_over, -1);
}

TEST_P(CBoundary, AnActionThatSaysNothingHasAnEmptyReply) {
  int evicts = 0;
  otaru_action action;
  const int seat = otaru_open(&device_, 0, &evicts);
  otaru_step(&device_, seat, OTARU_TIME, nullptr, 0, 0, &action);
  EXPECT_STREQ(action.reply, "");
  EXPECT_EQ(action.next, OTARU_WAIT);
  EXPECT_EQ(action.note, OTARU_NOTE_NONE);
  EXPECT_STREQ(action.reason, "ok");
  otaru_step(&device_, seat, OTARU_BYTES, nullptr, 0, 0, &action);
  EXPECT_EQ(action.next, OTARU_WAIT);
  otaru_step(&device_, seat, OTARU_LOST, nullptr, 0, 0, &action);
  EXPECT_EQ(action.next, OTARU_CLOSE);
}

TEST(CBoundaryInit, RefusesWhatIsNotOnTheList) {
  otaru_device device;
  c99_flash flash{nullptr, 0, 0, -1, 0};
  const otaru_flash part = c99_part(&flash);
  for (const int layout : {-1, 2, 1000}) EXPECT_EQ(c99_init(&device, &part, layout), -1) << layout;
  EXPECT_EQ(otaru_init(&device, &part, &c99_crypto, &c99_trust, OTARU_AMEBA_D_2MB, OTARU_NO_SLOT, 3), -1);
  EXPECT_EQ(otaru_init(&device, &part, &c99_crypto, &c99_trust, OTARU_AMEBA_D_2MB, OTARU_OTA1, 3), 0);
  EXPECT_EQ(flash.calls, 0) << "making a device touches no flash";
}

TEST(CBoundaryHeader, IsUsableFromCxx11) {
  std::vector<unsigned char> memory(flash::kAmebaD2Mb.size, 0xFF);
  const push::Stream running = image::made_image2();
  std::copy(raw(running), raw(running) + running.size(), memory.begin() + flash::kAmebaD2Mb.ota1.offset);
  c99_flash flash{memory.data(), flash::kAmebaD2Mb.size, 0, -1, 0};
  const otaru_flash part = c99_part(&flash);
  Cxx11Port port(part);
  ASSERT_TRUE(port.good());
  const std::string bytes(raw(stream()), raw(stream()) + stream().size());
  EXPECT_EQ(port.push(bytes), "OTARU/1 ok slot=OTA2 version=0x01020304\n");
}

// The C names mirror the C++ ones by value; the ends of the lists are checked where they are converted.
TEST(CBoundaryHeader, NamesEveryEventActionAndNoteByItsValue) {
  using push::Action;
  using push::Event;
  using push::Note;
  EXPECT_EQ(static_cast<int>(Event::Kind::bytes), OTARU_BYTES);
  EXPECT_EQ(static_cast<int>(Event::Kind::closed), OTARU_CLOSED);
  EXPECT_EQ(static_cast<int>(Event::Kind::lost), OTARU_LOST);
  EXPECT_EQ(static_cast<int>(Event::Kind::time), OTARU_TIME);
  EXPECT_EQ(static_cast<int>(Action::Next::wait), OTARU_WAIT);
  EXPECT_EQ(static_cast<int>(Action::Next::again), OTARU_AGAIN);
  EXPECT_EQ(static_cast<int>(Action::Next::close), OTARU_CLOSE);
  EXPECT_EQ(static_cast<int>(Action::Next::close_and_reset), OTARU_CLOSE_AND_RESET);
  EXPECT_EQ(static_cast<int>(Note::announced), OTARU_NOTE_ANNOUNCED);
  EXPECT_EQ(static_cast<int>(Note::header_good), OTARU_NOTE_HEADER_GOOD);
  EXPECT_EQ(static_cast<int>(Note::started), OTARU_NOTE_STARTED);
  EXPECT_EQ(static_cast<int>(Note::downloaded), OTARU_NOTE_DOWNLOADED);
  EXPECT_EQ(static_cast<int>(Note::verified), OTARU_NOTE_VERIFIED);
  EXPECT_EQ(static_cast<int>(Note::committed), OTARU_NOTE_COMMITTED);
  EXPECT_EQ(static_cast<int>(Note::refused), OTARU_NOTE_REFUSED);
}

}  // namespace
}  // namespace otaru
