// The uploader on bad lines: every byte lost or changed, the cable pulled at every step, the board's power
// cut at every step. Whatever happens, it says that it worked only if it did, and the next try succeeds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "upload.hpp"

namespace otaru::serial_test {
namespace {

using flash::kSectorSize;
using flash::SlotId;
using serial::FlashPiece;
using Kind = serial::SerialFailure::Kind;

/// The usual places in a part so small that thousands of uploads take seconds.
constexpr flash::Layout kTiny{
    .name = "tiny",
    .size = 0x1'2000,
    .km0_boot = {0x0000, 0x2000},
    .backup = {0x2000, 0x1000},
    .system_data = {0x3000, 0x1000},
    .km4_boot = {0x4000, 0x2000},
    .user_data = {0xB000, 0x1000},
    .ota1 = {{0x6000, 0x5000}},
    .ota2 = {{0xC000, 0x5000}},
};

std::vector<std::byte> image(std::uint32_t seed) {
  return image::made_image2({.km0_xip = 600, .km4_xip = 1500, .seed = seed});
}

/// A board with an old program in OTA1, and another in OTA2 if wanted.
struct Scene {
  explicit Scene(bool old_ota2) : port(kTiny) {
    preset(port, kTiny.ota1, image(1));
    if (old_ota2) preset(port, kTiny.ota2, image(2));
    piece = {"image2", kTiny.ota1.offset, image(3)};
    plan = serial::plan_upload({piece}, {.layout = &kTiny});
    before = port.flash;
    expected = before;
    std::fill_n(expected.begin() + kTiny.ota2.offset, kSectorSize, std::byte{0xFF});
    copy(piece.bytes, MutableBytes(expected).subspan(piece.offset));
  }

  Outcome run() {
    Watcher watcher;
    return upload(port, plan, watcher);
  }

  /// Cable and power are back, and a person starts the same command again.
  Outcome run_again() {
    port.to_board = {};
    port.from_board = {};
    port.pulled_at.reset();
    port.part.disarm();
    port.part.power_on();
    port.baud = 115'200;
    port.board.reset(port.time.now());
    return run();
  }

  std::optional<SlotId> boots() const {
    const auto selection = board::report_flash(port.flash, kTiny).selection;
    return selection.boots() ? selection.slot : std::nullopt;
  }

  bool kept_what_is_not_its_own() const {
    const auto same = [&](const flash::Region& region) {
      return equal(Bytes(port.flash).subspan(region.offset, region.size),
                   Bytes(before).subspan(region.offset, region.size));
    };
    return same({0, kTiny.ota1.offset}) && same(kTiny.user_data);
  }

