#include <algorithm>

#include <otaru/net/interface_watch.hpp>

namespace otaru::net {
namespace {

const Interface* find(const std::vector<Interface>& in, mdns::InterfaceId index) {
  const auto found =
      std::find_if(in.begin(), in.end(), [index](const Interface& one) { return one.index == index; });
  return found == in.end() ? nullptr : &*found;
}

std::string list(const std::vector<os::InterfaceState>& interfaces) {
  std::string text;
  for (const os::InterfaceState& one : interfaces) text += (text.empty() ? "" : ", ") + one.name;
  return text;
}

}  // namespace

InterfaceWatch::InterfaceWatch(asio::io_context& io, std::vector<std::string> names)
    : names_(std::move(names)), feed_(io) {
  const std::vector<os::InterfaceState> all = feed_.interfaces();
  usable_ = net::usable(all, names_);
  for (const std::string& name : names_) {
    if (std::none_of(all.begin(), all.end(), [&](const os::InterfaceState& one) { return one.name == name; }))
      throw NoSuchInterface("This machine has no network interface \"" + name + "\". It has: " + list(all) +
                            ".");
  }
}

void InterfaceWatch::start(Handler handler) {
  handler_ = std::move(handler);
  feed_.start([this] { tell_changes(); });
}

void InterfaceWatch::tell_changes() {
  std::vector<InterfaceChange> changes;
  std::vector<Interface> now = net::usable(feed_.interfaces(), names_);
  for (const Interface& old : usable_)
    if (find(now, old.index) == nullptr) changes.push_back({InterfaceChange::Kind::vanished, old});
  for (const Interface& one : now) {
    const Interface* before = find(usable_, one.index);
    if (before == nullptr)
      changes.push_back({InterfaceChange::Kind::appeared, one});
    else if (*before != one)
      changes.push_back({InterfaceChange::Kind::changed, one});
  }
  usable_ = std::move(now);
  for (const InterfaceChange& change : changes) handler_(change);
}

}  // namespace otaru::net
