// A seal: what core reads of it is what core writes, it never judges wrongly, and the tools' report agrees.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include <otaru/host/seal_report.hpp>
#include <otaru/image/seal.hpp>
#include <otaru/mbed/crypto.hpp>
#include <otaru/update/trust.hpp>

namespace {

using otaru::Bytes;
using otaru::MutableBytes;
using otaru::Status;
using otaru::image::SealView;
using SealBytes = std::array<std::byte, otaru::image::kSealSize>;

void require(bool holds) {
  if (!holds) std::abort();
}

bool inside(std::string_view part, Bytes whole) {
  const auto* const start = reinterpret_cast<const char*>(whole.data());
  return part.data() >= start && part.data() + part.size() <= start + whole.size();
}

/// The same fields, written anew: bytes that stand for nothing become 0.
SealBytes rewritten(const SealView& view) {
  std::vector<otaru::crypto::PublicKey> keys;
  for (std::uint32_t i = 0; i < view.key_count(); ++i) keys.push_back(view.next_key(i));
  otaru::image::Seal seal;
  seal.board = view.board();
  seal.version = view.version();
  seal.counter = view.counter();
  seal.not_after = view.not_after();
  seal.length = view.length();
  seal.sha256 = view.sha256();
  seal.key_id = view.key_id();
  seal.next_keys = keys;
  SealBytes bytes;
  otaru::image::write_seal(seal, bytes);
  otaru::image::attach_signature(view.signature(), bytes);
  return bytes;
}

void check_writing(const SealView& view) {
  const SealBytes bytes = rewritten(view);
  const auto again = SealView::open(bytes);
  require(again.has_value());
  require(again->board() == view.board() && again->version() == view.version());
  require(again->counter() == view.counter() && again->not_after() == view.not_after());
  require(again->length() == view.length() && again->sha256() == view.sha256());
  require(again->key_id() == view.key_id() && again->key_count() == view.key_count());
  require(rewritten(*again) == bytes);
}

/// Against a board that has the first next key of the seal itself as its only key, so that the signature is
/// asked for.
void check_judgement(Bytes seal, const SealView& view) {
  otaru::mbed::Crypto library;
  const otaru::crypto::PublicKey key = view.next_key(0);
  const std::array<otaru::crypto::PublicKey, 1> keys{key};
  const otaru::update::Trust trust{keys, view.board(), view.counter(), std::nullopt};
  const Status verdict = otaru::update::judge_seal(library, trust, seal, view.length(), view.sha256());
  otaru::mbed::Crypto::Sha256 hash(library);
  hash.add(view.signed_bytes());
  const bool right = otaru::update::key_id(library, key) == view.key_id() &&
                     library.verify_es256(key, hash.finish(), view.signature());
  require((verdict == Status::ok) == right);
  const otaru::update::Trust none{{}, view.board(), 0, std::nullopt};
  require(otaru::update::judge_seal(library, none, seal, view.length(), view.sha256()) == Status::seal_key);
}

}  // namespace

// The input is an image; its last 512 bytes may be a seal.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes image = std::as_bytes(std::span(data, size));
  const Bytes end = image.last(std::min<std::size_t>(image.size(), otaru::image::kSealSize));
  const auto view = SealView::open(end);
  require(view.has_value() == (view.error() == Status::ok));
  if (view) {
    require(otaru::image::looks_sealed(end));
    require(inside(view->board(), end) && view->board().size() <= otaru::image::kMaxBoardName);
    check_writing(*view);
    if (view->key_count() > 0) check_judgement(end, *view);
  } else {
    require(otaru::image::looks_sealed(end) == (view.error() == Status::seal_format) ||
            end.size() < otaru::image::kSealSize);
  }

  otaru::host::Findings findings;
  const auto report = otaru::host::inspect_seal(image, 0, findings);
  const bool long_enough = image.size() > otaru::image::kSealSize;
  require(report.has_value() == (long_enough && otaru::image::looks_sealed(end)));
  if (report) {
    require(report->known == view.has_value());
    require(report->offset == image.size() - otaru::image::kSealSize);
    (void)otaru::host::to_json(report).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    (void)otaru::host::to_text(report);
  }
  return 0;
}
