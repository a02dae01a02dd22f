"""firmware/tools/emulated_board.py, as a person starts it."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import sys

import pytest

import emulated_board
from arm_board import FIRMWARE, firmware
from network import Program

TOOL = pathlib.Path(emulated_board.__file__)


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def start(tmp_path, port):
    """Starts it in a folder of the test's own."""
    started = []

    def make(*options, flash="board.flash"):
        started.append(Program([sys.executable, "-B", TOOL, "--firmware", FIRMWARE, "--flash", flash, "--port", str(port),
                                *options], cwd=tmp_path, stdin=subprocess.PIPE))
        return started[-1]

    yield make
    for program in started:
        program.stop(signal.SIGKILL)


def refusal(tmp_path, *options):
    result = subprocess.run([sys.executable, "-B", TOOL, "--firmware", FIRMWARE, *options], cwd=tmp_path,
                            capture_output=True, text=True, timeout=20)
    assert result.returncode == 2, result
    return result.stderr


def test_the_process_that_it_names_is_the_board_and_its_flash_stays(start, tmp_path, otaru, port):
    board = start("--image", "v1.bin", flash="my, flash")
    board.wait_for(f"kill -9 {board.process.pid}`")
    board.wait_for("^Listening on port", 30)
    assert "is the flash of a board that still runs" in refusal(tmp_path, "--flash", "my, flash", "--port", "0")
    assert f"port {port} cannot be had" in refusal(tmp_path, "--flash", "other", "--image", "v1.bin", "--port", str(port))
    assert not (tmp_path / "other").exists()
    subprocess.run([otaru, "push", FIRMWARE / "v2.bin", "--to", f"127.0.0.1:{port}"], check=True, capture_output=True)
    board.wait_for(r"^\[trial\] confirmed", 30)
    os.kill(board.process.pid, signal.SIGKILL)
    board.process.wait(timeout=10)
    assert start(flash="my, flash").wait_for("^Firmware", 30).startswith("Firmware 2.0.0, running from OTA2")


def test_it_takes_a_flash_that_was_written_out(start, tmp_path):
    board = start("--image", "v1.bin")
    board.wait_for("^Listening on port", 30)
    board.process.stdin.write("w")
    board.process.stdin.flush()
    board.wait_for("written to flash.bin", 30)
    board.stop(signal.SIGKILL)
    assert (tmp_path / "flash.bin").stat().st_size == emulated_board.FLASH_SIZE
    start(flash="flash.bin").wait_for("^Firmware 1.0.0, running from OTA1", 30)


@pytest.mark.parametrize("options, why", [
    (["--flash", "missing"], "missing does not exist: give --image"),
    (["--flash", "short"], "short has 3 bytes: a flash has 2097152, or 16777216"),
    (["--flash", "short", "--image", "v1.bin"], "short exists: remove it, or leave --image out"),
    (["--flash", "new", "--image", "nowhere"], "nowhere does not exist, neither here nor in"),
    (["--flash", "new", "--image", "short"], "short is no image 2 of at most 1024000 bytes"),
    (["--flash", "new", "--image", "."], "the image .: Is a directory"),
    (["--flash", "no/new", "--image", "v1.bin"], "no/new: No such file or directory"),
    (["--flash", "new", "--image", "v1.bin", "--port", "99999"], "port 99999 cannot be had"),
    (["--flash", "new", "--image", "v1.bin", "--firmware", "."], "run `make`, or give --firmware"),
], ids=lambda value: None if isinstance(value, str) else " ".join(value))
def test_what_cannot_be_started_is_refused_with_a_reason_and_leaves_nothing(tmp_path, options, why):
    (tmp_path / "short").write_bytes(b"abc")
    assert why in re.sub(r"\s+", " ", refusal(tmp_path, "--port", "0", *options))
    assert [path.name for path in tmp_path.iterdir()] == ["short"]
    assert firmware("v1")[:8] == emulated_board.SIGNATURE
