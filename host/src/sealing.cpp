#include <chrono>
#include <utility>

#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/image_report.hpp>
#include <otaru/host/key_files.hpp>
#include <otaru/host/numbers.hpp>
#include <otaru/host/seal_terms.hpp>
#include <otaru/host/sealing.hpp>
#include <otaru/host/sha256.hpp>
#include <otaru/mbed/crypto.hpp>
#include <otaru/mbed/key_text.hpp>

namespace otaru::host {
namespace {

/// Problems that a new seal puts right.
bool is_about_a_seal(const Finding& finding) {
  return finding.code.starts_with("seal_");
}

/// Says why a file cannot carry a seal; empty if it can.
std::string unfit(const FileReport& report) {
  switch (report.kind) {
    case FileKind::boot_image:
      return "It is a boot image, which no update may replace. Name an image 2 or an OTA file.";
    case FileKind::unknown:
      return "It is neither an image 2 nor an OTA file. Name km0_km4_image2.bin or OTA_All.bin.";
    case FileKind::ota_file:
      if (report.images.size() > 1)
        return fmt::format(
            "It holds {} images, and boards take only files with one. Seal the image alone, then "
            "pack it.",
            report.images.size());
      if (report.images.size() == 1 && report.images[0].id == name(image::ImageId::rdp))
        return "Its only image is an RDP image, which boards do not take.";
      break;
    case FileKind::image2: break;
  }
  for (const Finding& problem : report.findings.problems)
    if (!is_about_a_seal(problem)) return problem.message;
  return {};
}

bool ends_with_seal(Bytes image) noexcept {
  return image.size() > image::kSealSize && image::looks_sealed(image.last(image::kSealSize));
}

image::Seal checked(const SealTerms& terms) {
  if (!is_board_name(terms.board))
    throw BadInput(
        fmt::format("'{}' is no board type for a seal: 1 to {} ASCII letters without spaces and '='. Take "
                    "what the board's "
                    "TXT record says, such as ameba_rtl8721d.",
                    terms.board, image::kMaxBoardName));
  if (terms.next_keys.size() > image::kMaxSealKeys)
    throw BadInput(fmt::format("{} next keys are too many: a seal holds at most {}.", terms.next_keys.size(),
                               image::kMaxSealKeys));
  image::Seal seal;
  seal.board = terms.board;
  seal.version = terms.version;
  seal.counter = terms.counter;
  seal.not_after = terms.not_after;
  seal.next_keys = terms.next_keys;
  return seal;
}

}  // namespace

SealFile::SealFile(std::string file, std::vector<std::byte> content) : name_(std::move(file)) {
  const FileReport report = inspect_file(name_, content);
  if (const std::string reason = unfit(report); !reason.empty())
    throw BadInput(fmt::format("'{}' cannot be sealed. {}", name_, reason));
  for (const Finding& warning : report.findings.warnings)
    if (!is_about_a_seal(warning)) findings_.warnings.push_back(warning);
  if (report.kind == FileKind::ota_file) {
    header_ = image::parse_ota_header(content, 1).value();
    content.erase(content.begin(), content.begin() + header_->size());
  }
  image_ = std::move(content);
}

bool SealFile::sealed() const noexcept {
  return ends_with_seal(image_);
}

void SealFile::put_seal(const SealTerms& terms, const crypto::PublicKey& signer) {
  image::Seal seal = checked(terms);
  const std::size_t body = image_.size() - (sealed() ? image::kSealSize : 0);
  if (body + image::kSealSize > kLargestImage)
    throw BadInput(
        fmt::format("'{}' has {} and its seal {}: a slot holds at most {}. Make the sketch smaller.", name_,
                    bytes_text(body), image::kSealSize, grouped(kLargestImage)));
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  if (seal.not_after != 0 && std::chrono::seconds(static_cast<std::int64_t>(seal.not_after)) < now)
    findings_.warnings.push_back(
        {"seal_expired", std::nullopt,
         fmt::format("--not-after has passed ({}): boards that know the time refuse this "
                     "image.",
                     time_text(seal.not_after))});
  image_.resize(body);
  seal.length = static_cast<std::uint32_t>(body);
  seal.sha256 = sha256(image_);
  seal.key_id = key_id(signer);
  image_.resize(body + image::kSealSize);
  image::write_seal(seal, MutableBytes(image_).subspan(body));
}

image::SealView SealFile::seal() const {
  if (!sealed())
    throw BadInput(
        fmt::format("'{}' has no seal. Put one in first: `otaru seal FILE --public-key KEY --digest-out "
                    "DIGEST ...`.",
                    name_));
  const Result<image::SealView> seal = image::SealView::open(Bytes(image_).last(image::kSealSize));
  if (!seal)
    throw BadInput(
        fmt::format("'{}' has a seal of a format that this program does not know. Use a newer one.", name_));
  return *seal;
}

crypto::Digest SealFile::digest() const {
  return sha256(seal().signed_bytes());
}

void SealFile::attach(const crypto::Signature& signature, const crypto::PublicKey& signer) {
  const image::SealView found = seal();
  if (found.key_id() != key_id(signer))
    throw BadInput(
        fmt::format("The seal of '{}' is to be signed by key {}; the key given is {}. Name the key that was "
                    "given when the seal was made, or make the seal again.",
                    name_, hex(found.key_id()), hex(key_id(signer))));
  const Bytes body = Bytes(image_).first(image_.size() - image::kSealSize);
  if (found.length() != body.size() || found.sha256() != sha256(body))
    throw BadInput(
        fmt::format("The seal of '{}' speaks of another image: the file was changed since. Make the seal "
                    "again.",
                    name_));
  mbed::Crypto library;
  if (!library.verify_es256(signer, digest(), signature))
    throw BadInput(
        fmt::format("The signature is not one of key {} over the digest of '{}' ({}). Sign this digest as "
                    "it is, without hashing it again.",
                    hex(key_id(signer)), name_, hex(digest())));
  image::attach_signature(signature, MutableBytes(image_).last(image::kSealSize));
}

std::vector<std::byte> SealFile::content() const {
  if (!header_) return image_;
  image::OtaHeader header = *header_;
  header.images[0].length = static_cast<std::uint32_t>(image_.size());
  header.images[0].sum = byte_sum(image_);
  std::vector<std::byte> file(header.size());
  image::write_ota_header(header, file);
  file.insert(file.end(), image_.begin(), image_.end());
  return file;
}

nlohmann::ordered_json SealFile::to_json(const std::string& output) const {
  const std::vector<std::byte> file = content();
  const image::SealView found = seal();
  nlohmann::ordered_json object{{"output", output},
                                {"kind", host::name(header_ ? FileKind::ota_file : FileKind::image2)},
                                {"size", file.size()},
                                {"sha256", hex(sha256(file))},
                                {"board", found.board()},
                                {"version", firmware_version_text(found.version())},
                                {"counter", found.counter()},
                                {"not_after", nullptr},
                                {"key_id", hex(found.key_id())},
                                {"digest", hex(digest())},
                                {"signed", found.signature() != crypto::Signature{}}};
  if (found.not_after() != 0) object["not_after"] = time_text(found.not_after());
  return object;
}

std::string SealFile::to_text(const std::string& output) const {
  const image::SealView found = seal();
  const bool has_signature = found.signature() != crypto::Signature{};
  return fmt::format("Wrote {}: {} {} for {}, counter {}, {}; {} key {}\n", output,
                     has_signature ? "sealed as" : "with an unsigned seal,",
                     firmware_version_text(found.version()), found.board(), found.counter(),
                     found.not_after() == 0 ? "never expires" : "not after " + time_text(found.not_after()),
                     has_signature ? "signed by" : "to be signed by", hex(found.key_id()));
}

crypto::Signature read_signature(const std::string& name, Bytes file) {
  if (const auto signature = mbed::signature_from_der(file)) return *signature;
  crypto::Signature signature;
  if (file.size() != signature.size())
    throw BadInput(
        fmt::format("'{}' has {}, and is no signature: 64 bytes (r and s) or DER, as openssl and key "
                    "services write them. Take base64 off first (`base64 -d`).",
                    name, bytes_text(file.size())));
  copy(file, signature);
  return signature;
}

}  // namespace otaru::host
