// What a board refuses, when, and with which words. SAFETY: order of work; hostile input.
#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <push/one_sender.hpp>

#include <otaru/push/receiver.hpp>
#include <otaru/push/wire_code.hpp>

namespace otaru::push {
namespace {

constexpr std::uint32_t kCapacity = flash::kSmallLayout.ota2.capacity();

const update::Image& image() {
  static const update::Image made = image::made_image2({.km0_xip = 5000, .km4_xip = 20'000, .seed = 2});
  return made;
}

struct Fault {
  const char* name;
  Status expected;
  std::function<void(Stream&)> make;
};

void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.name;
}
std::string fault_name(const testing::TestParamInfo<Fault>& instance) {
  return instance.param.name;
}

/// One word of the file is another; the announcement fits the file again.
std::function<void(Stream&)> word(std::size_t at, std::uint32_t value) {
  return [=](Stream& stream) {
    put(stream, at, value);
    announce(stream);
  };
}
/// The same with one byte of the image, and the image's own sum fits again too.
std::function<void(Stream&)> image_byte(std::size_t at, std::byte value) {
  return [=](Stream& stream) {
    stream[offset::kImage + at] = value;
    put(stream, offset::kImageSum, byte_sum(Bytes(stream).subspan(offset::kImage)));
    announce(stream);
  };
}
std::function<void(Stream&)> image_word(std::size_t at, std::uint32_t value) {
  return [=](Stream& stream) {
    put(stream, offset::kImage + at, value);
    put(stream, offset::kImageSum, byte_sum(Bytes(stream).subspan(offset::kImage)));
    announce(stream);
  };
}
std::function<void(Stream&)> of_length(std::uint32_t length) {
  return [=](Stream& stream) {
    put(stream, offset::kImageLength, length);
    announce(stream);
    put(stream, offset::kSize, 32 + length);
  };
}

/// Pushes the faulty stream and returns the board afterwards, its sender gone.
struct Refused : OneSender {
  explicit Refused(const Fault& fault, std::size_t chunk = 1024) {
    Stream stream = made_push(image());
    fault.make(stream);
    sender.send(stream, chunk);
    sender.close();
  }
};

void expect_refusal(Refused& board, const Fault& fault) {
  EXPECT_EQ(board.sender.reason, fault.expected);
  EXPECT_EQ(board.sender.verdict(), "OTARU/1 error " + std::string(wire_code(fault.expected)) + " " +
                                        std::string(wire_text(fault.expected)));
  EXPECT_EQ(board.sender.last_replies, 1);
  EXPECT_TRUE(board.sender.ended);
  EXPECT_EQ(board.sender.resets, 0);
  EXPECT_FALSE(board.sender.port_confused);
  EXPECT_TRUE(board.sender.noted(Note::refused));
  EXPECT_FALSE(board.sender.noted(Note::committed));
  EXPECT_TRUE(board.unharmed());
  EXPECT_FALSE(board.update.active());
}

void expect_next_attempt_works(OneSender& board) {
  TestReceiver next(kTestTimings);
  next.open(board.now_ms);
  Sender honest([&](const Event& event) { return next.step(board.update, event, board.now_ms); });
  honest.send(made_push(image()));
  EXPECT_EQ(honest.verdict(), "OTARU/1 ok slot=OTA2 version=0x01020304");
  EXPECT_TRUE(update::boots(board.part, board.layout, flash::SlotId::ota2));
}

// ---- Refused before flash is touched.

class RefusedEarly : public testing::TestWithParam<Fault> {};

const Fault kEarly[] = {
    {"no_image", Status::header_count, word(offset::kCount, 0)},
    {"two_images", Status::header_count, word(offset::kCount, 2)},
    {"three_images", Status::header_count, word(offset::kCount, 3)},
    {"four_images", Status::header_count, word(offset::kCount, 4)},
    {"very_many_images", Status::header_count, word(offset::kCount, 0xFFFF'FFFF)},
    // 0x0AAAAAAB x 24 + 8 wraps to 16: stock computes a small header and copies a large one.
    {"count_times_length_that_wraps", Status::header_count, word(offset::kCount, 0x0AAA'AAAB)},
    {"id_of_zeros", Status::image_id, word(offset::kId, 0)},
    {"unknown_id", Status::image_id, word(offset::kId, 0x3341'544F)},
    {"id_rdp", Status::image_id, word(offset::kId, 0x0050'4452)},
    {"header_length_0", Status::header_length, word(offset::kHeaderLength, 0)},
    {"header_length_23", Status::header_length, word(offset::kHeaderLength, 23)},
    {"header_length_25", Status::header_length, word(offset::kHeaderLength, 25)},
    {"header_length_huge", Status::header_length, word(offset::kHeaderLength, 0xFFFF'FFFF)},
    {"offset_0", Status::image_offset, word(offset::kImageOffset, 0)},
    {"offset_inside_the_header", Status::image_offset, word(offset::kImageOffset, 31)},
    {"offset_33", Status::image_offset, word(offset::kImageOffset, 33)},
    {"offset_beyond_the_stream", Status::image_offset, word(offset::kImageOffset, 0xFFFF'FFFF)},
    {"length_0", Status::image_length, of_length(0)},
    {"length_31", Status::image_length, of_length(31)},
    {"length_one_beyond_the_slot", Status::image_length, of_length(kCapacity + 1)},
    {"length_of_the_whole_slot", Status::image_length, of_length(kCapacity + 4096)},
    {"length_that_wraps_with_the_offset", Status::image_length, of_length(0xFFFF'FFE0)},
    {"length_of_almost_4_gib", Status::image_length, of_length(0xFFFF'FFFF)},
    {"announced_one_byte_less", Status::announced_size,
     [](Stream& s) { put(s, offset::kSize, static_cast<std::uint32_t>(s.size() - 13)); }},
    {"announced_one_byte_more", Status::announced_size,
     [](Stream& s) { put(s, offset::kSize, static_cast<std::uint32_t>(s.size() - 11)); }},
    {"announced_4_gib", Status::announced_size, [](Stream& s) { put(s, offset::kSize, 0xFFFF'FFFF); }},
    {"no_km0_signature", Status::km0_signature, image_byte(0, std::byte{0})},
    {"last_byte_of_km0_signature_wrong", Status::km0_signature, image_byte(7, std::byte{'2'})},
    {"boot_image", Status::km0_signature,
     [](Stream& s) {
       std::copy(image::kCalibrationPattern.begin(), image::kCalibrationPattern.end(),
                 s.begin() + offset::kImage);
       announce(s);
     }},
    {"erased_flash", Status::km0_signature,
     [](Stream& s) {
       std::fill(s.begin() + offset::kImage, s.end(), std::byte{0xFF});
       announce(s);
     }},
    {"km0_size_0", Status::km0_segment, image_word(8, 0)},
    {"km0_size_of_the_image", Status::km0_segment, image_word(8, static_cast<std::uint32_t>(image().size()))},
    {"km0_size_one_too_many", Status::km0_segment,
     image_word(8, static_cast<std::uint32_t>(image().size() - 31))},
    {"km0_size_erased", Status::km0_segment, image_word(8, 0xFFFF'FFFF)},
    {"km0_size_that_wraps", Status::km0_segment, image_word(8, 0xFFFF'FFE0)},
    {"random_bytes", Status::header_count,
     [](Stream& s) {
       for (std::size_t i = 0; i < s.size(); ++i) s[i] = static_cast<std::byte>(i * 37 + 11);
     }},
    {"an_http_request", Status::header_count,
     [](Stream& s) {
       const std::string request = "GET / HTTP/1.1\r\nHost: 192.168.1.4:8020\r\nAccept: */*\r\n\r\n";
       std::transform(request.begin(), request.end(), s.begin(),
                      [](char c) { return static_cast<std::byte>(c); });
     }},
    {"nothing_but_the_announcement", Status::closed, [](Stream& s) { s.resize(12); }},
    {"half_a_header", Status::closed, [](Stream& s) { s.resize(30); }},
    {"no_image_behind_the_header", Status::closed, [](Stream& s) { s.resize(44); }},
    {"nothing_at_all", Status::closed, [](Stream& s) { s.clear(); }},
};

INSTANTIATE_TEST_SUITE_P(Fault, RefusedEarly, testing::ValuesIn(kEarly), fault_name);

TEST_P(RefusedEarly, CostsTheConnectionAndTouchesNoFlash) {
  Refused board(GetParam());
  expect_refusal(board, GetParam());
  EXPECT_TRUE(board.flash_untouched());
  expect_next_attempt_works(board);
}

TEST_P(RefusedEarly, OneByteAtATimeToo) {
  Refused board(GetParam(), 1);
  expect_refusal(board, GetParam());
  EXPECT_TRUE(board.flash_untouched());
}

TEST_P(RefusedEarly, InOnePieceToo) {
  Refused board(GetParam(), 1'000'000);
  expect_refusal(board, GetParam());
  EXPECT_TRUE(board.flash_untouched());
}

// ---- Refused later: flash was written, but nothing in it can boot.

class RefusedLate : public testing::TestWithParam<Fault> {};

const std::uint32_t kKm0Ram = 32 + 5000;
const std::uint32_t kKm4 = image::km4_offset(image());
const std::uint32_t kKm4Ram = kKm4 + 32 + 20'000;
const auto kLength = static_cast<std::uint32_t>(image().size());

const Fault kLate[] = {
    {"no_km0_ram_header", Status::km0_segment, image_byte(kKm0Ram, std::byte{0})},
    {"km0_ram_outside", Status::km0_segment, image_word(kKm0Ram + 8, kLength - kKm0Ram - 31)},
    {"km0_ram_that_wraps", Status::km0_segment, image_word(kKm0Ram + 8, 0xFFFF'FFFF)},
    {"km4_beyond_the_image", Status::km4_signature, image_word(kKm0Ram + 8, kLength - kKm0Ram - 32)},
    {"no_km4", Status::km4_signature, image_byte(kKm4, std::byte{0xFF})},
    {"km4_wrong_in_its_last_byte", Status::km4_signature, image_byte(kKm4 + 7, std::byte{'2'})},
    {"km4_elsewhere", Status::km4_signature, image_word(kKm0Ram + 8, 4096 + 200)},
    {"km4_size_0", Status::km4_segment, image_word(kKm4 + 8, 0)},
    {"km4_outside", Status::km4_segment, image_word(kKm4 + 8, kLength - kKm4 - 31)},
    {"km4_size_that_wraps", Status::km4_segment, image_word(kKm4 + 8, 0xFFFF'FFE0)},
    {"no_km4_ram_header", Status::km4_segment, image_byte(kKm4Ram, std::byte{0})},
    {"km4_ram_outside", Status::km4_segment, image_word(kKm4Ram + 8, kLength)},
    {"image_sum_wrong", Status::image_sum, word(offset::kImageSum, 12'345)},
    {"announced_sum_wrong", Status::announced_sum, [](Stream& s) { put(s, offset::kSum, load_le32(s) + 1); }},
    {"a_byte_changed_on_the_way", Status::announced_sum, [](Stream& s) { s[20'000] ^= std::byte{4}; }},
    {"a_byte_missing", Status::closed, [](Stream& s) { s.pop_back(); }},
    {"half_the_image", Status::closed, [](Stream& s) { s.resize(s.size() / 2); }},
    {"the_start_of_the_image_only", Status::closed, [](Stream& s) { s.resize(44 + 32); }},
};

INSTANTIATE_TEST_SUITE_P(Fault, RefusedLate, testing::ValuesIn(kLate), fault_name);

TEST_P(RefusedLate, MakesNothingBootableAndTheNextAttemptWorks) {
  Refused board(GetParam());
  expect_refusal(board, GetParam());
  EXPECT_FALSE(board.flash_untouched());
  EXPECT_FALSE(boot::has_signature(board.part, board.update.slot()).value());
  expect_next_attempt_works(board);
}

TEST_P(RefusedLate, OneByteAtATimeToo) {
  Refused board(GetParam(), 1);
  expect_refusal(board, GetParam());
}

TEST_P(RefusedLate, InOnePieceToo) {
  Refused board(GetParam(), 1'000'000);
  expect_refusal(board, GetParam());
}

TEST(ReceiverRefusal, LingersAndDropsWhatIsStillOnItsWay) {
  OneSender board;
  Stream stream = made_push(image());
  put(stream, offset::kCount, 7);
  board.sender.send(stream);
  EXPECT_FALSE(board.sender.ended) << "closing on unread bytes would send a reset";
  EXPECT_EQ(board.sender.last_replies, 1);
  board.now_ms += kTestTimings.linger_ms - 1;
  board.sender.tick();
  EXPECT_FALSE(board.sender.ended);
  board.now_ms += 1;
  board.sender.tick();
  EXPECT_TRUE(board.sender.ended);
}

TEST(ReceiverRefusal, ASenderThatNeverStopsDoesNotKeepTheConnection) {
  OneSender board;
  board.sender.send(Stream(44, std::byte{0x11}));
  ASSERT_EQ(board.sender.reason, Status::header_count);
  for (int i = 0; i < 1000 && !board.sender.ended; ++i) {
    board.now_ms += 10;
    board.sender.send(Stream(1024));
  }
  EXPECT_TRUE(board.sender.ended);
  EXPECT_LE(board.now_ms, kTestTimings.linger_ms + 10);
}

TEST(ReceiverRefusal, AStaleSignatureInTheTargetIsGoneBeforeTheFirstByteIsWritten) {
  OneSender board;
  update::install(board.part, board.layout.ota2, image());
  board.part.memory[board.layout.ota2.offset] = std::byte{'8'};
  Stream stream = made_push(image());
  board.sender.send(Bytes(stream).first(44 + 32));
  EXPECT_FALSE(boot::has_signature(board.part, board.layout.ota2).value());
  EXPECT_TRUE(update::boots(board.part, board.layout, flash::SlotId::ota1));
}

}  // namespace
}  // namespace otaru::push
