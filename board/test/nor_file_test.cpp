#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <flash/flash_contract.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <otaru/board/nor_file.hpp>
#include <otaru/board/nor_model.hpp>

namespace otaru::board {

namespace fs = std::filesystem;

/// A directory that goes away with the test.
class Directory {
 public:
  Directory() {
    std::string name = (fs::temp_directory_path() / "otaru-nor-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  ~Directory() { fs::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  fs::path operator/(const char* name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

struct NorPartInAFile {
  Directory directory;
  NorFile file{directory / "flash", flash::kContractSize};
  NorModel part{file.bytes()};
  NorModel& flash() { return part; }
};

}  // namespace otaru::board

namespace otaru::flash {
INSTANTIATE_TYPED_TEST_SUITE_P(OfNorFile, FlashContract, board::NorPartInAFile);
}

namespace otaru::board {
namespace {

using flash::kPageSize;
using flash::kSectorSize;
using testing::HasSubstr;

constexpr std::uint32_t kSize = 4 * kSectorSize;

class NorFileTest : public testing::Test {
 protected:
  std::string error(std::uint32_t size = kSize, Bytes fresh = {}) const {
    try {
      NorFile file(path_, size, fresh);
      return "no error";
    } catch (const NorFileError& e) {
      return e.what();
    }
  }

  void write_bytes(std::size_t count) const {
    std::ofstream(path_, std::ios::binary) << std::string(count, 'x');
  }

  std::vector<std::byte> stored() const {
    std::ifstream in(path_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    std::vector<std::byte> bytes(text.size());
    std::ranges::transform(text, bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
    return bytes;
  }

  Directory directory_;
  fs::path path_ = directory_ / "flash.bin";
};

TEST_F(NorFileTest, MakesABlankFileWhereThereIsNone) {
  {
    NorFile file(path_, kSize);
    EXPECT_TRUE(file.created());
    EXPECT_EQ(file.bytes().size(), kSize);
  }
  EXPECT_EQ(stored(), std::vector<std::byte>(kSize, std::byte{0xFF}));
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_.path()), {}), 1) << "nothing else is left behind";
}

TEST_F(NorFileTest, MakesAFileWithTheContentOfAFreshBoard) {
  const std::vector<std::byte> fresh(kSize, std::byte{0x3C});
  { EXPECT_TRUE(NorFile(path_, kSize, fresh).created()); }
  EXPECT_EQ(stored(), fresh);
}

TEST_F(NorFileTest, KeepsWhatIsThereAlready) {
  const std::vector<std::byte> first(kSize, std::byte{0x3C});
  const std::vector<std::byte> second(kSize, std::byte{0x5A});
  { NorFile file(path_, kSize, first); }
  NorFile file(path_, kSize, second);
  EXPECT_FALSE(file.created());
  EXPECT_TRUE(equal(file.bytes(), first));
}

TEST_F(NorFileTest, StoresEveryChangeInTheFileAtOnce) {
  NorFile file(path_, kSize);
  file.bytes()[100] = std::byte{0x12};
  EXPECT_EQ(stored()[100], std::byte{0x12});
}

TEST_F(NorFileTest, RefusesAFileOfAnotherSizeAndSaysWhatToDo) {
  write_bytes(100);
  EXPECT_EQ(error(), "flash file '" + path_.string() +
                         "' holds 100 bytes, but this board's flash has 16384: choose the layout it was made "
                         "with, or remove it to begin with a fresh board");
  EXPECT_EQ(stored().size(), 100u);
}

TEST_F(NorFileTest, RefusesAFileThatIsAnotherBoardsUntilThatIsGone) {
  {
    NorFile file(path_, kSize);
    EXPECT_EQ(error(), "flash file '" + path_.string() +
                           "' belongs to a board that runs: stop it, or name another file");
  }
  EXPECT_EQ(error(), "no error");
}

TEST_F(NorFileTest, RefusesWhatIsNoFile) {
  fs::create_directory(path_);
  EXPECT_THAT(error(), HasSubstr("cannot be opened (Is a directory)"));
  fs::remove(path_);
  fs::create_symlink("/dev/null", path_);
  EXPECT_THAT(error(), HasSubstr("is not a regular file"));
  fs::remove(path_);
  fs::create_symlink(directory_ / "nowhere", path_);
  EXPECT_THAT(error(), HasSubstr("is a broken link"));
}

TEST_F(NorFileTest, SaysThatTheDirectoryIsMissing) {
  path_ = directory_ / "missing" / "flash.bin";
  EXPECT_THAT(error(), HasSubstr("cannot be made (No such file or directory)"));
}

TEST_F(NorFileTest, RefusesFreshContentOfAnotherSizeThanTheFlash) {
  EXPECT_THAT(error(kSize, std::vector<std::byte>(5)), HasSubstr("cannot begin with 5 bytes"));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(NorFileTest, CanBeMoved) {
  NorFile first(path_, kSize);
  const NorFile second = std::move(first);
  EXPECT_TRUE(second.created());
  EXPECT_THAT(error(), HasSubstr("belongs to a board that runs"));
}

/// Erases sectors and programs pages for ever, and reports each operation when it is done.
[[noreturn]] void wear_out(const fs::path& path, int report) {
  NorFile file(path, kSize);
  NorModel nor(file.bytes());
  const std::vector<std::byte> page(kPageSize, std::byte{0});
  for (;;) {
    bool ok = true;
    for (std::uint32_t at = 0; at < kSize; at += kPageSize) {
      if (at % kSectorSize == 0) {
        ok = ok && nor.erase_sector(at) == Status::ok;
        ok = ok && ::write(report, "e", 1) == 1;
      }
      ok = ok && nor.program(at, page) == Status::ok;
      ok = ok && ::write(report, "p", 1) == 1;
      if (!ok) ::_exit(1);
    }
  }
}

// A killed board: whatever it had done is in the file, and at most the operation under way is torn.
TEST_F(NorFileTest, AKilledProcessLeavesTheFileAsTheFlashWouldBe) {
  { NorFile file(path_, kSize, std::vector<std::byte>(kSize, std::byte{0})); }
  int checked = 0;
  for (const std::size_t kill_after : {1u, 2u, 18u, 40u, 67u, 68u, 69u, 500u, 501u}) {
    int pipe[2];
    ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) wear_out(path_, pipe[1]);
    ::close(pipe[1]);
    std::string done;
    char c = 0;
    while (done.size() < kill_after && ::read(pipe[0], &c, 1) == 1) done += c;
    ::kill(child, SIGKILL);
    while (::read(pipe[0], &c, 1) == 1) done += c;
    ::close(pipe[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_GE(done.size(), kill_after);

    std::vector<std::byte> expected(kSize, std::byte{0});
    std::uint32_t at = 0;
    for (const char operation : done) {
      if (operation == 'e') {
        std::fill_n(expected.begin() + at, kSectorSize, std::byte{0xFF});
      } else {
        std::fill_n(expected.begin() + at, kPageSize, std::byte{0});
        at = (at + kPageSize) % kSize;
      }
    }
    // The next operation may have begun: it is an erase of the sector at `at`, or a program of the page
    // there.
    const bool erasing = at % kSectorSize == 0 && done.back() == 'p';
    NorFile file(path_, kSize);
    for (std::uint32_t i = 0; i < kSize; ++i) {
      if (i >= at && i < at + (erasing ? kSectorSize : kPageSize)) continue;
      ASSERT_EQ(file.bytes()[i], expected[i]) << "at " << i << " after " << done.size() << " operations";
    }
    // What lies there is as before the operation, as after it, or between.
    for (std::uint32_t i = at; i < at + (erasing ? kSectorSize : kPageSize); ++i)
      ASSERT_TRUE(file.bytes()[i] == std::byte{0} || file.bytes()[i] == std::byte{0xFF});
    std::fill_n(file.bytes().begin(), kSize, std::byte{0});
    ++checked;
  }
  EXPECT_EQ(checked, 9);
}

}  // namespace
}  // namespace otaru::board
