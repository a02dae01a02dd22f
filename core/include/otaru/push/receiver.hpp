// The board's side of one push connection, as a state machine without I/O. docs/SPEC-push.md.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/image/image2.hpp>
#include <otaru/image/ota_file.hpp>
#include <otaru/push/announcement.hpp>
#include <otaru/push/status_line.hpp>
#include <otaru/push/timings.hpp>
#include <otaru/status.hpp>
#include <otaru/update/update.hpp>

namespace otaru::push {

/// What happened on the connection.
struct Event {
  enum class Kind : std::uint8_t {
    bytes,   ///< the sender's next bytes
    closed,  ///< the sender will send no more; it may still read
    lost,    ///< the connection is gone in both directions
    time,    ///< nothing but time passed
  };
  Kind kind = Kind::time;
  Bytes bytes{};
};

/// A point of the update that a console or a callback may want to tell.
enum class Note : std::uint8_t {
  none,
  announced,    ///< the 12 bytes are there
  header_good,  ///< the file header is there and good
  started,      ///< the image's start is good; from here on the slot is written
  downloaded,   ///< all bytes are there
  verified,     ///< flash holds the image
  committed,    ///< the new image boots next
  refused,      ///< over; `reason` says why
};

/// What the port does next.
struct Action {
  enum class Next : std::uint8_t {
    wait,             ///< for the next event, or until deadline_ms(); all bytes of this one were taken
    again,            ///< call step() at once, with the bytes that were not consumed, or with Kind::time
    close,            ///< the connection is over
    close_and_reset,  ///< the connection is over; reset into the new image when the FIN has left
  };
  std::size_t consumed = 0;  ///< bytes taken from the event
  Next next = Next::wait;
  bool last_reply = false;  ///< send a FIN behind the reply and go on reading
  Note note = Note::none;
  Status reason = Status::ok;
  Reply reply{};  ///< to be sent as a StatusLine; may be dropped if the window is full, unless last_reply
};

/// Receives one file over one connection into an Update. Never waits; the port does.
///
/// Every state has a deadline. A refusal is told to the sender, then its bytes are read and dropped for a
/// moment (closing on unread bytes would send a reset, which loses the line and kills stock uploaders).
/// One step blocks for at most one erase and 16 page programs, or for reading 16 KiB.
///
/// gnu::noinline, here and below, stands where a Cortex-M33 measurably saves text or stack by it
/// (core/budget.json).
template <flash::Flash F, crypto::Crypto C>
class Receiver {
 public:
  enum class State : std::uint8_t { announcement, file_header, image_start, image, check, farewell, over };

  /// A closed connection; open() starts one.
  explicit Receiver(const Timings& timings) noexcept : timings_(&timings) {}

  /// A sender connected. `now_ms` is any monotonic clock; it may wrap.
  void open(std::uint32_t now_ms) noexcept {
    const Timings& timings = *timings_;
    *this = Receiver(timings);
    last_byte_ms_ = now_ms;
    enter(State::announcement, now_ms, timings.headers_ms);
  }

  /// @param update  shared by all receivers of a board; taken when the image's start is good
  Action step(update::Update<F, C>& update, const Event& event, std::uint32_t now_ms) noexcept {
    Action action = react(update, event, now_ms);
    // A verdict is final: what came behind it is dropped here, so that `wait` means that all was taken.
    if (state_ == State::farewell || state_ == State::over) action.consumed = event.bytes.size();
    return action;
  }

  /// Ends the connection from the board's side, with a line for the sender.
  Action end(update::Update<F, C>& update, Status reason, std::uint32_t now_ms) noexcept {
    if (state_ == State::over || state_ == State::farewell) return {};
    return refuse(update, reason, now_ms);
  }

  State state() const noexcept { return state_; }
  bool open() const noexcept { return state_ != State::over; }
  /// Holds the update: no other receiver can begin.
  bool updating() const noexcept { return state_ == State::image || state_ == State::check; }
  /// Its image was committed: the reset is due when this connection ends.
  bool committed() const noexcept { return committed_; }
  /// An updating sender that sent nothing for so long that another may take its place.
  bool stalled(std::uint32_t now_ms) const noexcept {
    return state_ == State::image && passed(last_byte_ms_ + timings_->stalled_ms, now_ms);
  }
  /// True if `event` completes the image's start and it is good, so that the step will want the update.
  [[gnu::noinline]] bool about_to_update(const Event& event, std::uint32_t now_ms) const noexcept {
    if (state_ != State::image_start || event.kind != Event::Kind::bytes || passed(deadline_ms_, now_ms))
      return false;
    if (event.bytes.size() < missing()) return false;
    auto start = held_;
    copy(event.bytes.first(missing()), MutableBytes(start).subspan(held_size_));
    return image::Image2Walk(image_length_).take(start) == Status::ok;
  }
  /// When step() must be called at the latest.
  std::uint32_t deadline_ms() const noexcept { return deadline_ms_; }

