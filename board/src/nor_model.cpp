#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>

#include <otaru/board/nor_model.hpp>

namespace otaru::board {

using flash::kBlockSize;
using flash::kSectorSize;

NorModel::NorModel(MutableBytes store, const Timing& timing)
    : store_(store), timing_(timing), wear_(store.size() / kSectorSize), journal_(store) {
  if (store.empty() || store.size() % kSectorSize != 0 || store.size() > 0x8000'0000)
    throw std::invalid_argument("a flash part has a multiple of 4096 bytes, at most 2 GiB");
}

Status NorModel::read(std::uint32_t at, MutableBytes out) noexcept {
  return fetch(at, out, timing_.read_mapped(out.size()));
}

Status NorModel::read_by_command(std::uint32_t at, MutableBytes out) noexcept {
  return fetch(at, out, timing_.read_by_command(out.size()));
}

Status NorModel::fetch(std::uint32_t at, MutableBytes out, std::chrono::nanoseconds time) noexcept {
  if (!powered_) return Status::flash_failed;
  if (const Status rule = flash::check_read(size(), at, out.size()); rule != Status::ok) return rule;
  std::ranges::copy(store_.subspan(at, out.size()), out.begin());
  if (!unstable_.empty()) unstable_.blur(at, out, random_);
  ++statistics_.reads;
  statistics_.bytes_read += out.size();
  statistics_.reading += time;
  return finish(time);
}

Status NorModel::program(std::uint32_t at, Bytes data) noexcept {
  if (!powered_) return Status::flash_failed;
  if (const Status rule = flash::check_program(size(), at, data.size()); rule != Status::ok) return rule;
  const std::optional<PowerCut> cut = due_cut();
  if (cut && cut->when == PowerCut::When::before) return Status::flash_failed;

  journal_.about_to_change(at, static_cast<std::uint32_t>(data.size()));
  if (cut && cut->when == PowerCut::When::inside)
    tear_program(at, data, *cut);
  else
    write(at, data);

  const auto time = timing_.program(data.size());
  ++statistics_.programs;
  statistics_.bytes_programmed += data.size();
  statistics_.programming += time;
  return finish(time);
}

Status NorModel::erase_sector(std::uint32_t at) noexcept {
  return erase(at, kSectorSize, timing_.erase_sector, statistics_.sector_erases);
}

Status NorModel::erase_block(std::uint32_t at) noexcept {
  return erase(at, kBlockSize, timing_.erase_block, statistics_.block_erases);
}

Status NorModel::erase(std::uint32_t at, std::uint32_t unit, std::chrono::nanoseconds time,
                       std::uint64_t& count) noexcept {
  if (!powered_) return Status::flash_failed;
  if (const Status rule = flash::check_erase(size(), at, unit); rule != Status::ok) return rule;
  const std::optional<PowerCut> cut = due_cut();
  if (cut && cut->when == PowerCut::When::before) return Status::flash_failed;

  journal_.about_to_change(at, unit);
  if (cut && cut->when == PowerCut::When::inside)
    tear_erase(at, unit, *cut);
  else
    lift(at, unit);

  for (std::uint32_t sector = at / kSectorSize; sector < (at + unit) / kSectorSize; ++sector) ++wear_[sector];
  ++count;
  statistics_.erasing += time;
  return finish(time);
}

/// Clears the bits that are 0 in `data`.
void NorModel::write(std::uint32_t at, Bytes data) noexcept {
  const MutableBytes target = store_.subspan(at, data.size());
  for (std::size_t i = 0; i < data.size(); ++i) target[i] &= data[i];
  if (!unstable_.empty()) unstable_.programmed(at, data);
}

/// Sets all bits.
void NorModel::lift(std::uint32_t at, std::uint32_t length) noexcept {
  std::ranges::fill(store_.subspan(at, length), std::byte{0xFF});
  if (!unstable_.empty()) unstable_.erased(at, length);
}

/// The cut that happens at this operation, if any; power is off from then on.
std::optional<PowerCut> NorModel::due_cut() noexcept {
  if (!cut_) return std::nullopt;
  if (cut_->at_operation != 0) {
    --cut_->at_operation;
    return std::nullopt;
  }
  random_ = Random(cut_->seed);
  powered_ = false;
  return std::exchange(cut_, std::nullopt);
}

Status NorModel::finish(std::chrono::nanoseconds time) noexcept {
  if (on_busy) on_busy(time);
  return powered_ ? Status::ok : Status::flash_failed;
}

std::uint64_t NorModel::operations() const noexcept {
  return statistics_.programs + statistics_.sector_erases + statistics_.block_erases;
}

Wear NorModel::wear() const noexcept {
  return {.max = *std::ranges::max_element(wear_),
          .total = std::accumulate(wear_.begin(), wear_.end(), std::uint64_t{0})};
}

void NorModel::snapshot() {
  journal_.mark();
  snapshots_.push_back({.unstable = unstable_, .random = random_, .cut = cut_, .powered = powered_});
}

void NorModel::restore() {
  if (snapshots_.empty()) return;
  journal_.rewind();
  const State& state = snapshots_.back();
  if (!unstable_.empty() || !state.unstable.empty()) unstable_ = state.unstable;
  random_ = state.random;
  cut_ = state.cut;
  powered_ = state.powered;
}

void NorModel::release() noexcept {
  if (snapshots_.empty()) return;
  journal_.release();
  snapshots_.pop_back();
}

}  // namespace otaru::board
