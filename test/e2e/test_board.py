"""`otaru board run|show`: the virtual board as scripts use it, and its power cut, SIGKILL."""

import hashlib
import json
import os
import random
import re
import select
import signal
import subprocess
import time

import pytest

import images
import uploaders
from images import image2, push_stream
from virtual_board import differences

POWER_CUTS = 30


def run(otaru, *arguments):
    return subprocess.run([otaru, "board", *map(str, arguments)], capture_output=True, text=True, timeout=30)


def test_the_console_shows_the_stock_lines_in_the_order_of_the_guide(board, push):
    push(image2(184_320, seed=1), board)
    board.wait_for_boot(2)
    expected = [
        "#calibration_ok:[2:19:11]",
        "Start mDNS service",
        "register mDNS service",
        "[beginOTA] Alloc buffer Init",
        "[beginOTA] Alloc buffer Succeed",
        f"Listening on port {board.port}.",
        "Waiting for client ...",
        "[syncOTAAddr] OTA_INDEX_1 will be upgraded",
        "[beginOTA] Receive file_info done",
        "[beginOTA] Receive firmware header done",
        "[beginOTA] Get OTA header done",
        "Erase is ongoing...",
        "Update file size: 184320 bytes, start addr:08106000",
        "[beginOTA] Download new firmware done",
        "OTA image(08106000) checksum ok!!!",
        "[change_ota_signature] Update OTA success!",
        "[beginOTA] Ready to reboot",
        "[beginOTA] Update task exit",
        "#calibration_ok:[2:19:11]",
        f"Listening on port {board.port}.",
    ]
    rest = iter(list(board.lines))
    for line in expected:
        assert any(said.startswith(line) for said in rest), f"{line!r} is missing or comes too early"


def test_a_fresh_flash_file_boots_nothing_and_says_what_helps(otaru, tmp_path):
    flash = tmp_path / "flash"
    result = run(otaru, "run", "--flash", flash, "--bind", "127.0.0.1", "--interface", "lo", "--port", 0, "--boots", 1)
    assert result.returncode == 4
    assert "Boot failed" in result.stdout
    content = flash.read_bytes()
    assert len(content) == 0x200000
    assert content[:8] == content[0x4000:0x4008] == bytes.fromhex("999996963fcc66fc"), "boot images in place"
    assert all(byte == 0xFF for byte in content[0x6000:0x100000])
    assert json.loads(run(otaru, "show", "--flash", flash, "--json").stdout)["boots"] == "none"


def test_boots_ends_the_run_after_so_many_boots(make_board, push):
    board = make_board(board_options=["--boots", "3"]).start(image2(seed=0))
    for number in (1, 2):
        assert board.running()
        push(image2(seed=number), board)
        board.wait_for("#calibration_ok", number + 1)
    assert board.process.wait(timeout=10) == 0
    assert board.boots == 3
    assert board.show()["boots"] == "OTA1"


