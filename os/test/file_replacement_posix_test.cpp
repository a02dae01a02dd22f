#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <otaru/os/file_replacement.hpp>

namespace otaru::os {
namespace {

namespace fs = std::filesystem;

Bytes bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

class ReplaceFile : public ::testing::Test {
 protected:
  ReplaceFile() {
    std::string pattern = (fs::temp_directory_path() / "otaru-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) folder_ = pattern;
  }
  ~ReplaceFile() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void SetUp() override { ASSERT_FALSE(folder_.empty()) << "no folder could be made"; }

  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  std::string content(const fs::path& file) const {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  mode_t permissions(const fs::path& file) const {
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0);
    return status.st_mode & 0777u;
  }

  fs::path folder_;
};

TEST_F(ReplaceFile, LeavesTheNewContentAndNothingBesideIt) {
  const fs::path file = folder_ / "Übung 1";
  for (const std::string_view text : {"first, and longer", "second"}) {
    ASSERT_FALSE(replace_file(file, bytes(text), FileAccess::usual));
    EXPECT_EQ(content(file), text);
    EXPECT_EQ(entries(), 1u);
  }
}

TEST_F(ReplaceFile, GivesTheUsualPermissionsOrThoseOfTheOwnerAlone) {
  const mode_t mask = ::umask(022);
  const std::error_code usual = replace_file(folder_ / "usual", bytes("x"), FileAccess::usual);
  const std::error_code owner = replace_file(folder_ / "owner", bytes("x"), FileAccess::owner);
  ::umask(mask);
  ASSERT_FALSE(usual || owner);
  EXPECT_EQ(permissions(folder_ / "usual"), 0644u);
  EXPECT_EQ(permissions(folder_ / "owner"), 0600u);
}

TEST_F(ReplaceFile, KeepsThePermissionsOfTheFileThatWasThere) {
  const fs::path file = folder_ / "file";
  for (const mode_t mode : {0600u, 0640u, 0444u}) {
    ASSERT_FALSE(replace_file(file, bytes("old"), FileAccess::usual));
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    ASSERT_FALSE(replace_file(file, bytes("new"), FileAccess::usual));
    EXPECT_EQ(permissions(file), mode);
    EXPECT_EQ(content(file), "new");
  }
  ASSERT_FALSE(replace_file(file, bytes("secret"), FileAccess::owner));
  EXPECT_EQ(permissions(file), 0600u) << "a secret is the owner's alone, whatever was there";
}

TEST_F(ReplaceFile, SaysWhyAFileIsAsItWas) {
  EXPECT_EQ(replace_file(folder_ / "no/such/folder", bytes("x"), FileAccess::usual),
            std::errc::no_such_file_or_directory);
  fs::create_directory(folder_ / "folder");
  EXPECT_TRUE(replace_file(folder_ / "folder", bytes("x"), FileAccess::usual));
  EXPECT_EQ(entries(), 1u) << "a half file is left behind";
}

}  // namespace
}  // namespace otaru::os
