// Implementations that break their contracts, and a fault: tests that the runner asks for by name, and that
// have to fail. So a guest that fails is noticed, and these contracts can be broken here.
#include <crypto/crypto_contract.hpp>
#include <flash/flash_contract.hpp>
#include <flash/ram_flash.hpp>
#include <gtest/gtest.h>
#include <push/clock_contract.hpp>

#include <otaru/mbed/crypto.hpp>

#include "clock.hpp"

namespace otaru::firmware {

/// Programs as memory does: a bit that was 0 comes back.
class Memory : public flash::RamFlash {
 public:
  using RamFlash::RamFlash;
  Status program(std::uint32_t at, Bytes data) noexcept {
    const Status status = RamFlash::program(at, data);
    if (status == Status::ok) std::copy(data.begin(), data.end(), memory.begin() + at);
    return status;
  }
};
struct BrokenPart {
  Memory part{flash::kContractSize};
  Memory& flash() { return part; }
};

/// Looks at r alone.
class Credulous : public mbed::Crypto {
 public:
  using Crypto::Sha256;
  bool verify_es256(const crypto::PublicKey&, const crypto::Digest&,
                    const crypto::Signature& signature) noexcept {
    return signature[0] == crypto::kRfcSignature[0] || signature[0] == crypto::kRfcOtherSignature[0];
  }
};
struct BrokenLibrary {
  Credulous library;
  Credulous& crypto() { return library; }
};

/// A hundredth too fast, against itself.
struct BrokenClock {
  BrokenClock() { start_clock(); }
  static std::uint32_t now_ms() { return milliseconds() + milliseconds() / 100; }
  static std::uint64_t reference_us() { return cycles() / 20; }
  static void rest() { wait_for_event(); }
  static void beside(const std::function<void()>&, const std::function<void()>& body) { body(); }
};

TEST(DISABLED_Guest, TakesAFault) {
  constexpr std::uintptr_t kNothingThere = 0xF000'0000;
  EXPECT_EQ(*reinterpret_cast<const volatile std::uint32_t*>(kNothingThere), 0u);
}

}  // namespace otaru::firmware

namespace otaru::flash {
INSTANTIATE_TYPED_TEST_SUITE_P(DISABLED_OfABrokenPart, FlashContract, firmware::BrokenPart);
}
namespace otaru::crypto {
INSTANTIATE_TYPED_TEST_SUITE_P(DISABLED_OfABrokenLibrary, CryptoContract, firmware::BrokenLibrary);
}
namespace otaru::push {
INSTANTIATE_TYPED_TEST_SUITE_P(DISABLED_OfABrokenClock, ClockContract, firmware::BrokenClock);
}
