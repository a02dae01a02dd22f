#include <fmt/format.h>

#include <otaru/host/serial_ports.hpp>

namespace otaru::host {

std::vector<os::SerialPortEntry> serial_ports() {
  return os::list_serial_ports();
}

std::string serial_ports_text(const std::vector<os::SerialPortEntry>& ports) {
  if (ports.empty())
    return "This machine has no serial port. Plug the board in, with a USB cable that carries data; if "
           "nothing "
           "appears, its adapter may need a driver.\n";
  std::string text = "Serial ports:\n";
  for (const os::SerialPortEntry& port : ports) {
    text += fmt::format("  {}{}{}", port.path, port.description.empty() ? "" : "  ", port.description);
    if (!port.may_open) text += "  (" + port.why_not + ")";
    text += '\n';
  }
  return text;
}

}  // namespace otaru::host
