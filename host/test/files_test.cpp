#include <array>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>

#include "temporary_folder.hpp"

namespace otaru::host {
namespace {

namespace fs = std::filesystem;

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(Files, AreReadAsTheyWereWritten) {
  const TemporaryFolder folder;
  std::vector<std::byte> content(200'000);
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<std::byte>(i * 7);
  write_file(folder / "a", Bytes(content));
  EXPECT_EQ(read_file(folder / "a"), content);
  EXPECT_EQ(entries(folder.path()), 1u) << "no half file is left beside it";
}

TEST(Files, MayBeEmpty) {
  const TemporaryFolder folder;
  write_file(folder / "a", std::string_view());
  EXPECT_TRUE(read_file(folder / "a").empty());
}

TEST(Files, AreReplacedWholly) {
  const TemporaryFolder folder;
  write_file(folder / "a", std::string_view("a long text"));
  write_file(folder / "a", std::string_view("short"));
  EXPECT_EQ(read_file(folder / "a").size(), 5u);
}

TEST(Files, GetTheUsualPermissions) {
  const TemporaryFolder folder;
  const mode_t mask = ::umask(022);
  write_file(folder / "a", std::string_view("x"));
  ::umask(mask);
  struct stat status {};
  ASSERT_EQ(::stat((folder / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0644u);
}

TEST(Files, AreWrittenThroughALinkWhichStays) {
  const TemporaryFolder folder;
  write_file(folder / "target", std::string_view("old"));
  fs::create_symlink(folder / "target", folder / "link");
  write_file(folder / "link", std::string_view("newer"));
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(read_file(folder / "target").size(), 5u);
}

TEST(Files, AreWrittenThroughALinkToNothingYet) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "to");
  fs::create_symlink("target", folder / "to/second");
  fs::create_symlink("to/second", folder / "link");
  write_file(folder / "link", std::string_view("new"));
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_TRUE(fs::is_symlink(folder / "to/second"));
  EXPECT_EQ(read_file(folder / "to/target").size(), 3u);
}

TEST(Files, WrittenToADeviceLeaveItThere) {
  write_file("/dev/null", std::string_view("x"));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(Files, ThatCannotBeReadAreBadInputWithTheirName) {
  const TemporaryFolder folder;
  for (const fs::path& path : {folder.path(), folder / "missing", folder / "no/such/folder"}) {
    try {
      static_cast<void>(read_file(path));
      ADD_FAILURE() << path << " was read";
    } catch (const BadInput& error) {
      EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos) << error.what();
    }
  }
}

TEST(Files, WithoutAnEndAreRefused) {
  EXPECT_THROW(static_cast<void>(read_file("/dev/zero")), BadInput);
}

TEST(Files, ThatCannotBeWrittenLeaveNothing) {
  const TemporaryFolder folder;
  EXPECT_THROW(write_file(folder.path(), std::string_view("x")), BadInput);
  EXPECT_THROW(write_file(folder / "no/such/folder", std::string_view("x")), BadInput);
  EXPECT_EQ(entries(folder.path()), 0u);
}

}  // namespace
}  // namespace otaru::host
