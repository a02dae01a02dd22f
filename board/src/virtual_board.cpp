#include <ctime>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include <otaru/board/factory.hpp>
#include <otaru/board/listener.hpp>
#include <otaru/board/sketch.hpp>
#include <otaru/board/update_log.hpp>
#include <otaru/board/virtual_board.hpp>
#include <otaru/boot/select.hpp>
#include <otaru/image/seal.hpp>
#include <otaru/net/board_announcer.hpp>
#include <otaru/net/interface_watch.hpp>

namespace otaru::board {
namespace {

using asio::ip::tcp;

/// A stable identity for the TXT record, made from where the flash file is; 12 hex digits like a MAC.
std::string board_id(const std::filesystem::path& flash) {
  const std::uint64_t hash = std::hash<std::string>{}(std::filesystem::absolute(flash).string());
  return fmt::format("{:012x}", hash & 0xFFFF'FFFF'FFFF);
}

tcp::endpoint listening_place(const std::string& bind, std::uint16_t port) {
  if (bind.empty()) return {tcp::v6(), port};
  asio::error_code error;
  const asio::ip::address address = asio::ip::make_address(bind, error);
  if (error) throw BoardError(fmt::format("--bind takes an address of this machine, not '{}'", bind));
  return {address, port};
}

}  // namespace

/// What lives from one reset to the next.
class VirtualBoard::Boot {
 public:
  explicit Boot(VirtualBoard& board)
      : sketch_(board.io_), door_(make_door(board.options_)), listener_(open(board)), announcer_(board.io_) {}

  Listener& listener() { return *listener_; }

  void announce(VirtualBoard& board, flash::SlotId running) {
    const BoardOptions& options = board.options_;
    const net::Announcement announcement{.name = options.name,
                                         .port = listener_->port(),
                                         .txt = {{"board", options.board},
                                                 {"auth_upload", options.password ? "yes" : "no"},
                                                 {"tcp_check", "no"},
                                                 {"ssh_upload", "no"},
                                                 {"otaru", "1"},
                                                 {"ver", board.version_},
                                                 {"slot", std::string(name(running))},
                                                 {"id", board_id(options.flash)}},
                                         .interfaces = options.interfaces,
                                         .listening_on = listener_->address()};
    const auto say = [&board](const std::string& line) { board.say("[mDNS] " + line); };
    try {
      announcer_.start(announcement,
                       {.announced =
                            [say](const std::string& name, const std::string& host) {
                              say(fmt::format("announced as {} ({})", name, host));
                            },
                        .renamed =
                            [say](const std::string& before, const std::string& now) {
                              say(fmt::format("another device is called {}: going on as {}", before, now));
                            },
                        .warning = say});
    } catch (const net::NoSuchInterface&) {
      throw;  // asked for by name: the person must know
    } catch (const std::system_error& error) {
      say(fmt::format("not announced: {}. The board can still be pushed to by its address.", error.what()));
    }
  }

  void say_goodbye() { announcer_.stop(); }

  const Sketch& sketch() const { return sketch_; }

 private:
  static mbed::PushDoor make_door(const BoardOptions& options) {
    return options.password ? mbed::PushDoor(*options.password, mbed::system_randomness()) : mbed::PushDoor();
  }

  std::unique_ptr<Listener> open(VirtualBoard& board) {
    Listener::Hooks hooks{
        .on_note = [&board](const push::Action& action,
                            const std::string& sender) { board.tell(action, sender); },
        .on_turned_away =
            [&board](mbed::GateRefusal refusal, const std::string& sender) {
              for (const std::string& line : turned_away_lines(refusal, sender)) board.say(line);
            },
        .on_reset =
            [&board] {
              board.reset_ = true;
              board.io_.stop();
            },
        .on_received =
            [&board](std::size_t bytes) {
              if (board.options_.model_timing)
                std::this_thread::sleep_for(board.part_.timing().receive(bytes));
            },
    };
    const auto make = [&](const tcp::endpoint& where) {
      return std::make_unique<Listener>(board.io_, where, board.part_, board.library_, *board.options_.layout,
                                        *board.trial_, board.trust_, door_, hooks);
    };
    const tcp::endpoint where = listening_place(board.options_.bind, board.port_);
    try {
      return make(where);
    } catch (const std::system_error& error) {
      if (board.options_.bind.empty() && error.code() == std::errc::address_family_not_supported)
        return make({tcp::v4(), board.port_});
      throw BoardError(
          fmt::format("cannot listen on port {}: {}. Give another one with --port; --port 0 takes "
                      "a free one.",
                      board.port_, error.code().message()));
    }
  }

