// The interfaces of this moment, for systems that are asked every few seconds.
#pragma once

#include <vector>

#include <otaru/os/interfaces.hpp>

namespace otaru::os {

/// All interfaces, by index.
/// @throws std::system_error  the system gives no list
std::vector<InterfaceState> list_interfaces();

}  // namespace otaru::os
