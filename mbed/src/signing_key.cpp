#include <string_view>
#include <utility>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/entropy.h>

#include <otaru/mbed/signing_key.hpp>

#include "pk_key.hpp"

namespace otaru::mbed {
namespace {

constexpr std::size_t kHalf = 32;  // of a key and of a signature, bytes

unsigned char* raw(MutableBytes bytes) noexcept {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
const unsigned char* raw(Bytes bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// CTR_DRBG, seeded by the system.
class Random {
 public:
  Random() noexcept {
    mbedtls_entropy_init(&entropy_);
    mbedtls_ctr_drbg_init(&generator_);
    constexpr std::string_view kUse = "otaru signing key";
    ready_ = mbedtls_ctr_drbg_seed(&generator_, mbedtls_entropy_func, &entropy_,
                                   reinterpret_cast<const unsigned char*>(kUse.data()), kUse.size()) == 0;
  }
  ~Random() {
    mbedtls_ctr_drbg_free(&generator_);
    mbedtls_entropy_free(&entropy_);
  }
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;

  bool ready() const noexcept { return ready_; }
  mbedtls_ctr_drbg_context* generator() noexcept { return &generator_; }

 private:
  mbedtls_entropy_context entropy_;
  mbedtls_ctr_drbg_context generator_;
  bool ready_ = false;
};

/// The curve and a key on it, freed (and wiped, by Mbed TLS) whatever happens.
struct KeyPair {
  KeyPair() noexcept {
    mbedtls_ecp_keypair_init(&pair);
    loaded = mbedtls_ecp_group_load(&pair.grp, MBEDTLS_ECP_DP_SECP256R1) == 0;
  }
  ~KeyPair() { mbedtls_ecp_keypair_free(&pair); }
  KeyPair(const KeyPair&) = delete;
  KeyPair& operator=(const KeyPair&) = delete;

  mbedtls_ecp_keypair pair;
  bool loaded;
};

struct Numbers {
  Numbers() noexcept {
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
  }
  ~Numbers() {
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
  }
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;

  mbedtls_mpi r;
  mbedtls_mpi s;
};

}  // namespace

std::optional<SigningKey> SigningKey::make() noexcept {
  Random random;
  KeyPair key;
  Secret secret{};
  std::optional<SigningKey> made;
  if (random.ready() && key.loaded &&
      mbedtls_ecp_gen_privkey(&key.pair.grp, &key.pair.d, mbedtls_ctr_drbg_random, random.generator()) == 0 &&
      mbedtls_mpi_write_binary(&key.pair.d, raw(MutableBytes(secret)), secret.size()) == 0)
    made = from_secret(secret);
  mbed::wipe(secret);
  return made;
}

std::optional<SigningKey> SigningKey::from_secret(const Secret& secret) noexcept {
  Random random;  // blinds the multiplication, which an observer could time
  KeyPair key;
  crypto::PublicKey point;
  if (!random.ready() || !key.loaded ||
      mbedtls_mpi_read_binary(&key.pair.d, raw(Bytes(secret)), secret.size()) != 0 ||
      mbedtls_ecp_check_privkey(&key.pair.grp, &key.pair.d) != 0 ||
      mbedtls_ecp_mul(&key.pair.grp, &key.pair.Q, &key.pair.d, &key.pair.grp.G, mbedtls_ctr_drbg_random,
                      random.generator()) != 0 ||
      !read_point(key.pair, point))
    return std::nullopt;
  return SigningKey(secret, point);
}

KeyResult<SigningKey> SigningKey::parse(Bytes file) {
  if (file.size() > kLargestKeyFile) return {std::nullopt, KeyFault::not_a_key};
  std::vector<unsigned char> text = with_zero_behind(file);
  PkKey parsed;
  // Mbed TLS tries DER too, but with the length as given: without the zero byte.
  int error = mbedtls_pk_parse_key(&parsed.context, text.data(), text.size(), nullptr, 0);
  if (error == MBEDTLS_ERR_PK_KEY_INVALID_FORMAT && mbedtls_pk_get_type(&parsed.context) == MBEDTLS_PK_NONE)
    error = mbedtls_pk_parse_key(&parsed.context, text.data(), text.size() - 1, nullptr, 0);
  mbedtls_platform_zeroize(text.data(), text.size());
  if (error != 0) return {std::nullopt, fault_of(error)};
  const mbedtls_ecp_keypair* const pair = parsed.p256();
  if (pair == nullptr) return {std::nullopt, KeyFault::not_p256};
  Secret secret{};
  std::optional<SigningKey> key;
  if (mbedtls_mpi_write_binary(&pair->d, raw(MutableBytes(secret)), secret.size()) == 0)
    key = from_secret(secret);
  mbed::wipe(secret);
  const KeyFault fault = key ? KeyFault::none : KeyFault::not_a_key;
  return {std::move(key), fault};
}

SigningKey::SigningKey(SigningKey&& from) noexcept : secret_(from.secret_), public_key_(from.public_key_) {
  from.wipe();
}

SigningKey& SigningKey::operator=(SigningKey&& from) noexcept {
  if (this == &from) return *this;
  secret_ = from.secret_;
  public_key_ = from.public_key_;
  from.wipe();
  return *this;
}

SigningKey::~SigningKey() {
  wipe();
}

void SigningKey::wipe() noexcept {
  mbed::wipe(secret_);
}

std::optional<crypto::Signature> SigningKey::sign(const crypto::Digest& digest) const noexcept {
  Random random;  // for blinding only: the signature does not depend on it
  KeyPair key;
  Numbers numbers;
  crypto::Signature signature;
  const MutableBytes to(signature);
  if (!random.ready() || !key.loaded ||
      mbedtls_mpi_read_binary(&key.pair.d, raw(Bytes(secret_)), secret_.size()) != 0 ||
      mbedtls_ecdsa_sign_det_ext(&key.pair.grp, &numbers.r, &numbers.s, &key.pair.d, raw(Bytes(digest)),
                                 digest.size(), MBEDTLS_MD_SHA256, mbedtls_ctr_drbg_random,
                                 random.generator()) != 0 ||
      mbedtls_mpi_write_binary(&numbers.r, raw(to), kHalf) != 0 ||
      mbedtls_mpi_write_binary(&numbers.s, raw(to.subspan(kHalf)), kHalf) != 0)
    return std::nullopt;
  return signature;
}

std::string SigningKey::to_pem() const {
  const Bytes point(public_key_);
  PkKey pk;
  std::array<unsigned char, 512> text{};
  if (mbedtls_pk_setup(&pk.context, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) != 0) return {};
  mbedtls_ecp_keypair* const pair = mbedtls_pk_ec(pk.context);
  if (mbedtls_ecp_group_load(&pair->grp, MBEDTLS_ECP_DP_SECP256R1) != 0 ||
      mbedtls_mpi_read_binary(&pair->d, raw(Bytes(secret_)), secret_.size()) != 0 ||
      mbedtls_mpi_read_binary(&pair->Q.X, raw(point), kHalf) != 0 ||
      mbedtls_mpi_read_binary(&pair->Q.Y, raw(point.subspan(kHalf)), kHalf) != 0 ||
      mbedtls_mpi_lset(&pair->Q.Z, 1) != 0 ||
      mbedtls_pk_write_key_pem(&pk.context, text.data(), text.size()) != 0)
    return {};
  std::string pem = reinterpret_cast<const char*>(text.data());
  mbedtls_platform_zeroize(text.data(), text.size());
  return pem;
}

}  // namespace otaru::mbed
