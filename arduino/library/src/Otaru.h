// Otaru: updates over the air that never leave a board dead. For Realtek AmebaD boards.
//
//   #include <Otaru.h>
//
//   OTARU_IMAGE("MyAmeba", "1.0.0");
//
//   void setup() {
//     WiFi.begin(ssid, pass);
//     Otaru.begin("MyAmeba", 8020);
//   }
//   void loop() {
//     Otaru.poll();
//   }
//
// Nothing here waits for the network; how long each call may take stands at it. Valid as C++11.
#ifndef OTARU_H
#define OTARU_H

#include <stddef.h>
#include <stdint.h>

#include "otaru_engine.h"
#include "otaru_image.h"
#include "otaru_version.h"

class OtaruClass {
 public:
  // --- before begin(); password and keys are ignored between begin() and stop(), with a line on the console
  // ---

  /// Only who knows the password may update; the connection is encrypted, and the password never crosses it.
  /// The string is not kept. A sketch that never calls this does not contain the code behind it (about 22 KB,
  /// and 28 KB of RAM). nullptr takes the password away. Blocks for two hashes, under a millisecond.
  void setPassword(const char* password);

  /// Only images sealed with one of these keys are taken (`otaru key`, `otaru seal`). Each key has 64 bytes,
  /// X then Y, big-endian; the array must live as long as the sketch. A sketch that never calls this does not
  /// contain the code that verifies.
  void setKeys(const unsigned char (*keys)[64], size_t count);
  template <size_t kCount>
  void setKeys(const unsigned char (&keys)[kCount][64]) {
    setKeys(keys, kCount);
  }
  /// The same for one key: `otaru_key`, as `otaru key show` prints it.
  void setKeys(const unsigned char (&key)[64]) { setKeys(&key, 1); }

  /// The version that the board announces; without it that of the image's seal, else of OTARU_IMAGE. The
  /// string must live as long as the sketch.
  void setVersion(const char* version);

  /// Where the slots are: OTARU_LAYOUT_2MB (default), or OTARU_LAYOUT_4MB_FACTORY for modules with 4 MB whose
  /// factory boot loader looks for OTA2 at 0x206000.
  void setLayout(otaru_engine_layout layout);

  /// The board is not announced by mDNS, because the sketch does that itself (AmebaMDNS): only one of the two
  /// can have the port.
  void withoutMdns();

  /// A new image stays only when the sketch calls confirm(). Without this it stays as soon as network and
  /// listener are up. @param within_s  of each start; then the board resets, and after `tries` such starts
  /// the old image is back
  void confirmByHand(uint32_t within_s = 120);

  /// Network and listener must have been up for so long before a new image stays. Default: 0.
  void confirmAfter(uint32_t seconds);

  /// Starts that a new image has to get itself confirmed in, 1 to 8. Default: 3.
  void setTries(uint8_t tries);

  /// While an image is on trial, the watchdog resets the board if poll() is not called for so long. Default:
  /// 30 s. 0 leaves the watchdog to the sketch.
  void setWatchdog(uint32_t seconds);

  // --- what happens; each is called from poll(), or from Otaru's task with beginTask() ---
  // There begin(), beginTask(), poll() and stop() are ignored, with a line on the console: begin() says
  // false.

  /// A good file begins to arrive: the other slot is written from here on.
  void onStart(void (*callback)());
  /// Called about every 32 KiB. Both in bytes.
  void onProgress(void (*callback)(uint32_t written, uint32_t total));
  /// The new image is whole, verified, and boots next. The reset follows within 3 s: save what must be saved,
  /// and return.
  void onEnd(void (*callback)());
  /// A sender was refused. `code` is one word, such as `image_sum`; `text` says what to do. Nothing has
  /// changed for the running sketch, and the next attempt can follow at once.
  void onError(void (*callback)(const char* code, const char* text));

  // --- life ---

  /// Judges this start (trial boot), then listens as soon as there is a network, now or later. Call poll() in
  /// loop().
  ///
  /// Blocks for hashing the running image if it came over the air: about 50 ms a megabyte by the timing
  /// model. May reset the board at once, to finish what a power cut interrupted or to bring the old image
  /// back. A power cut at any moment leaves an image that boots.
  ///
  /// Serves in station mode only, not on an access point of the board's own (WiFi.apbegin). A new image that
  /// gets no network within its tries is rolled back, unless the sketch calls confirm().
  /// @param name  as the IDE shows it; nullptr: that of OTARU_IMAGE
  /// @param port  TCP port to listen on
  /// @return false if it cannot start with these settings: the console says why
  bool begin(const char* name = nullptr, uint16_t port = 8020);

  /// The same, and Otaru works in a task of its own: loop() need not call poll(), and may wait as long as it
  /// likes. Callbacks then come from that task.
  /// @return false as begin(), or if there is no memory for the task
  bool beginTask(const char* name = nullptr, uint16_t port = 8020);

  /// Does a small piece of work. Blocks for one erase at most (modelled: 38 ms, or 150 ms for a 64 KiB block)
  /// with 16 page programs of 0.7 ms, and only while an update is under way; with a password or keys for one
  /// operation on the curve. Does nothing after beginTask().
  void poll();

  /// The running image works: it stays. Returns at once; the next poll() writes it. A power cut before that
  /// leaves it on trial. Does nothing if it is not on trial.
  void confirm();

  /// The running image does not work: the next poll() brings the old one back and resets the board. Does
  /// nothing if it is not on trial, for then there is no other that could be relied on.
  void reject();

  /// Ends connections, says goodbye on the network and stops listening. begin() starts again. After
  /// beginTask() it waits for the task's current piece of work. Not from a callback.
  ///
  /// A confirm() before it is written first. An image on trial stays on trial, without the watchdog;
  /// confirm() and reject() are done by poll(), or after the next begin().
  void stop();

  // --- questions, answered at once ---

  bool onTrial() const;         ///< the running image is new and not confirmed
  bool listening() const;       ///< the board can be updated now
  bool updating() const;        ///< an update is being written
  const char* slot() const;     ///< "OTA1" or "OTA2": where the running image is; "" before begin()
  const char* version() const;  ///< as announced; "" if unknown
};

extern OtaruClass Otaru;

#endif
