"""What the tests of the emulated Cortex-M33 share."""

import pathlib
import subprocess
import sys

import pytest

import arm_board

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))  # networks, and what is on them


@pytest.fixture
def make_arm_board(otaru, tmp_path):
    """Makes emulated boards that the test starts; they end with it."""
    if not (arm_board.FIRMWARE / "v1.bin").is_file():
        pytest.fail(f"{arm_board.FIRMWARE} holds no firmware: run `make`", pytrace=False)
    made = []

    def make(**options):
        made.append(arm_board.ArmBoard(otaru, tmp_path, **options))
        return made[-1]

    yield make
    for board in made:
        if board.process:
            board.cut_power()


@pytest.fixture
def arm(make_arm_board):
    """A board that runs v1 from OTA1."""
    return make_arm_board().start(arm_board.firmware("v1"))


@pytest.fixture
def push_firmware(otaru):
    """Pushes an image of the build by the program; gives the process, ended unless it was asked not to wait."""
    def push(name, board, *options, wait=True):
        process = subprocess.Popen([otaru, "push", arm_board.FIRMWARE / f"{name}.bin", "--to", f"127.0.0.1:{board.port}",
                                    *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if not wait:
            return process
        out, error = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, error)

    return push
