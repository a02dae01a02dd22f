// Core's seams over the functions of a port.
#pragma once

#include <otaru/flash/flash.hpp>
#include <otaru/mbed/crypto.hpp>
#include <otaru/push/reception.hpp>
#include <otaru/update/trial.hpp>

#include "otaru_engine.h"

namespace otaru::engine {

/// The Flash concept over the port's functions; checks the rules so that no port has to.
class PortFlash {
 public:
  PortFlash(const otaru_port& port, std::uint32_t size) noexcept : port_(&port), size_(size) {}

  std::uint32_t size() const noexcept { return size_; }

  Status read(std::uint32_t at, MutableBytes out) noexcept {
    const Status rule = flash::check_read(size_, at, out.size());
    return rule != Status::ok ? rule : done(port_->flash_read(port_->context, at, out.data(), out.size()));
  }
  Status program(std::uint32_t at, Bytes data) noexcept {
    const Status rule = flash::check_program(size_, at, data.size());
    return rule != Status::ok ? rule
                              : done(port_->flash_program(port_->context, at, data.data(), data.size()));
  }
  Status erase_sector(std::uint32_t at) noexcept {
    const Status rule = flash::check_erase(size_, at, flash::kSectorSize);
    return rule != Status::ok ? rule : done(port_->flash_erase_sector(port_->context, at));
  }
  Status erase_block(std::uint32_t at) noexcept {
    const Status rule = flash::check_erase(size_, at, flash::kBlockSize);
    return rule != Status::ok ? rule : done(port_->flash_erase_block(port_->context, at));
  }

 private:
  static Status done(int result) noexcept { return result == 0 ? Status::ok : Status::flash_failed; }

  const otaru_port* port_;
  std::uint32_t size_;
};

/// Mbed TLS's hashes, and verification only where somebody installed it: a board without keys must not carry
/// the curve.
class EngineCrypto : public mbed::Crypto {
 public:
  using Verify = bool (*)(const crypto::PublicKey& key, const crypto::Digest& digest,
                          const crypto::Signature& signature) noexcept;

  explicit EngineCrypto(Verify verify) noexcept : verify_(verify) {}

  bool verify_es256(const crypto::PublicKey& key, const crypto::Digest& digest,
                    const crypto::Signature& signature) noexcept {
    return verify_ != nullptr && verify_(key, digest, signature);
  }

 private:
  Verify verify_;
};

using Trial = update::Trial<PortFlash, EngineCrypto>;
using Reception = push::Reception<PortFlash, EngineCrypto>;

/// A C string as a view. The bound keeps the loop from being taken for strlen, which a board lacks.
inline std::string_view text_of(const char* text, std::size_t most) noexcept {
  std::size_t size = 0;
  while (text != nullptr && size < most && text[size] != '\0') ++size;
  return {text, size};
}

}  // namespace otaru::engine
