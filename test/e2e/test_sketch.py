"""`otaru board run --sketch`: Arduino sketches with the library, as boards. The flash is the judge, not what is said."""

import json
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import time

import pytest
import zeroconf

import images
import uploaders
from images import image2, push_stream
from virtual_board import assert_updated, differences

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "arduino/library/examples"
STOCK = ROOT / "arduino/test/sketches/StockCalls"
EXAMPLE_KEY = ROOT / "test/golden/seal-key.pem"  # the secret half of the key in OTA_Signed
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir())
IMAGE = image2(184_320, seed=41)


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory):
    """Sketches are compiled once for all tests, and not into the cache of whoever runs them."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    yield folder
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture
def sketch(make_board):
    """Runs a sketch as a board. It is known by its own name, and listens on a free port."""
    def make(folder, *options):
        board = make_board(board_options=["--sketch", folder, *options])
        board.sketch = folder
        return board
    return make


@pytest.fixture
def changed(tmp_path):
    """A copy of a sketch in which some text is another one."""
    def copy(folder, *changes):
        text = (folder / f"{folder.name}.ino").read_text()
        for old, new in changes:
            assert old in text, f"{folder.name} has no {old!r}"
            text = text.replace(old, new)
        made = tmp_path / "sketches" / folder.name
        made.mkdir(parents=True)
        (made / f"{folder.name}.ino").write_text(text)
        return made
    return copy


@pytest.fixture
def written(tmp_path):
    """A sketch of the test's own."""
    def write(text, name="Own", **more):
        folder = tmp_path / "sketches" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.ino").write_text(text)
        for file, content in more.items():
            (folder / file.replace("_", ".")).write_text(content)
        return folder
    return write


def shown(board, name):
    return next(slot for slot in board.show()["slots"] if slot["name"] == name)


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen in time")


def wait_for_state(board, slot, state):
    wait_until(lambda: shown(board, slot)["state"] == state)


def written_to(board, slot):
    """How far the new image has come."""
    return len(board.slot(slot).rstrip(b"\xff"))


def code_of(push):
    assert push.returncode == 4, push.stdout + push.stderr
    return json.loads(push.stdout.splitlines()[-1])["code"]


