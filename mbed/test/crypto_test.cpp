#include <crypto/crypto_contract.hpp>

#include <otaru/mbed/crypto.hpp>

namespace otaru::mbed {

struct Library {
  Crypto library;
  Crypto& crypto() { return library; }
};

}  // namespace otaru::mbed

namespace otaru::crypto {
INSTANTIATE_TYPED_TEST_SUITE_P(OfMbedTls, CryptoContract, mbed::Library);
}
