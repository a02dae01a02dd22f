#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/ide_setup.hpp>
#include <otaru/host/marked_block.hpp>

#include "temporary_folder.hpp"

namespace otaru::host {
namespace {

namespace fs = std::filesystem;

/// A package as the boards manager leaves it, and an otaru beside it.
class IdeSetup : public testing::Test {
 protected:
  IdeSetup() {
    fs::create_directories(folder_);
    write(folder_ / "platform.txt", "name=AmebaD\n");
    write(folder_ / "boards.txt", "BW16.name=BW16\nBW16.upload.tool=ameba_d_tools\n");
    write(program_, "");
    package_ = find_ide_packages({home_.path()}).at(0);
  }

  static void write(const fs::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
  }
  static std::string read(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
  }
  static void replace(const fs::path& file, const std::string& before, const std::string& now) {
    std::string text = read(file);
    const std::size_t at = text.find(before);
    ASSERT_NE(at, std::string::npos);
    write(file, text.replace(at, before.size(), now));
  }

  /// Every file of the package, by path.
  std::map<fs::path, std::string> files() const {
    std::map<fs::path, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(home_.path()))
      if (entry.is_regular_file()) found[entry.path()] = read(entry.path());
    return found;
  }

  IdeReport install(bool force = false) { return ide_install(package_, program_, force); }
  IdeReport uninstall(bool force = false) { return ide_uninstall(package_, program_, force); }
  IdeState state() { return ide_status(package_, program_).state; }

  TemporaryFolder home_;
  fs::path folder_ = home_.path() / "packages/realtek/hardware/AmebaD/3.1.9";
  fs::path platform_ = folder_ / "platform.local.txt";
  fs::path boards_ = folder_ / "boards.local.txt";
  fs::path program_ = home_.path() / "otaru";
  IdePackage package_;
};

TEST_F(IdeSetup, IsUndoneToTheByte) {
  const auto before = files();
  EXPECT_EQ(state(), IdeState::not_installed);
  EXPECT_EQ(install().changed.size(), 2u);
  EXPECT_EQ(state(), IdeState::installed);
  EXPECT_EQ(uninstall().changed.size(), 2u);
  EXPECT_EQ(files(), before);
  EXPECT_TRUE(uninstall().changed.empty());
  EXPECT_EQ(files(), before);
}

TEST_F(IdeSetup, KeepsWhatAPersonHadThere) {
  write(platform_, "compiler.cpp.extra_flags=-DMINE");
  write(boards_, "");
  const auto before = files();
  install();
  EXPECT_TRUE(read(platform_).starts_with("compiler.cpp.extra_flags=-DMINE\n"));
  uninstall();
  EXPECT_EQ(files(), before);
}

TEST_F(IdeSetup, ChangesNoByteTheSecondTime) {
  install();
  const auto once = files();
  EXPECT_TRUE(install().changed.empty());
  EXPECT_EQ(files(), once);
}

TEST_F(IdeSetup, IsOutOfDateForAnotherOtaruUntilItIsInstalledAgain) {
  install();
  const fs::path other = home_.path() / "newer";
  write(other, "");
  const IdeReport report = ide_status(package_, other);
  EXPECT_EQ(report.state, IdeState::out_of_date);
  EXPECT_EQ(report.program, program_);
  EXPECT_EQ(ide_install(package_, other, false).state, IdeState::installed);
  EXPECT_EQ(ide_status(package_, other).program, other);
}

TEST_F(IdeSetup, IsDamagedWithoutItsProgram) {
  install();
  fs::remove(program_);
  const IdeReport report = ide_status(package_, program_);
  EXPECT_EQ(report.state, IdeState::damaged);
  EXPECT_NE(report.message.find(program_.string()), std::string::npos);
}

TEST_F(IdeSetup, IsDamagedWithOneOfItsFilesGoneAndRepairedByAnotherInstall) {
  install();
  const auto whole = files();
  fs::remove(boards_);
  EXPECT_EQ(state(), IdeState::damaged);
  EXPECT_EQ(install().state, IdeState::installed);
  EXPECT_EQ(files(), whole);
}

TEST_F(IdeSetup, ThrowsAwayNoLinesThatSomebodyChangedUnlessForced) {
  const auto before = files();
  install();
  replace(platform_, "ide discovery", "ide discovery --interface eth0");
  const auto changed = files();
  EXPECT_EQ(state(), IdeState::damaged);
  EXPECT_THROW(install(), BadInput);
  EXPECT_THROW(uninstall(), BadInput);
  EXPECT_EQ(files(), changed);
  EXPECT_EQ(install(true).state, IdeState::installed);
  replace(platform_, "ide discovery", "mine");
  uninstall(true);
  EXPECT_EQ(files(), before);
}

TEST_F(IdeSetup, GuessesNothingWhereAMarkIsMissing) {
  install();
  replace(platform_, "# <<< otaru <<<\n", "");
  const auto broken = files();
  EXPECT_EQ(state(), IdeState::damaged);
  EXPECT_THROW(install(true), BadInput);
  EXPECT_THROW(uninstall(true), BadInput);
  EXPECT_EQ(files(), broken);
}

TEST_F(IdeSetup, KeepsLinesAddedMeanwhile) {
  install();
  write(platform_, read(platform_) + "mine=1\n");
  EXPECT_EQ(state(), IdeState::installed);
  uninstall();
  EXPECT_EQ(read(platform_), "mine=1\n");
  EXPECT_FALSE(fs::exists(boards_));
}

}  // namespace
}  // namespace otaru::host
