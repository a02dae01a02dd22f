"""Virtual boards and `otaru discover` on one network, and how quick they are."""

import pathlib
import signal
import statistics
import sys
import time

import pytest

IMAGE = pathlib.Path(__file__).resolve().parent.parent / "golden/image2-small.bin"
ASKER = pathlib.Path(__file__).resolve().parent / "asker.py"

ANNOUNCED_WITHIN = 1.5  # seconds, from the board's start
ANSWERED_WITHIN = 0.150
TRIES = 5  # the median counts: the odd delay is the machine's, not the board's


def start_board(host, folder, *more):
    return host.start(host.lan.otaru, "board", "run", "--flash", folder / "flash.bin", "--image", IMAGE,
                      "--interface", "eth0", *more)


def test_a_virtual_board_tells_all_about_itself_and_says_goodbye(board_host, desk, lan, workdir):
    watch = desk.start(lan.otaru, "discover", "--watch", "--json")
    board = start_board(board_host, workdir, "--name", "Kitchen", "--port", "8021", "--board", "ameba_rtl8720dn")
    seen = watch.wait_for_json(event="found", name="Kitchen")
    assert (seen["host"], seen["address"], seen["port"]) == ("Kitchen.local", board_host.address, 8021)
    assert (seen["otaru"], seen["board"]) == (True, "ameba_rtl8720dn")
    assert seen["label"] == f"Kitchen at {board_host.address}"
    assert seen["txt"]["slot"] == "OTA1" and seen["txt"]["tcp_check"] == "no" and seen["txt"]["ssh_upload"] == "no"
    assert board.stop(signal.SIGTERM) == 0
    watch.wait_for_json(event="gone", name="Kitchen", seconds=3)


def test_a_board_that_lost_its_power_is_not_gone_at_once(board_host, desk, lan):
    watch = desk.start(lan.otaru, "discover", "--watch", "--json")
    board = board_host.announce()
    watch.wait_for_json(event="found", name="MyAmeba")
    board.stop(signal.SIGKILL)
    with pytest.raises(pytest.fail.Exception):
        watch.wait_for("gone", seconds=2)
    board_host.announce()  # and when it is back it has its name
    assert board_host.lan.programs[-1].wait_for("^announced MyAmeba ")


def test_two_boards_of_one_name_started_at_once_share_out_names(lan, board_host, desk):
    boards = [board_host.announce("MyAmeba", 8020), lan.host("second").announce("MyAmeba", 8021),
              board_host.announce("MyAmeba", 8022)]
    for board in boards:
        board.wait_for("^announced ", seconds=15)
    found = desk.discover("--for", "2s")
    assert found.keys() == {"MyAmeba", "MyAmeba-2", "MyAmeba-3"}
    assert {board["port"] for board in found.values()} == {8020, 8021, 8022}
    assert {board["host"] for board in found.values()} == {"MyAmeba.local", "MyAmeba-2.local", "MyAmeba-3.local"}


def test_twenty_boards_started_at_once_are_all_found(lan, board_host, desk):
    hosts = [board_host, lan.host("second")]
    names = {f"Board {number}": hosts[number % 2] for number in range(20)}
    boards = [host.announce(name, 8020 + number) for number, (name, host) in enumerate(names.items())]
    for board in boards:
        board.wait_for("^announced ", seconds=20)
    found = desk.discover("--for", "2s")
    assert {name: board["address"] for name, board in found.items()} == {
        name: host.address for name, host in names.items()}
    # All answer one question, each with up to four records: a second look must be no different.
    assert desk.discover("--for", "2s").keys() == names.keys()


def test_an_announcement_is_seen_soon_after_the_start(lan, board_host, desk, workdir):
    watch = desk.start(lan.otaru, "discover", "--watch", "--json")
    board_host.announce("first")
    watch.wait_for_json(event="found", name="first")  # so the watch itself is ready
    took = []
    for number in range(TRIES):
        folder = workdir / str(number)
        folder.mkdir()
        board = start_board(board_host, folder, "--name", f"Board-{number}", "--port", "0")
        watch.wait_for_json(event="found", name=f"Board-{number}")
        took.append(watch.seen_at - board.started)
        board.stop()
    print(f"start to found: {min(took):.3f} to {max(took):.3f} s, median {statistics.median(took):.3f} s")
    assert statistics.median(took) <= ANNOUNCED_WITHIN


@pytest.mark.parametrize("way", ["multicast", "unicast", "legacy"])
def test_a_question_is_answered_soon(board_host, desk, way):
    board_host.announced()
    time.sleep(2.2)  # the second announcement comes after 1 s, and for 1 s after that nothing may be repeated
    said = desk.run_ok(sys.executable, "-B", ASKER, way, desk.address, TRIES)
    took = [float(line) for line in said.split()]
    assert len(took) == TRIES
    print(f"{way}: {min(took) * 1000:.1f} to {max(took) * 1000:.1f} ms, median {statistics.median(took) * 1000:.1f}")
    assert statistics.median(took) <= ANSWERED_WITHIN
