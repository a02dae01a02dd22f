#include <system_error>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/key_files.hpp>
#include <otaru/host/sha256.hpp>
#include <otaru/mbed/crypto.hpp>
#include <otaru/update/trust.hpp>

namespace otaru::host {
namespace {

namespace fs = std::filesystem;

std::string reason(mbed::KeyFault fault, std::string_view wanted) {
  switch (fault) {
    case mbed::KeyFault::has_password:
      return "It is protected by a password. Take the password off a copy (`openssl ec -in FILE -out COPY`), "
             "or "
             "sign in two steps (--digest-out, --attach).";
    case mbed::KeyFault::not_p256:
      return "It is a key of another kind. Seals are signed with ECDSA on the curve P-256 (prime256v1): make "
             "one "
             "with `otaru key new`.";
    case mbed::KeyFault::not_a_key:
    case mbed::KeyFault::none: break;
  }
  return fmt::format("It is no {} key in PEM or DER.", wanted);
}

[[noreturn]] void refuse(const fs::path& path, mbed::KeyFault fault, std::string_view wanted) {
  throw BadInput(fmt::format("'{}' cannot be used. {}", path.string(), reason(fault, wanted)));
}

/// Reads a file that may hold a secret, and wipes the memory.
class KeyFileContent {
 public:
  explicit KeyFileContent(const fs::path& path) : content_(read_file(path)) {}
  KeyFileContent(const KeyFileContent&) = delete;
  KeyFileContent& operator=(const KeyFileContent&) = delete;
  ~KeyFileContent() { mbed::wipe(content_); }
  Bytes bytes() const noexcept { return content_; }

 private:
  std::vector<std::byte> content_;
};

/// Four rows of 16 bytes, as C and C++ read them.
std::string c_array(const crypto::PublicKey& key) {
  std::string text = "static const uint8_t otaru_key[64] = {\n";
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (i % 16 == 0) text += "    ";
    text += fmt::format("0x{:02x},{}", std::to_integer<unsigned>(key[i]), i % 16 == 15 ? "\n" : " ");
  }
  return text + "};\n";
}

std::string_view kind(const NamedKey& key) noexcept {
  return key.from_private_key ? "private" : "public";
}

}  // namespace

image::KeyId key_id(const crypto::PublicKey& key) {
  mbed::Crypto library;
  return update::key_id(library, key);
}

mbed::SigningKey load_signing_key(const fs::path& path) {
  const KeyFileContent content(path);
  mbed::KeyResult<mbed::SigningKey> read = mbed::SigningKey::parse(content.bytes());
  if (read.key) return std::move(*read.key);
  if (mbed::parse_public_key(content.bytes()).key)
    throw BadInput(fmt::format(
        "'{}' is a public key, which cannot seal. Name the private key, or sign in two steps (--public-key, "
        "--digest-out, --attach).",
        path.string()));
  refuse(path, read.fault, "private");
}

NamedKey load_public_key(const fs::path& path) {
  const NamedKey key = load_any_key(path);
  if (key.from_private_key)
    throw BadInput(
        fmt::format("'{}' is a private key. Name the public one, {}.pub, and keep this one away from "
                    "boards and their computers.",
                    path.string(), path.string()));
  return key;
}

std::vector<NamedKey> load_public_keys(const std::vector<std::string>& paths) {
  std::vector<NamedKey> keys;
  for (const std::string& path : paths) keys.push_back(load_public_key(path));
  return keys;
}

NamedKey load_any_key(const fs::path& path) {
  const KeyFileContent content(path);
  const mbed::KeyResult<crypto::PublicKey> read = mbed::parse_public_key(content.bytes());
  if (read.key) return {path.string(), *read.key, false};
  const mbed::KeyResult<mbed::SigningKey> secret = mbed::SigningKey::parse(content.bytes());
  if (secret.key) return {path.string(), secret.key->public_key(), true};
  const bool public_says_more = read.fault != mbed::KeyFault::not_a_key;
  refuse(path, public_says_more ? read.fault : secret.fault, "private or public");
}

NamedKey make_key_files(const fs::path& path, bool overwrite) {
  const fs::path public_path = path.string() + ".pub";
  for (const fs::path& file : {path, public_path}) {
    std::error_code error;
    if (!overwrite && fs::exists(fs::symlink_status(file, error)))
      throw BadInput(
          fmt::format("'{}' exists. Choose another name; --force overwrites it, and a lost private key "
                      "cannot be got back.",
                      file.string()));
  }
  const std::optional<mbed::SigningKey> key = mbed::SigningKey::make();
  if (!key) throw BadInput("No key was made: the system gives no randomness. Try again later.");
  std::string pem = key->to_pem();
  write_file(path, std::as_bytes(std::span(pem)), Access::owner);
  mbed::wipe(std::as_writable_bytes(std::span(pem)));
  write_file(public_path, mbed::to_pem(key->public_key()));
  return {path.string(), key->public_key(), true};
}

nlohmann::ordered_json to_json(const NamedKey& key) {
  return {{"file", key.file},
          {"kind", kind(key)},
          {"curve", "P-256"},
          {"id", hex(key_id(key.key))},
          {"public_key", hex(key.key)}};
}

std::string to_text(const NamedKey& key) {
  return fmt::format(
      "{}: {} key, ECDSA P-256\n  key id      {}\n  public key  {}\n\nFor a sketch (the public key, X then "
      "Y):\n{}",
      key.file, kind(key), hex(key_id(key.key)), hex(key.key), c_array(key.key));
}

}  // namespace otaru::host
