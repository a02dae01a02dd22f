#include "options.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace otaru::sketch {
namespace {

Options parse_words(const std::vector<std::string>& words) {
  std::vector<const char*> pointers;
  for (const std::string& word : words) pointers.push_back(word.c_str());
  return parse(static_cast<int>(pointers.size()), pointers.data());
}

TEST(SketchOptions, LeaveToTheSketchWhatIsNotGiven) {
  const Options options = parse_words({"sketch", "--flash", "f"});
  EXPECT_EQ(options.flash, "f");
  EXPECT_FALSE(options.name || options.port || options.tries || options.watchdog_ms || options.boots);
  EXPECT_TRUE(options.wifi);
  EXPECT_EQ(options.booted, 0u);
}

TEST(SketchOptions, GoOnAfterAResetButForTheFirstImage) {
  Options options = parse_words({"sketch",
                                 "--flash",
                                 "f",
                                 "--image",
                                 "i",
                                 "--name",
                                 "N",
                                 "--port",
                                 "0",
                                 "--board",
                                 "b",
                                 "--bind",
                                 "127.0.0.1",
                                 "--interface",
                                 "lo",
                                 "--interface",
                                 "eth0",
                                 "--layout",
                                 "ameba-d-4mb-factory",
                                 "--tries",
                                 "2",
                                 "--confirm-after-ms",
                                 "5",
                                 "--watchdog-ms",
                                 "6",
                                 "--boots",
                                 "9",
                                 "--timing",
                                 "model",
                                 "--console",
                                 "pty",
                                 "--wifi",
                                 "down"});
  EXPECT_EQ(options.image, "i");
  options.port = 4711;
  const Options next = parse_words(command_line_after_reset(options, "sketch"));
  EXPECT_EQ(next.image, "");
  EXPECT_EQ(next.booted, 1u);
  EXPECT_EQ(next.port, 4711);
  EXPECT_EQ(next.name, "N");
  EXPECT_EQ(next.board, "b");
  EXPECT_EQ(next.bind, "127.0.0.1");
  EXPECT_EQ(next.interfaces, (std::vector<std::string>{"lo", "eth0"}));
  EXPECT_EQ(next.layout, &flash::kAmebaD4MbFactory);
  EXPECT_EQ(next.tries, 2u);
  EXPECT_EQ(next.confirm_after_ms, 5u);
  EXPECT_EQ(next.watchdog_ms, 6u);
  EXPECT_EQ(next.boots, 9u);
  EXPECT_TRUE(next.model_timing);
  EXPECT_TRUE(next.pty);
  EXPECT_FALSE(next.wifi);
}

TEST(SketchOptions, AreRefusedWithTheWordThatIsWrong) {
  const std::vector<std::vector<std::string>> wrong{{},
                                                    {"--flash"},
                                                    {"--flash", "f", "--colour", "red"},
                                                    {"--flash", "f", "--port", "70000"},
                                                    {"--flash", "f", "--port", "x"},
                                                    {"--flash", "f", "--wifi", "maybe"},
                                                    {"--flash", "f", "--layout", "no-such"}};
  for (std::vector<std::string> words : wrong) {
    words.insert(words.begin(), "sketch");
    EXPECT_THROW(parse_words(words), std::invalid_argument) << words.back();
  }
}

}  // namespace
}  // namespace otaru::sketch
