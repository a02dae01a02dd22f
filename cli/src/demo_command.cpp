// `otaru demo`: the main job from end to end, on a virtual board, as a person would do it.
#include <charconv>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include <otaru/board/factory.hpp>
#include <otaru/board/sample_image.hpp>
#include <otaru/board/slot_report.hpp>
#include <otaru/host/files.hpp>
#include <otaru/host/numbers.hpp>
#include <otaru/host/ota_builder.hpp>

#include "commands.hpp"
#include "demo_stage.hpp"
#include "raw_push.hpp"

namespace otaru::cli {
namespace {

using flash::SlotId;

constexpr const flash::Layout& kLayout = flash::kAmebaD2Mb;
constexpr std::uint32_t kSketchSize = 286'720;  // bytes, that of a usual sketch with Wi-Fi
constexpr const char* kFlash = "board.flash";

class Demo {
 public:
  Demo(const Context& context, const DemoFolder& folder)
      : folder_(folder.path()),
        stage_(context, folder_),
        name_(fmt::format("Demo-{}", ::getpid())),
        sketch_1_(board::make_sample_image(kSketchSize, 1)),
        sketch_2_(board::make_sample_image(kSketchSize, 2)),
        sketch_3_(board::make_sample_image(kSketchSize, 3)) {}

  void play() {
    make_sketches();
    start_board();
    find_board();
    first_update();
    bad_files();
    bad_sketch();
    second_update();
    stage_.stop_board();
    tell_what_was_proved();
  }

 private:
  void make_sketches() {
    stage_.say("Otaru's main job from end to end, on a virtual board. Nothing leaves this computer.");
    stage_.heading("1. Three sketches");
    host::write_file(folder_ / "sketch-1.bin", sketch_1_);
    host::write_file(folder_ / "sketch-2.bin", sketch_2_);
    host::write_file(folder_ / "sketch-3.bin", sketch_3_);
    stage_.say(fmt::format(
        "Made for this: sketch-1.bin, sketch-2.bin and sketch-3.bin, {} each. Each is an\n"
        "image 2, the file that the Arduino IDE builds for such a board; the contents mean nothing.",
        host::bytes_text(kSketchSize)));
  }

  void start_board() {
    stage_.heading("2. A board with sketch 1, as after an upload by cable");
    start_board({"--timing", "model", "--image", "sketch-1.bin"});
    factory_ = flash_now();
    expect_slot(SlotId::ota1, sketch_1_);
  }

  void start_board(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"board",  "run", "--flash", kFlash,      "--name",      name_,
                                       "--port", "0",   "--bind",  "127.0.0.1", "--interface", "lo"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    stage_.start_board(arguments);
    const std::string line = stage_.wait_for_board("Listening on port");
    const std::size_t at = line.rfind(' ') + 1;
    std::from_chars(line.data() + at, line.data() + line.size(), port_);
    waits_ = 0;
    wait_for_board();
  }

  void find_board() {
    stage_.heading("3. The computer finds it by its name");
    stage_.run({"discover", "--for", "2s", "--interface", "lo"});
  }

  void first_update() {
    stage_.heading("4. Sketch 2 becomes an OTA file and goes over the network into the free slot, OTA2");
    stage_.run({"image", "pack", "sketch-2.bin", "-o", "OTA_All.bin"});
    stage_.run(
        {"image", "layout", "sketch-1.bin", fmt::format("OTA_All.bin@0x{:08X}", kLayout.ota2.address())});
    stage_.run({"push", "OTA_All.bin", "--to", name_, "--interface", "lo"});
    wait_for_board();
    stage_.run({"board", "show", "--flash", kFlash});
    expect_slot(SlotId::ota2, sketch_2_);
    expect_slot(SlotId::ota1, sketch_1_);
    expect_boots(SlotId::ota2);
    stage_.proved("OTA2 holds every byte of sketch 2, and OTA1 still every byte of sketch 1");
  }

  void bad_files() {
    stage_.heading("5. Bad files, sent past the checks of `otaru push` straight to the board's port");
    stage_.say("A text instead of a program, in an OTA file whose sums are right:");
    std::vector<std::byte> text(kSketchSize, std::byte{'?'});
    refuse(host::pack({{image::ImageId::ota1, "text", std::move(text)}}, {}).content);

    stage_.say("Sketch 1 with one byte changed on its way:");
    std::vector<std::byte> file = host::pack({{image::ImageId::ota1, "sketch-1.bin", sketch_1_}}, {}).content;
    file[file.size() / 2] ^= std::byte{0x01};
    refuse(file);

    if (!stage_.board_runs()) fail("the board has ended");
    expect_slot(SlotId::ota2, sketch_2_);
    expect_boots(SlotId::ota2);
    stage_.proved("Both were refused with a reason; sketch 2 runs on, untouched");
  }

