#include <algorithm>
#include <cstring>

#include <otaru/mbed/secure_channel.hpp>

namespace otaru::mbed {
namespace {

/// The one suite. Its key exchange is J-PAKE, so there is nothing to negotiate down to.
constexpr int kSuites[] = {MBEDTLS_TLS_ECJPAKE_WITH_AES_128_CCM_8, 0};

/// Faults of records and messages are below this; those of curve and numbers, above.
constexpr int kFirstOfSsl = -0x6000;

const unsigned char* raw(Bytes bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

SecureChannel::SecureChannel(End end, const SharedSecret& secret, Randomness randomness) noexcept
    : randomness_(randomness), end_(end) {
  mbedtls_ssl_config_init(&config_);
  mbedtls_ssl_init(&ssl_);
  if (!set_up(end, secret)) {
    state_ = State::failed;
    fault_ = Fault::unavailable;
  }
}

SecureChannel::~SecureChannel() {
  mbedtls_ssl_free(&ssl_);
  mbedtls_ssl_config_free(&config_);
}

bool SecureChannel::set_up(End end, const SharedSecret& secret) noexcept {
  const int role = end == End::board ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT;
  if (mbedtls_ssl_config_defaults(&config_, role, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) !=
      0)
    return false;
  mbedtls_ssl_conf_rng(&config_, &SecureChannel::random, this);
  mbedtls_ssl_conf_ciphersuites(&config_, kSuites);
  if (mbedtls_ssl_setup(&ssl_, &config_) != 0) return false;
  mbedtls_ssl_set_bio(&ssl_, this, &SecureChannel::send, &SecureChannel::receive, nullptr);
  const Bytes password = secret.bytes();
  return mbedtls_ssl_set_hs_ecjpake_password(&ssl_, raw(password), password.size()) == 0;
}

SecureChannel::Step SecureChannel::step(Bytes wire, MutableBytes plain) noexcept {
  Step step;
  if (state_ != State::handshake && state_ != State::open) return step;
  incoming_ = wire;
  consumed_ = 0;
  int result = 0;
  if (state_ == State::handshake) {
    result = mbedtls_ssl_handshake_step(&ssl_);
    if (result == 0 && ssl_.state == MBEDTLS_SSL_HANDSHAKE_OVER) state_ = State::open;
    step.again = result == 0;
  } else {
    result = mbedtls_ssl_read(&ssl_, reinterpret_cast<unsigned char*>(plain.data()), plain.size());
    if (result > 0) step.plain = static_cast<std::size_t>(result);
    step.again = result > 0;
    if (result == 0) result = MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY;
  }
  step.consumed = consumed_;
  incoming_ = {};
  if (result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY && state_ == State::open) {
    state_ = State::closed;
  } else if (result < 0 && result != MBEDTLS_ERR_SSL_WANT_READ && result != MBEDTLS_ERR_SSL_WANT_WRITE) {
    fail(result);
  }
  return step;
}

std::size_t SecureChannel::write(Bytes plain) noexcept {
  if (state_ != State::open || plain.empty() || !room_for_record()) return 0;
  const int written = mbedtls_ssl_write(&ssl_, raw(plain), std::min(plain.size(), kRecordSize));
  if (written >= 0) return static_cast<std::size_t>(written);
  fail(written);
  return 0;
}

void SecureChannel::finish() noexcept {
  if (state_ == State::open && room_for_record()) (void)mbedtls_ssl_close_notify(&ssl_);
}

void SecureChannel::refuse() noexcept {
  if (state_ != State::handshake) return;
  (void)mbedtls_ssl_send_alert_message(&ssl_, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                       MBEDTLS_SSL_ALERT_MSG_ACCESS_DENIED);
  state_ = State::failed;
  fault_ = Fault::refused;
}

void SecureChannel::sent(std::size_t bytes) noexcept {
  out_begin_ += bytes;
  if (out_begin_ == out_end_) out_begin_ = out_end_ = 0;
}

/// Whether a handshake failed because the ends do not know the same password. Both learn it when they check
/// the other's Finished; the board checks first, and answers with an alert.
bool SecureChannel::handshake_failed(int error) noexcept {
  if (end_ == End::board) {
    // A fault of the key exchange itself shows nothing of the password, but is counted to be safe: honest
    // uploaders never make one. What is not even a message there is not.
    const bool message = error == MBEDTLS_ERR_SSL_BAD_HS_CLIENT_KEY_EXCHANGE ||
                         error == MBEDTLS_ERR_SSL_BAD_HS_SERVER_KEY_EXCHANGE || error > kFirstOfSsl;
    guessed_ = ssl_.state > MBEDTLS_SSL_CLIENT_KEY_EXCHANGE ||
               (ssl_.state == MBEDTLS_SSL_CLIENT_KEY_EXCHANGE && message);
    return ssl_.state >= MBEDTLS_SSL_CLIENT_CHANGE_CIPHER_SPEC;
  }
  if (ssl_.state < MBEDTLS_SSL_SERVER_CHANGE_CIPHER_SPEC) return false;
  return error == MBEDTLS_ERR_SSL_INVALID_MAC || error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE;
}

void SecureChannel::fail(int error) noexcept {
  const bool alert = error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE;
  fault_ = Fault::broken;
  if (error == MBEDTLS_ERR_SSL_ALLOC_FAILED || error == MBEDTLS_ERR_MPI_ALLOC_FAILED)
    fault_ = Fault::unavailable;
  else if (alert && ssl_.in_msg[1] == MBEDTLS_SSL_ALERT_MSG_ACCESS_DENIED)
    fault_ = Fault::refused;
  else if (state_ == State::handshake && handshake_failed(error))
    fault_ = Fault::password;
  state_ = State::failed;
  // Mbed TLS tells the other end of every fault itself, but of this one only in another configuration.
  if (error == MBEDTLS_ERR_SSL_INVALID_MAC)
    (void)mbedtls_ssl_send_alert_message(&ssl_, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                         MBEDTLS_SSL_ALERT_MSG_BAD_RECORD_MAC);
}

int SecureChannel::send(void* self, const unsigned char* data, std::size_t size) noexcept {
  auto& channel = *static_cast<SecureChannel*>(self);
  if (size > channel.out_.size() - channel.out_end_) return MBEDTLS_ERR_SSL_WANT_WRITE;
  std::memcpy(channel.out_.data() + channel.out_end_, data, size);
  channel.out_end_ += size;
  return static_cast<int>(size);
}

int SecureChannel::receive(void* self, unsigned char* data, std::size_t size) noexcept {
  auto& channel = *static_cast<SecureChannel*>(self);
  const std::size_t taken = std::min(size, channel.incoming_.size());
  if (taken == 0) return MBEDTLS_ERR_SSL_WANT_READ;
  std::memcpy(data, channel.incoming_.data(), taken);
  channel.incoming_ = channel.incoming_.subspan(taken);
  channel.consumed_ += taken;
  return static_cast<int>(taken);
}

int SecureChannel::random(void* self, unsigned char* data, std::size_t size) noexcept {
  const Randomness& from = static_cast<SecureChannel*>(self)->randomness_;
  const MutableBytes to(reinterpret_cast<std::byte*>(data), size);
  return from.fill != nullptr && from.fill(from.context, to) ? 0 : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

}  // namespace otaru::mbed
