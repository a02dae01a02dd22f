// Does multicast get out of this computer, and does anybody answer?
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <otaru/host/doctor_probes.hpp>

namespace otaru::host {

/// Asks for the services of the network (RFC 6763, section 9) on each interface, from one socket, and listens
/// by another for the question itself and for answers of other machines. Blocks for at most `limit`; ends
/// early when each interface was heard and somebody answered.
///
/// @throws std::system_error  no socket could be opened
/// @throws BadInput           an interface in `interfaces` does not exist
MulticastEcho ask_by_multicast(const std::vector<std::string>& interfaces, std::chrono::milliseconds limit);

}  // namespace otaru::host
