// The update engine of a board that takes every image and is not on trial, for tests of what surrounds it.
#pragma once

#include <crypto/test_crypto.hpp>
#include <flash/ram_flash.hpp>

#include <otaru/flash/layout.hpp>
#include <otaru/update/update.hpp>

namespace otaru::update {

using TestTrial = Trial<flash::RamFlash, crypto::TestCrypto>;

/// What an update refers to.
struct TestBoard {
  TestBoard(flash::RamFlash& part, const flash::Layout& layout, flash::SlotId running)
      : trial(part, library, layout, running) {}

  crypto::TestCrypto library;
  TestTrial trial;
  Trust trust{};
};

struct TestUpdate : private TestBoard, public Update<flash::RamFlash, crypto::TestCrypto> {
  TestUpdate(flash::RamFlash& part, const flash::Layout& layout, flash::SlotId running)
      : TestBoard(part, layout, running), Update(part, library, layout, trial, trust) {}
};

}  // namespace otaru::update
