#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <windows.h>
// After windows.h
#include <sddl.h>

#include <otaru/os/file_replacement.hpp>
#include <otaru/os/randomness.hpp>

namespace otaru::os {
namespace {

std::error_code error_of(DWORD error) noexcept {
  return {static_cast<int>(error), std::system_category()};
}

/// The user whom this program runs for, as Windows writes users.
std::optional<std::wstring> current_user() {
  HANDLE token = nullptr;
  if (::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &token) == 0) return std::nullopt;
  std::vector<TOKEN_USER> user(1 + SECURITY_MAX_SID_SIZE / sizeof(TOKEN_USER) + 1);
  DWORD size = static_cast<DWORD>(user.size() * sizeof(TOKEN_USER));
  LPWSTR text = nullptr;
  const bool known = ::GetTokenInformation(token, TokenUser, user.data(), size, &size) != 0 &&
                     ::ConvertSidToStringSidW(user[0].User.Sid, &text) != 0;
  ::CloseHandle(token);
  if (!known) return std::nullopt;
  std::wstring name = text;
  ::LocalFree(text);
  return name;
}

/// What a file is created with that nobody else may read: full access for one user, and nothing inherited.
class OwnerOnly {
 public:
  OwnerOnly() {
    const std::optional<std::wstring> user = current_user();
    if (!user) return;
    const std::wstring rule = L"D:P(A;;FA;;;" + *user + L")";
    ::ConvertStringSecurityDescriptorToSecurityDescriptorW(rule.c_str(), SDDL_REVISION_1,
                                                           &attributes_.lpSecurityDescriptor, nullptr);
  }
  OwnerOnly(const OwnerOnly&) = delete;
  OwnerOnly& operator=(const OwnerOnly&) = delete;
  ~OwnerOnly() { ::LocalFree(attributes_.lpSecurityDescriptor); }

  /// Null if the system did not make it.
  SECURITY_ATTRIBUTES* get() noexcept {
    return attributes_.lpSecurityDescriptor == nullptr ? nullptr : &attributes_;
  }

 private:
  SECURITY_ATTRIBUTES attributes_{sizeof(SECURITY_ATTRIBUTES), nullptr, FALSE};
};

/// A new file with a name of its own beside `target`.
HANDLE create_beside(const std::wstring& target, SECURITY_ATTRIBUTES* access, std::wstring& name) {
  constexpr int kTries = 16;
  HANDLE file = INVALID_HANDLE_VALUE;
  for (int i = 0; i < kTries && file == INVALID_HANDLE_VALUE; ++i) {
    std::array<std::byte, 4> random{};
    if (!fill_random(random)) ::SetLastError(ERROR_GEN_FAILURE);
    name = target + L"." + std::to_wstring(load_le32(random));
    file = ::CreateFileW(name.c_str(), GENERIC_WRITE, 0, access, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE && ::GetLastError() != ERROR_FILE_EXISTS) break;
  }
  return file;
}

bool write_all(HANDLE file, Bytes content) noexcept {
  while (!content.empty()) {
    constexpr std::size_t kAtOnce = std::size_t{1} << 20;
    const Bytes part = content.first(std::min(content.size(), kAtOnce));
    DWORD written = 0;
    if (::WriteFile(file, part.data(), static_cast<DWORD>(part.size()), &written, nullptr) == 0) return false;
    content = content.subspan(written);
  }
  return ::FlushFileBuffers(file) != 0;
}

}  // namespace

std::error_code replace_file(const std::filesystem::path& target, Bytes content, FileAccess access) {
  std::optional<OwnerOnly> rule;
  if (access == FileAccess::owner) {
    rule.emplace();
    if (rule->get() == nullptr) return error_of(ERROR_INVALID_SECURITY_DESCR);
  }
  std::wstring name;
  const HANDLE file = create_beside(target.native(), rule ? rule->get() : nullptr, name);
  if (file == INVALID_HANDLE_VALUE) return error_of(::GetLastError());
  DWORD error = write_all(file, content) ? ERROR_SUCCESS : ::GetLastError();
  ::CloseHandle(file);
  constexpr DWORD kHow = MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH;
  if (error == ERROR_SUCCESS && ::MoveFileExW(name.c_str(), target.c_str(), kHow) == 0)
    error = ::GetLastError();
  if (error == ERROR_SUCCESS) return {};
  ::DeleteFileW(name.c_str());
  return error_of(error);
}

}  // namespace otaru::os
