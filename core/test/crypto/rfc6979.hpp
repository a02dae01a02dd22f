// RFC 6979, appendix A.2.5: a published key, and what it signs with SHA-256. Nobody may use it for anything
// but tests.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <otaru/crypto/crypto.hpp>

namespace otaru::crypto {

template <std::size_t N>
std::array<std::byte, N> from_hex(std::string_view text) {
  std::array<std::byte, N> bytes{};
  for (std::size_t i = 0; i < N; ++i)
    bytes[i] = static_cast<std::byte>(std::stoi(std::string(text.substr(2 * i, 2)), nullptr, 16));
  return bytes;
}

inline const std::array<std::byte, 32> kRfcSecret =
    from_hex<32>("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
inline const PublicKey kRfcKey = from_hex<64>(
    "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
/// Over the SHA-256 of `sample`.
inline const Signature kRfcSignature = from_hex<64>(
    "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
    "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
/// Over the SHA-256 of `test`: its s starts with a zero.
inline const Signature kRfcOtherSignature = from_hex<64>(
    "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
    "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083");

}  // namespace otaru::crypto
