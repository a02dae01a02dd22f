"""docs/porting.md: its code is what is built and run here, as it stands on the page."""

import json
import os
import pathlib
import re
import socket
import subprocess

import pytest

import guide
import images
import programs
import uploaders
from programs import PARTS

BLANK = 12  # bytes of an announcement that says nothing
SMALL = 65536  # bytes of an image
# Operations that change the flash: of an update with such an image into a blank slot, and of the start that rolls back.
UPDATE_OPERATIONS, ROLL_BACK_OPERATIONS = 258, 4


def image(version, seed):
    return images.image2(SMALL, seed=seed, mark=images.marker("Porting", version, "my_board"))


OLD, NEW, THIRD = image("1.0.0", 1), image("1.1.0", 2), image("1.2.0", 3)
HANGS, BROKEN = image("hangs", 4), image("broken", 5)


@pytest.fixture(scope="session")
def builder(tmp_path_factory):
    return programs.Builder(tmp_path_factory.mktemp("porting"), programs.built_by_cmake())


@pytest.fixture(scope="session")
def built(builder):
    return builder.all()


@pytest.fixture
def flash(tmp_path):
    """A board's flash with an image in OTA1, as the page makes it."""
    file = tmp_path / "board.flash"
    content = bytearray(b"\xff" * images.DEFAULT_LAYOUT.size)
    content[0x6000:0x6000 + len(OLD)] = OLD
    file.write_bytes(content)
    return file


@pytest.fixture
def run(flash):
    """Starts a program of the page on that flash; it ends with the test."""
    started = []

    def start(program, **options):
        started.append(programs.Board(program, flash, **options))
        return started[-1]

    yield start
    for board in started:
        board.end()


@pytest.fixture
def send(builder, tmp_path):
    """`otaru push`, with what it says and its exit code."""
    def send_bytes(content, *options):
        file = tmp_path / "pushed.bin"
        file.write_bytes(content)
        return subprocess.run([builder.built["otaru"], "push", file, "--to", f"127.0.0.1:{builder.tcp_port}", *options],
                              capture_output=True, text=True, timeout=60)
    return send_bytes


def slot(flash, name):
    region = images.DEFAULT_LAYOUT.slot(name)
    return flash.read_bytes()[region.offset:region.end]


def holds(flash, name, whole):
    """The slot has this image, signature and all."""
    return slot(flash, name)[:len(whole)] == whole


def line_of(tmp_path, file):
    """What goes over a serial line: 12 bytes that announce nothing, and the file."""
    path = tmp_path / "line.bin"
    path.write_bytes(bytes(BLANK) + file)
    return path.open("rb")


@pytest.mark.parametrize("language", programs.LANGUAGES)
@pytest.mark.parametrize("name", PARTS)
def test_it_links_for_a_cortex_m33_and_nothing_of_it_is_left_out(built, name, language):
    symbols = subprocess.run(["arm-none-eabi-nm", "-C", built["m33", name, language]], capture_output=True, text=True,
                             check=True).stdout
    wanted = {"first": ["otaru_engine_poll", "line_accept"], "core": ["otaru_step", "otaru_confirm", "sha256_add"],
              "board": ["otaru_engine_poll", "tcp_accept_next", "mdns_open", "chip_watchdog_feed", "otaru_image_marker"],
              "product": ["otaru_engine_set_keys", "otaru_engine_set_password", "otaru_key"]}[name]
    for symbol in wanted:
        assert re.search(rf" [tTrRdD] {symbol}\b", symbols), f"{symbol} is not in it"


def test_the_flash_keeps_the_contract(built, flash, monkeypatch):
    monkeypatch.setenv("FLASH", str(flash))
    said = guide.run([built["contract"]])
    passed = re.search(r"\[  PASSED  \] (\d+) tests", said)
    assert passed and int(passed[1]) >= 15, said
    assert holds(flash, "OTA1", OLD), "it used more than the three blocks that it was given"


