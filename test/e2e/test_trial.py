"""New images are on trial: one that does not work is left again without help, and is remembered."""

import json
import time

import pytest

from images import image2

MISBEHAVIOURS = ["never-confirms", "crashes", "hangs"]
QUICK = ["--watchdog", "400ms", "--tries", "2"]


def start(board, *options):
    return board.launch(*options).find_port()


def update(board, push, seed, boots):
    """An update that works. @return the slot that runs it"""
    push(image2(seed=seed), board)
    slot = board.wait_for_boot(boots)
    board.wait_for("[trial] confirmed", boots - 1)
    return slot


def refusal(result):
    assert result.returncode == 4, result.stdout + result.stderr
    return json.loads(result.stdout.splitlines()[-1])["code"]


def shown(board, name):
    return next(slot for slot in board.show()["slots"] if slot["name"] == name)


def wait_until(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen in time")


@pytest.fixture(params=["OTA1", "OTA2"])
def running(request, make_board, push):
    """A board that runs a confirmed image in this slot, and has been stopped."""
    board = make_board().start(image2(seed=0))
    if request.param == "OTA2":
        assert update(board, push, 1, 2) == "OTA2"
    assert board.stop() == 0
    board.old = request.param
    board.new = "OTA1" if request.param == "OTA2" else "OTA2"
    board.old_image = image2(seed=1 if request.param == "OTA2" else 0)
    return board


@pytest.mark.parametrize("kind", MISBEHAVIOURS)
def test_an_image_that_does_not_work_is_left_again_without_help(running, push, kind):
    board = start(running, "--misbehave", kind, *QUICK)
    bad = image2(seed=5)
    push(bad, board)
    board.wait_for(f"the image in {board.new} is on trial, start 2 of 2")
    board.wait_for(f"the image in {board.new} failed its trial")
    board.wait_for(f"rolled back: the image in {board.new} was rejected")
    wait_until(lambda: board.show()["boots"] == board.old)
    board.wait_for("Waiting for client", 4 if kind == "never-confirms" else 2)
    rejected, good = shown(board, board.new), shown(board, board.old)
    assert (rejected["state"], rejected["tries"]) == ("rejected", 2)
    assert rejected["image"]["length"] == len(bad)
    assert good["state"] in ("none", "confirmed") and good["signature"] == "valid"
    assert board.slot(board.old)[:len(board.old_image)] == board.old_image
    assert board.running()


def test_a_rejected_image_is_taken_again_only_if_forced(running, push):
    board = start(running, "--misbehave", "crashes", *QUICK)
    push(image2(seed=5), board)
    board.wait_for("rolled back")
    board.wait_for("Waiting for client", 2)
    assert refusal(push(image2(seed=5), board, "--json", check=False)) == "rejected_before"
    assert refusal(push(image2(seed=5), board, "--json", check=False)) == "rejected_before", "it was not forgotten"
    assert board.running()
    board.stop()
    start(board, *QUICK)
    push(image2(seed=5), board, "--force")
    assert board.wait_for_boot(2) == board.new
    board.wait_for("[trial] confirmed")
    assert shown(board, board.new)["state"] == "confirmed"


def test_after_a_roll_back_another_image_is_taken(running, push):
    board = start(running, "--misbehave", "crashes", *QUICK)
    push(image2(seed=5), board)
    board.wait_for("rolled back")
    board.stop()
    start(board)
    push(image2(seed=6), board)
    assert board.wait_for_boot(2) == board.new
    board.wait_for("[trial] confirmed")
    assert board.slot(board.new)[:len(image2(seed=6))] == image2(seed=6)


def test_while_an_image_is_on_trial_a_push_is_refused(running, push):
    board = start(running, "--confirm-after", "3s")
    push(image2(seed=5), board)
    assert board.wait_for_boot(2) == board.new
    assert (shown(board, board.new)["state"], shown(board, board.new)["tries"]) == ("pending", 1)
    before = board.slot(board.old)
    assert refusal(push(image2(seed=6), board, "--json", "--wait", "0s", check=False)) == "trial_pending"
    assert refusal(push(image2(seed=6), board, "--json", "--wait", "0s", "--force", check=False)) == "trial_pending"
    assert board.slot(board.old) == before
    board.wait_for("[trial] confirmed")
    assert shown(board, board.new)["state"] == "confirmed"
    push(image2(seed=6), board)
    assert board.wait_for_boot(3) == board.old


def test_a_push_waits_for_the_end_of_a_trial_and_says_so_once(running, push):
    board = start(running, "--confirm-after", "2s")
    push(image2(seed=5), board)
    assert board.wait_for_boot(2) == board.new
    said = push(image2(seed=6), board, "--wait", "60s").stdout
    assert (said.count("Trying again"), said.count("Connected to")) == (1, 1), said
    assert board.wait_for_boot(3) == board.old


def test_a_power_cut_on_trial_costs_a_try_and_no_more(running, push):
    board = start(running, "--confirm-after", "60s", "--watchdog", "60s")
    push(image2(seed=5), board)
    board.wait_for(f"the image in {board.new} is on trial, start 1 of 3")
    for tries in (2, 3):
        board.cut_power()
        start(board, "--confirm-after", "60s", "--watchdog", "60s")
        board.wait_for(f"the image in {board.new} is on trial, start {tries} of 3")
        assert shown(board, board.new)["tries"] == tries
    board.cut_power()
    start(board)
    board.wait_for(f"the image in {board.new} failed its trial")
    assert board.wait_for_boot(1) in (board.old, board.new)
    assert board.show()["boots"] == board.old
    assert shown(board, board.new)["state"] == "rejected"
    assert board.slot(board.old)[:len(board.old_image)] == board.old_image


def test_an_image_that_is_confirmed_on_its_last_try_stays(running, push):
    board = start(running, "--confirm-after", "60s", "--watchdog", "60s", "--tries", "2")
    push(image2(seed=5), board)
    board.wait_for("start 1 of 2")
    board.cut_power()
    start(board, "--tries", "2")
    board.wait_for("start 2 of 2")
    board.wait_for("[trial] confirmed")
    for _ in range(2):
        board.stop()
        start(board, "--tries", "2")
        assert board.wait_for_boot(1) == board.new
    assert shown(board, board.new)["state"] == "confirmed"


def test_an_image_by_serial_is_on_no_trial(make_board):
    board = make_board().launch_with(image2(seed=0)).find_port()
    slot = shown(board, "OTA1")
    assert (slot["state"], slot["tries"], slot["image"]["version"]) == ("none", 0, "")
    assert not any("on trial" in line for line in board.lines)


def test_a_board_that_crashes_on_and_on_with_nothing_to_go_back_to_can_be_stopped(make_board, push):
    board = make_board().start(image2(seed=0))
    board.stop()
    start(board, "--misbehave", "hangs", "--watchdog", "60s")
    push(image2(seed=5), board)
    board.wait_for("hangs, as asked for")
    board.cut_power()
    content = bytearray(board.flash())
    content[0x6000:0x6000 + 8] = bytes(8)  # OTA1 is gone
    board.flash_file.write_bytes(content)
    board.launch("--misbehave", "crashes", *QUICK)
    board.wait_for("nothing to go back to")
    assert board.stop() == 0


@pytest.mark.parametrize("option, value", [("--misbehave", "explodes"), ("--tries", "0"), ("--tries", "9"),
                                           ("--watchdog", "soon"), ("--confirm-after", "-1s"), ("--clock", "slow")])
def test_bad_usage_ends_with_2_and_names_the_option(make_board, option, value):
    board = make_board().launch(f"{option}={value}")
    assert board.process.wait(timeout=10) == 2
    board.wait_for(option)
