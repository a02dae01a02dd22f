// What Winsock says went wrong, in the words that callers compare with.
#pragma once

#include <system_error>

namespace otaru::os {

/// `error` of WSAGetLastError(). Those that callers act on are std::errc; all others keep the system's own
/// text.
inline std::error_code winsock_error(int error) noexcept {
  switch (error) {
    case 10048: return std::make_error_code(std::errc::address_in_use);     // WSAEADDRINUSE
    case 10013: return std::make_error_code(std::errc::permission_denied);  // WSAEACCES
    case 10049: return std::make_error_code(std::errc::no_such_device);     // WSAEADDRNOTAVAIL, of a group
    default: return {error, std::system_category()};
  }
}

}  // namespace otaru::os
