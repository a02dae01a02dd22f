#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <otaru/net/board_announcer.hpp>

#include "AmebaMDNS.h"
#include "board.hpp"
#include "console.hpp"
#include "network.hpp"

namespace {

using otaru::sketch::say;
using otaru::sketch::the_board;

constexpr std::string_view kIdeService = "_arduino._tcp";

/// The responder, on a thread of its own, as on a board.
class Responder {
 public:
  Responder() {
    std::thread([this] { io_.run(); }).detach();
    the_board().at_end([this] { stop(); });
  }

  void announce(const std::string& name, const std::string& type, std::uint16_t port,
                const otaru::net::TxtEntries& txt) {
    asio::post(io_, [=, this] { announce_here(name, type, port, txt); });
  }

  void withdraw(const std::string& name, const std::string& type) {
    asio::post(io_, [=, this] {
      const auto known = services_.find({name, type});
      if (known == services_.end()) return;
      known->second->stop();
      services_.erase(known);
    });
  }

  /// Says goodbye for all. They are sent when this returns.
  void stop() {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    bool done = false;
    std::condition_variable news;
    asio::post(io_, [&] {
      for (auto& [key, announcer] : services_) announcer->stop();
      services_.clear();
      const std::lock_guard inner(mutex);
      done = true;
      news.notify_all();
    });
    news.wait(lock, [&] { return done; });
  }

 private:
  void announce_here(const std::string& name, const std::string& type, std::uint16_t port,
                     const otaru::net::TxtEntries& txt) {
    const auto& options = the_board().options();
    otaru::net::Announcement announcement;
    announcement.name = type == kIdeService ? options.name.value_or(name) : name;
    announcement.service = type;
    announcement.port = port;
    announcement.txt = txt;
    announcement.interfaces = options.interfaces;
    announcement.listening_on =
        options.bind.empty() ? asio::ip::address_v4::any() : asio::ip::make_address(options.bind);
    otaru::net::AnnouncerEvents events;
    events.announced = [](const std::string& as, const std::string& host) {
      say("[mDNS] announced as " + as + " (" + host + ")");
    };
    events.renamed = [](const std::string& before, const std::string& now) {
      say("[mDNS] another device is called " + before + ": going on as " + now);
    };
    events.warning = [](const std::string& message) { say("[mDNS] " + message); };
    try {
      auto announcer = std::make_unique<otaru::net::BoardAnnouncer>(io_);
      announcer->start(announcement, events);
      services_[{name, type}] = std::move(announcer);
    } catch (const std::exception& error) {
      say(std::string("[mDNS] not announced: ") + error.what());
    }
  }

  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
  std::map<std::pair<std::string, std::string>, std::unique_ptr<otaru::net::BoardAnnouncer>> services_;
};

std::mutex mutex;
Responder* responder = nullptr;  // lives for ever, as its thread does

Responder* the_responder() {
  const std::lock_guard lock(mutex);
  return responder;
}

}  // namespace

MDNSService::MDNSService(const char* name, const char* type, const char*, unsigned short port, int text_size)
    : name_(name), type_(type), port_(port), text_left_(text_size) {}

int MDNSService::addTxtRecord(const char* key, int value_length, const char* value) {
  const std::string known(key);
  const int size = static_cast<int>(known.size()) + value_length + 2;  // its length, and `=`
  if (value_length < 0 || size > text_left_) return -1;
  text_left_ -= size;
  text_.emplace_back(known, std::string(value, static_cast<size_t>(value_length)));
  return 0;
}

MDNSClass MDNS;

void MDNSClass::begin() {
  const std::lock_guard lock(mutex);
  if (responder == nullptr) responder = new Responder;
}

void MDNSClass::end() {
  if (Responder* running = the_responder()) running->stop();
}

void MDNSClass::registerService(MDNSService service) {
  Responder* const running = the_responder();
  if (running == nullptr)
    return say("[mDNS] " + service.name_ + " is not announced: call MDNS.begin() first");
  if (!otaru::sketch::own_place())
    return say("[mDNS] " + service.name_ + " is not announced: connect to a network first");
  running->announce(service.name_, service.type_, service.port_, service.text_);
}

void MDNSClass::deregisterService(MDNSService service) {
  if (Responder* running = the_responder()) running->withdraw(service.name_, service.type_);
}

void MDNSClass::updateService(MDNSService service, unsigned int) {
  registerService(service);
}
