"""Seals and passwords, judged by ARM code; and what a board refuses."""

import json
import pathlib
import subprocess
import time

import pytest

import seals
from arm_board import BOARD, firmware
from images import push_stream
from uploaders import last_line, push_raw

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"
PASSWORD = "a password"


@pytest.fixture
def push_file(otaru, tmp_path):
    def push(content, board, *options):
        file = tmp_path / "pushed.bin"
        file.write_bytes(content)
        done = subprocess.run([otaru, "push", file, "--to", f"127.0.0.1:{board.port}", "--json", *options],
                              capture_output=True, text=True, timeout=120)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout.splitlines()[-1])

    return push


@pytest.fixture
def sealed(otaru, tmp_path):
    """Seals an image of the build with the key of test/golden, which the board `with-keys` trusts."""
    def seal(name, *more, key=GOLDEN / "seal-key.pem", board=BOARD, version="2.0.0"):
        file = tmp_path / f"{name}-sealed.bin"
        file.write_bytes(firmware(name))
        seals.run(otaru, "seal", file, "--key", key, "--firmware-version", version, "--counter", 1, "--board", board, *more)
        return file.read_bytes()

    return seal


def test_a_board_with_keys_takes_what_they_sealed_and_nothing_else(make_arm_board, push_file, sealed, tmp_path, otaru):
    board = make_arm_board().start(firmware("with-keys"))
    before = board.flash()
    good = sealed("with-keys")
    seals.run(otaru, "key", "new", tmp_path / "stranger")
    flipped = bytearray(good)
    flipped[0x3000] ^= 1
    for what, image, code in [("no seal", firmware("v2"), "seal_missing"),
                              ("another board's", sealed("with-keys", board="ameba_rtl8721d"), "seal_board"),
                              ("a stranger's", sealed("with-keys", key=tmp_path / "stranger"), "seal_key")]:
        ended, result = push_file(image, board)
        assert (ended, result["status"], result["code"]) == (4, "refused", code), (what, result)
    said = last_line(push_raw(board, push_stream(bytes(flipped))))  # the program would not even send it
    assert "error seal_image" in said, said
    assert before[:0x106000] == board.flash()[:0x106000], "a refused image changed the running slot"

    ended, result = push_file(good, board)
    assert (ended, result["status"]) == (0, "ok"), result
    board.wait_for("[trial] confirmed", seconds=30)
    assert board.boot_lines()[-1] == ("OTA2", "1.0.0")


def test_a_board_with_a_password_is_updated_by_who_knows_it(make_arm_board, push_file, tmp_path):
    board = make_arm_board().start(firmware("with-password"))
    (tmp_path / "right").write_text(PASSWORD + "\n")
    (tmp_path / "wrong").write_text("another password\n")
    for options, code in [([], "password_required"), (["--password-file", tmp_path / "wrong"], "password_wrong")]:
        ended, result = push_file(firmware("v2"), board, *options)
        assert (ended, result["status"], result["code"]) == (4, "refused", code), result
    for _ in range(100):  # the board lets nobody guess for a second
        ended, result = push_file(firmware("v2"), board, "--password-file", tmp_path / "right")
        if result.get("code") != "too_many_guesses":
            break
        time.sleep(0.1)
    assert (ended, result["status"]) == (0, "ok"), result
    board.wait_for("Firmware 2.0.0, running from OTA2", seconds=30)
    board.wait_for("[trial] confirmed", seconds=30)


@pytest.mark.parametrize("what, spoil, code", [
    ("KM4 is not where the boot loader looks", lambda image: image[:0x1000] + bytes(8) + image[0x1008:], "km4_signature"),
    ("no image", lambda image: bytes(len(image)), "km0_signature"),
])
def test_what_would_not_boot_is_refused_and_the_board_goes_on(arm, push_file, what, spoil, code):
    said = last_line(push_raw(arm, push_stream(spoil(firmware("v2")))))
    assert f"error {code}" in said, (what, said)
    ended, result = push_file(firmware("v2"), arm)
    assert (ended, result["status"]) == (0, "ok"), result
    arm.wait_for("Firmware 2.0.0, running from OTA2", seconds=30)
