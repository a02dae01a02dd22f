#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <otaru/host/board_list.hpp>
#include <otaru/host/browser.hpp>
#include <otaru/host/failure.hpp>
#include <otaru/host/ide_discovery.hpp>
#include <otaru/host/pluggable_discovery.hpp>

namespace otaru::host {
namespace {

constexpr std::chrono::seconds kLookAtListEvery{2};

/// Browser and list put together; lives on the io_context's thread.
class Watch {
 public:
  Watch(asio::io_context& io, const IdeDiscoveryOptions& options,
        std::function<void(const nlohmann::ordered_json&)> send,
        std::function<void(const std::string&)> warning)
      : io_(io),
        options_(options),
        timer_(io),
        warning_(std::move(warning)),
        protocol_({[this] { start(); }, [this] { stop(); }, std::move(send)}) {}

  bool take(const std::string& line) { return protocol_.take(line); }

 private:
  void start() {
    BrowserEvents events;
    events.found = events.changed = events.gone = [this](const DiscoveredBoard&) { tell(); };
    events.warning = warning_;
    browser_.emplace(io_, options_.interfaces, std::move(events));
    look_at_list();
  }

  void stop() {
    timer_.cancel();
    browser_.reset();
  }

  void look_at_list() {
    try {
      listed_ = read_board_list(options_.board_list);
      complaint_.clear();
    } catch (const BadInput& error) {
      // The list stays as it was until it can be read again.
      if (complaint_ != error.what()) warning_(error.what());
      complaint_ = error.what();
    }
    tell();
    timer_.expires_after(kLookAtListEvery);
    timer_.async_wait([this](const std::error_code& error) {
      if (!error && browser_) look_at_list();
    });
  }

  void tell() {
    std::vector<IdePort> ports;
    for (const DiscoveredBoard& board : browser_->boards()) ports.push_back(port_of(board));
    for (const ListedBoard& board : listed_) ports.push_back(port_of(board));
    protocol_.set_ports(ports);
  }

  asio::io_context& io_;
  const IdeDiscoveryOptions& options_;
  asio::steady_timer timer_;
  std::function<void(const std::string&)> warning_;
  std::optional<Browser> browser_;
  std::vector<ListedBoard> listed_;
  std::string complaint_;
  PluggableDiscovery protocol_;
};

}  // namespace

void run_ide_discovery(std::istream& commands, const IdeDiscoveryOptions& options,
                       std::function<void(const nlohmann::ordered_json&)> send,
                       std::function<void(const std::string&)> warning) {
  // Reading blocks, and not every system can wait for stdin and sockets at once: so commands are read here,
  // and all else happens on the other thread.
  asio::io_context io;
  auto busy = asio::make_work_guard(io);
  std::thread network([&io] { io.run(); });
  auto watch = std::make_unique<Watch>(io, options, std::move(send), std::move(warning));
  std::string line;
  bool go_on = true;
  while (go_on && std::getline(commands, line)) {
    std::promise<bool> taken;
    asio::post(io, [&] {
      try {
        taken.set_value(watch->take(line));
      } catch (...) {
        taken.set_exception(std::current_exception());
      }
    });
    go_on = taken.get_future().get();
  }
  std::promise<void> ended;
  asio::post(io, [&] {
    watch.reset();
    ended.set_value();
  });
  ended.get_future().get();
  busy.reset();
  io.stop();
  network.join();
}

}  // namespace otaru::host
