#include "board.hpp"

#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <utility>

#include <unistd.h>

#include <otaru/board/factory.hpp>
#include <otaru/board/sample_image.hpp>
#include <otaru/boot/select.hpp>

#include "console.hpp"
#include "read_image.hpp"

namespace otaru::sketch {
namespace {

// On Linux this names the running program even if its file has been replaced.
constexpr const char* kSelf = "/proc/self/exe";
constexpr std::uint32_t kFirstImageSize = 256 * 1024;
constexpr auto kLongestEnd = std::chrono::seconds(2);

Board* board_of_the_program = nullptr;

}  // namespace

Board& the_board() noexcept {
  return *board_of_the_program;
}
void set_the_board(Board& board) noexcept {
  board_of_the_program = &board;
}

Board::Board(Options options)
    : options_(std::move(options)),
      file_(options_.flash, options_.layout->size, board::make_factory_flash(*options_.layout)),
      part_(file_.bytes()) {
  std::vector<std::byte> image;
  if (options_.booted == 0 && !options_.image.empty())
    image = read_image(options_.image);
  else if (file_.created())
    image = board::make_sample_image(kFirstImageSize, 1);  // a sketch that runs came by some upload
  if (!image.empty() && board::serial_upload(part_, *options_.layout, image) != Status::ok)
    throw std::runtime_error("the image has " + std::to_string(image.size()) +
                             " bytes; slot OTA1 holds 1 to " +
                             std::to_string(options_.layout->ota1.capacity()));
  if (options_.model_timing) part_.on_busy = [](auto busy) { std::this_thread::sleep_for(busy); };
  prepare_reset();
}

bool Board::boot() {
  if (options_.model_timing) std::this_thread::sleep_for(part_.timing().reset);
  say("#calibration_ok:[2:19:11]");
  const Result<boot::Selection> selection =
      with_flash([&](board::NorModel& part) { return boot::select(part, *options_.layout); });
  if (!selection || !selection->boots()) {
    say(selection && selection->slot ? "[boot] " + std::string(name(*selection->slot)) +
                                           " has a signature but no KM4 part: a stock boot loader loops here"
                                     : "[boot] Boot failed: no slot holds a valid image");
    return false;
  }
  running_ = *selection->slot;
  char address[16];
  std::snprintf(address, sizeof address, "%08x",
                static_cast<unsigned>(options_.layout->slot(running_).address()));
  say("[boot] " + std::string(name(running_)) + " boots (address " + address + ")");
  return true;
}

void Board::keep_port(std::uint16_t port) {
  options_.port = port;
  prepare_reset();
}

void Board::prepare_reset() {
  reset_words_ = command_line_after_reset(options_, options_.flash.stem().string());
  reset_arguments_.clear();
  for (std::string& word : reset_words_) reset_arguments_.push_back(word.data());
  reset_arguments_.push_back(nullptr);
}

void Board::at_end(std::function<void()> work) {
  const std::lock_guard lock(end_mutex_);
  at_end_.push_back(std::move(work));
}

void Board::reset() noexcept {
  ::execv(kSelf, reset_arguments_.data());
  ::_exit(EXIT_FAILURE);
}

void Board::end(int code) {
  const std::lock_guard lock(end_mutex_);  // kept for ever: the first one ends the program
  // A sketch's callback may hang in what a goodbye has to wait for.
  std::thread([code] {
    std::this_thread::sleep_for(kLongestEnd);
    ::_exit(code);
  }).detach();
  for (auto work = at_end_.rbegin(); work != at_end_.rend(); ++work) (*work)();
  std::fflush(stdout);
  ::_exit(code);
}

std::uint64_t Board::identity() const {
  return std::hash<std::string>{}(std::filesystem::absolute(options_.flash).string());
}

}  // namespace otaru::sketch
