#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include <otaru/os/folders.hpp>

namespace otaru::os {
namespace {

/// The environment of another person, for one test.
class Folders : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("HOME", "/home/somebody", 1);
    ::unsetenv("XDG_CONFIG_HOME");
  }
};

TEST_F(Folders, OfSettingsIsThatOfXdgElseConfigInTheHome) {
  EXPECT_EQ(settings_folder(), "/home/somebody/.config");
  ::setenv("XDG_CONFIG_HOME", "/etc/mine", 1);
  EXPECT_EQ(settings_folder(), "/etc/mine");
  ::setenv("XDG_CONFIG_HOME", "relative", 1);
  EXPECT_EQ(settings_folder(), "/home/somebody/.config") << "relative paths do not count";
}

TEST_F(Folders, OfArduinoBeginWithTheUsualOne) {
  ASSERT_FALSE(arduino_folders().empty());
  EXPECT_EQ(arduino_folders().front(), "/home/somebody/.arduino15");
}

TEST_F(Folders, WithoutHomeAreThoseOfTheAccount) {
  ::unsetenv("HOME");
  EXPECT_TRUE(settings_folder().is_absolute());
}

TEST_F(Folders, NameTheRunningProgram) {
  EXPECT_TRUE(running_program().is_absolute());
  EXPECT_TRUE(std::filesystem::is_regular_file(running_program()));
}

}  // namespace
}  // namespace otaru::os