def test_the_examples_are_all_here():
    assert {"OTA_Basic", "OTA_NonBlocking", "OTA_Rollback", "OTA_Signed"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_updated_into_one_slot_and_then_into_the_other(name, sketch, push, seal):
    board = sketch(EXAMPLES / name).start(image2(seed=0))
    for number, target in enumerate(["OTA2", "OTA1"], start=1):
        image = image2(184_320, seed=50 + number)
        if name == "OTA_Signed":
            image = seal(image, key=EXAMPLE_KEY, version=f"2.0.{number}", counter=number)
        before = board.flash()
        push(image, board)
        assert board.wait_for_boot(number + 1) == target
        wait_for_state(board, target, "confirmed")
        assert board.show()["boots"] == target
        assert_updated(board, before, target, image)
    assert board.stop() == 0


def test_the_signed_example_takes_nothing_that_its_key_has_not_sealed(sketch, push, seal):
    board = sketch(EXAMPLES / "OTA_Signed").start(image2(seed=0))
    before = board.flash()
    assert code_of(push(IMAGE, board, "--json", check=False)) == "seal_missing"
    stranger = seal(IMAGE, key="stranger")
    assert code_of(push(stranger, board, "--json", check=False)) == "seal_key"
    board.wait_for("Refused: ", 2)
    assert board.show()["boots"] == "OTA1"
    assert differences(before, board.flash(), [board.layout.slot("OTA2"), board.layout.record("OTA1")]) == []
    sealed = seal(IMAGE, key=EXAMPLE_KEY)
    push(sealed, board)
    wait_for_state(board, "OTA2", "confirmed")
    assert board.slot("OTA2")[:len(sealed)] == sealed


def test_the_rollback_example_goes_back_when_its_own_test_fails(sketch, changed, push):
    fails = changed(EXAMPLES / "OTA_Rollback", ("return WiFi.status() == WL_CONNECTED", "return false"))
    board = sketch(fails).start(image2(seed=0))
    push(IMAGE, board)
    wait_for_state(board, "OTA2", "rejected")
    board.wait_for("OTA1 boots", 2)
    board.wait_for("Waiting for client", 3)  # OTA1, OTA2 on trial, OTA1 again
    assert board.show()["boots"] == "OTA1"
    assert board.slot("OTA1")[:len(image2(seed=0))] == image2(seed=0)
    assert code_of(push(IMAGE, board, "--json", check=False)) == "rejected_before"


@pytest.mark.parametrize("fault", ["while (true) {}", "while (true) delay(10);", "*(volatile int*)0 = 1;", "abort();"])
def test_an_image_that_hangs_or_crashes_is_left_again(fault, sketch, changed, push):
    bad = changed(EXAMPLES / "OTA_Basic", ("  while (WiFi.begin", f"  if (Otaru.onTrial()) {{ {fault} }}\n  while (WiFi.begin"))
    board = sketch(bad, "--watchdog", "400ms", "--tries", "2").start(image2(seed=0))
    push(IMAGE, board)
    wait_for_state(board, "OTA2", "rejected")
    board.wait_for("OTA1 boots", 2)
    assert (board.show()["boots"], shown(board, "OTA2")["tries"]) == ("OTA1", 2)
    board.wait_for("Waiting for client", 2)
    assert board.running()


def test_a_callback_cannot_stop_what_calls_it(sketch, changed, push):
    meddler = changed(EXAMPLES / "OTA_Basic", ("  while (W", "  Otaru.onStart([] { Otaru.stop(); });\n  while (W"))
    push(IMAGE, board := sketch(meddler).start(image2(seed=0)))
    board.wait_for("[Otaru] ignored: begin(), beginTask(), poll() and stop() are not for callbacks")


def test_the_nonblocking_example_goes_on_blinking_during_an_update(sketch, push):
    # At the pace of the real part, so that the update takes some blinks.
    board = sketch(EXAMPLES / "OTA_NonBlocking", "--timing", "model").start(image2(seed=0))
    push(image2(368_640, seed=7), board)
    wait_for_state(board, "OTA2", "confirmed")
    lines = list(board.lines)
    during = lines[lines.index("An update begins."):lines.index("The new image is in place. Resetting into it.")]
    assert sum("[pin]" in line for line in during) >= 3, during
    percents = [int(line.split()[0]) for line in during if re.fullmatch(r"\d+ %", line)]
    assert len(percents) > 10 and percents == sorted(percents)


def test_a_sketch_for_the_stock_library_is_found_and_updated(otaru, sketch, changed, push):
    board = sketch(changed(STOCK, ("10000", "10"))).start(image2(seed=0))
    board.wait_for("[mDNS] announced")
    found = subprocess.run([otaru, "discover", "--interface", "lo", "--for", "2s", "--json"], capture_output=True,
                           text=True, timeout=30)
    mine = [one for one in map(json.loads, found.stdout.splitlines()) if one["name"] == board.name]
    assert [(one["address"], one["board"], one["otaru"]) for one in mine] == [("127.0.0.1", "ameba_rtl8721d", False)]
    assert mine[0]["txt"] == {"board": "ameba_rtl8721d", "auth_upload": "no", "tcp_check": "no", "ssh_upload": "no"}
    before = board.flash()
    push(IMAGE, board)
    wait_for_state(board, "OTA2", "confirmed")
    assert_updated(board, before, "OTA2", IMAGE)
    assert uploaders.StockUploader(board).push(images.announcement(file := images.ota_file(image2(seed=9))), file)
    wait_for_state(board, "OTA1", "confirmed")
    assert board.show()["boots"] == "OTA1"


def test_a_sketch_may_announce_any_service(sketch, written):
    name = f"Page-{os.getpid()}"
    page = written('#include <WiFi.h>\n#include <AmebaMDNS.h>\nchar ssid[] = "net";\n'
                   f'MDNSService page("{name}", "_http._tcp", "local", 8088);\n'
                   'void setup() { WiFi.begin(ssid); page.addTxtRecord("path", 2, "/x");\n'
                   '  MDNS.begin(); MDNS.registerService(page); }\nvoid loop() { delay(10); }\n')
    board = sketch(page).launch_with(image2(seed=0))
    board.wait_for(f"[mDNS] announced as {name}")
    network = zeroconf.Zeroconf(interfaces=["127.0.0.1"])
    try:
        seen = network.get_service_info("_http._tcp.local.", f"{name}._http._tcp.local.", timeout=5000)
    finally:
        network.close()
    assert (seen.port, seen.parsed_addresses(), seen.properties) == (8088, ["127.0.0.1"], {b"path": b"/x"})


def test_a_sketch_says_goodbye_when_it_is_stopped_wherever_it_is(otaru, sketch, written):
    stuck = written('#include <WiFi.h>\n#include <Otaru.h>\nchar ssid[] = "net";\n'
                    'void setup() { WiFi.begin(ssid); Otaru.beginTask("Stuck"); }\nvoid loop() { while (true) {} }\n')
    board = sketch(stuck).start(image2(seed=0))
    watch = subprocess.Popen([otaru, "discover", "--watch", "--json", "--interface", "lo"], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True)
    try:
        events = (json.loads(line) for line in watch.stdout)
        seen = next(one for one in events if one["name"] == board.name)
        assert (seen["event"], seen["port"], seen["otaru"]) == ("found", board.port, True)
        assert board.stop() == 0
        assert next(one for one in events if one["name"] == board.name)["event"] == "gone"
    finally:
        watch.kill()
        watch.wait(timeout=10)


def test_bad_connections_leave_the_sketch_alive_and_updatable(sketch, push):
    board = sketch(EXAMPLES / "OTA_NonBlocking").start(image2(seed=0))
    before = board.flash()
    pid = board.process.pid
    stream = push_stream(IMAGE)
    for sent in (b"", b"GET / HTTP/1.0\r\n\r\n", stream[:5], stream[:12], stream[:44], stream[:5000], bytes(4096),
                 images.announcement(images.ota_file(IMAGE), checksum=1) + images.ota_file(IMAGE)):
        for end in (uploaders.reset, socket.socket.close):
            connection = uploaders.connect(board)
            connection.sendall(sent)
            end(connection)
    crowd = [uploaders.connect(board) for _ in range(20)]
    for connection in crowd:
        connection.close()
    loops = len(board.lines)
    wait_until(lambda: sum("[pin]" in line for line in board.lines[loops:]) >= 2)
    assert board.running() and board.process.pid == pid and board.boots == 1
    assert board.show()["boots"] == "OTA1"
    assert differences(before, board.flash(), [board.layout.slot("OTA2"), board.layout.record("OTA1")]) == []
    push(IMAGE, board)
    wait_for_state(board, "OTA2", "confirmed")


def test_a_power_cut_during_an_update_leaves_the_old_image(sketch, push):
    board = sketch(EXAMPLES / "OTA_Basic").start(image2(seed=0))
    for part in (0.3, 0.6, 0.9):
        connection = uploaders.connect(board)
        stream = push_stream(IMAGE)
        connection.sendall(stream[:int(len(stream) * part)])
        board.wait_for("Erase is ongoing...")
        wait_until(lambda: written_to(board, "OTA2") >= len(IMAGE) * part - 20_000)
        board.cut_power()
        connection.close()
        assert board.show()["boots"] == "OTA1"
        assert board.slot("OTA1")[:len(image2(seed=0))] == image2(seed=0)
        board.start()
    push(IMAGE, board)
    wait_for_state(board, "OTA2", "confirmed")


def test_a_sketch_with_a_password_takes_updates_from_who_knows_it(sketch, changed, push, tmp_path):
    guarded = changed(EXAMPLES / "OTA_Basic", ("  if (!Otaru.beginTask", '  Otaru.setPassword("open sesame");\n'
                                               "  if (!Otaru.beginTask"))
    board = sketch(guarded).start(image2(seed=0))
    for name, words in (("right", "open sesame"), ("wrong", "something else")):
        (tmp_path / name).write_text(words)
    assert code_of(push(IMAGE, board, "--json", "--password-file", tmp_path / "wrong", check=False)) == "password_wrong"
    assert board.show()["boots"] == "OTA1"
    # After a wrong guess a board takes no other for a moment.
    wait_until(lambda: push(IMAGE, board, "--password-file", tmp_path / "right", check=False).returncode == 0)
    wait_for_state(board, "OTA2", "confirmed")
    assert board.slot("OTA2")[:len(IMAGE)] == IMAGE


def test_statics_are_fresh_after_a_reset_and_flash_memory_is_kept(sketch, written):
    counts = written("#include <FlashMemory.h>\nint inRam = 0;\nvoid setup() {\n"
                     "  FlashMemory.writeWord(8, FlashMemory.readWord(8) == 0xFFFFFFFF ? 1 : FlashMemory.readWord(8) + 1);\n"
                     '  Serial.printf("ram %d flash %u\\n", ++inRam, FlashMemory.readWord(8));\n'
                     "  if (FlashMemory.readWord(8) % 3 != 0) sys_reset();\n}\nvoid loop() { again(); }\n"
                     'void again() { Serial.println("done"); delay(100000); }\n')
    board = sketch(counts).launch_with(image2(seed=0))
    board.wait_for("done")
    first = int(board.wait_for("ram 1 flash").split()[-1])
    said = [line for line in board.lines if line.startswith("ram")]
    assert said == [f"ram 1 flash {first + i}" for i in range(len(said))] and (first + len(said) - 1) % 3 == 0


def test_without_a_network_the_sketch_runs_and_cannot_be_reached(sketch):
    board = sketch(EXAMPLES / "OTA_NonBlocking", "--wifi", "down").launch_with(image2(seed=0))
    board.wait_for("[wifi] no network")
    board.wait_for("[pin]", 3)
    assert not any("Listening on port" in line for line in board.lines)
    assert board.stop() == 0


def test_a_fresh_board_has_an_image_for_the_sketch_and_a_given_one_can_replace_it(sketch):
    board = sketch(EXAMPLES / "OTA_Basic").start()
    assert (board.show()["boots"], board.stop()) == ("OTA1", 0)
    board.start(image2(seed=3))
    assert board.slot("OTA1")[:len(image2(seed=3))] == image2(seed=3)


def test_it_ends_after_as_many_boots_as_asked_for(sketch, push):
    board = sketch(EXAMPLES / "OTA_Basic", "--boots", "2").start(image2(seed=0))
    push(IMAGE, board)
    assert board.process.wait(timeout=20) == 0
    assert (board.show()["boots"], shown(board, "OTA2")["state"]) == ("OTA2", "confirmed")


def run(otaru, folder, *options, bind="127.0.0.1", port=0):
    return subprocess.run([otaru, "board", "run", "--flash", "f", "--bind", bind, "--interface", "lo", "--port", str(port),
                           "--sketch", folder, *options], capture_output=True, text=True, timeout=60)


def test_compile_errors_name_the_lines_of_the_sketch(otaru, written, workdir):
    broken = written("void setup() {\n  later();\n}\n\nvoid loop() {\n  nonsense;\n}\nvoid later() {}\n",
                     tab_ino="\nint f() { return missing; }\n")
    result = run(otaru, broken)
    assert result.returncode == 2
    assert f"{broken / 'Own.ino'}:6:3: error: " in result.stderr and "nonsense" in result.stderr
    assert f"{broken / 'tab.ino'}:2:18: error: " in result.stderr
    assert not (workdir / "f").exists()


def test_sources_in_c_and_cpp_and_src_belong_to_the_sketch(sketch, written):
    folder = written('#include "more.h"\nvoid setup() { Serial.println(answer() + deep()); }\nvoid loop() {}\n',
                     more_h='#ifdef __cplusplus\nextern "C"\n#endif\nint answer(void);\nint deep();\n',
                     more_c='int answer(void) { int class = 40; return class; }\n')
    (folder / "src").mkdir()
    (folder / "src" / "deep.cpp").write_text("#include <Arduino.h>\nint deep() { return max(1, 2); }\n")
    sketch(folder).launch_with(image2(seed=0)).wait_for("42")


@pytest.mark.parametrize("options, words", [
    (["--key", "k"], "--key is not for --sketch"),
    (["--misbehave", "hangs"], "--misbehave is not for --sketch"),
    (["--image", "missing.bin"], "missing.bin"),
    (["--interface", "no-such"], 'no network interface "no-such"'),
    (["--tries", "99"], "--tries"),
])
def test_options_that_cannot_be_are_explained(options, words, otaru, workdir):
    result = run(otaru, EXAMPLES / "OTA_Basic", *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr


def test_a_folder_without_a_sketch_and_places_that_cannot_be_had_are_explained(otaru, workdir):
    assert "there is no .ino file" in run(otaru, workdir).stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run(otaru, EXAMPLES / "OTA_Basic", port=taken.getsockname()[1])
    assert result.returncode == 2 and "cannot listen on port" in result.stderr
    result = run(otaru, EXAMPLES / "OTA_Basic", bind="::1")
    assert result.returncode == 2 and "--bind takes an IPv4 address" in result.stderr


def read_until(terminal, text, seconds=15):
    """What the console says, until `text` was said."""
    said, deadline = b"", time.monotonic() + seconds
    while text not in said and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            said += os.read(terminal, 4096)
    assert text in said
    return said


def test_a_serial_monitor_reads_and_writes_the_sketch_also_after_a_reset(sketch, written):
    echo = written("void setup() { Serial.println(\"ready\"); }\nvoid loop() {\n"
                   "  while (Serial.available() > 0) {\n    int c = Serial.read();\n"
                   "    if (c == '!') sys_reset();\n    Serial.write((uint8_t)c);\n  }\n  delay(5);\n}\n")
    board = sketch(echo, "--console", "pty").launch_with(image2(seed=0))
    terminal = os.open(board.wait_for("Console on ").split()[-1], os.O_RDWR | os.O_NOCTTY)
    try:
        read_until(terminal, b"ready\r\n")
        for letters in (b"abc", b"xyz"):
            os.write(terminal, letters)
            read_until(terminal, letters)
            os.write(terminal, b"!")
            read_until(terminal, b"OTA1 boots (address 08006000)\r\nready\r\n")
    finally:
        os.close(terminal)
    assert board.stop() == 0


def test_an_interrupt_ends_it_well(sketch):
    board = sketch(EXAMPLES / "OTA_Basic").start(image2(seed=0))
    assert board.stop(signal.SIGINT) == 0
    assert re.search(r"\[sketch\] \d+ loops, longest gap \d+ ms", board.lines[-1])
