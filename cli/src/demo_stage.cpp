#include "demo_stage.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>

namespace otaru::cli {
namespace {

using std::chrono::milliseconds;

constexpr host::Colour kCommand{0x58, 0xA6, 0xFF};
constexpr host::Colour kAside{0x8B, 0x94, 0x9E};
constexpr milliseconds kLookEvery{100};
constexpr int kLooks = 200;  // 20 s: no step of the demonstration takes half of it

volatile std::sig_atomic_t interrupted = 0;

void interrupt(int) {
  interrupted = 1;
}

/// Repeats `look` until it gives something; a Failure when that takes too long or the user wants to stop.
template <class Look>
auto wait_until(Look look, const std::string& what) {
  for (int tries = 0; tries < kLooks; ++tries) {
    if (auto found = look()) return *found;
    if (interrupted != 0) throw Failure(ExitCode::connection, "interrupted");
  }
  throw Failure(ExitCode::connection, what);
}

}  // namespace

DemoFolder::DemoFolder(const std::filesystem::path& keep) : path_(keep), temporary_(keep.empty()) {
  if (temporary_) {
    std::string pattern = (std::filesystem::temp_directory_path() / "otaru-demo-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw host::BadInput(
          fmt::format("No temporary folder can be made at {}. Name one with --keep.", pattern));
    path_ = pattern;
    return;
  }
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  const bool usable = !error && std::filesystem::is_directory(path_, error);
  if (!usable || !std::filesystem::is_empty(path_, error) || error)
    throw host::BadInput(fmt::format(
        "'{}' is not an empty folder and cannot be made one. Name another with --keep.", keep.string()));
}

DemoFolder::~DemoFolder() {
  std::error_code ignored;
  if (temporary_) std::filesystem::remove_all(path_, ignored);
}

DemoStage::DemoStage(const Context& context, std::filesystem::path folder)
    : context_(context), folder_(std::move(folder)), self_(std::filesystem::read_symlink("/proc/self/exe")) {
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away must not leave the board running
}

void DemoStage::print(const std::string& text) {
  const std::lock_guard lock(printing_);
  (void)std::fputs(text.c_str(), stdout);
  (void)std::fflush(stdout);
}

void DemoStage::heading(std::string_view text) {
  print(fmt::format("\n{}\n", host::painted(text, host::kWarning, context_.out.colours())));
  after_heading_ = true;
}

void DemoStage::say(std::string_view text) {
  print(fmt::format("{}\n", text));
}

void DemoStage::proved(std::string_view text) {
  const std::string_view mark = context_.out.unicode() ? "✓" : "ok";
  print(fmt::format("  {} {}\n", host::painted(mark, host::kGood, context_.out.colours()), text));
}

void DemoStage::show(std::string_view who, std::string_view line) {
  print(
      fmt::format("{} {}\n", host::painted(fmt::format("{} |", who), kAside, context_.out.colours()), line));
}

void DemoStage::show_command(const std::vector<std::string>& arguments) {
  const std::string text = fmt::format("$ otaru {}", fmt::join(arguments, " "));
  const std::string_view gap = std::exchange(after_heading_, false) ? "" : "\n";
  print(fmt::format("{}{}\n", gap, host::painted(text, kCommand, context_.out.colours())));
}

os::ChildProcess::Command DemoStage::command(const std::vector<std::string>& arguments) const {
  return {self_, arguments, folder_};
}

void DemoStage::run(const std::vector<std::string>& arguments) {
  show_command(arguments);
  os::ChildProcess child(command(arguments), [this](const std::string& line) { print(line + "\n"); });
  const int code = wait_until([&child] { return child.wait(kLookEvery); },
                              fmt::format("`otaru {}` does not end", fmt::join(arguments, " ")));
  if (interrupted != 0) throw Failure(ExitCode::connection, "interrupted");
  if (code != 0)
    throw Failure(ExitCode::connection,
                  fmt::format("`otaru {}` ended with {}", fmt::join(arguments, " "), code));
}

void DemoStage::start_board(const std::vector<std::string>& arguments) {
  show_command(arguments);
  board_.emplace(command(arguments), [this](const std::string& line) { show("board", line); });
}

std::string DemoStage::wait_for_board(std::string_view text, std::size_t count) {
  return wait_until([&] { return board_->wait_for_line(text, count, kLookEvery); },
                    fmt::format("the board has not said '{}' {} times", text, count));
}

bool DemoStage::board_runs() {
  return board_ && !board_->wait(milliseconds(0));
}

void DemoStage::stop_board() {
  if (const int code = board_->stop(); code != 0)
    throw Failure(ExitCode::connection, fmt::format("the board ended with {}", code));
  board_.reset();
}

}  // namespace otaru::cli
