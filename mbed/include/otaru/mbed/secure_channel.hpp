// A channel that only two who know the same password can open. TLS 1.2 with EC J-PAKE, by Mbed TLS.
#pragma once

#include <array>
#include <cstdint>

#include <mbedtls/ssl.h>

#include <otaru/bytes.hpp>
#include <otaru/mbed/randomness.hpp>
#include <otaru/mbed/shared_secret.hpp>

namespace otaru::mbed {

/// One end of a TLS 1.2 connection with the suite TLS-ECJPAKE-WITH-AES-128-CCM-8, without I/O: bytes of the
/// wire go in and out, plain bytes come out and go in. docs/SPEC-push.md, section 6.
///
/// Who listens in, even to a handshake with a wrong password, cannot try passwords against what he heard;
/// who takes part can try one for each handshake. Every handshake has fresh keys, so a recording cannot be
/// played again, and what was said stays secret if the password is lost later.
///
/// Memory: this object, and Mbed TLS's buffers and keys on the heap until it ends (figures:
/// docs/decisions/0010-push-with-a-password.md). No exceptions: it is compiled for boards too.
class SecureChannel {
 public:
  enum class End : std::uint8_t { board, uploader };

  enum class State : std::uint8_t {
    handshake,
    open,    ///< the other end knows the password
    closed,  ///< the other end said that it will send no more
    failed,  ///< over; fault() says why
  };

  enum class Fault : std::uint8_t {
    none,
    password,     ///< the other end does not know the same password (or somebody changed the bytes)
    refused,      ///< the other end ended the handshake by refuse()
    broken,       ///< bytes that are no TLS, or that were changed on their way
    unavailable,  ///< no memory or no randomness here
  };

  /// Bytes of one record, at most; more are cut into several.
  static constexpr std::size_t kRecordSize = MBEDTLS_SSL_OUT_CONTENT_LEN;

  SecureChannel(End end, const SharedSecret& secret, Randomness randomness) noexcept;
  SecureChannel(const SecureChannel&) = delete;
  SecureChannel& operator=(const SecureChannel&) = delete;
  ~SecureChannel();

  struct Step {
    std::size_t consumed = 0;  ///< bytes taken off `wire`
    std::size_t plain = 0;     ///< bytes put into `plain`
    bool again = false;        ///< more can be done at once; else more bytes of the wire are needed
  };

  /// Does the next small piece of work: one message of the handshake, or one record. The handshake's longest
  /// piece is a few multiplications on the curve, so a caller that has other work does it between the calls.
  /// What is to be sent is in outgoing(), also when the step failed (an alert).
  Step step(Bytes wire, MutableBytes plain) noexcept;

  /// Encrypts as much of `plain` as fits into one record and into outgoing().
  /// @return bytes taken; 0 unless the channel is open and outgoing() has room for a record
  std::size_t write(Bytes plain) noexcept;

  /// Tells the other end that no more will come. Reading goes on.
  void finish() noexcept;

  /// Ends a handshake with an alert that the other end knows as `refused`.
  void refuse() noexcept;

  /// Bytes for the wire; the view is valid until the next call that changes anything.
  Bytes outgoing() const noexcept { return Bytes(out_).subspan(out_begin_, out_end_ - out_begin_); }
  void sent(std::size_t bytes) noexcept;

  State state() const noexcept { return state_; }
  Fault fault() const noexcept { return fault_; }
  /// A handshake that the password decided: it failed after the other end had answered the first flight.
  bool guessed() const noexcept { return guessed_; }

 private:
  static constexpr std::size_t kRecordOverhead = 64;  // header, nonce and tag, generously

  static int send(void* self, const unsigned char* data, std::size_t size) noexcept;
  static int receive(void* self, unsigned char* data, std::size_t size) noexcept;
  static int random(void* self, unsigned char* data, std::size_t size) noexcept;
  bool set_up(End end, const SharedSecret& secret) noexcept;
  bool room_for_record() const noexcept { return out_.size() - out_end_ >= kRecordSize + kRecordOverhead; }
  void fail(int error) noexcept;
  bool handshake_failed(int error) noexcept;

  Randomness randomness_;
  mbedtls_ssl_config config_;
  mbedtls_ssl_context ssl_;
  Bytes incoming_{};
  std::size_t consumed_ = 0;
  std::size_t out_begin_ = 0;
  std::size_t out_end_ = 0;
  End end_;
  State state_ = State::handshake;
  Fault fault_ = Fault::none;
  bool guessed_ = false;
  std::array<std::byte, kRecordSize + 2 * kRecordOverhead> out_{};
};

}  // namespace otaru::mbed
