#include <algorithm>
#include <array>

#include <otaru/host/failure.hpp>
#include <otaru/host/flash_map.hpp>
#include <otaru/host/serial_plan.hpp>

namespace otaru::host::serial {
namespace {

using flash::kSectorSize;
using flash::Region;

bool overlap(const Region& a, const Region& b) noexcept {
  return a.offset < b.end() && b.offset < a.end();
}

bool contains(const Region& outer, const Region& inner) noexcept {
  return outer.offset <= inner.offset && inner.end() <= outer.end();
}

/// The part of `piece` inside `region`; empty if there is none.
FlashPiece cut(const FlashPiece& piece, const Region& region) {
  const std::uint32_t start = std::max(piece.offset, region.offset);
  const std::uint32_t end = std::min(piece.end(), region.end());
  if (start >= end) return {};
  const auto from = piece.bytes.begin() + static_cast<std::ptrdiff_t>(start - piece.offset);
  return {piece.what, start, {from, from + static_cast<std::ptrdiff_t>(end - start)}};
}

/// Adds bytes that the step does not set, [start, end), to those that it has to keep.
void keep(UploadStep& step, std::uint32_t start, std::uint32_t end) {
  if (start < end) step.keep.push_back({start, end - start});
}

/// One run of sectors in `region` for pieces that share or touch sectors; `pieces` are sorted.
UploadStep make_step(const std::vector<FlashPiece>& pieces, const Region& region, bool slot) {
  UploadStep step;
  step.offset = align_down(pieces.front().offset, kSectorSize);
  const std::uint32_t end = align_up(pieces.back().end(), kSectorSize);
  step.content.assign(end - step.offset, std::byte{0xFF});
  std::uint32_t done = step.offset;
  for (const FlashPiece& piece : pieces) {
    if (!step.what.ends_with(piece.what)) step.what += (step.what.empty() ? "" : ", ") + piece.what;
    keep(step, done, piece.offset);
    copy(piece.bytes, MutableBytes(step.content).subspan(piece.offset - step.offset));
    done = piece.end();
  }
  // Behind an image that starts its slot there is nothing that anybody needs.
  const bool image = slot && pieces.front().offset == region.offset;
  if (!image) keep(step, done, end);
  step.erase_size = end - step.offset;
  step.compare_first = !slot;
  return step;
}

/// The steps of one region, each a run of sectors without a gap.
std::vector<UploadStep> make_steps(const std::vector<FlashPiece>& all, const Region& region, bool slot) {
  std::vector<FlashPiece> inside;
  for (const FlashPiece& piece : all)
    if (FlashPiece part = cut(piece, region); !part.bytes.empty()) inside.push_back(std::move(part));
  std::ranges::sort(inside, {}, &FlashPiece::offset);

  std::vector<UploadStep> steps;
  std::vector<FlashPiece> run;
  for (FlashPiece& piece : inside) {
    const bool apart =
        !run.empty() && align_up(run.back().end(), kSectorSize) < align_down(piece.offset, kSectorSize);
    if (apart) {
      steps.push_back(make_step(run, region, slot));
      run.clear();
    }
    run.push_back(std::move(piece));
  }
  if (!run.empty()) steps.push_back(make_step(run, region, slot));
  return steps;
}

/// Every byte of the part belongs to one of these, in the order in which they are written.
std::vector<std::pair<Region, bool>> in_writing_order(const flash::Layout& layout) {
  std::vector<std::pair<Region, bool>> order{{layout.ota1, true}, {layout.ota2, true}};
  const std::array<Region, 4> named{layout.ota1, layout.ota2, layout.km0_boot, layout.km4_boot};
  for (const Region& rest : outside_of({named.begin(), named.end()}, layout.size))
    order.emplace_back(rest, false);
  order.emplace_back(layout.km4_boot, false);
  order.emplace_back(layout.km0_boot, false);
  return order;
}

bool writes_at(const std::vector<UploadStep>& steps, const Region& region) {
  return std::ranges::any_of(steps, [&](const UploadStep& step) { return overlap(step.region(), region); });
}

/// Bytes that stand behind the KM4 boot image and are the board's own.
void spare_calibration(UploadPlan& plan, const PlanOptions& options) {
  if (!contains(options.layout->km4_boot, kRadioCalibration)) return;
  bool covered = false;
  for (UploadStep& step : plan.steps) {
    if (!overlap(step.region(), kRadioCalibration)) continue;
    step.keep.push_back(kRadioCalibration);
    covered = true;
  }
  if (options.erase != EraseFirst::all || covered) return;
  UploadStep step{.what = "radio calibration",
                  .offset = align_down(kRadioCalibration.offset, kSectorSize),
                  .content = std::vector<std::byte>(kSectorSize, std::byte{0xFF}),
                  .keep = {kRadioCalibration},
                  .erase_size = kSectorSize,
                  .compare_first = true};
  plan.steps.insert(plan.steps.begin(), std::move(step));
}

void erase_everything_first(UploadPlan& plan, const PlanOptions& options) {
  const flash::Layout& layout = *options.layout;
  const Region calibration_sector{align_down(kRadioCalibration.offset, kSectorSize), kSectorSize};
  plan.erase_first = outside_of({calibration_sector}, layout.size);
  for (UploadStep& step : plan.steps) {
    // Nothing is left to be kept or compared but the calibration.
    if (!overlap(step.region(), calibration_sector)) step.erase_size = 0;
    step.compare_first = step.region().offset == calibration_sector.offset;
    std::erase_if(step.keep, [](const Region& region) { return !contains(kRadioCalibration, region); });
  }
}

void check(const std::vector<FlashPiece>& pieces, const PlanOptions& options) {
  if (options.keep_ota2 && options.erase != EraseFirst::none)
    throw BadInput("--keep-ota2 and --erase contradict each other: erasing takes OTA2 too. Leave one out.");
  const auto starts = [&](const Region& region) {
    return std::ranges::any_of(pieces, [&](const FlashPiece& piece) {
      return piece.offset <= region.offset && region.offset < piece.end();
    });
  };
  const flash::Layout& layout = *options.layout;
  if (options.erase == EraseFirst::all && !(starts(layout.km0_boot) && starts(layout.km4_boot)))
    throw BadInput(
        "--erase all takes the boot images too, and without them no program starts. Give km0_boot_all.bin "
        "and "
        "km4_boot_all.bin as well (they are in the folder of the compiled sketch), or use --erase slots.");
}

}  // namespace

std::vector<Region> outside_of(std::vector<Region> regions, std::uint32_t size) {
  std::ranges::sort(regions, {}, &Region::offset);
  std::vector<Region> gaps;
  std::uint32_t at = 0;
  for (const Region& region : regions) {
    if (region.offset > at) gaps.push_back({at, region.offset - at});
    at = std::max(at, region.end());
  }
  if (at < size) gaps.push_back({at, size - at});
  return gaps;
}

UploadPlan plan_upload(const std::vector<FlashPiece>& pieces, const PlanOptions& options) {
  check(pieces, options);
  const flash::Layout& layout = *options.layout;
  UploadPlan plan;
  for (const auto& [region, slot] : in_writing_order(layout)) {
    for (UploadStep& step : make_steps(pieces, region, slot)) {
      if (slot && options.erase == EraseFirst::slots) step.erase_size = region.end() - step.offset;
      plan.steps.push_back(std::move(step));
    }
  }

  const bool new_ota1 = writes_at(plan.steps, {layout.ota1.offset, kSectorSize});
  const bool new_ota2 = writes_at(plan.steps, layout.ota2);
  if (options.erase == EraseFirst::slots) {
    if (!new_ota2) plan.erase_last.push_back(layout.ota2);
    if (!writes_at(plan.steps, layout.ota1)) plan.erase_first.push_back(layout.ota1);
  } else if (options.erase == EraseFirst::none && new_ota1 && !new_ota2 && !options.keep_ota2) {
    plan.erase_last.push_back({layout.ota2.offset, kSectorSize});
  }
  spare_calibration(plan, options);
  if (options.erase == EraseFirst::all) erase_everything_first(plan, options);

  std::vector<Region> touched = plan.erase_last;
  touched.insert(touched.end(), plan.erase_first.begin(), plan.erase_first.end());
  for (const UploadStep& step : plan.steps) {
    touched.push_back({step.offset, std::max(step.erase_size, step.region().size)});
    plan.bytes += step.content.size();
  }
  plan.untouched = outside_of(std::move(touched), layout.size);
  return plan;
}

}  // namespace otaru::host::serial
