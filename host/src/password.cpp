#include <algorithm>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/password.hpp>
#include <otaru/mbed/wipe.hpp>
#include <otaru/os/program.hpp>

namespace otaru::host {
namespace {

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
}

std::string_view without_line_end(std::string_view text) noexcept {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

Password make_password(std::string_view text, std::string_view source) {
  if (text.empty())
    throw BadInput(fmt::format("{} is empty. Put a password there, or leave it out.", source));
  if (text.size() > kLongestPassword)
    throw BadInput(fmt::format("{} has {} bytes, and at most {} are taken. Choose a shorter one.", source,
                               text.size(), kLongestPassword));
  if (std::ranges::any_of(text, is_control))
    throw BadInput(
        fmt::format("{} holds control characters or several lines. A password is one line of text.", source));
  return {mbed::SharedSecret(text), text.size() < kShortPassword};
}

Password load_password(const std::filesystem::path& file) {
  std::vector<std::byte> content = read_file(file);
  struct Wiper {
    std::vector<std::byte>& content;
    ~Wiper() { mbed::wipe(content); }
  } const wiper{content};
  const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
  return make_password(without_line_end(text), fmt::format("the password in {}", file.string()));
}

std::optional<Password> find_password(const std::string& file) {
  if (!file.empty()) return load_password(file);
  const std::optional<std::string> variable = os::environment_variable(kPasswordVariable);
  if (!variable || variable->empty()) return std::nullopt;
  return make_password(*variable, fmt::format("the password in the variable {}", kPasswordVariable));
}

}  // namespace otaru::host
