// A board for tests: flash that outlives resets, an engine for each start, and files to push to it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/board/factory.hpp>
#include <otaru/board/sample_image.hpp>
#include <otaru/boot/select.hpp>

#include "fake_port.hpp"

namespace otaru::engine {

inline constexpr std::uint32_t kImageSize = 96 * 1024;

/// Everything that an uploader sends for `image`: announcement, file header, image.
inline std::string made_push(Bytes image) {
  std::vector<std::byte> file(32 + image.size());
  const MutableBytes all(file);
  store_le32(all, 0x0102'0304);  // version
  store_le32(all.subspan(4), 1);
  store_le32(all.subspan(8), 0x3241'544F);  // OTA2
  store_le32(all.subspan(12), 24);
  store_le32(all.subspan(16), byte_sum(image));
  store_le32(all.subspan(20), static_cast<std::uint32_t>(image.size()));
  store_le32(all.subspan(24), 32);
  store_le32(all.subspan(28), 0xFFFF'FFFF);
  copy(image, all.subspan(32));
  std::vector<std::byte> push(12);
  store_le32(push, byte_sum(file));
  store_le32(MutableBytes(push).subspan(8), static_cast<std::uint32_t>(file.size()));
  push.insert(push.end(), file.begin(), file.end());
  return {reinterpret_cast<const char*>(push.data()), push.size()};
}

class TestBoard {
 public:
  explicit TestBoard(otaru_engine_layout which = OTARU_LAYOUT_2MB) : layout(*flash::kLayouts[which]) {
    (void)board::serial_upload(part, layout, board::make_sample_image(kImageSize, 1));
    config.layout = static_cast<std::uint8_t>(which);
    config.name = "MyAmeba";
    config.board = "ameba_rtl8721d";
    config.on_event = [](void* self, const otaru_news* happened) {
      static_cast<TestBoard*>(self)->news.push_back(*happened);
    };
    config.context = this;
  }

  /// A start of the board: a new engine on what the flash holds.
  otaru_engine_result boot() {
    port.power_cycle();
    news.clear();
    engine = std::make_unique<otaru_engine>();
    otaru_engine_init(engine.get(), &port.port());
    if (before_start) before_start(engine.get());
    return otaru_engine_start(engine.get(), &config);
  }

  /// Starts again as often as the board wants to. @return the starts that it took
  int boot_until_it_stays() {
    int starts = 1;
    while (boot() == OTARU_RESETTING) ++starts;
    return starts;
  }

  /// Polls, as a sketch would, until `done` or for so long in virtual time. @return whether it was done
  bool run(const std::function<bool()>& done, std::uint32_t longest_ms = 60'000) {
    const std::uint32_t until = port.now_ms() + longest_ms;
    while (static_cast<std::int32_t>(until - port.now_ms()) > 0) {
      if (done()) return true;
      if (port.resets > 0) return done();
      port.pass_ms(std::max<std::uint32_t>(otaru_engine_poll(engine.get()), 1));
      if (port.watchdog_bites()) port.resets++;
    }
    return done();
  }
  void run_for(std::uint32_t ms) {
    run([] { return false; }, ms);
  }

  /// Pushes `bytes` and lets the board work until it has closed. @return all that it said
  std::string push(const std::string& bytes, std::uint32_t longest_ms = 60'000) {
    const int handle = port.connect();
    port.wires[handle].to_board = bytes;
    run([&] { return hung_up(handle); }, longest_ms);
    return port.wires[handle].from_board;
  }
  std::string push_image(std::uint32_t seed, std::uint32_t size = kImageSize) {
    return push(made_push(board::make_sample_image(size, seed)));
  }
  /// The sender closes when it hears the board's FIN, as uploaders do.
  bool hung_up(int handle) {
    Wire& wire = port.wires[handle];
    if (wire.heard_fin) wire.closed = true;
    return wire.board_closed;
  }
  bool wait_for_reset(std::uint32_t longest_ms = 10'000) {
    return run([this] { return port.resets > 0; }, longest_ms);
  }

  /// The slot that the stock boot loader would choose now.
  flash::SlotId boots() {
    const auto selection = boot::select(part, layout);
    EXPECT_TRUE(selection && selection->boots());
    return *selection->slot;
  }
  bool told(otaru_engine_event event) const {
    return std::any_of(news.begin(), news.end(), [event](const otaru_news& n) { return n.event == event; });
  }
  std::string error_code() const {
    for (const otaru_news& n : news)
      if (n.event == OTARU_EVENT_ERROR) return n.code;
    return {};
  }

  const flash::Layout& layout;
  std::vector<std::byte> store = board::make_factory_flash(layout);
  board::NorModel part{store};
  FakePort port{part};
  otaru_config config{};
  std::function<void(otaru_engine*)> before_start;
  std::unique_ptr<otaru_engine> engine;
  std::vector<otaru_news> news;
};

}  // namespace otaru::engine
