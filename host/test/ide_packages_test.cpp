#include <fstream>

#include <gtest/gtest.h>

#include <otaru/host/ide_packages.hpp>

#include "temporary_folder.hpp"

namespace otaru::host {
namespace {

namespace fs = std::filesystem;

void make_package(const fs::path& folder) {
  fs::create_directories(folder);
  std::ofstream(folder / "platform.txt") << "name=AmebaD\n";
  std::ofstream(folder / "boards.txt")
      << "B.name=Board\nB.upload.tool=ameba_d_tools\nB.build.mcu=RTL8720DN\n";
}

class HomeOf : public testing::TestWithParam<const char*> {};

TEST_P(HomeOf, HasItsPackagesFound) {
  const TemporaryFolder home;
  const fs::path vendor = home.path() / GetParam() / "realtek";
  make_package(vendor / "hardware/AmebaD/3.1.9");
  make_package(vendor / "hardware/AmebaD/3.1.8");
  const std::vector<IdePackage> packages = find_ide_packages({home.path()});
  ASSERT_EQ(packages.size(), 2u);
  EXPECT_EQ(packages[0].version, "3.1.8");
  EXPECT_EQ(packages[1].version, "3.1.9");
  EXPECT_EQ(packages[1].tools, fs::canonical(vendor) / "tools");
  ASSERT_EQ(packages[1].boards.size(), 1u);
  EXPECT_EQ(packages[1].boards[0].id, "B");
}

INSTANTIATE_TEST_SUITE_P(Systems, HomeOf,
                         testing::Values(".arduino15/packages", "Library/Arduino15/packages",
                                         "AppData/Local/Arduino15/packages", "Documents/ArduinoData/packages",
                                         "portable/packages", "packages", "."));

TEST(IdePackages, AreFoundFromAnyFolderOnTheWay) {
  const TemporaryFolder home;
  const fs::path folder = home.path() / "packages/Realtek/hardware/AmebaD/3.1.9";
  make_package(folder);
  for (fs::path place = folder; place != home.path().parent_path(); place = place.parent_path()) {
    if (place.filename() == "hardware") continue;
    EXPECT_EQ(find_ide_packages({place}).size(), 1u) << place;
  }
  EXPECT_EQ(find_ide_packages({home.path(), folder, home.path() / "nothing"}).size(), 1u) << "each once";
}

TEST(IdePackages, AreNotThoseOfOthers) {
  const TemporaryFolder home;
  make_package(home.path() / "packages/arduino/hardware/AmebaD/1.0.0");
  make_package(home.path() / "packages/realtek/hardware/AmebaPro2/4.0.0");
  EXPECT_TRUE(find_ide_packages({home.path()}).empty());
}

TEST(IdeBoards, AreThoseWithATool) {
  const std::vector<IdeBoard> boards = read_boards(
      "# comment\r\nmenu.A=A\nZ.name=Z\nZ.upload.tool= a_tool \r\nZ.vid.0=0x1\nZ.pid.0=0x2\nZ.vid.1=0x3\n"
      "Z.upload_port.2.vid=0x9\nnothing\n=\nM.name=no tool\nA.upload.tool=t\nA.build.mcu=RTL8722DM/CSM");
  ASSERT_EQ(boards.size(), 2u);
  EXPECT_EQ(boards[0].id, "Z");
  EXPECT_EQ(boards[0].tool, "a_tool");
  EXPECT_EQ(boards[0].upload_ports, 3);
  ASSERT_EQ(boards[0].usb_ids.size(), 1u) << "a vendor without a product identifies nothing";
  EXPECT_EQ(boards[0].usb_ids[0].second, "0x2");
  EXPECT_EQ(boards[1].chip, "RTL8722DM/CSM");
  EXPECT_TRUE(read_boards("").empty());
}

}  // namespace
}  // namespace otaru::host
