#include <chrono>
#include <csignal>
#include <mutex>

#include <gtest/gtest.h>

#include <otaru/os/child_process.hpp>

namespace otaru::os {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

ChildProcess::Command shell(const std::string& script) {
  return {"/bin/sh", {"-c", script}, {}};
}

TEST(ChildProcess, GivesEveryLineOfBothOutputsAndTheExitCode) {
  ChildProcess child(shell("echo one; echo two >&2; printf three; exit 7"));
  EXPECT_EQ(child.wait(10s), 7);
  EXPECT_EQ(child.lines(), (Lines{"one", "two", "three"}));
}

TEST(ChildProcess, CallsForEachLineInOrder) {
  Lines heard;
  std::mutex mutex;
  ChildProcess child(shell("for i in 1 2 3; do echo line $i; done"), [&](const std::string& line) {
    const std::lock_guard lock(mutex);
    heard.push_back(line);
  });
  ASSERT_EQ(child.wait(10s), 0);
  EXPECT_EQ(heard, (Lines{"line 1", "line 2", "line 3"}));
}

TEST(ChildProcess, FindsALineByItsNumberAmongThoseAlike) {
  ChildProcess child(shell("echo boot 1; echo x; echo boot 2; exec sleep 60"));
  EXPECT_EQ(child.wait_for_line("boot", 1, 10s), "boot 1");
  EXPECT_EQ(child.wait_for_line("boot", 2, 10s), "boot 2");
  EXPECT_EQ(child.wait_for_line("boot", 3, 50ms), std::nullopt);
  EXPECT_EQ(child.wait(1ms), std::nullopt);
}

TEST(ChildProcess, WaitsNoLongerForALineOfAProgramThatHasEnded) {
  ChildProcess child(shell("echo other"));
  EXPECT_EQ(child.wait_for_line("wanted", 1, 1h), std::nullopt);
}

TEST(ChildProcess, StopsAProgramThatWouldRunOn) {
  ChildProcess child(shell("echo up; exec sleep 60"));
  ASSERT_TRUE(child.wait_for_line("up", 1, 10s));
  EXPECT_EQ(child.stop(), 128 + SIGTERM);
  EXPECT_EQ(child.stop(), 128 + SIGTERM) << "a second time changes nothing";
}

TEST(ChildProcess, RunsInTheFolderNamed) {
  const auto folder = std::filesystem::canonical(std::filesystem::temp_directory_path());
  ASSERT_NE(folder, std::filesystem::current_path()) << "the test would pass vacuously";
  ChildProcess child({"/bin/sh", {"-c", "pwd -P"}, folder});
  ASSERT_EQ(child.wait(10s), 0);
  EXPECT_EQ(child.lines(), Lines{folder.string()});
}

TEST(ChildProcess, SaysByItsExitCodeThatAProgramCannotBeRun) {
  ChildProcess child({"/no/such/program", {}, {}});
  EXPECT_EQ(child.wait(10s), 127);
}

}  // namespace
}  // namespace otaru::os
