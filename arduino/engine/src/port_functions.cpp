#include "port_functions.hpp"

namespace otaru::engine {

const char* missing_function(const otaru_port& port, const Uses& uses) noexcept {
  if (port.flash_read == nullptr) return "flash_read";
  if (port.flash_program == nullptr) return "flash_program";
  if (port.flash_erase_sector == nullptr) return "flash_erase_sector";
  if (port.flash_erase_block == nullptr) return "flash_erase_block";
  if (port.millis == nullptr) return "millis";
  if (port.own_address == nullptr) return "own_address";
  if (port.tcp_listen == nullptr) return "tcp_listen";
  if (port.tcp_accept == nullptr) return "tcp_accept";
  if (port.tcp_receive == nullptr) return "tcp_receive";
  if (port.tcp_send == nullptr) return "tcp_send";
  if (port.tcp_shutdown == nullptr) return "tcp_shutdown";
  if (port.tcp_close == nullptr) return "tcp_close";
  if (port.reset == nullptr) return "reset";
  const bool mdns = uses.mdns && port.mdns_open != nullptr;
  if (mdns && port.mdns_receive == nullptr) return "mdns_receive";
  if (mdns && port.mdns_send == nullptr) return "mdns_send";
  if (mdns && port.mdns_close == nullptr) return "mdns_close";
  if ((mdns || uses.password) && port.random == nullptr) return "random";
  const bool watchdog = uses.watchdog && port.watchdog_start != nullptr;
  if (watchdog && port.watchdog_feed == nullptr) return "watchdog_feed";
  if (watchdog && port.watchdog_stop == nullptr) return "watchdog_stop";
  return nullptr;
}

}  // namespace otaru::engine
