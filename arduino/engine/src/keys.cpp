#include "engine.hpp"
#include "heap.hpp"

namespace otaru::engine {
namespace {

bool verify(const crypto::PublicKey& key, const crypto::Digest& digest,
            const crypto::Signature& signature) noexcept {
  return mbed::Crypto().verify_es256(key, digest, signature);
}

}  // namespace

void Engine::set_keys(std::span<const crypto::PublicKey> keys) noexcept {
  using namespace std::string_view_literals;
  if (!may_set("keys"sv)) return;
  make_verifier_heap(*port_);
  keys_ = keys;
  verify_ = verify;
}

}  // namespace otaru::engine
