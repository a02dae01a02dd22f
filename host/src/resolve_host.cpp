#include <array>
#include <future>
#include <memory>
#include <thread>

#include <netdb.h>
#include <sys/socket.h>

#include <otaru/host/push_target.hpp>

namespace otaru::host {
namespace {

std::vector<std::string> ask_system(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (getaddrinfo(name.c_str(), nullptr, &hints, &list) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) == 0)
      addresses.emplace_back(text.data());
  }
  return addresses;
}

}  // namespace

std::vector<std::string> resolve_host(const std::string& name, std::chrono::milliseconds limit,
                                      const std::function<bool()>& interrupted) {
  using Clock = std::chrono::steady_clock;
  // The resolver cannot be told to stop. It gets a thread of its own, which is left behind if it takes too
  // long.
  std::promise<std::vector<std::string>> promise;
  std::future<std::vector<std::string>> answer = promise.get_future();
  std::thread([name, promise = std::move(promise)]() mutable {
    promise.set_value(ask_system(name));
  }).detach();

  const Clock::time_point deadline = Clock::now() + limit;
  while (!(interrupted && interrupted())) {
    constexpr std::chrono::milliseconds kLook{50};
    if (answer.wait_for(kLook) == std::future_status::ready) return answer.get();
    if (Clock::now() >= deadline) break;
  }
  return {};
}

}  // namespace otaru::host
