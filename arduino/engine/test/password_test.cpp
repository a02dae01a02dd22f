// A board with a password, and uploaders that know it or not.
#include <otaru/mbed/secure_channel.hpp>

#include "test_board.hpp"

namespace otaru::engine {
namespace {

using mbed::SecureChannel;

bool fill(void*, MutableBytes to) noexcept {
  static std::uint64_t state = 99;
  for (std::byte& byte : to) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    byte = static_cast<std::byte>(state >> 56);
  }
  return true;
}

/// An uploader on the secure channel, at the other end of a wire.
class Uploader {
 public:
  Uploader(TestBoard& board, std::string_view password, std::string file)
      : board_(board),
        channel_(SecureChannel::End::uploader, mbed::SharedSecret(password), {fill, nullptr}),
        file_(std::move(file)),
        handle_(board.port.connect()) {}

  bool done() {
    Wire& wire = board_.port.wires[handle_];
    std::array<std::byte, SecureChannel::kRecordSize> plain;
    for (bool again = true; again;) {
      const auto bytes = std::as_bytes(std::span(wire.from_board));
      const SecureChannel::Step step = channel_.step(bytes.subspan(read_), plain);
      read_ += step.consumed;
      heard.append(reinterpret_cast<const char*>(plain.data()), step.plain);
      again = step.again;
    }
    if (channel_.state() == SecureChannel::State::open && sent_ < file_.size())
      sent_ += channel_.write(std::as_bytes(std::span(file_)).subspan(sent_));
    const Bytes out = channel_.outgoing();
    wire.to_board.append(reinterpret_cast<const char*>(out.data()), out.size());
    if (!out.empty()) channel_.sent(out.size());
    return board_.hung_up(handle_);
  }
  std::string plain_words() { return board_.port.wires[handle_].from_board; }
  SecureChannel::State state() const { return channel_.state(); }

  std::string heard;

 private:
  TestBoard& board_;
  SecureChannel channel_;
  std::string file_;
  int handle_;
  std::size_t sent_ = 0;
  std::size_t read_ = 0;
};

struct EngineWithPassword : testing::Test {
  void SetUp() override {
    board.before_start = [](otaru_engine* engine) { otaru_engine_set_password(engine, "open sesame"); };
    ASSERT_EQ(board.boot(), OTARU_STARTED);
  }
  void TearDown() override {
    otaru_engine_stop(board.engine.get());
    otaru_engine_set_password(board.engine.get(), nullptr);
  }
  std::string upload(std::string_view password) {
    Uploader uploader(board, password, made_push(board::make_sample_image(kImageSize, 2)));
    EXPECT_TRUE(board.run([&] { return uploader.done(); }));
    return uploader.heard.empty() ? uploader.plain_words() : uploader.heard;
  }
  TestBoard board;
};

TEST_F(EngineWithPassword, TakesAnUpdateFromWhoKnowsIt) {
  const std::string heard = upload("open sesame");
  EXPECT_NE(heard.find("OTARU/1 progress "), std::string::npos);
  EXPECT_NE(heard.find("OTARU/1 ok slot=OTA2"), std::string::npos) << heard;
  EXPECT_TRUE(board.wait_for_reset());
}

TEST_F(EngineWithPassword, KeepsItsPasswordWhenAnotherIsSetWhileSomebodyIsInside) {
  Uploader uploader(board, "open sesame", made_push(board::make_sample_image(kImageSize, 2)));
  ASSERT_TRUE(board.run([&] { return uploader.done() || otaru_engine_updating(board.engine.get()) == 1; }));
  otaru_engine_set_password(board.engine.get(), "open barley");
  otaru_engine_set_password(board.engine.get(), nullptr);
  EXPECT_TRUE(board.port.logged("[Otaru] ignored: the password can only be set before the start"));
  EXPECT_TRUE(board.run([&] { return uploader.done(); }));
  EXPECT_NE(uploader.heard.find("OTARU/1 ok"), std::string::npos);
}

TEST_F(EngineWithPassword, TakesAnUpdateThatTricklesIn) {
  board.port.trickle = true;
  int updates = 0;
  for (; updates < 20; ++updates) {
    EXPECT_NE(upload("open sesame").find("OTARU/1 ok"), std::string::npos) << updates;
    EXPECT_TRUE(board.wait_for_reset());
    ASSERT_EQ(board.boot(), OTARU_STARTED);
    ASSERT_TRUE(board.run([&] { return board.told(OTARU_EVENT_CONFIRMED); }));
  }
  EXPECT_EQ(updates, 20);
}

TEST_F(EngineWithPassword, RefusesWhoDoesNotAndMakesHimWait) {
  upload("open barley");
  EXPECT_EQ(board.error_code(), "password_wrong");
  EXPECT_NE(upload("open sesame").find("OTARU/1 error too_many_guesses"), std::string::npos);
  board.run_for(2'000);
  EXPECT_NE(upload("open sesame").find("OTARU/1 ok"), std::string::npos);
}

TEST_F(EngineWithPassword, RefusesThePlainDialectBeforeCoreSeesAByte) {
  const std::string said = board.push_image(2);
  EXPECT_NE(said.find("OTARU/1 error password_required"), std::string::npos) << said;
  EXPECT_EQ(board.error_code(), "password_required");
  EXPECT_FALSE(board.told(OTARU_EVENT_START));
}

TEST_F(EngineWithPassword, TellsAThirdHandshakeThatItIsBusyAndServesTheNext) {
  Uploader first(board, "open sesame", ""), second(board, "open sesame", "");
  ASSERT_TRUE(board.run([&] {
    first.done();
    second.done();
    return first.state() == SecureChannel::State::open && second.state() == SecureChannel::State::open;
  }));
  EXPECT_NE(upload("open sesame").find("OTARU/1 error busy"), std::string::npos);
  board.run([&] { return first.done() && second.done(); },
            30'000);  // they say nothing more, and are sent away
  EXPECT_NE(upload("open sesame").find("OTARU/1 ok"), std::string::npos);
}

TEST(EngineWithoutPassword, SaysThatItHasNoneToWhoBringsOne) {
  TestBoard board;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  Uploader uploader(board, "open sesame", "");
  EXPECT_TRUE(board.run([&] { return uploader.done(); }));
  EXPECT_NE(uploader.plain_words().find("OTARU/1 error no_password"), std::string::npos);
}

}  // namespace
}  // namespace otaru::engine
