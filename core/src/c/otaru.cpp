// The C boundary: instantiates core for a flash of function pointers. Nothing is decided here.
#include <algorithm>
#include <cstring>
#include <new>
#include <type_traits>

#include <otaru/boot/select.hpp>
#include <otaru/c/otaru.h>
#include <otaru/push/reception.hpp>
#include <otaru/push/wire_code.hpp>

namespace {

using namespace otaru;

/// The Flash concept over the port's functions; checks the rules so that no port has to.
class PortFlash {
 public:
  explicit PortFlash(const otaru_flash& port) noexcept : port_(&port) {}

  std::uint32_t size() const noexcept { return port_->size; }

  Status read(std::uint32_t at, MutableBytes out) noexcept {
    const Status rule = flash::check_read(size(), at, out.size());
    return rule != Status::ok ? rule : done(port_->read(port_->context, at, out.data(), out.size()));
  }
  Status program(std::uint32_t at, Bytes data) noexcept {
    const Status rule = flash::check_program(size(), at, data.size());
    return rule != Status::ok ? rule : done(port_->program(port_->context, at, data.data(), data.size()));
  }
  Status erase_sector(std::uint32_t at) noexcept {
    const Status rule = flash::check_erase(size(), at, flash::kSectorSize);
    return rule != Status::ok ? rule : done(port_->erase_sector(port_->context, at));
  }
  Status erase_block(std::uint32_t at) noexcept {
    const Status rule = flash::check_erase(size(), at, flash::kBlockSize);
    return rule != Status::ok ? rule : done(port_->erase_block(port_->context, at));
  }

 private:
  static Status done(int result) noexcept { return result == 0 ? Status::ok : Status::flash_failed; }

  const otaru_flash* port_;
};

/// The Crypto concept over the port's functions.
class PortCrypto {
 public:
  class Sha256 {
   public:
    explicit Sha256(PortCrypto& library) noexcept : port_(library.port_) { port_->sha256_start(&state_); }
    void add(Bytes bytes) noexcept { port_->sha256_add(&state_, bytes.data(), bytes.size()); }
    crypto::Digest finish() noexcept {
      crypto::Digest digest;
      port_->sha256_finish(&state_, reinterpret_cast<unsigned char*>(digest.data()));
      return digest;
    }

   private:
    const otaru_crypto* port_;
    otaru_sha256_state state_;
  };

  explicit PortCrypto(const otaru_crypto& port) noexcept : port_(&port) {}

  bool verify_es256(const crypto::PublicKey& key, const crypto::Digest& digest,
                    const crypto::Signature& signature) noexcept {
    const auto raw = [](const auto& bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); };
    return port_->verify_es256(port_->context, raw(key), raw(digest), raw(signature)) == 1;
  }

 private:
  const otaru_crypto* port_;
};

struct Device {
  Device(const otaru_flash& flash, const otaru_crypto& library, const otaru_trust& whom,
         const flash::Layout& layout, flash::SlotId running, std::uint32_t tries_allowed) noexcept
      : part(flash),
        crypto(library),
        asked(&whom),
        trial(part, crypto, layout, running, tries_allowed),
        reception(part, crypto, layout, trial, trust) {}

  /// Takes over what the port has changed in its trust.
  void refresh_trust() noexcept {
    static_assert(sizeof(crypto::PublicKey) == sizeof asked->keys[0]);
    trust.keys = {reinterpret_cast<const crypto::PublicKey*>(asked->keys), asked->key_count};
    std::size_t size = 0;
    while (size < image::kMaxBoardName && asked->board[size] != '\0') ++size;
    trust.board = {asked->board, size};
    trust.least_counter = asked->least_counter;
    if (asked->has_clock != 0)
      trust.now = asked->now;
    else
      trust.now.reset();
  }

  PortFlash part;
  PortCrypto crypto;
  const otaru_trust* asked;
  update::Trust trust{};
  update::Trial<PortFlash, PortCrypto> trial;
  push::Reception<PortFlash, PortCrypto> reception;
};

static_assert(sizeof(Device) <= OTARU_DEVICE_SIZE, "raise OTARU_DEVICE_SIZE");
static_assert(alignof(Device) <= alignof(otaru_device));

Device& device_in(otaru_device* memory) noexcept {
  return *std::launder(reinterpret_cast<Device*>(memory->opaque.bytes));
}
const Device& device_in(const otaru_device* memory) noexcept {
  return *std::launder(reinterpret_cast<const Device*>(memory->opaque.bytes));
}

