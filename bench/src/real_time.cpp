#include "real_time.hpp"

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <unistd.h>

#include <otaru/board/sample_image.hpp>
#include <otaru/host/files.hpp>
#include <otaru/os/child_process.hpp>

#include "mdns_ear.hpp"

namespace otaru::bench {
namespace {

using Clock = std::chrono::steady_clock;
using os::ChildProcess;
using std::chrono::milliseconds;

constexpr std::uint32_t kPushed = 819'200;  // 800 KB
constexpr int kPushes = 5;
constexpr int kStarts = 5;
constexpr int kQueries = 5;
constexpr milliseconds kPatience{10'000};
/// A responder sends no record to the group twice within a second (RFC 6762, section 6).
constexpr milliseconds kBetweenQueries{1200};

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "otaru-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The programs of one measurement.
class Bench {
 public:
  explicit Bench(std::filesystem::path program) : program_(std::move(program)) {
    host::write_file(folder_.path() / "running.bin", board::make_sample_image(65'536, 1));
    host::write_file(folder_.path() / "pushed.bin", board::make_sample_image(kPushed, 2));
  }

  ChildProcess::Command board(const std::string& name) const {
    return {program_,
            {"board", "run", "--flash", name + ".flash", "--image", "running.bin", "--name", name, "--port",
             "0", "--bind", "127.0.0.1", "--interface", "lo", "--timing", "off"},
            folder_.path()};
  }

  ChildProcess::Command push(const std::string& port) const {
    return {program_, {"push", "pushed.bin", "--to", "127.0.0.1:" + port}, folder_.path()};
  }

  static std::string name(const std::string& what) {
    return "Bench-" + what + "-" + std::to_string(::getpid());
  }

 private:
  std::filesystem::path program_;
  Folder folder_;
};

std::string port_of(ChildProcess& board) {
  constexpr std::string_view kReady = "Listening on port ";
  const auto line = board.wait_for_line(kReady, 1, kPatience);
  if (!line) throw std::runtime_error("the board does not start");
  return line->substr(kReady.size(), line->size() - kReady.size() - 1);
}

/// From the start of the program to its end, which comes with the board's verdict.
void measure_pushes(const Bench& bench, RealRow& row) {
  ChildProcess board(bench.board(Bench::name("push")));
  const std::string port = port_of(board);
  for (std::size_t number = 1; number <= kPushes; ++number) {
    const Clock::time_point start = Clock::now();
    ChildProcess push(bench.push(port));
    if (push.wait(kPatience) != 0) throw std::runtime_error("a push failed");
    row.samples_s.push_back(since(start));
    if (!board.wait_for_line("Listening on port", number + 1, kPatience))
      throw std::runtime_error("the board does not boot again");
  }
}

/// From the start of the program to its first packet that names the board as one to be found.
void measure_starts(const Bench& bench, RealRow& row) {
  for (int number = 0; number < kStarts; ++number) {
    const std::string name = Bench::name("start" + std::to_string(number));
    MdnsEar ear;
    const Clock::time_point start = Clock::now();
    const ChildProcess board(bench.board(name));
    const auto heard = ear.wait_for(name, kPatience);
    if (!heard) throw std::runtime_error("no announcement was heard");
    row.samples_s.push_back(std::chrono::duration<double>(*heard - start).count());
  }
}

void measure_queries(const Bench& bench, RealRow& row) {
  const std::string name = Bench::name("query");
  ChildProcess board(bench.board(name));
  MdnsEar ear;
  // Both announcements must be over: an answer would not be sent within a second of one.
  if (!ear.wait_for(name, kPatience) || !ear.wait_for(name, kPatience))
    throw std::runtime_error("the board does not announce itself");
  for (int number = 0; number < kQueries; ++number) {
    ear.wait_for(name, kBetweenQueries);
    const Clock::time_point start = Clock::now();
    ear.ask();
    const auto heard = ear.wait_for(name, kPatience);
    if (!heard) throw std::runtime_error("a query was not answered");
    row.samples_s.push_back(std::chrono::duration<double>(*heard - start).count());
  }
}

template <class Measure>
RealRow row_of(RealRow row, Measure measure) {
  try {
    measure(row);
  } catch (const std::exception& error) {
    row.samples_s.clear();
    row.trouble = error.what();
  }
  return row;
}

}  // namespace

std::vector<RealRow> measure_real_time(const std::filesystem::path& program) {
  const Bench bench(program);
  return {
      row_of({.name = "push_loopback",
              .what = "otaru push of 819,200 bytes over loopback",
              .bytes = kPushed,
              .promised_s = 0.3},
             [&](RealRow& row) { measure_pushes(bench, row); }),
      row_of({.name = "announcement", .what = "a board's announcement after its start", .promised_s = 1.5},
             [&](RealRow& row) { measure_starts(bench, row); }),
      row_of({.name = "query_answer", .what = "a board's answer to a query", .promised_s = 0.15},
             [&](RealRow& row) { measure_queries(bench, row); }),
  };
}

}  // namespace otaru::bench
