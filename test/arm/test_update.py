"""Real ARM code updates itself: pushed to by the program, it writes its flash, resets, and the new code runs."""

import images
import uploaders
from arm_board import firmware
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


def test_a_push_that_finds_the_board_busy_waits_through_its_reset(arm, push_firmware):
    """After the reset the emulator's network accepts for the board before it is there, and breaks off."""
    stream = images.push_stream(firmware("v2"))
    with uploaders.connect(arm) as first:
        first.sendall(stream[:50_000])
        arm.wait_for("Erase is ongoing...")
        second = push_firmware("v3", arm, wait=False)
        arm.wait_for("(busy)", seconds=30)
        first.sendall(stream[50_000:])
        assert b"OTARU/1 ok" in uploaders.read_to_end(first)
    said, error = second.communicate(timeout=120)
    assert second.returncode == 0, said + error
    assert said.count("Trying again") == 1
    updated_to(arm, "OTA1", "3.0.0", boots=3)
