"""Real ARM code updates itself: pushed to by the program, it writes its flash, resets, and the new code runs."""

import json

import pytest

from arm_board import BOARD, firmware
from virtual_board import assert_updated


def updated_to(board, slot, version, boots):
    """Waits for the `boots`th start, and that the image there says that it is new, and then that it stays."""
    board.wait_for("Listening on port", boots, seconds=30)
    assert board.boot_lines()[-1] == (slot, version), board.lines


def test_v2_is_pushed_and_runs_and_v3_goes_into_the_other_slot(arm, push_firmware):
    assert arm.boot_lines() == [("OTA1", "1.0.0")]
    before = arm.flash()
    pushed = push_firmware("v2", arm)
    assert pushed.returncode == 0, pushed.stdout + pushed.stderr
    updated_to(arm, "OTA2", "2.0.0", boots=2)
    arm.wait_for("[trial] confirmed")
    assert_updated(arm, before, "OTA2", firmware("v2"))

    before = arm.flash()
    assert push_firmware("v3", arm).returncode == 0
    updated_to(arm, "OTA1", "3.0.0", boots=3)
    assert_updated(arm, before, "OTA1", firmware("v3"))
    assert [line for line in arm.lines if line.startswith("[fault]")] == []
