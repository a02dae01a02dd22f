#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/serial_loader.hpp>

#include "temporary_folder.hpp"

namespace otaru::host::serial {
namespace {

namespace fs = std::filesystem;

fs::path put_loader(const fs::path& ide, const std::string& below) {
  const fs::path file = ide / "packages/realtek" / below / kLoaderName;
  fs::create_directories(file.parent_path());
  write_file(file, "a loader, version " + below);
  return file;
}

TEST(SerialLoader, TheNewestVersionIsTakenByNumberAndNotByLetter) {
  TemporaryFolder ide;
  put_loader(ide.path(), "tools/ameba_d_tools/1.0.9");
  const fs::path newest = put_loader(ide.path(), "tools/ameba_d_tools/1.0.10");
  put_loader(ide.path(), "tools/ameba_d_tools/1.0.2");
  EXPECT_EQ(find_loader({ide.path()}), newest);
}

TEST(SerialLoader, ItMayLieDeeperInTheToolsOfASystem) {
  TemporaryFolder ide;
  const fs::path file = put_loader(ide.path(), "tools/ameba_d_tools/1.1.3/tools/linux/image_tool");
  EXPECT_EQ(find_loader({ide.path() / "none", ide.path()}), file);
}

TEST(SerialLoader, OtherMakersPackagesAreNotSearched) {
  TemporaryFolder ide;
  fs::create_directories(ide.path() / "packages/other/tools");
  write_file(ide.path() / "packages/other/tools" / kLoaderName, "x");
  EXPECT_TRUE(find_loader({ide.path()}).empty());
  EXPECT_TRUE(find_loader({}).empty());
}

TEST(SerialLoader, WithoutOneTheMessageSaysWhereToGetIt) {
  try {
    (void)load_loader({}, {});
    FAIL();
  } catch (const BadInput& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("boards manager"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("--loader"));
  }
}

TEST(SerialLoader, AFileThatCannotBeOneIsRefused) {
  TemporaryFolder folder;
  write_file(folder / "empty", "");
  write_file(folder / "image2", "81958711" + std::string(100, 'x'));
  write_file(folder / "large", std::string(100'000, 'x'));
  for (const char* name : {"empty", "image2", "large", "missing"})
    EXPECT_THROW((void)load_loader(folder / name, {}), BadInput) << name;
  write_file(folder / "loader", std::string(4'700, 'x'));
  EXPECT_EQ(load_loader(folder / "loader", {}).size(), 4'700u);
}

}  // namespace
}  // namespace otaru::host::serial
