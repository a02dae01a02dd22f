#include <future>
#include <thread>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <otaru/host/push_target.hpp>

namespace otaru::host {
namespace {

std::vector<std::string> ask_system(const std::string& name) {
  asio::io_context io;
  asio::ip::tcp::resolver resolver(io);
  std::error_code error;
  std::vector<std::string> addresses;
  for (const auto& entry : resolver.resolve(name, "", error))
    addresses.push_back(entry.endpoint().address().to_string());
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
