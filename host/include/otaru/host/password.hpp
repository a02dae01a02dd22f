// The password of a push: where a person may put it, and what it may be.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <otaru/mbed/shared_secret.hpp>

namespace otaru::host {

inline constexpr std::size_t kLongestPassword = 64;  ///< bytes
inline constexpr std::size_t kShortPassword = 8;     ///< bytes; fewer deserve a warning
inline constexpr const char* kPasswordVariable = "OTARU_PASSWORD";

/// A password that was accepted: what the channel needs of it, and no more.
struct Password {
  mbed::SharedSecret secret;
  bool short_one = false;  ///< below kShortPassword
};

/// Takes `text` as it is. Any UTF-8 without control characters, 1 to kLongestPassword bytes.
/// @param source  for the message: `the password in pw.txt`
/// @throws BadInput  it is none
Password make_password(std::string_view text, std::string_view source);

/// Reads a file that holds a password and nothing else. One line end behind it does not count.
/// @throws BadInput  missing, unreadable, or no password
Password load_password(const std::filesystem::path& file);

/// The password of this run: of the file if one is named, else of the environment (OTARU_PASSWORD), else
/// none. An empty variable counts as none.
/// @throws BadInput
std::optional<Password> find_password(const std::string& file);

}  // namespace otaru::host
