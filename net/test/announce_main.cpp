// Announces one board until it is told to end: `otaru_test_announcer NAME PORT INTERFACE... [key=value]...`.
// Tests of test/peers use it where they need a board without flash.
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <otaru/net/board_announcer.hpp>
#include <otaru/net/clock.hpp>

namespace {

otaru::net::Announcement read_arguments(int argc, char** argv) {
  otaru::net::Announcement announcement;
  announcement.name = argv[1];
  announcement.port = static_cast<std::uint16_t>(std::stoul(argv[2]));
  for (int i = 3; i < argc; ++i) {
    const std::string argument = argv[i];
    const std::size_t at = argument.find('=');
    if (at == std::string::npos)
      announcement.interfaces.push_back(argument);
    else
      announcement.txt.emplace_back(argument.substr(0, at), argument.substr(at + 1));
  }
  return announcement;
}

void run(const otaru::net::Announcement& announcement) {
  asio::io_context io;
  otaru::net::BoardAnnouncer announcer(io);
  otaru::net::AnnouncerEvents events;
  const std::uint32_t start_ms = otaru::net::now_ms();
  events.announced = [start_ms](const std::string& name, const std::string& host) {
    std::printf("announced %s %s after %u ms\n", name.c_str(), host.c_str(), otaru::net::now_ms() - start_ms);
    std::fflush(stdout);
  };
  events.renamed = [](const std::string& before, const std::string& now) {
    std::printf("renamed %s %s\n", before.c_str(), now.c_str());
    std::fflush(stdout);
  };
  events.warning = [](const std::string& message) { std::fprintf(stderr, "%s\n", message.c_str()); };
  announcer.start(announcement, events);

  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const std::error_code&, int) {
    announcer.stop();
    io.stop();
  });
  // SIGUSR1 changes the TXT data, as a board does that has been updated.
  asio::signal_set update(io, SIGUSR1);
  update.async_wait([&](const std::error_code& error, int) {
    if (error) return;
    otaru::net::TxtEntries txt = announcement.txt;
    txt.emplace_back("updated", "1");
    announcer.update_txt(txt);
  });
  io.run();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: otaru_test_announcer NAME PORT INTERFACE... [key=value]...\n");
    return 2;
  }
  try {
    run(read_arguments(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
