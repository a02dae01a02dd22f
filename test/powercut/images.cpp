#include "images.hpp"

#include <stdexcept>

#include <mbedtls/ecdsa.h>
#include <mbedtls/sha256.h>

#include <otaru/board/random.hpp>
#include <otaru/bytes.hpp>
#include <otaru/image/seal.hpp>
#include <otaru/mbed/crypto.hpp>
#include <otaru/update/trust.hpp>

namespace powercut {
namespace {

constexpr std::uint32_t kSector = 4096;

/// Numbers for Mbed TLS that are the same in every run: these keys protect nothing.
int draw(void* state, unsigned char* to, std::size_t length) {
  auto& random = *static_cast<otaru::board::Random*>(state);
  for (std::size_t i = 0; i < length; ++i) to[i] = std::to_integer<unsigned char>(random.byte());
  return 0;
}

void must(int error) {
  if (error != 0) throw std::runtime_error("Mbed TLS refused");
}

struct Curve {
  Curve() {
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&point);
    mbedtls_mpi_init(&secret);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    must(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1));
  }
  ~Curve() {
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&secret);
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_group_free(&group);
  }
  Curve(const Curve&) = delete;
  Curve& operator=(const Curve&) = delete;
  mbedtls_ecp_group group;
  mbedtls_ecp_point point;
  mbedtls_mpi secret, r, s;
};

unsigned char* raw(otaru::MutableBytes bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

/// A segment's header and its payload. Of each four pages of payload about one holds something: pages that
/// are blank cost no operation, and what is swept are operations.
void put_segment(Content& image, std::uint32_t at, std::uint32_t payload, std::uint32_t load, bool sparse,
                 otaru::board::Random& random) {
  const otaru::MutableBytes header = otaru::MutableBytes(image).subspan(at, 32);
  for (std::size_t i = 0; i < 8; ++i) header[i] = static_cast<std::byte>("81958711"[i]);
  otaru::store_le32(header.subspan(8), payload);
  otaru::store_le32(header.subspan(12), load);
  for (std::uint32_t i = 0; i < payload; ++i) {
    const std::uint32_t page = (at + 32 + i) / 256;
    if (!sparse || page % 5 == 0 || page % 16 == 15) image[at + 32 + i] = random.byte();
  }
}

Content make_image(Size size, std::uint32_t seed, std::uint32_t sectors) {
  otaru::board::Random random(seed);
  Content image(sectors * kSector, std::byte{0xFF});
  const bool tiny = size == Size::tiny;
  // Payload sizes of the real 188,416-byte image, or as small; a bit different in each image.
  const std::uint32_t xip0 = tiny ? 0x880 + 16 * (seed % 8) : 0x17720;
  const std::uint32_t ram0 = tiny ? 0x400 : 0x2330;
  put_segment(image, 0, xip0, 0x0C000020, tiny, random);
  put_segment(image, 32 + xip0, ram0, 0x00083000, tiny, random);
  const std::uint32_t km4 = (64 + xip0 + ram0 + kSector - 1) / kSector * kSector;
  // A tiny image's third sector is all but blank: erased by halves it may read blank, and must not be
  // believed.
  const std::uint32_t room = tiny ? kSector : static_cast<std::uint32_t>(image.size()) - km4;
  if (tiny && sectors > 2) image[2 * kSector + 256 * (seed % 14) + 77] = std::byte{0};
  const std::uint32_t ram4 = tiny ? 0x100 : 0x511C;
  const std::uint32_t xip4 = room - 64 - ram4 - 640;  // room for padding and a seal
  put_segment(image, km4, xip4, 0x0E000020, tiny, random);
  put_segment(image, km4 + 32 + xip4, ram4, 0x10005000, tiny, random);
  return image;
}

/// The signature where the boot loader looks for KM4 is wrong: would hang a stock board.
Content broken(Content image) {
  const std::uint32_t xip0 = otaru::load_le32(otaru::Bytes(image).subspan(8));
  const std::uint32_t ram0 = otaru::load_le32(otaru::Bytes(image).subspan(32 + xip0 + 8));
  const std::uint32_t km4 = (64 + xip0 + ram0 + kSector - 1) / kSector * kSector;
  image[km4] = std::byte{'9'};
  return image;
}

}  // namespace

