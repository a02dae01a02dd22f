// Core's Crypto seam by Mbed TLS, remembering what it has computed: a sweep hashes the same bytes millions of
// times.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <unordered_map>
#include <vector>

#include <otaru/mbed/crypto.hpp>

namespace powercut {

/// Gives exactly what Mbed TLS gives: an answer is taken from memory only if every byte of the question is
/// the same as when Mbed TLS answered it. Not thread-safe: one for each thread.
class CachedCrypto {
 public:
  class Sha256 {
   public:
    explicit Sha256(CachedCrypto& library) noexcept : library_(&library) {}
    void add(otaru::Bytes bytes) noexcept { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
    otaru::crypto::Digest finish() noexcept { return library_->digest(bytes_); }

   private:
    CachedCrypto* library_;
    std::vector<std::byte> bytes_;
  };

  bool verify_es256(const otaru::crypto::PublicKey& key, const otaru::crypto::Digest& digest,
                    const otaru::crypto::Signature& signature) noexcept {
    std::vector<std::byte> question(key.begin(), key.end());
    question.insert(question.end(), digest.begin(), digest.end());
    question.insert(question.end(), signature.begin(), signature.end());
    const auto known = verified_.find(question);
    if (known != verified_.end()) return known->second;
    const bool answer = library_.verify_es256(key, digest, signature);
    verified_.emplace(std::move(question), answer);
    return answer;
  }

 private:
  struct Known {
    std::vector<std::byte> bytes;
    otaru::crypto::Digest digest;
  };

  otaru::crypto::Digest digest(const std::vector<std::byte>& bytes) {
    std::vector<Known>& row = known_[fingerprint(bytes)];
    for (const Known& known : row)
      if (known.bytes.size() == bytes.size() &&
          std::memcmp(known.bytes.data(), bytes.data(), bytes.size()) == 0)
        return known.digest;
    otaru::mbed::Crypto::Sha256 hash(library_);
    hash.add(bytes);
    const otaru::crypto::Digest made = hash.finish();
    held_ += bytes.size();
    if (held_ > kMostHeld) {  // torn contents are all different: start again rather than grow
      known_.clear();
      held_ = 0;
      return made;
    }
    row.push_back({bytes, made});
    return made;
  }

  /// Only finds the row, so it need not be good: some words of the bytes, mixed.
  static std::uint64_t fingerprint(const std::vector<std::byte>& bytes) {
    std::uint64_t mixed = bytes.size();
    const std::size_t step = bytes.size() < 2048 ? 8 : bytes.size() / 256 & ~std::size_t{7};
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += step) {
      std::uint64_t word;
      std::memcpy(&word, bytes.data() + at, 8);
      mixed = (mixed ^ word) * 0x9E37'79B9'7F4A'7C15u;
      mixed ^= mixed >> 29;
    }
    return mixed;
  }

  static constexpr std::size_t kMostHeld = 48u << 20;
  otaru::mbed::Crypto library_;
  std::unordered_map<std::uint64_t, std::vector<Known>> known_;
  std::map<std::vector<std::byte>, bool> verified_;
  std::size_t held_ = 0;
};

static_assert(otaru::crypto::Crypto<CachedCrypto>);

/// One memory of digests for all boards of a thread. A board stays on the thread that made it.
inline CachedCrypto& library_of_this_thread() {
  static thread_local CachedCrypto library;
  return library;
}

}  // namespace powercut
