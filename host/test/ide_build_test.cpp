#include <fstream>

#include <gtest/gtest.h>
#include <image/made_image2.hpp>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/ide_build.hpp>
#include <otaru/host/push_file.hpp>

#include "temporary_folder.hpp"

namespace otaru::host {
namespace {

namespace fs = std::filesystem;
using File = std::vector<std::byte>;

class IdeBuilds : public testing::Test {
 protected:
  IdeBuilds() {
    fs::create_directories(tools_);
    fs::create_directories(build_);
  }

  /// What the package's tool does, and then ours.
  IdeBuildReport compile(const File& image) {
    write_file(tools_ / "km0_km4_image2.bin", Bytes(image));
    return finish_ide_build({build_, "Blinky.ino", tools_ / "km0_km4_image2.bin"});
  }

  std::string restore() {
    std::string kept;
    changed_.clear();
    restore_misc_folders(tools_.parent_path(), changed_, kept);
    return kept;
  }

  TemporaryFolder home_;
  fs::path build_ = home_.path() / "build";
  fs::path tools_ = home_.path() / "tools/ameba_d_tools/1.1.3";
  fs::path misc_ = tools_ / "misc/OTA_All.bin";
  std::vector<fs::path> changed_;
  File first_ = image::made_image2_of(40960, 1);
  File second_ = image::made_image2_of(40960, 2);
};

TEST_F(IdeBuilds, LieBesideTheSketchAndInMisc) {
  EXPECT_EQ(compile(first_).written.size(), 3u);
  const File file = read_file(build_ / "OTA_All.bin");
  EXPECT_EQ(File(file.begin() + 32, file.end()), first_);
  EXPECT_EQ(read_file(build_ / "Blinky.ino.ota.bin"), file);
  EXPECT_EQ(read_file(misc_), file);
  EXPECT_EQ(read_file(build_ / "km0_km4_image2.bin"), first_)
      << "which the stock hook does in some IDEs only";
  EXPECT_NO_THROW((void)check_push_file("it", file));
}

TEST_F(IdeBuilds, ReplaceTheOneBefore) {
  compile(first_);
  compile(second_);
  const File file = read_file(misc_);
  EXPECT_EQ(File(file.begin() + 32, file.end()), second_);
  EXPECT_EQ(file_to_upload(build_, "Blinky.ino"), build_ / "OTA_All.bin");
}

TEST_F(IdeBuilds, LeaveNoOlderFileBehindWhenTheImageCannotBeSent) {
  compile(first_);
  const IdeBuildReport report = compile(image::made_image2_of(1100 * 1024));
  EXPECT_TRUE(report.written.empty());
  EXPECT_FALSE(report.packed.findings.ok());
  EXPECT_FALSE(fs::exists(build_ / "OTA_All.bin"));
  EXPECT_FALSE(fs::exists(build_ / "Blinky.ino.ota.bin"));
  EXPECT_FALSE(fs::exists(misc_));
}

TEST_F(IdeBuilds, FailWithoutAnImage) {
  EXPECT_THROW((void)finish_ide_build({build_, "Blinky.ino", tools_ / "km0_km4_image2.bin"}), BadInput);
}

TEST_F(IdeBuilds, AreUploadedFromWhatThereIs) {
  EXPECT_THROW((void)file_to_upload(build_, "Blinky.ino"), BadInput);
  compile(first_);
  fs::remove(build_ / "OTA_All.bin");
  EXPECT_EQ(file_to_upload(build_, "Blinky.ino"), build_ / "Blinky.ino.ota.bin")
      << "an exported build has no other";
  fs::remove(build_ / "Blinky.ino.ota.bin");
  EXPECT_EQ(file_to_upload(build_, "Blinky.ino"), build_ / "km0_km4_image2.bin");
}

TEST_F(IdeBuilds, LeaveAMiscFolderAsItWas) {
  compile(first_);
  compile(second_);
  EXPECT_EQ(restore(), "");
  EXPECT_FALSE(fs::exists(tools_ / "misc"));
  EXPECT_EQ(restore(), "");
}

TEST_F(IdeBuilds, GiveBackTheFileThatAPersonHadPutThere) {
  fs::create_directory(tools_ / "misc");
  write_file(misc_, "mine");
  compile(first_);
  compile(second_);
  EXPECT_EQ(restore(), "");
  EXPECT_EQ(changed_, std::vector{misc_});
  EXPECT_EQ(read_file(misc_).size(), 4u);
  EXPECT_EQ(std::distance(fs::directory_iterator(tools_ / "misc"), fs::directory_iterator()), 1);
}

TEST_F(IdeBuilds, KeepAFileThatWasChangedSince) {
  compile(first_);
  write_file(misc_, "mine");
  EXPECT_NE(restore().find(misc_.string()), std::string::npos);
  EXPECT_EQ(read_file(misc_).size(), 4u);
}

}  // namespace
}  // namespace otaru::host
