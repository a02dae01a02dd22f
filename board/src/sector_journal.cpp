#include <algorithm>

#include <otaru/board/sector_journal.hpp>
#include <otaru/flash/flash.hpp>

namespace otaru::board {

using flash::kSectorSize;

SectorJournal::SectorJournal(MutableBytes store) : store_(store), newest_(store.size() / kSectorSize) {}

void SectorJournal::mark() {
  marks_.push_back(log_.size());
}

void SectorJournal::about_to_change(std::uint32_t at, std::uint32_t length) {
  if (marks_.empty()) return;
  const std::uint32_t end = (at + length + kSectorSize - 1) / kSectorSize;
  for (std::uint32_t sector = at / kSectorSize; sector < end; ++sector) {
    if (newest_[sector] > marks_.back()) continue;  // the last mark's content is in the log already
    const Bytes content = store_.subspan(std::size_t{sector} * kSectorSize, kSectorSize);
    contents_.insert(contents_.end(), content.begin(), content.end());
    log_.push_back({sector, newest_[sector]});
    newest_[sector] = log_.size();
  }
}

void SectorJournal::rewind() noexcept {
  if (marks_.empty()) return;
  while (log_.size() > marks_.back()) {
    const Entry entry = log_.back();
    log_.pop_back();
    const Bytes content = Bytes(contents_).subspan(log_.size() * kSectorSize, kSectorSize);
    std::ranges::copy(content, store_.begin() + std::ptrdiff_t{entry.sector} * kSectorSize);
    contents_.resize(log_.size() * kSectorSize);
    newest_[entry.sector] = entry.earlier;
  }
}

void SectorJournal::release() noexcept {
  if (marks_.empty()) return;
  marks_.pop_back();
  if (!marks_.empty()) return;  // an earlier mark needs the log
  for (const Entry& entry : log_) newest_[entry.sector] = 0;
  log_.clear();
  contents_.clear();
}

}  // namespace otaru::board