  Sketch sketch_;
  mbed::PushDoor door_;
  std::unique_ptr<Listener> listener_;
  net::BoardAnnouncer announcer_;
};

VirtualBoard::VirtualBoard(BoardOptions options, Console& console)
    : options_(std::move(options)),
      console_(console),
      file_(options_.flash, options_.layout->size, make_factory_flash(*options_.layout)),
      part_(file_.bytes()),
      port_(options_.port) {
  if (!options_.image.empty() && serial_upload(part_, *options_.layout, options_.image) != Status::ok)
    throw BoardError(fmt::format("the image has {} bytes; slot OTA1 holds 1 to {}", options_.image.size(),
                                 options_.layout->ota1.capacity()));
  if (!console_.path().empty()) serial_.emplace(io_, console_, part_);
  if (options_.download && !serial_)
    throw BoardError("download mode is on the serial line: use --console pty with --download");
  download_ = options_.download;
  if (options_.model_timing) part_.on_busy = [](auto busy) { std::this_thread::sleep_for(busy); };
}

VirtualBoard::~VirtualBoard() = default;

VirtualBoard::End VirtualBoard::run() {
  while (!stopping_) {
    if (download_) {
      run_download();
      continue;
    }
    ++boots_;
    if (options_.model_timing) std::this_thread::sleep_for(part_.timing().reset);
    say("#calibration_ok:[2:19:11]");
    const Result<boot::Selection> selection = boot::select(part_, *options_.layout);
    reset_ = false;
    io_.restart();
    bool runs = true;
    if (selection && selection->boots()) {
      runs = start(*selection->slot);
    } else {
      say(selection->slot
              ? fmt::format("[boot] {} has a signature but no KM4 part: a stock boot loader loops here",
                            name(*selection->slot))
              : "[boot] Boot failed: no slot holds a valid image");
      if (options_.boots) return End::boot_failed;
      say("[boot] Only a serial upload helps: end this board and start it again with --image");
      if (serial_) say("[boot] or press its buttons (signal SIGUSR2) and use `otaru flash`");
    }
    if (options_.boots && boots_ >= *options_.boots) {
      say_goodbye();
      return End::boots_done;
    }
    if (!runs) {
      io_.run_for(std::chrono::milliseconds(10));  // a board that resets on and on can be stopped too
      continue;
    }
    const auto work = asio::make_work_guard(io_);
    io_.run();
    watchdog_.cancel();
    confirmation_.cancel();
    if (!reset_) say_goodbye();
    boot_.reset();
  }
  return End::stopped;
}

bool VirtualBoard::start(flash::SlotId running) {
  say(fmt::format("[boot] {} boots (address {:08x})", name(running),
                  options_.layout->slot(running).address()));
  if (!start_trial(running)) return false;
  read_own_seal(running);
  if (keys_.empty())
    say(fmt::format("[trust] no keys: takes every image from everybody who {}",
                    options_.password ? "knows its password" : "reaches its port"));
  else
    say(fmt::format("[trust] takes images sealed by {} known key(s), counter {} or more", keys_.size(),
                    trust_.least_counter));
  if (options_.password) say("[push] takes updates from who knows its password, over a secure channel only");
  if (trial_->on_trial()) {
    watchdog_.expires_after(options_.watchdog);
    watchdog_.async_wait([this, boot = boots_](asio::error_code cancelled) {
      if (cancelled || boot != boots_ || !trial_->on_trial()) return;
      say("[trial] not confirmed in time: the watchdog resets the board");
      reset_ = true;
      io_.stop();
    });
    if (options_.misbehaviour == Misbehaviour::crashes) {
      say("[sketch] crashes at its start, as asked for");
      return false;
    }
    if (options_.misbehaviour == Misbehaviour::hangs) {
      say("[sketch] hangs, as asked for");
      return true;
    }
  }
  go_on(running);
  return true;
}

/// What the board does before anything of the sketch runs. @return false if it must reset
bool VirtualBoard::start_trial(flash::SlotId running) {
  using update::Started;
  trial_.emplace(part_, library_, *options_.layout, running, options_.tries);
  const Started started = trial_->start();
  const std::string_view here = name(running);
  const std::string_view there = name(other(running));
  switch (started) {
    case Started::normal: break;
    case Started::on_trial:
      say(fmt::format("[trial] the image in {} is on trial, start {} of {}", here, trial_->own().tries,
                      options_.tries));
      break;
    case Started::no_fallback:
      say(fmt::format("[trial] the image in {} failed its trial, but {} holds nothing to go back to: staying",
                      here, there));
      break;
    case Started::rolled_back:
      say(fmt::format("[trial] rolled back: the image in {} was rejected", there));
      break;
    case Started::commit_done:
      say(fmt::format("[trial] finished the commit of {} that lost its power; resetting into it", there));
      break;
    case Started::rolling_back:
      say(fmt::format("[trial] the image in {} failed its trial: rejected, resetting into {}", here, there));
      break;
    case Started::flash_failed: say("[trial] the flash does not hold what was written to it"); break;
  }
  return !needs_reset(started);
}

/// The running image's own seal tells its version, its counter, and keys that replace the board's.
void VirtualBoard::read_own_seal(flash::SlotId running) {
  const update::Record& record = trial_->own().record;
  const flash::Slot& slot = options_.layout->slot(running);
  keys_ = options_.keys;
  trust_ = {.keys = {}, .board = options_.board, .least_counter = 0, .now = std::nullopt};
  version_.clear();
  if (trial_->own().state != update::TrialState::none) {
    version_ = fmt::format("0x{:08X}", record.version);
    if (record.length > image::kSealSize) {
      const Bytes bytes =
          part_.content().subspan(slot.offset + record.length - image::kSealSize, image::kSealSize);
      if (const auto seal = image::SealView::open(bytes)) {
        const auto numbers = seal->version();
        version_ = fmt::format("{}.{}.{}", numbers[0], numbers[1], numbers[2]);
        if (!options_.keys.empty()) {
          trust_.least_counter = seal->counter();
          if (seal->key_count() > 0) keys_.clear();
          for (std::uint32_t i = 0; i < seal->key_count(); ++i) keys_.push_back(seal->next_key(i));
        }
      }
    }
  }
  trust_.keys = keys_;
  if (options_.clock) trust_.now = static_cast<std::uint64_t>(std::time(nullptr));
}

/// Brings sketch, listener and network up; then the default policy confirms the image.
void VirtualBoard::go_on(flash::SlotId running) {
  boot_ = std::make_unique<Boot>(*this);
  port_ = boot_->listener().port();  // a port that the system chose is kept over resets
  say("Start mDNS service");
  boot_->announce(*this, running);
  say("register mDNS service");
  say("[beginOTA] Alloc buffer Init");
  say("[beginOTA] Alloc buffer Succeed");
  if (trial_->on_trial() && options_.misbehaviour != Misbehaviour::never_confirms) {
    const auto confirm = [this, boot = boots_] {
      if (boot != boots_ || trial_->confirm() != Status::ok) return;
      watchdog_.cancel();
      say("[trial] confirmed: network and listener are up");
    };
    if (options_.confirm_after.count() == 0) {
      confirm();
    } else {
      confirmation_.expires_after(options_.confirm_after);
      confirmation_.async_wait([confirm](asio::error_code cancelled) {
        if (!cancelled) confirm();
      });
    }
  }
  say(fmt::format("Listening on port {}.", port_));
  say("Waiting for client ...");
}

void VirtualBoard::tell(const push::Action& action, const std::string& sender) {
  const auto& update = boot_->listener().reception().update();
  for (const std::string& line :
       update_lines(action, sender, update.target(), update.slot(), update.written()))
    say(line);
}

void VirtualBoard::say_goodbye() {
  if (!boot_) return;
  boot_->say_goodbye();
  say(fmt::format("[sketch] {} loops, longest gap {} ms", boot_->sketch().loops(),
                  boot_->sketch().longest_gap().count()));
  boot_.reset();
}

void VirtualBoard::run_download() {
  download_ = false;
  io_.restart();
  serial_->start_download();
  const auto work = asio::make_work_guard(io_);
  io_.run();
  serial_->end_download();
}

void VirtualBoard::press_reset(bool download) {
  if (download && !serial_) return say("[board] no download mode: the console is no pty");
  download_ = download;
  reset_ = true;
  io_.stop();
}

void VirtualBoard::stop() {
  stopping_ = true;
  io_.stop();
}

}  // namespace otaru::board