/// What a C caller passed as a value of `Enum`: any number. C++ may not read it as the enumeration before it
/// is judged.
template <typename Enum>
std::size_t number_of(const Enum& passed) noexcept {
  std::underlying_type_t<Enum> number = 0;
  std::memcpy(&number, &passed, sizeof number);
  return number;
}

const flash::Layout* layout_of(const otaru_layout& layout) noexcept {
  const std::size_t index = number_of(layout);
  return index < flash::kLayouts.size() ? flash::kLayouts[index] : nullptr;
}

void give(const push::Action& from, otaru_action& to) noexcept {
  to.consumed = from.consumed;
  to.next = static_cast<otaru_next>(from.next);
  to.last_reply = from.last_reply ? 1 : 0;
  to.note = static_cast<otaru_note>(from.note);
  to.reason = push::wire_code(from.reason).data();
  const push::StatusLine line(from.reply);
  const std::string_view reply = line.text();
  static_assert(push::kMaxStatusLine < sizeof to.reply);
  copy(std::as_bytes(std::span(reply)), std::as_writable_bytes(std::span(to.reply)));
  to.reply[reply.size()] = '\0';
  to.taken_over = -1;
}

// The C names mirror these lists by value.
static_assert(static_cast<int>(push::Event::Kind::time) == OTARU_TIME);
static_assert(static_cast<int>(push::Action::Next::close_and_reset) == OTARU_CLOSE_AND_RESET);
static_assert(static_cast<int>(push::Note::refused) == OTARU_NOTE_REFUSED);
static_assert(static_cast<int>(flash::SlotId::ota2) == OTARU_OTA2);
static_assert(static_cast<int>(update::Started::flash_failed) == OTARU_STARTED_FLASH_FAILED);

}  // namespace

int otaru_init(otaru_device* device, const otaru_flash* flash, const otaru_crypto* crypto,
               const otaru_trust* trust, otaru_layout layout, otaru_slot running, uint32_t tries_allowed) {
  const flash::Layout* map = layout_of(layout);
  if (map == nullptr || number_of(running) > OTARU_OTA2) return -1;
  if (tries_allowed < 1 || tries_allowed > update::kMaxTries) return -1;
  ::new (static_cast<void*>(device->opaque.bytes))
      Device(*flash, *crypto, *trust, *map, static_cast<flash::SlotId>(running), tries_allowed);
  device_in(device).refresh_trust();
  return 0;
}

otaru_started otaru_start(otaru_device* device) {
  return static_cast<otaru_started>(device_in(device).trial.start());
}

int otaru_confirm(otaru_device* device) {
  return device_in(device).trial.confirm() == Status::ok ? 0 : -1;
}

otaru_started otaru_reject(otaru_device* device) {
  return static_cast<otaru_started>(device_in(device).trial.reject());
}

int otaru_boot_select(const otaru_flash* flash, otaru_layout layout, otaru_slot* slot, int* hangs) {
  const flash::Layout* map = layout_of(layout);
  if (map == nullptr) return -1;
  PortFlash part(*flash);
  const Result<boot::Selection> selection = boot::select(part, *map);
  if (!selection) return -1;
  *slot = selection->slot ? static_cast<otaru_slot>(*selection->slot) : OTARU_NO_SLOT;
  *hangs = selection->slot && !selection->km4_found ? 1 : 0;
  return 0;
}

int otaru_open(otaru_device* device, uint32_t now_ms, int* evicts) {
  const auto seat = device_in(device).reception.open(now_ms);
  *evicts = seat.evicts ? 1 : 0;
  return static_cast<int>(seat.index);
}

void otaru_step(otaru_device* device, int seat, otaru_event event, const void* bytes, size_t length,
                uint32_t now_ms, otaru_action* action) {
  device_in(device).refresh_trust();
  auto& reception = device_in(device).reception;
  push::Event happened{static_cast<push::Event::Kind>(event), {}};
  if (event == OTARU_BYTES) happened.bytes = {static_cast<const std::byte*>(bytes), length};
  give(reception.step(static_cast<std::size_t>(seat), happened, now_ms), *action);
  if (const auto other = reception.taken_over()) action->taken_over = static_cast<int>(*other);
}

void otaru_last_words(const otaru_device* device, otaru_action* action) {
  give(device_in(device).reception.last_words(), *action);
}

uint32_t otaru_deadline_ms(const otaru_device* device, int seat) {
  return device_in(device).reception.deadline_ms(static_cast<std::size_t>(seat));
}
