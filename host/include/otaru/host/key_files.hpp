// Key files: of private keys that seal, and of public keys that boards are built with.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <otaru/crypto/crypto.hpp>
#include <otaru/image/seal.hpp>
#include <otaru/mbed/signing_key.hpp>

namespace otaru::host {

/// A public key and where it was read.
struct NamedKey {
  std::string file;
  crypto::PublicKey key{};
  bool from_private_key = false;  ///< the file holds the private key too
};

image::KeyId key_id(const crypto::PublicKey& key);

/// @throws BadInput  for a file that is missing, no private key, of another curve than P-256, or encrypted
mbed::SigningKey load_signing_key(const std::filesystem::path& path);

/// @throws BadInput  as above; a private key is refused: it has no business where a public one is asked for
NamedKey load_public_key(const std::filesystem::path& path);
std::vector<NamedKey> load_public_keys(const std::vector<std::string>& paths);

/// Reads a private or a public key file.
NamedKey load_any_key(const std::filesystem::path& path);

/// Makes a new key: `path` gets the private key (mode 0600), `path`.pub the public one.
/// @throws BadInput  if one of them exists and `overwrite` is not set, or cannot be written
NamedKey make_key_files(const std::filesystem::path& path, bool overwrite);

/// One object; its keys do not change: `file`, `kind` (`private` or `public`), `curve`, `id`, `public_key`
/// (X then Y, 128 hexadecimal digits).
nlohmann::ordered_json to_json(const NamedKey& key);

/// For people, with an array to copy into a sketch.
std::string to_text(const NamedKey& key);

}  // namespace otaru::host
