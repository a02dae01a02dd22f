#include "read_image.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <otaru/bytes.hpp>

namespace otaru::sketch {

std::vector<std::byte> read_image(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw std::runtime_error("cannot read " + path.string());
  const Bytes bytes = std::as_bytes(std::span(content));
  return {bytes.begin(), bytes.end()};
}

}  // namespace otaru::sketch