  void bad_sketch() {
    stage_.heading("6. A sketch that crashes as soon as it starts: the board goes back to the one before");
    stage_.stop_board();
    start_board({"--misbehave", "crashes", "--tries", "2"});
    stage_.run({"push", "sketch-3.bin", "--to", name_, "--interface", "lo"});
    stage_.wait_for_board("rolled back");
    wait_for_board();
    stage_.run({"board", "show", "--flash", kFlash});
    expect_slot(SlotId::ota2, sketch_2_);
    expect_boots(SlotId::ota2);
    stage_.proved("After two starts that failed sketch 2 runs again, every byte of it, without help");
  }

  void second_update() {
    stage_.heading("7. The next good update works, into the other slot: OTA1");
    stage_.stop_board();
    start_board({"--timing", "model"});
    stage_.run({"push", "sketch-1.bin", "--to", name_, "--interface", "lo"});
    wait_for_board();
    stage_.run({"board", "show", "--flash", kFlash});
    expect_slot(SlotId::ota1, sketch_1_);
    expect_boots(SlotId::ota1);
    stage_.proved("OTA1 holds every byte of sketch 1 again, and boots");
  }

  void tell_what_was_proved() {
    const std::vector<std::byte> now = flash_now();
    for (const flash::Region& region :
         {kLayout.km0_boot, kLayout.system_data, kLayout.km4_boot, kLayout.user_data})
      if (!equal(Bytes(now).subspan(region.offset, region.size),
                 Bytes(factory_).subspan(region.offset, region.size)))
        fail(fmt::format("flash at 0x{:08x} has changed", region.address()));
    stage_.heading("What was proved");
    stage_.proved("A board is found by name, and an image is pushed to it over the network.");
    stage_.proved(fmt::format("After each update the slot held exactly the image: {} compared.",
                              host::bytes_text(kSketchSize)));
    stage_.proved("A file that is no program and an image damaged on its way never became bootable.");
    stage_.proved("A sketch that crashes was left again without help.");
    stage_.proved("Boot loaders, system data, radio calibration and user data are as they were.");
  }

  /// Sends a file that the board must not take.
  void refuse(Bytes file) {
    const std::string verdict = push_raw(file, port_);
    stage_.show("sender", verdict);
    if (!verdict.starts_with("OTARU/1 error ")) fail("the board did not refuse it");
    wait_for_board();
  }

  /// The board listens for the next sender: after each boot and after each refusal.
  void wait_for_board() { stage_.wait_for_board("Waiting for client", ++waits_); }

  std::vector<std::byte> flash_now() const { return host::read_file(folder_ / kFlash); }

  void expect_slot(SlotId id, Bytes image) const {
    const std::vector<std::byte> flash = flash_now();
    if (!equal(Bytes(flash).subspan(kLayout.slot(id).offset, image.size()), image))
      fail(fmt::format("slot {} does not hold the image", name(id)));
  }

  void expect_boots(SlotId id) const {
    const std::vector<std::byte> flash = flash_now();
    const boot::Selection selection = board::report_flash(flash, kLayout).selection;
    if (!selection.boots() || *selection.slot != id) fail(fmt::format("{} does not boot", name(id)));
  }

  [[noreturn]] static void fail(const std::string& what) {
    throw Failure(ExitCode::refused, "the demonstration failed: " + what);
  }

  std::filesystem::path folder_;
  DemoStage stage_;
  std::string name_;
  std::vector<std::byte> sketch_1_, sketch_2_, sketch_3_, factory_;
  std::uint16_t port_ = 0;
  std::size_t waits_ = 0;
};

}  // namespace

void add_demo_command(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("demo", "show whole updates on a virtual board (about 15 s)");
  const auto keep = std::make_shared<std::string>();
  command->add_option("--keep", *keep, "work in this folder, which must be empty, and leave the files there")
      ->type_name("DIR");
  command->callback([keep, &context] {
    context.run = [keep, &context] {
      const DemoFolder folder(*keep);
      Demo(context, folder).play();
      if (!keep->empty()) fmt::print("\nThe files are in {}.\n", folder.path().string());
      return ExitCode::done;
    };
  });
}

}  // namespace otaru::cli