  BoardPort port;
  FlashPiece piece;
  serial::UploadPlan plan;
  std::vector<std::byte> before;
  std::vector<std::byte> expected;
};

/// Counts of a sweep: one that saw nothing happen proves nothing.
struct Tally {
  unsigned runs = 0;
  unsigned succeeded = 0;
  unsigned failed = 0;
};

void judge(Scene& scene, const Outcome& outcome, Tally& tally, std::size_t at) {
  ++tally.runs;
  if (!outcome.failure) {
    ++tally.succeeded;
    ASSERT_EQ(scene.port.flash, scene.expected) << "it said that it worked, fault at " << at;
    return;
  }
  ++tally.failed;
  ASSERT_FALSE(outcome.message.empty());
  const bool told = outcome.message.find("has changed") != std::string::npos ||
                    outcome.message.find("same command again") != std::string::npos;
  ASSERT_TRUE(scene.kept_what_is_not_its_own() || told) << at << ": " << outcome.message;
}

enum class Direction { to_board, from_board };
enum class Damage { lost, flipped };

struct LineFault {
  Direction direction;
  Damage damage;
  unsigned length;  // bytes in a row
};

class OnABadLine : public ::testing::TestWithParam<LineFault> {};

TEST_P(OnABadLine, AnUploadSucceedsOrSaysThatItDidNot) {
  const LineFault fault = GetParam();
  Scene clean(true);
  ASSERT_FALSE(clean.run().failure);
  const bool out = fault.direction == Direction::to_board;
  const std::size_t bytes = out ? clean.port.sent : clean.port.received;
  ASSERT_GT(bytes, 100u) << "nothing to damage: the test would pass vacuously";

  Tally tally;
  const std::size_t stride = out ? 7 : 1;  // of frames a sample; of answers every byte
  for (std::size_t at = 0; at < bytes; at += stride) {
    Scene scene(true);
    const Wire wire = [&](std::size_t index, std::byte b) -> std::optional<std::byte> {
      if (index < at || index >= at + fault.length) return b;
      if (fault.damage == Damage::lost) return std::nullopt;
      return b ^ std::byte{static_cast<unsigned char>(1u << (at % 8))};
    };
    (out ? scene.port.to_board : scene.port.from_board) = wire;
    const Outcome outcome = scene.run();
    ASSERT_NO_FATAL_FAILURE(judge(scene, outcome, tally, at));
    if (outcome.failure) {
      ASSERT_FALSE(scene.run_again().failure) << at;
    }
  }
  EXPECT_EQ(tally.runs, (bytes + stride - 1) / stride);
  EXPECT_GT(tally.succeeded, tally.runs / 2) << "a single fault is nothing that should end an upload";
  RecordProperty("failed", static_cast<int>(tally.failed));
}

INSTANTIATE_TEST_SUITE_P(Faults, OnABadLine,
                         ::testing::Values(LineFault{Direction::to_board, Damage::lost, 1},
                                           LineFault{Direction::to_board, Damage::flipped, 1},
                                           LineFault{Direction::to_board, Damage::lost, 20},
                                           LineFault{Direction::from_board, Damage::lost, 1},
                                           LineFault{Direction::from_board, Damage::flipped, 1}));

TEST(APulledCable, AtEveryStepLeavesABoardThatBootsOrSaysHowToGoOn) {
  for (const bool old_ota2 : {true, false}) {
    Scene clean(old_ota2);
    ASSERT_FALSE(clean.run().failure);
    const std::size_t calls = clean.port.calls;
    ASSERT_GT(calls, 50u);
    unsigned nothing_booted = 0;
    for (std::size_t at = 0; at < calls; ++at) {
      Scene scene(old_ota2);
      scene.port.pulled_at = at;
      const Outcome outcome = scene.run();
      ASSERT_TRUE(outcome.failure) << at;
      ASSERT_THAT(outcome.message, ::testing::HasSubstr("gone"));
      ASSERT_NE(outcome.failure, Kind::refused) << "the cable is to blame, and not the board: " << at;
      ASSERT_TRUE(scene.kept_what_is_not_its_own()) << at;
      if (old_ota2) {
        ASSERT_TRUE(scene.boots()) << "an old OTA2 is there to boot, until the new OTA1 is whole: " << at;
      }
      if (!scene.boots()) {
        ++nothing_booted;
        ASSERT_THAT(outcome.message, ::testing::HasSubstr("same command again")) << at;
      }
      ASSERT_FALSE(scene.run_again().failure) << at;
      ASSERT_EQ(scene.port.flash, scene.expected) << at;
    }
    EXPECT_EQ(nothing_booted > 0, !old_ota2) << "with one slot alone there is a time without a program";
  }
}

TEST(APowerCutOfTheBoard, AtEveryFlashOperationNeverBootsAPartOfAnImage) {
  using Tear = board::PowerCut::Tear;
  Scene clean(false);
  const std::uint64_t first = clean.port.part.operations();
  ASSERT_FALSE(clean.run().failure);
  const std::uint64_t operations = clean.port.part.operations() - first;
  ASSERT_GT(operations, 10u);
  unsigned booted = 0;
  for (std::uint64_t cut = 0; cut < operations * 8; ++cut) {
    Scene scene(false);
    scene.port.part.arm({.at_operation = cut / 8,
                         .when = cut % 2 == 0 ? board::PowerCut::When::before : board::PowerCut::When::inside,
                         .tear = cut % 4 < 2 ? Tear::some_bytes : Tear::some_bits,
                         .seed = cut});
    (void)scene.run();
    scene.port.part.power_on();
    if (scene.boots() == SlotId::ota1) {
      ++booted;
      const auto slot = Bytes(scene.port.flash).subspan(scene.piece.offset, scene.piece.bytes.size());
      // The old one if nothing has begun; else the new one, whole.
      ASSERT_TRUE(equal(slot, scene.piece.bytes) || scene.port.flash == scene.before) << cut;
    }
    ASSERT_FALSE(scene.run_again().failure) << cut;
    ASSERT_EQ(scene.port.flash, scene.expected) << cut;
  }
  EXPECT_GT(booted, 0u);
}

TEST(ABoardThatFallsSilent, AtEveryStepEndsTheUploadWithAMessage) {
  Scene clean(true);
  ASSERT_FALSE(clean.run().failure);
  const std::size_t bytes = clean.port.sent;
  ASSERT_GT(bytes, 1000u);
  unsigned runs = 0;
  for (std::size_t at = 0; at < bytes; at += 331, ++runs) {
    Scene scene(true);
    scene.port.to_board = [&](std::size_t index, std::byte b) -> std::optional<std::byte> {
      if (index >= at) scene.port.alive = false;
      return b;
    };
    const Outcome outcome = scene.run();
    ASSERT_TRUE(outcome.failure) << at;
    ASSERT_TRUE(scene.boots()) << at;
  }
  EXPECT_GT(runs, 10u);
}

}  // namespace
}  // namespace otaru::serial_test