@pytest.fixture
def desk(builder, tmp_path, monkeypatch):
    """A folder with what the page's commands expect."""
    (tmp_path / "arduino").symlink_to(programs.ROOT / "arduino")
    (tmp_path / "build").mkdir()
    (tmp_path / "build/release").symlink_to(pathlib.Path(builder.built["otaru"]).parent)
    for file in (*builder.folder.glob("*.[ch]"),):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "chip.c").write_bytes((builder.folder / "chip_m33.c").read_bytes())
    (tmp_path / "your.ld").write_text("ENTRY(main)\n")
    (tmp_path / "old_image2.bin").write_bytes(OLD)
    (tmp_path / "new_image2.bin").write_bytes(NEW)
    monkeypatch.setenv("PATH", f"{tmp_path / 'build/release'}:{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands(mark):
    """The block of the page that stands behind this mark."""
    [block] = re.findall(rf"^<!-- {mark} -->\n```\w+\n(.*?)^```$", programs.PAGE.read_text(encoding="utf-8"), re.S | re.M)
    return block


def test_the_commands_of_the_first_link_work(desk):
    said = guide.run(["sh", "-euc", commands("build")])
    text = int(said.splitlines()[-1].split()[0])
    assert 10_000 < text < 60_000, "TLS and curves are not in it"


def test_a_first_update_over_a_line(desk, run):
    board = run(["sh", "-euc", commands("first")])
    at = 0
    for line in commands("said").splitlines():
        board.wait_for(line)
        found = board.lines.index(line)
        assert found >= at, f"{line!r} comes too early:\n" + "\n".join(board.lines)
        at = found
    assert holds(desk / "board.flash", "OTA2", NEW)


def test_a_broken_file_over_a_line_is_refused(built, run, flash, tmp_path):
    board = run(built["host", "first", "c99"], stdin=line_of(tmp_path, images.changed(images.ota_file(NEW), 40000, b"?")))
    board.wait_for("OTARU/1 error image_sum")
    assert board.count("boots") == 1 and slot(flash, "OTA2")[:8] == b"\xff" * 8


@pytest.mark.parametrize("language", programs.LANGUAGES)
def test_it_is_pushed_to_from_slot_to_slot(built, run, flash, send, language):
    board = run(built["host", "board", language])
    for boots, (pushed, target) in enumerate([(NEW, "OTA2"), (THIRD, "OTA1")], 1):
        board.wait_for("Listening on port", boots)
        result = send(pushed, "--json")
        assert result.returncode == 0, result.stdout + result.stderr
        assert json.loads(result.stdout.splitlines()[-1])["slot"] == target
        board.wait_for(f"{target} boots", boots)
        board.wait_for("[trial] confirmed", boots)
        assert holds(flash, target, pushed)


def test_it_is_found_by_its_name(built, builder, run):
    board = run(built["host", "board", "c99"])
    board.wait_for("[mDNS] announced as Porting")
    found = guide.run([builder.built["otaru"], "discover", "--interface", "lo", "--for", "1500ms", "--json"])
    [seen] = [one for one in map(json.loads, found.splitlines()) if one["port"] == builder.tcp_port]
    assert seen["name"].startswith("Porting") and seen["board"] == "my_board"
    assert seen["txt"]["ver"] == "1.0.0" and seen["txt"]["slot"] == "OTA1"


@pytest.mark.parametrize("bad, code", [
    (images.ota_file(NEW)[:30000], "closed"),
    (images.changed(images.ota_file(NEW), 40000, b"?"), "image_sum"),
    (images.ota_file(images.changed(NEW, 0, b"?")), "km0_signature"),
], ids=["cut off", "changed", "no image"])
def test_a_broken_file_is_refused_and_the_board_goes_on(built, builder, run, flash, send, bad, code):
    board = run(built["host", "board", "c99"])
    board.wait_for("Listening on port")
    refused = send(bad, "--json")
    assert refused.returncode in (2, 4), "by the uploader, or by the board"
    with socket.create_connection(("127.0.0.1", builder.tcp_port), timeout=20) as connection:  # no uploader in between
        connection.sendall(bytes(BLANK) + bad)
        connection.shutdown(socket.SHUT_WR)
        assert f"OTARU/1 error {code} " in uploaders.read_to_end(connection, timeout=20).decode()
    assert slot(flash, "OTA2")[:8] == b"\xff" * 8
    assert send(NEW).returncode == 0
    board.wait_for("OTA2 boots")
    assert board.count("OTA1 boots") == 1


def test_an_image_that_rejects_itself_is_left(built, run, flash, send):
    board = run(built["host", "board", "c99"])
    board.wait_for("Listening on port")
    assert send(BROKEN).returncode == 0
    board.wait_for("The update did not work: the old version is back.")
    assert board.count("rejected by the program") == 1 and board.lines.count("OTA1 boots") == 2
    assert holds(flash, "OTA1", OLD)
    board.wait_for("Listening on port", 3)
    refused = send(BROKEN).returncode
    assert refused == 4, "it is remembered"


def test_an_image_that_hangs_is_left_whatever_the_power_does(built, run, flash, send):
    board = run(built["host", "board", "c99"])
    board.wait_for("Listening on port")
    assert send(HANGS).returncode == 0
    board.wait_for("start 3 of 3")
    tried = flash.read_bytes()  # the next start is the one that rolls back
    board.wait_for("The update did not work: the old version is back.")
    assert board.count("the watchdog bites") == 3 and board.lines.count("OTA1 boots") == 2
    assert holds(flash, "OTA1", OLD)
    board.end()
    for cut in range(1, ROLL_BACK_OPERATIONS + 1):
        flash.write_bytes(tried)
        cut_power(run(built["host", "board", "c99"], cut=cut))
        board = run(built["host", "board", "c99"])
        board.wait_for("The update did not work: the old version is back.")
        assert board.lines.count("OTA1 boots") == 1 and holds(flash, "OTA1", OLD)
        board.end()


def cut_power(board):
    """Waits until the power of a board with CUT fails."""
    assert board.wait_for_end() == 1 and board.lines[-1] == "the power is gone", "\n".join(board.lines)


def test_whenever_the_power_is_cut_in_an_update_it_boots_and_takes_the_next(built, run, flash, send):
    """Cuts from the first operation of the flash to the last: marks, data, record, signature."""
    before = flash.read_bytes()
    for cut in (1, 2, 100, UPDATE_OPERATIONS - 1, UPDATE_OPERATIONS):
        flash.write_bytes(before)
        board = run(built["host", "board", "c99"], cut=cut)
        board.wait_for("Listening on port")
        send(NEW, "--look-again", "100ms")
        cut_power(board)
        assert holds(flash, "OTA1", OLD)
        board = run(built["host", "board", "c99"])
        board.wait_for("Listening on port")
        if cut == UPDATE_OPERATIONS:
            board.wait_for("finished the commit of OTA2 that lost its power")
        else:
            assert send(NEW).returncode == 0
        board.wait_for("OTA2 boots")
        board.wait_for("[trial] confirmed")
        assert holds(flash, "OTA2", NEW)
        board.end()


def test_keys_and_password_keep_others_out(built, builder, run, flash, send, tmp_path):
    board = run(built["host", "product", "c99"])
    board.wait_for("Listening on port")
    (tmp_path / "password").write_text("swordfish 47\n")
    knows = ["--password-file", tmp_path / "password", "--json"]
    sealed = tmp_path / "sealed.bin"
    sealed.write_bytes(images.ota_file(NEW))
    guide.run([builder.built["otaru"], "seal", sealed, "--key", builder.key, "--firmware-version", "1.1.0", "--counter", "2",
               "--board", "my_board"])
    refused = send(sealed.read_bytes())
    assert refused.returncode == 4 and "password" in refused.stderr + refused.stdout
    unsealed = send(NEW, *knows)
    assert unsealed.returncode == 4, unsealed.stdout
    assert send(sealed.read_bytes(), *knows).returncode == 0
    board.wait_for("OTA2 boots")
    board.wait_for("[trial] confirmed")


def test_core_alone_takes_an_update(built, run, flash, tmp_path):
    board = run(built["host", "core", "c99"], stdin=line_of(tmp_path, images.ota_file(NEW)))
    board.wait_for("OTARU/1 ok slot=OTA2")
    board.wait_for("OTA2 boots")
    board.wait_for("confirmed")
    assert holds(flash, "OTA2", NEW)


@pytest.mark.parametrize("bad, said", [(images.changed(images.ota_file(NEW), 40000, b"?"), "image_sum"),
                                       (images.ota_file(BROKEN), "rolled back")], ids=["broken file", "broken image"])
def test_core_alone_keeps_the_old_image(built, run, flash, tmp_path, bad, said):
    board = run(built["host", "core", "c99"], stdin=line_of(tmp_path, bad))
    board.wait_for(said)
    assert holds(flash, "OTA1", OLD) and [line for line in board.lines if line.endswith("boots")][-1] == "OTA1 boots"


@pytest.fixture
def with_mistake(builder, built, tmp_path):
    """The page's board with a mistake in one of its files."""
    def make(file, right, wrong):
        text = (builder.folder / file).read_text(encoding="utf-8")
        assert text.count(right) == 1
        (tmp_path / file).write_text(text.replace(right, wrong), encoding="utf-8")
        compiler = builder.compiler("", "c99")
        mistaken = guide.Compiler("", "c99", (*compiler.flags, f"-I{builder.folder}"), tmp_path).objects([file])
        others = compiler.objects([name for name in (*programs.HOST, *PARTS["board"]) if name != file])
        return guide.link_host([*mistaken, *others], [*builder.built["engine"], *builder.built["core"]], tmp_path / "mistaken")
    return make


@pytest.mark.parametrize("file, right, wrong, code", [
    ("host_flash.c", "cells()[at + i] &= from[i];", "(void)from[i];", "flash_failed"),
    ("host_flash.c", "memset(cells() + at, 0xFF, survive(bytes, &cut));", "(void)survive(bytes, &cut);", "image_sum"),
    ("tcp.c", "if (!can_read(connection)) return OTARU_NOT_NOW;", "if (!can_read(connection)) return 0;", "closed"),
], ids=["program", "erase", "receive"])
def test_a_mistake_in_a_port_looks_as_the_page_says(with_mistake, builder, run, flash, file, right, wrong, code):
    content = bytearray(flash.read_bytes())
    content[0x106000:0x106000 + SMALL] = THIRD  # OTA2 is not blank: it has to be erased
    content[0x106000:0x106008] = bytes(8)  # and was retired
    flash.write_bytes(content)
    board = run(with_mistake(file, right, wrong))
    board.wait_for("Listening on port")
    stream = bytes(BLANK) + images.ota_file(NEW)
    with socket.create_connection(("127.0.0.1", builder.tcp_port), timeout=20) as connection:
        connection.sendall(stream[:10000])
        board.wait_for("Get OTA header done")
        if code != "closed":
            connection.sendall(stream[10000:])
        assert f"OTARU/1 error {code} " in uploaders.read_to_end(connection, timeout=20).decode()
    assert holds(flash, "OTA1", OLD)


def test_a_boot_loader_with_another_rule_looks_as_the_page_says(with_mistake, run, send):
    rule = "  if (has_signature(OTA2)) return 1;\n  return has_signature(OTA1) ? 0 : -1;"
    board = run(with_mistake("boot.c", rule, "  if (has_signature(OTA1)) return 0;\n  return has_signature(OTA2) ? 1 : -1;"))
    board.wait_for("Listening on port")
    assert send(NEW).returncode == 0
    board.wait_for("[trial] finished the commit of OTA2 that lost its power; resetting into it", 3)
