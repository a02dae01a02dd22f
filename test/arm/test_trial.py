"""ARM code that does not work is left again, by ARM code: without help, from either slot."""

import pytest

from arm_board import firmware
from virtual_board import differences
from images import Region

BAD = {"never-confirms": "4.0.0", "crashes": "5.0.0", "hangs": "5.1.0"}
TRIES = 3


@pytest.fixture(params=["OTA1", "OTA2"])
def running(request, make_arm_board, push_firmware):
    """A board that runs a confirmed image from this slot."""
    board = make_arm_board().start(firmware("v1"))
    board.old = ("OTA1", "1.0.0")
    if request.param == "OTA2":
        assert push_firmware("v2", board).returncode == 0
        board.wait_for("[trial] confirmed", seconds=30)
        board.old = ("OTA2", "2.0.0")
    return board


@pytest.mark.parametrize("kind", BAD)
def test_an_image_that_does_not_work_is_left_again_without_help(running, push_firmware, kind):
    starts = len(running.boot_lines())
    before = running.flash()
    assert push_firmware(kind, running).returncode == 0
    running.wait_for("[trial] rolled back", seconds=60)
    running.wait_for("Listening on port", starts + 1 + (TRIES if kind == "never-confirms" else 0), seconds=30)

    new = ("OTA2" if running.old[0] == "OTA1" else "OTA1", BAD[kind])
    assert running.boot_lines()[starts:] == [new] * (TRIES + 1) + [running.old]  # the last start gives up
    said = {"never-confirms": "not confirmed in time", "crashes": "[fault]", "hangs": "[watchdog]"}[kind]
    assert sum(said in line for line in running.lines) == TRIES, running.lines
    slot = running.layout.slot(new[0])
    record = running.layout.record(running.old[0])
    backup = Region("backup", 0x2000, 0x1000)
    assert differences(before, running.flash(), [slot, record, backup]) == []

    refused = push_firmware(kind, running)
    assert refused.returncode == 4 and "rejected" in refused.stdout + refused.stderr
    assert push_firmware("v3", running).returncode == 0
    running.wait_for("Firmware 3.0.0", seconds=30)
    running.wait_for("[trial] confirmed", 1 if running.old[0] == "OTA1" else 2, seconds=30)
