#include <new>

#include <otaru/mbed/c_crypto.hpp>
#include <otaru/mbed/crypto.hpp>

namespace otaru::mbed {
namespace {

static_assert(sizeof(Crypto::Sha256) <= OTARU_SHA256_STATE_SIZE, "raise OTARU_SHA256_STATE_SIZE");
static_assert(alignof(Crypto::Sha256) <= alignof(otaru_sha256_state));

Crypto::Sha256& hash_in(otaru_sha256_state* state) noexcept {
  return *std::launder(reinterpret_cast<Crypto::Sha256*>(state->bytes));
}

template <class Array>
Array array_of(const unsigned char* bytes) noexcept {
  Array array;
  copy({reinterpret_cast<const std::byte*>(bytes), array.size()}, array);
  return array;
}

void start(otaru_sha256_state* state) {
  Crypto library;
  ::new (static_cast<void*>(state->bytes)) Crypto::Sha256(library);
}

void add(otaru_sha256_state* state, const void* bytes, std::size_t length) {
  hash_in(state).add({static_cast<const std::byte*>(bytes), length});
}

void finish(otaru_sha256_state* state, unsigned char digest[32]) {
  const crypto::Digest made = hash_in(state).finish();
  copy(made, {reinterpret_cast<std::byte*>(digest), made.size()});
}

int verify_es256(void* /*context*/, const unsigned char key[64], const unsigned char digest[32],
                 const unsigned char signature[64]) {
  const bool good = Crypto().verify_es256(array_of<crypto::PublicKey>(key), array_of<crypto::Digest>(digest),
                                          array_of<crypto::Signature>(signature));
  return good ? 1 : 0;
}

}  // namespace

const otaru_crypto kCCrypto{nullptr, start, add, finish, verify_es256};

}  // namespace otaru::mbed
