#include <otaru/mdns/message.hpp>

namespace otaru::mdns {

int compare(const Rdata& a, const Rdata& b, Letters letters) noexcept {
  int difference = compare_bytes(a.prefix, b.prefix, Letters::exact);
  if (difference == 0) difference = compare(a.name, b.name, letters);
  return difference != 0 ? difference : compare_bytes(a.suffix, b.suffix, Letters::exact);
}

}  // namespace otaru::mdns
