// Which serial ports this machine has, and whether they may be used.
#pragma once

#include <string>
#include <vector>

#include <otaru/os/serial_port.hpp>

namespace otaru::host {

/// Path, description, whether this user may open it, and why not. Opens none of them.
std::vector<os::SerialPortEntry> serial_ports();

/// For people: a line for each port, or what to do if there is none.
std::string serial_ports_text(const std::vector<os::SerialPortEntry>& ports);

}  // namespace otaru::host