  /// Wrap-safe: true from `deadline_ms` on.
  static constexpr bool passed(std::uint32_t deadline_ms, std::uint32_t now_ms) noexcept {
    return static_cast<std::int32_t>(now_ms - deadline_ms) >= 0;
  }

 private:
  using Next = Action::Next;
  static constexpr std::size_t kWriteStep = 4096;         ///< a step of the image ends at multiples of this
  static constexpr std::uint32_t kCheckStep = 16 * 1024;  ///< bytes read back in one step
  static constexpr std::uint32_t kProgressEvery = 32 * 1024;
  static_assert(image::kBoardHeaderSize == image::kSegmentHeaderSize);  // both fit held_ exactly

  [[gnu::noinline]] Action react(update::Update<F, C>& update, const Event& event,
                                 std::uint32_t now_ms) noexcept {
    if (event.kind == Event::Kind::closed || event.kind == Event::Kind::lost) peer_closed_ = true;
    if (event.kind == Event::Kind::bytes && !event.bytes.empty()) last_byte_ms_ = now_ms;
    switch (state_) {
      case State::over: return ended();
      case State::farewell: return farewell(now_ms);
      case State::check: return check(update, event, now_ms);
      default: break;
    }
    if (peer_closed_) return refuse(update, Status::closed, now_ms);
    if (passed(deadline_ms_, now_ms)) return refuse(update, Status::timed_out, now_ms);
    if (event.kind == Event::Kind::time || event.bytes.empty()) return {};
    if (state_ == State::image) return image(update, event.bytes, now_ms);
    return headers(update, event.bytes, now_ms);
  }

  void enter(State state, std::uint32_t now_ms, std::uint32_t allowed_ms) noexcept {
    state_ = state;
    held_size_ = 0;
    deadline_ms_ = now_ms + allowed_ms;
  }

  /// Waits for more of the image, but not beyond the time for the whole.
  void expect_image(std::uint32_t now_ms) noexcept {
    enter(State::image, now_ms, timings_->image_idle_ms);
    if (passed(image_deadline_ms_, deadline_ms_)) deadline_ms_ = image_deadline_ms_;
  }

  std::size_t missing() const noexcept {
    return (state_ == State::announcement ? kAnnouncementSize : held_.size()) - held_size_;
  }

  /// The three states that gather a fixed number of bytes and then judge them.
  Action headers(update::Update<F, C>& update, Bytes bytes, std::uint32_t now_ms) noexcept {
    const std::size_t taken = std::min(missing(), bytes.size());
    copy(bytes.first(taken), MutableBytes(held_).subspan(held_size_));
    held_size_ = static_cast<std::uint8_t>(held_size_ + taken);
    Action action;
    if (missing() == 0) {
      action = state_ == State::announcement  ? announcement(now_ms)
               : state_ == State::file_header ? file_header(update, now_ms)
                                              : image_start(update, now_ms);
    }
    action.consumed = taken;
    return action;
  }

  Action announcement(std::uint32_t now_ms) noexcept {
    announced_ = read_announcement(held_);
    enter(State::file_header, now_ms, timings_->headers_ms);
    return noted(Note::announced);
  }

  Action file_header(update::Update<F, C>& update, std::uint32_t now_ms) noexcept {
    const Result<image::OtaHeader> header = image::parse_ota_header(held_, 1);
    if (!header) return refuse(update, header.error(), now_ms);
    const image::OtaImageHeader& image = header->images[0];
    if (image.id == image::ImageId::rdp) return refuse(update, Status::image_id, now_ms);
    if (image.length < image::kSegmentHeaderSize || image.length > update.slot().capacity())
      return refuse(update, Status::image_length, now_ms);
    if (announced_.size != 0 && announced_.size != header->file_size())
      return refuse(update, Status::announced_size, now_ms);
    version_ = header->version;
    image_length_ = image.length;
    image_sum_ = image.sum;
    file_sum_ = byte_sum(held_);
    enter(State::image_start, now_ms, timings_->headers_ms);
    return noted(Note::header_good);
  }

