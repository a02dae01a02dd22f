// What is Linux's own about serial ports: rates by termios2, and the list in /sys/class/tty.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <asm/termbits.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <otaru/os/serial_port.hpp>

#include "serial_port_posix.hpp"

namespace otaru::os {
namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

/// The adapter's own words: `product` stands in the folder of the USB device, above that of the port.
std::string description_of(const fs::path& device) {
  std::error_code error;
  fs::path folder = fs::canonical(device, error);
  for (int up = 0; !error && up < 4 && folder.has_relative_path(); ++up, folder = folder.parent_path()) {
    const std::string product = first_line(folder / "product");
    if (product.empty()) continue;
    const std::string maker = first_line(folder / "manufacturer");
    return maker.empty() || product.starts_with(maker) ? product : maker + " " + product;
  }
  return {};
}

/// A port of the mainboard is listed 32 times whether it is there or not: only those with a chip count.
bool is_there(const fs::path& entry) {
  const std::string name = entry.filename().string();
  if (!name.starts_with("ttyS")) return true;
  const std::string type = first_line(entry / "type");
  return !type.empty() && type != "0";
}

}  // namespace

bool set_serial_baud(int descriptor, std::uint32_t baud) noexcept {
  termios2 settings{};
  if (::ioctl(descriptor, TCGETS2, &settings) != 0) return false;
  settings.c_cflag &= ~static_cast<tcflag_t>(CBAUD | CBAUD << IBSHIFT);
  settings.c_cflag |= BOTHER | BOTHER << IBSHIFT;
  settings.c_ispeed = settings.c_ospeed = baud;
  return ::ioctl(descriptor, TCSETS2, &settings) == 0;
}

const char* serial_permission_advice() noexcept {
  return "Add yourself to the group of serial ports, and log in again: sudo usermod -aG dialout $USER "
         "(on some systems the group is uucp).";
}

std::vector<SerialPortEntry> list_serial_ports() {
  std::vector<SerialPortEntry> ports;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("/sys/class/tty", error)) {
    const fs::path device = entry.path() / "device";
    if (!fs::exists(device, error) || !is_there(entry.path())) continue;
    SerialPortEntry port;
    port.path = "/dev/" + entry.path().filename().string();
    if (!fs::exists(port.path, error)) continue;
    port.description = description_of(device);
    port.may_open = ::access(port.path.c_str(), R_OK | W_OK) == 0;
    if (!port.may_open) port.why_not = std::string("permission denied. ") + serial_permission_advice();
    ports.push_back(std::move(port));
  }
  std::ranges::sort(ports, {}, &SerialPortEntry::path);
  return ports;
}

}  // namespace otaru::os