def test_an_image_option_is_a_serial_upload_which_retires_an_older_update(make_board, push):
    board = make_board().start(image2(seed=0))
    push(image2(seed=1), board)
    assert board.wait_for_boot(2) == "OTA2"
    assert board.stop() == 0
    serial = image2(seed=2)
    board.start(serial)
    assert board.wait_for_boot(1) == "OTA1"
    assert board.slot("OTA1")[:len(serial)] == serial
    assert [slot["signature"] for slot in board.show()["slots"]] == ["valid", "blank"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_and_it_boots_the_same_again(board, number):
    before = board.flash()
    assert board.stop(number) == 0
    board.start()
    assert board.wait_for_boot(1) == "OTA1"
    slots = [board.layout.record("OTA1"), board.layout.record("OTA2")]
    assert differences(before, board.flash(), slots) == []


def test_an_update_outlives_the_end_of_the_program(board, push):
    image = image2(184_320, seed=1)
    push(image, board)
    board.wait_for_boot(2)
    board.stop()
    board.start()
    assert board.wait_for_boot(1) == "OTA2"
    assert board.slot("OTA2")[:len(image)] == image


def test_a_port_in_use_ends_with_2_and_a_way_out(otaru, tmp_path, board):
    (tmp_path / "image").write_bytes(image2(seed=1))
    result = run(otaru, "run", "--flash", tmp_path / "other.flash", "--image", tmp_path / "image", "--bind", "127.0.0.1",
                 "--interface", "lo", "--port", board.port)
    assert result.returncode == 2
    assert f"cannot listen on port {board.port}" in result.stderr and "--port" in result.stderr


def test_two_boards_do_not_share_a_flash_file(otaru, board):
    result = run(otaru, "run", "--flash", board.flash_file, "--bind", "127.0.0.1", "--interface", "lo", "--port", 0)
    assert result.returncode == 2
    assert "belongs to a board that runs" in result.stderr
    assert board.running()


@pytest.mark.parametrize("arguments, words", [
    (["run"], "--flash"),
    (["run", "--flash", "f", "--image", "missing"], "missing"),
    (["run", "--flash", "f", "--image", "text"], "not an image 2"),
    (["run", "--flash", "f", "--layout", "ameba-z"], "ameba-z"),
    (["run", "--flash", "f", "--bind", "nowhere"], "--bind"),
    (["run", "--flash", "f", "--timing", "slow"], "--timing"),
    (["run", "--flash", "f", "--console", "printer"], "--console"),
    (["run", "--flash", "f", "--boots", "0"], "--boots"),
    (["run", "--flash", "f", "--port", "70000"], "--port"),
    (["run", "--flash", "f", "--interface", "no-such-if", "--bind", "127.0.0.1", "--port", "0"], "no-such-if"),
    (["run", "--flash", "text"], "text"),
    (["run", "--flash", "no/such/folder/f"], "no/such/folder"),
    (["show"], "--flash"),
    (["show", "--flash", "missing"], "missing"),
    (["show", "--flash", "text"], "text"),
])
def test_bad_usage_ends_with_2_and_says_why(otaru, workdir, arguments, words):
    (workdir / "text").write_text("no image and no flash")
    (workdir / "image").write_bytes(image2())
    if "--bind" in arguments and "--image" not in arguments:
        arguments = [*arguments, "--image", "image"]
    result = run(otaru, *arguments)
    assert result.returncode == 2, result.stdout + result.stderr
    assert words in result.stderr
    assert result.stdout.count("Listening") == 0


def test_the_console_on_a_pty_is_what_a_serial_monitor_reads(otaru, tmp_path):
    (tmp_path / "image").write_bytes(image2())
    process = subprocess.Popen([otaru, "board", "run", "--flash", tmp_path / "flash", "--image", tmp_path / "image",
                                "--bind", "127.0.0.1", "--interface", "lo", "--port", "0", "--name",
                                f"Pty-{os.getpid()}", "--console", "pty"], stdout=subprocess.PIPE, text=True)
    try:
        path = re.fullmatch(r"Console on (/dev/\S+)\n", process.stdout.readline()).group(1)
        monitor = os.open(path, os.O_RDWR | os.O_NOCTTY)
        seen = b""
        deadline = time.monotonic() + 10
        while b"Waiting for client" not in seen and time.monotonic() < deadline:
            if select.select([monitor], [], [], 0.2)[0]:
                seen += os.read(monitor, 4096)
        os.close(monitor)
        assert b"#calibration_ok:[2:19:11]\r\n" in seen
        assert b"Waiting for client ...\r\n" in seen
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0
        process.stdout.close()


def test_model_timing_takes_as_long_as_the_part_would(make_board, push):
    """The reset takes 0.4 s, 16 sectors or a block 0.15 s at least, and the air 28 KB at 392 KB/s."""
    started = time.monotonic()
    board = make_board(board_options=["--timing", "model"]).start(image2())
    push(image2(seed=1), board)
    assert board.wait_for_boot(2) == "OTA2"
    assert time.monotonic() - started > 0.4 + 0.15 + 0.07 + 0.4


def test_show_json_has_exactly_the_shape_of_the_contract(board, push):
    image = image2(184_320, seed=1)
    push(image, board)
    board.wait_for_boot(2)
    shown = board.show()
    assert list(shown) == ["layout", "boots", "slots"]
    assert (shown["layout"], shown["boots"]) == ("ameba-d-2mb", "OTA2")
    assert [(slot["name"], slot["address"]) for slot in shown["slots"]] == [("OTA1", "0x08006000"), ("OTA2", "0x08106000")]
    for slot, content in zip(shown["slots"], (image2(seed=0), image)):
        assert list(slot)[:6] == ["name", "address", "signature", "image", "state", "tries"]
        assert slot["signature"] == "valid"
        assert list(slot["image"])[:3] == ["length", "sha256", "version"]
        assert slot["image"]["length"] == len(content)
        assert slot["image"]["sha256"] == hashlib.sha256(content).hexdigest()
        assert isinstance(slot["image"]["version"], str)
        assert slot["state"] in ("none", "pending", "confirmed", "rejected")
        assert isinstance(slot["tries"], int)
    push(image2(seed=2), board)
    board.wait_for_boot(3)
    assert [slot["signature"] for slot in board.show()["slots"]] == ["valid", "cleared"]


def test_show_for_people_names_what_boots(otaru, board):
    result = run(otaru, "show", "--flash", board.flash_file)
    assert result.returncode == 0
    assert re.search(r"^boots +OTA1$", result.stdout, re.MULTILINE)
    assert hashlib.sha256(image2(seed=0)).hexdigest() in result.stdout


def test_show_tells_of_a_slot_that_would_hang_the_boot_loader(otaru, board):
    board.stop()
    content = bytearray(board.flash())
    content[0x106000:0x106000 + len(image2())] = image2()
    content[0x106000 + images.km4_offset(image2())] ^= 1
    board.flash_file.write_bytes(content)
    assert board.show()["boots"] == "none"
    assert "hangs" in run(otaru, "show", "--flash", board.flash_file).stdout


def push_until_the_power_fails(board, stream, sent, after_the_verdict=False):
    """Sends the first `sent` bytes, then cuts the power: at once, which is somewhere in what these bytes made the
    board do, or after its verdict."""
    with uploaders.connect(board) as connection:
        connection.sendall(stream[:sent])
        if after_the_verdict:
            assert b" ok " in uploaders.read_to_end(connection)
        board.cut_power()


def test_a_power_cut_at_any_moment_of_an_update_leaves_a_whole_image_that_boots(make_board, push):
    """SIGKILL is the virtual board's power cut: what it had written is in the flash file, nothing else."""
    board = make_board().start(image2(seed=0))
    image_of, running = {"OTA1": image2(seed=0)}, "OTA1"
    moments = random.Random(1)
    old_boots = new_boots = 0
    for cut in range(POWER_CUTS):
        new, target = image2(737_280, seed=cut + 1), "OTA1" if running == "OTA2" else "OTA2"
        stream = push_stream(new)
        # Of six cuts, one comes after the verdict, one anywhere in read-back and commit, the others while bytes come.
        complete, after_the_verdict = cut % 3 == 0, cut % 6 == 0
        sent = len(stream) if complete else moments.randrange(44, len(stream))
        push_until_the_power_fails(board, stream, sent, after_the_verdict)

        boots = board.start().wait_for_boot(1)
        possible = {target} if after_the_verdict else {running, target} if complete else {running}
        assert boots in possible, f"cut {cut}, after {sent} bytes"
        whole = new if boots == target else image_of[boots]
        assert board.slot(boots)[:len(whole)] == whole, f"cut {cut}, after {sent} bytes: not whole"
        old_boots += boots == running
        new_boots += boots == target
        image_of[boots], running = whole, boots
    assert old_boots + new_boots == POWER_CUTS
    assert old_boots >= 20 and new_boots >= 5

    last = image2(184_320, seed=1000)
    push(last, board)
    after = board.wait_for_boot(2)
    assert after != running
    assert board.slot(after)[:len(last)] == last
