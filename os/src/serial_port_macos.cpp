// What is macOS's own about serial ports: rates by IOSSIOSPEED, and the callout devices in /dev.
// Untested: written to the published interfaces (IOKit/serial/ioss.h) and not run by anyone yet.
#include <algorithm>
#include <filesystem>
#include <system_error>

#include <IOKit/serial/ioss.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <otaru/os/serial_port.hpp>

#include "serial_port_posix.hpp"

namespace otaru::os {

bool set_serial_baud(int descriptor, std::uint32_t baud) noexcept {
  speed_t speed = baud;
  return ::ioctl(descriptor, IOSSIOSPEED, &speed) == 0;
}

const char* serial_permission_advice() noexcept {
  return "Allow the accessory when macOS asks for it, and see that the adapter's driver is allowed in System "
         "Settings, Privacy & Security.";
}

std::vector<SerialPortEntry> list_serial_ports() {
  namespace fs = std::filesystem;
  std::vector<SerialPortEntry> ports;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("/dev", error)) {
    const std::string name = entry.path().filename().string();
    // cu.* opens without a carrier; the ports of Bluetooth and of the debug console are no boards.
    if (!name.starts_with("cu.") || name == "cu.debug-console" || name.find("Bluetooth") != std::string::npos)
      continue;
    SerialPortEntry port;
    port.path = entry.path().string();
    port.may_open = ::access(port.path.c_str(), R_OK | W_OK) == 0;
    if (!port.may_open) port.why_not = std::string("permission denied. ") + serial_permission_advice();
    ports.push_back(std::move(port));
  }
  std::ranges::sort(ports, {}, &SerialPortEntry::path);
  return ports;
}

}  // namespace otaru::os
