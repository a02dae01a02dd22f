// The heap of the board's Mbed TLS: static memory, which the contract of the library runs on too.
#include <array>
#include <cstddef>
#include <vector>

#include <crypto/rfc6979.hpp>
#include <gtest/gtest.h>
#include <mbedtls/memory_buffer_alloc.h>
#include <mbedtls/platform.h>

#include <otaru/mbed/crypto.hpp>

#include "guest.hpp"

namespace {

alignas(8) std::array<unsigned char, OTARU_BOARD_HEAP_SIZE> heap;

class Heap : public testing::Environment {
 public:
  void SetUp() override { mbedtls_memory_buffer_alloc_init(heap.data(), heap.size()); }
  void TearDown() override { EXPECT_EQ(mbedtls_memory_buffer_alloc_verify(), 0); }
};
[[maybe_unused]] const testing::Environment* const environment =
    testing::AddGlobalTestEnvironment(new Heap);  // GoogleTest's own, from here on

/// Everything that is left of the heap, until it goes out of scope.
class UsedUp {
 public:
  UsedUp() {
    for (std::size_t size = heap.size(); size > 0; size /= 2)
      while (void* const piece = mbedtls_calloc(1, size)) pieces_.push_back(piece);
  }
  ~UsedUp() {
    for (void* const piece : pieces_) mbedtls_free(piece);
  }
  UsedUp(const UsedUp&) = delete;
  UsedUp& operator=(const UsedUp&) = delete;
  std::size_t pieces() const { return pieces_.size(); }

 private:
  std::vector<void*> pieces_;
};

}  // namespace

extern "C" void otaru_heap_broken(int) {
  otaru::guest::print("\nthe heap of Mbed TLS is broken\n");
  otaru::guest::stop(1);
}

namespace otaru::mbed {
namespace {

bool verified() {
  Crypto library;
  Crypto::Sha256 hash(library);
  hash.add(std::as_bytes(std::span(std::string_view("sample"))));
  return library.verify_es256(crypto::kRfcKey, hash.finish(), crypto::kRfcSignature);
}

TEST(BoardHeap, UsedUpRefusesASignatureAndNothingWorse) {
  {
    const UsedUp all;
    EXPECT_GT(all.pieces(), 0u);
    EXPECT_FALSE(verified());
    EXPECT_EQ(mbedtls_memory_buffer_alloc_verify(), 0);
  }
  EXPECT_TRUE(verified());
}

// The longest piece that there is before is there afterwards: nothing is kept between verifications.
TEST(BoardHeap, GetsEverythingBackFromAVerification) {
  std::size_t longest = heap.size();
  void* piece = nullptr;
  while ((piece = mbedtls_calloc(1, longest)) == nullptr) longest -= 8;
  mbedtls_free(piece);
  EXPECT_GT(longest, heap.size() / 2);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(verified());
  piece = mbedtls_calloc(1, longest);
  EXPECT_NE(piece, nullptr);
  mbedtls_free(piece);
}

}  // namespace
}  // namespace otaru::mbed
