// What an operation leaves when power fails inside it. See PowerCut::Tear.
#include <array>

#include <otaru/board/nor_model.hpp>

namespace otaru::board {
namespace {

enum class Progress : std::uint8_t { barely_begun, half_way, nearly_done };

Progress draw_progress(Random& random) noexcept {
  return static_cast<Progress>(random.below(3));
}

}  // namespace

void NorModel::tear_program(std::uint32_t at, Bytes data, const PowerCut& cut) noexcept {
  // What is written instead of `data`: bits that the cut spares are 1, which changes nothing.
  std::array<std::byte, flash::kPageSize> written;
  const Progress progress = draw_progress(random_);
  for (std::size_t i = 0; i < data.size(); ++i) {
    switch (cut.tear) {
      case PowerCut::Tear::some_bytes: written[i] = random_.below(2) == 0 ? data[i] : std::byte{0xFF}; break;
      case PowerCut::Tear::some_bits: written[i] = data[i] | random_.byte(); break;
      case PowerCut::Tear::unstable_bits: {
        const std::byte falling = store_[at + i] & ~data[i];
        const std::byte unstable = falling & random_.sparse_byte();
        const std::byte spared = progress == Progress::barely_begun ? std::byte{0xFF}
                                 : progress == Progress::half_way   ? random_.byte()
                                                                    : std::byte{0};
        unstable_.add(at + static_cast<std::uint32_t>(i), unstable);
        written[i] = data[i] | spared | unstable;
        break;
      }
    }
  }
  write(at, Bytes(written).first(data.size()));
}

void NorModel::tear_erase(std::uint32_t at, std::uint32_t unit, const PowerCut& cut) noexcept {
  const Progress progress = draw_progress(random_);
  if (cut.tear == PowerCut::Tear::some_bytes) {
    const std::uint32_t half = unit / 2;
    lift(random_.below(2) == 0 ? at : at + half, half);
    return;
  }
  const bool bits_float = cut.tear == PowerCut::Tear::unstable_bits;
  if (!unstable_.empty() && (!bits_float || progress != Progress::barely_begun)) unstable_.erased(at, unit);
  for (std::uint32_t i = at; i < at + unit; ++i) {
    if (!bits_float) {
      store_[i] = random_.byte();
      continue;
    }
    const std::byte rising = ~store_[i];
    if (progress == Progress::nearly_done) store_[i] = std::byte{0xFF};
    if (progress == Progress::half_way) store_[i] = random_.byte();
    const std::byte unstable =
        random_.sparse_byte() & (progress == Progress::half_way ? std::byte{0xFF} : rising);
    store_[i] |= unstable;
    unstable_.add(i, unstable);
  }
}

}  // namespace otaru::board
