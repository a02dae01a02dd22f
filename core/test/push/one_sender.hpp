// A board with the small flash map that boots OTA1, and one connection to it.
#pragma once

#include <flash/ram_flash.hpp>
#include <flash/small_layout.hpp>
#include <gtest/gtest.h>
#include <push/made_push.hpp>
#include <update/board_flash.hpp>
#include <update/test_update.hpp>

#include <otaru/push/receiver.hpp>
#include <otaru/update/update.hpp>

namespace otaru::push {

/// Timings of which no two agree.
inline constexpr Timings kTestTimings{.headers_ms = 1009,
                                      .image_idle_ms = 2003,
                                      .image_total_ms = 50'021,
                                      .stalled_ms = 307,
                                      .check_ms = 4001,
                                      .linger_ms = 503};

using TestReceiver = Receiver<flash::RamFlash, crypto::TestCrypto>;

struct OneSender {
  explicit OneSender(std::uint32_t start_ms = 0, flash::SlotId running = flash::SlotId::ota1)
      : now_ms(start_ms), update(part, layout, running) {
    update::install(part, layout.slot(running), image::made_image2({.seed = 1}));
    receiver.open(now_ms);
    before = part.memory;
  }

  Action step(const Event& event) { return receiver.step(update, event, now_ms); }
  Action step(Event::Kind kind) { return step(Event{kind, {}}); }
  Action step(Bytes bytes) { return step(Event{Event::Kind::bytes, bytes}); }

  bool flash_untouched() const {
    return part.programs == 0 && part.sector_erases == 0 && part.block_erases == 0;
  }
  /// The running image boots, and nothing was changed outside the target slot.
  testing::AssertionResult unharmed() {
    if (const auto same = update::same_outside(before, part.memory, update.slot()); !same) return same;
    return update::boots(part, layout, flash::other(update.target()));
  }

  static constexpr const flash::Layout& layout = flash::kSmallLayout;
  std::uint32_t now_ms;
  flash::RamFlash part = update::used_part(layout);
  update::TestUpdate update;
  TestReceiver receiver{kTestTimings};
  Sender sender{[this](const Event& event) { return step(event); }};
  update::Image before;
};

}  // namespace otaru::push