  Action image_start(update::Update<F, C>& update, std::uint32_t now_ms) noexcept {
    image::Image2Walk walk(image_length_);
    if (const Status status = walk.take(held_); status != Status::ok) return refuse(update, status, now_ms);
    if (update.active()) return refuse(update, Status::busy, now_ms);
    Status status = update.begin({image_length_, image_sum_, version_, announced_.force});
    if (status == Status::ok) status = update.append(held_);
    if (status != Status::ok) return refuse(update, status, now_ms);
    file_sum_ = byte_sum(held_, file_sum_);
    progress_at_ = kProgressEvery;
    image_deadline_ms_ = now_ms + timings_->image_total_ms;
    expect_image(now_ms);
    Action action = update.complete() ? downloaded(update, now_ms) : noted(Note::started);
    if (action.note == Note::started) action.reply = Reply::progress(update.written(), image_length_);
    return action;
  }

  Action image(update::Update<F, C>& update, Bytes bytes, std::uint32_t now_ms) noexcept {
    const std::size_t left = image_length_ - update.written();
    const std::size_t to_boundary = kWriteStep - update.written() % kWriteStep;
    const Bytes piece = bytes.first(std::min({bytes.size(), left, to_boundary}));
    if (const Status status = update.append(piece); status != Status::ok)
      return refuse(update, status, now_ms);
    file_sum_ = byte_sum(piece, file_sum_);
    expect_image(now_ms);

    Action action;
    if (update.complete()) {
      action = downloaded(update, now_ms);
    } else {
      if (piece.size() < bytes.size()) action.next = Next::again;
      if (update.written() >= progress_at_) {
        progress_at_ = align_down(update.written(), kProgressEvery) + kProgressEvery;
        action.reply = Reply::progress(update.written(), image_length_);
      }
    }
    action.consumed = piece.size();
    return action;
  }

  Action downloaded(update::Update<F, C>& update, std::uint32_t now_ms) noexcept {
    if (announced_.sum != 0 && announced_.sum != file_sum_)
      return refuse(update, Status::announced_sum, now_ms);
    enter(State::check, now_ms, timings_->check_ms);
    Action action = noted(Note::downloaded);
    action.reply = Reply::progress(image_length_, image_length_);
    return action;
  }

  /// Whatever happens on the connection now, all bytes are here: go on.
  Action check(update::Update<F, C>& update, const Event& event, std::uint32_t now_ms) noexcept {
    Action action = update.verified() ? commit(update, now_ms) : read_back(update, now_ms);
    action.consumed = event.bytes.size();
    return action;
  }

  Action read_back(update::Update<F, C>& update, std::uint32_t now_ms) noexcept {
    if (const Status status = update.verify(kCheckStep); status != Status::ok)
      return refuse(update, status, now_ms);
    return noted(update.verified() ? Note::verified : Note::none);
  }

  Action commit(update::Update<F, C>& update, std::uint32_t now_ms) noexcept {
    if (const Status status = update.commit(); status != Status::ok) return refuse(update, status, now_ms);
    committed_ = true;
    Action action = say_last(Reply::ok(update.target(), version_), now_ms);
    action.note = Note::committed;
    return action;
  }

  Action refuse(update::Update<F, C>& update, Status reason, std::uint32_t now_ms) noexcept {
    if (updating()) update.abandon();
    Action action = say_last(Reply::error(reason), now_ms);
    action.note = Note::refused;
    action.reason = reason;
    return action;
  }

  Action say_last(const Reply& reply, std::uint32_t now_ms) noexcept {
    enter(State::farewell, now_ms, timings_->linger_ms);
    Action action;
    action.reply = reply;
    action.last_reply = true;
    if (peer_closed_) action.next = ended().next;
    return action;
  }

  Action farewell(std::uint32_t now_ms) noexcept {
    return peer_closed_ || passed(deadline_ms_, now_ms) ? ended() : Action{};
  }

  Action ended() noexcept {
    state_ = State::over;
    Action action;
    action.next = committed_ ? Next::close_and_reset : Next::close;
    return action;
  }

  [[gnu::noinline]] static Action noted(Note note) noexcept {
    Action action;
    action.next = Next::again;
    action.note = note;
    return action;
  }

  const Timings* timings_;
  State state_ = State::over;
  bool peer_closed_ = false;
  bool committed_ = false;
  std::uint8_t held_size_ = 0;
  std::uint32_t deadline_ms_ = 0;
  std::uint32_t image_deadline_ms_ = 0;
  std::uint32_t last_byte_ms_ = 0;
  std::uint32_t version_ = 0;
  std::uint32_t image_length_ = 0;
  std::uint32_t image_sum_ = 0;
  std::uint32_t file_sum_ = 0;
  std::uint32_t progress_at_ = 0;
  Announcement announced_{};
  std::array<std::byte, image::kBoardHeaderSize> held_{};
};

}  // namespace otaru::push
