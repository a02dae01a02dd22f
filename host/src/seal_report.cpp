#include <chrono>

#include <fmt/format.h>

#include <otaru/host/clean_text.hpp>
#include <otaru/host/numbers.hpp>
#include <otaru/host/seal_report.hpp>
#include <otaru/host/seal_terms.hpp>
#include <otaru/host/sha256.hpp>
#include <otaru/host/table.hpp>
#include <otaru/mbed/crypto.hpp>

namespace otaru::host {
namespace {

constexpr std::uint32_t kFormatAt = 8;  // in a seal, bytes

std::uint64_t now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(since).count());
}

void check(const SealReport& seal, std::uint32_t position, Findings& findings) {
  if (!seal.length_fits || !seal.sha256_fits)
    findings.problems.push_back(
        {"seal_image", position,
         "The seal speaks of another image: this one was changed after it was sealed. "
         "Seal the original image again."});
  if (!seal.has_signature())
    findings.warnings.push_back(
        {"seal_unsigned", position + static_cast<std::uint32_t>(image::kSealSigned),
         "The seal has no signature yet. Attach it with `otaru seal FILE --attach`."});
  if (seal.not_after != 0 && seal.not_after < now())
    findings.warnings.push_back({"seal_expired", position,
                                 fmt::format("The seal ended on {}: boards that know the time refuse it.",
                                             time_text(seal.not_after))});
}

std::string signature_text(const SealReport& seal) {
  if (!seal.has_signature()) return "none yet";
  if (!seal.verified) return "not checked: name the public key with --key";
  return *seal.verified ? "right, by " + seal.verified_by : "WRONG: not by the key given";
}

}  // namespace

std::optional<SealReport> inspect_seal(Bytes image, std::uint32_t position, Findings& findings) {
  if (image.size() <= image::kSealSize) return std::nullopt;
  const Bytes bytes = image.last(image::kSealSize);
  if (!image::looks_sealed(bytes)) return std::nullopt;
  const Bytes body = image.first(image.size() - image::kSealSize);

  SealReport report;
  report.offset = static_cast<std::uint32_t>(body.size());
  report.format = load_le32(bytes.subspan(kFormatAt));
  const Result<image::SealView> seal = image::SealView::open(bytes);
  if (!seal) {
    findings.warnings.push_back(
        {"seal_format", position + report.offset + kFormatAt,
         fmt::format("The seal has format {}, or numbers in it, that this program does not know. Use a newer "
                     "one to read it.",
                     report.format)});
    return report;
  }
  report.known = true;
  report.board = clean_text(seal->board());
  report.version = seal->version();
  report.counter = seal->counter();
  report.not_after = seal->not_after();
  report.length = seal->length();
  report.sha256 = seal->sha256();
  report.length_fits = report.length == body.size();
  report.sha256_fits = report.sha256 == sha256(body);
  report.key_id = seal->key_id();
  for (std::uint32_t i = 0; i < seal->key_count(); ++i) report.next_keys.push_back(seal->next_key(i));
  report.signature = seal->signature();
  report.digest = sha256(seal->signed_bytes());
  check(report, position + report.offset, findings);
  return report;
}

void judge_seal(SealReport& seal, const std::vector<NamedKey>& keys, std::uint32_t position,
                Findings& findings) {
  if (keys.empty() || !seal.known) return;
  mbed::Crypto library;
  bool named = false;  // one of the keys has the id in the seal
  seal.verified = false;
  for (const NamedKey& key : keys) {
    if (key_id(key.key) != seal.key_id) continue;
    named = true;
    if (!library.verify_es256(key.key, seal.digest, seal.signature)) continue;
    seal.verified = true;
    seal.verified_by = key.file;
    return;
  }
  if (named) {
    findings.problems.push_back(
        {"seal_signature", position + seal.offset + static_cast<std::uint32_t>(image::kSealSigned),
         "The seal's signature is wrong: the seal was changed, or never signed. Seal the image again."});
  } else {
    findings.problems.push_back(
        {"seal_key", position + seal.offset,
         fmt::format("The seal is by key {}, which is none of those given.", hex(seal.key_id))});
  }
}

nlohmann::ordered_json to_json(const std::optional<SealReport>& seal) {
  if (!seal) return nullptr;
  nlohmann::ordered_json object{{"offset", seal->offset}, {"format", seal->format}};
  if (!seal->known) return object;
  object["board"] = seal->board;
  object["version"] = firmware_version_text(seal->version);
  object["counter"] = seal->counter;
  object["not_after"] = nullptr;
  if (seal->not_after != 0) object["not_after"] = time_text(seal->not_after);
  object["length"] = seal->length;
  object["length_fits"] = seal->length_fits;
  object["sha256"] = hex(seal->sha256);
  object["sha256_fits"] = seal->sha256_fits;
  object["key_id"] = hex(seal->key_id);
  object["next_keys"] = nlohmann::ordered_json::array();
  for (const crypto::PublicKey& key : seal->next_keys)
    object["next_keys"].push_back({{"id", hex(key_id(key))}, {"public_key", hex(key)}});
  object["digest"] = hex(seal->digest);
  object["signature"] = nullptr;
  if (seal->has_signature()) object["signature"] = hex(seal->signature);
  object["verified"] = nullptr;
  if (seal->verified) object["verified"] = *seal->verified;
  object["verified_by"] = nullptr;
  if (!seal->verified_by.empty()) object["verified_by"] = seal->verified_by;
  return object;
}

std::string to_text(const std::optional<SealReport>& seal) {
  if (!seal) return "\nSeal\n  not sealed: boards with keys refuse it, boards without keys take it\n";
  if (!seal->known)
    return fmt::format("\nSeal\n  sealed, in a format ({}) that is not known here\n", seal->format);
  Table table({"seal field", "value", "meaning"}, {});
  const auto fit = [](bool fits) { return fits ? "as this image's" : "WRONG: of another image"; };
  table.add(
      {"format", std::to_string(seal->format), fmt::format("512 bytes at {}", hex_offset(seal->offset))});
  table.add({"board", seal->board, "only boards of this type take it"});
  table.add({"firmware version", firmware_version_text(seal->version)});
  table.add({"security counter", std::to_string(seal->counter), "boards that run a higher one refuse it"});
  table.add({"not after", seal->not_after == 0 ? "never" : time_text(seal->not_after),
             seal->not_after == 0 ? "does not expire" : "boards that know the time refuse it later"});
  table.add({"image length", grouped(seal->length), fit(seal->length_fits)});
  table.add({"image SHA-256", hex(seal->sha256), fit(seal->sha256_fits)});
  table.add({"key id", hex(seal->key_id)});
  for (const crypto::PublicKey& key : seal->next_keys)
    table.add({"next key", hex(key_id(key)), "replaces the board's keys once this image runs"});
  if (seal->next_keys.empty())
    table.add({"next keys", "none", "the keys that the image was built with count"});
  table.add({"signature", seal->has_signature() ? hex(seal->signature).substr(0, 16) + "..." : "",
             signature_text(*seal)});
  return "\nSeal\n" + table.text();
}

}  // namespace otaru::host
