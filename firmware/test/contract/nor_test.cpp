#include "nor.hpp"

#include <flash/flash_contract.hpp>

namespace otaru::firmware {

struct NorPart {
  Nor part;
  Nor& flash() { return part; }
};

}  // namespace otaru::firmware

namespace otaru::flash {
INSTANTIATE_TYPED_TEST_SUITE_P(OfNor, FlashContract, firmware::NorPart);
}