Sealer::Sealer() : private_(32) {
  otaru::board::Random random(20'26);
  Curve curve;
  must(mbedtls_ecp_gen_keypair(&curve.group, &curve.secret, &curve.point, draw, &random));
  must(mbedtls_mpi_write_binary(&curve.secret, private_.data(), private_.size()));
  must(mbedtls_mpi_write_binary(&curve.point.X, raw(otaru::MutableBytes(public_).first(32)), 32));
  must(mbedtls_mpi_write_binary(&curve.point.Y, raw(otaru::MutableBytes(public_).subspan(32)), 32));
}

Content Sealer::seal(Content image) const {
  // The seal takes the place of the last padding, so that a sealed image is whole sectors too.
  image.resize(image.size() - otaru::image::kSealSize);
  otaru::mbed::Crypto library;
  otaru::mbed::Crypto::Sha256 body(library);
  body.add(image);
  otaru::image::Seal seal;
  seal.board = "ameba_rtl8721d";
  seal.version = {1, 0, 0};
  seal.counter = 7;
  seal.length = static_cast<std::uint32_t>(image.size());
  seal.sha256 = body.finish();
  seal.key_id = otaru::update::key_id(library, public_);
  Content trailer(otaru::image::kSealSize);
  otaru::image::write_seal(seal, trailer);

  otaru::mbed::Crypto::Sha256 hash(library);
  hash.add(otaru::Bytes(trailer).first(otaru::image::kSealSigned));
  const otaru::crypto::Digest digest = hash.finish();
  Curve curve;
  otaru::board::Random random(7);
  must(mbedtls_mpi_read_binary(&curve.secret, private_.data(), private_.size()));
  must(mbedtls_ecdsa_sign(&curve.group, &curve.r, &curve.s, &curve.secret,
                          reinterpret_cast<const unsigned char*>(digest.data()), digest.size(), draw,
                          &random));
  otaru::crypto::Signature signature;
  must(mbedtls_mpi_write_binary(&curve.r, raw(otaru::MutableBytes(signature).first(32)), 32));
  must(mbedtls_mpi_write_binary(&curve.s, raw(otaru::MutableBytes(signature).subspan(32)), 32));
  otaru::image::attach_signature(signature, trailer);
  image.insert(image.end(), trailer.begin(), trailer.end());
  return image;
}

std::shared_ptr<const std::vector<Image>> make_images(Size size, const Sealer* sealer) {
  const auto sectors = [size](std::uint32_t tiny, std::uint32_t more) {
    return size == Size::tiny ? tiny : 46 + more;
  };
  const auto sealed = [sealer](Content image) { return sealer ? sealer->seal(std::move(image)) : image; };
  auto images = std::make_shared<std::vector<Image>>(kImages);
  (*images)[kFactory] = {"factory", sealed(make_image(size, 1, sectors(2, 0)))};
  (*images)[kEarlier] = {"earlier", sealed(make_image(size, 2, sectors(3, 2)))};
  (*images)[kOld] = {"old", sealed(make_image(size, 3, sectors(2, 1)))};
  (*images)[kNew] = {"new", sealed(make_image(size, 4, sectors(2, 0)))};
  (*images)[kBad] = {"bad", sealed(make_image(size, 5, sectors(2, 3))), Manner::crashes};
  (*images)[kRejecting] = {"rejecting", sealed(make_image(size, 6, sectors(2, 0))), Manner::rejects};
  (*images)[kNext] = {"next", sealed(make_image(size, 7, sectors(3, 16)))};
  (*images)[kBroken] = {"broken", sealed(broken(make_image(size, 8, sectors(3, 0)))), Manner::confirms,
                        false};
  (*images)[kUnsealed] = {"unsealed", make_image(size, 9, sectors(2, 0)), Manner::confirms,
                          sealer == nullptr};
  (*images)[kBadEarlier] = {"bad earlier", sealed(make_image(size, 10, sectors(3, 1))), Manner::crashes};
  (*images)[kSpare] = {"spare", sealed(make_image(size, 11, sectors(3, 4)))};
  return images;
}

}  // namespace powercut
