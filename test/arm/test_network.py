"""The emulated board on a network of namespaces, where real peers see it: Avahi, python3-zeroconf, and the program.

Its cable is a TAP device in a switch. Needs root; about 80 s.
"""

import json
import pathlib
import re
import sys
import time

import pytest

from arm_board import BOARD, FIRMWARE, firmware
from avahi import Avahi
from lan_board import LanBoard
from lan_fixtures import announcer, desk, lan, namespaces  # noqa: F401  (pytest finds them here)
from network import Program, ip

PEERS = pathlib.Path(__file__).resolve().parents[1] / "peers"
NAME = "Otaru-M33"
FIRST_ADDRESS = "198.51.100.77"  # of those that the DHCP server gives
SOON = 30  # seconds: no limit of the board's, only of a test's patience


@pytest.fixture
def make_lan_board(lan, tmp_path):  # noqa: F811
    """Makes boards with their cable in a bridge of the network, that run v1 from OTA1."""
    if not (FIRMWARE / "v1.bin").is_file():
        pytest.fail(f"{FIRMWARE} holds no firmware: run `make`", pytrace=False)
    made = []

    def make(**options):
        made.append(LanBoard(lan, tmp_path, **options).install(firmware("v1")).launch())
        return made[-1]

    yield make
    for board in made:
        board.cut_power()


def python(host, program, *arguments):
    return host.start(sys.executable, "-B", PEERS / program, *arguments)


def start_dhcp(lan):  # noqa: F811
    router = lan.host("router")
    server = python(router, "dhcp_server.py", router.address, FIRST_ADDRESS)
    server.wait_for("^ready$")
    return server


@pytest.fixture
def dhcp(lan):  # noqa: F811
    return start_dhcp(lan)


@pytest.fixture
def board(dhcp, make_lan_board):
    """One board, announced, at FIRST_ADDRESS."""
    made = make_lan_board()
    made.announced_as(NAME)
    return made


def push(desk, name, image, *options):  # noqa: F811
    """The program pushes by name. @return exit code, and its last line"""
    pushed = desk.run(desk.lan.otaru, "push", FIRMWARE / f"{image}.bin", "--to", name, "--json", *options, seconds=120)
    assert pushed.stdout, pushed.stderr
    return pushed.returncode, json.loads(pushed.stdout.splitlines()[-1])


def updated(board, version, updates=1, announced=2):
    """Waits until the image of this version runs, has confirmed itself and is announced. @return its slot"""
    board.wait_for("[trial] confirmed", updates, SOON)
    board.announced_as(NAME, announced, SOON)
    assert board.boot_lines()[-1][1] == version
    return board.boot_lines()[-1][0]


def txt(board, version="1.0.0", slot="OTA1"):
    """What it says of itself."""
    return {"board": BOARD, "auth_upload": "no", "tcp_check": "no", "ssh_upload": "no", "otaru": "1", "ver": version,
            "slot": slot, "id": board.mac.replace(":", "")}


def as_avahi_shows(entries):
    return sorted(f"{key}={value}" for key, value in entries.items())


def ping(desk, address, size=56, count=3):  # noqa: F811
    said = desk.run_ok(sys.executable, "-B", PEERS / "ping.py", address, size, count)
    assert said.count("came back") == count


def until(wanted, look, seconds=SOON):
    """Looks again and again until it is so."""
    end = time.monotonic() + seconds
    while (seen := look()) != wanted:
        assert time.monotonic() < end, f"{seen}, and not {wanted}"
        time.sleep(0.2)


def test_it_is_seen_at_a_link_local_address_and_then_at_that_of_dhcp(lan, desk, make_lan_board, tmp_path):  # noqa: F811
    desk.ip("addr", "add", "169.254.1.1/16", "dev", "eth0")
    avahi = Avahi(desk, tmp_path)
    zeroconf = python(desk, "zeroconf_peer.py", "browse")
    board = make_lan_board()
    seen = zeroconf.wait_for_json(event="Added", name=NAME, seconds=SOON)
    [address] = seen["addresses"]
    assert address.startswith("169.254.")
    assert (seen["host"], seen["port"], seen["txt"]) == (f"{NAME}.local.", 8020, txt(board))
    board.announced_as(NAME)
    assert avahi.browse() == {(NAME, "IPv4"): [(f"{NAME}.local", address, 8020, as_avahi_shows(txt(board)))]}
    assert avahi.run_ok("avahi-resolve", "-4n", f"{NAME}.local").split() == [f"{NAME}.local", address]
    found = desk.find(NAME)
    assert (found["address"], found["port"], found["board"], found["txt"]) == (address, 8020, BOARD, txt(board))
    ping(desk, address)

    dhcp = start_dhcp(lan)
    dhcp.wait_for(f"^ACK {FIRST_ADDRESS} {board.mac}$", SOON)
    board.announced_as(NAME, 2)
    until([FIRST_ADDRESS], lambda: [entry[1] for entry in avahi.browse()[NAME, "IPv4"]])
    assert desk.find(NAME)["address"] == FIRST_ADDRESS
    ping(desk, FIRST_ADDRESS)
    assert push(desk, NAME, "v2")[0] == 0
    assert updated(board, "2.0.0", announced=3) == "OTA2"


def test_it_is_updated_by_name_and_announced_anew_as_what_runs_now(desk, board, tmp_path):  # noqa: F811
    avahi = Avahi(desk, tmp_path)
    zeroconf = python(desk, "zeroconf_peer.py", "browse")
    assert zeroconf.wait_for_json(event="Added", name=NAME)["txt"] == txt(board)
    for number, (image, version, slot) in enumerate([("v2", "2.0.0", "OTA2"), ("v3", "3.0.0", "OTA1")], start=1):
        ended, result = push(desk, NAME, image)
        assert (ended, result["status"], result["slot"]) == (0, "ok", slot)
        assert updated(board, version, number, 1 + number) == slot
        now = txt(board, version, slot)
        assert avahi.browse()[NAME, "IPv4"] == [(f"{NAME}.local", FIRST_ADDRESS, 8020, as_avahi_shows(now))]
        zeroconf.wait_for_json(event="Removed", name=NAME)  # it said goodbye before its reset
        assert zeroconf.wait_for_json(event="Added", name=NAME)["txt"] == now
        assert desk.find(NAME)["txt"] == now


def test_two_boards_of_one_name_share_out_names_and_are_updated_by_them(dhcp, desk, make_lan_board, tmp_path):  # noqa: F811
    avahi = Avahi(desk, tmp_path)
    boards = [make_lan_board(), make_lan_board()]
    for board in boards:
        board.wait_for("] announced as", seconds=SOON)
    second, first = sorted(boards, key=lambda board: "going on as" not in "".join(board.lines))
    first.announced_as(NAME)
    second.announced_as(f"{NAME}-2")
    by_name = {name: txts for (name, family), [(_, _, _, txts)] in avahi.browse().items()}
    assert by_name == {NAME: as_avahi_shows(txt(first)), f"{NAME}-2": as_avahi_shows(txt(second))}

    assert push(desk, f"{NAME}-2", "v2")[0] == 0
    second.announced_as(f"{NAME}-2", 2)
    found = desk.discover("--for", "2s")
    assert {name: board["txt"] for name, board in found.items()} == {
        NAME: txt(first), f"{NAME}-2": txt(second, "2.0.0", "OTA2")}
    assert len({board["address"] for board in found.values()}) == 2


def test_questions_of_all_kinds_are_answered_again_and_again(desk, board):  # noqa: F811
    for way, times in (("unicast", 1), ("multicast", 2), ("legacy", 2)):
        said = desk.run_ok(sys.executable, "-B", PEERS / "asker.py", way, desk.address, times)
        print(way, said.split(), "s")
        assert len(said.split()) == times
    for size in (0, 1, 1472):
        ping(desk, FIRST_ADDRESS, size, 1)


def test_a_flood_of_nonsense_does_not_stop_an_update(lan, desk, board, tmp_path):  # noqa: F811
    flood = python(lan.host("stranger"), "flood.py", 200_000, board.mac, FIRST_ADDRESS)
    flood.wait_for("^begun$")
    pushing = desk.start(desk.lan.otaru, "push", FIRMWARE / "long.bin", "--to", FIRST_ADDRESS, "--json")
    board.wait_for("[update] 65536 of", seconds=SOON)
    result = pushing.wait_for_json(event="result", seconds=SOON)
    assert (result["status"], pushing.stop()) == ("ok", 0), result
    print(f"updated in {result['seconds']} s")
    assert flood.stop() == 0
    sent, answered = map(int, re.findall(r"\d+", flood.wait_for("^sent ")))
    print(f"{sent} frames of nonsense, {answered} questions answered")
    assert 0 < sent < 200_000 and answered, "there to the update's end, and the board kept up with it"
    assert updated(board, "6.0.0") == "OTA2"
    assert desk.find(NAME)["txt"] == txt(board, "6.0.0", "OTA2")
    assert [line for line in board.lines if "broken" in line or "[fault]" in line] == []


@pytest.fixture
def bad_cable(lan):  # noqa: F811
    """Makes a bridge `br1` behind a link to the switch that loses, delays and reorders frames."""
    def make(loss, delay_ms):
        ip("-n", lan.switch, "link", "add", "br1", "type", "bridge", "mcast_snooping", "0")
        ip("-n", lan.switch, "link", "set", "br1", "up")
        cable = Program(["ip", "netns", "exec", lan.switch, sys.executable, "-B", PEERS / "bad_link.py", "br0", "br1",
                         str(loss), str(delay_ms)])
        lan.programs.append(cable)
        cable.wait_for("^ready$")
        return cable

    return make


def test_an_update_gets_through_a_cable_that_loses_delays_and_reorders(dhcp, desk, bad_cable, make_lan_board):  # noqa: F811
    cable = bad_cable(0.05, 20)
    board = make_lan_board(bridge="br1")
    board.announced_as(NAME, seconds=60)  # frames of DHCP and of probes are lost too
    ended, result = push(desk, FIRST_ADDRESS, "v2")
    assert (ended, result["status"]) == (0, "ok"), result
    assert updated(board, "2.0.0") == "OTA2"
    assert desk.find(NAME)["txt"]["ver"] == "2.0.0"
    cable.stop()
    passed, lost, reordered = map(int, re.findall(r"=(\d+)", cable.wait_for("^passed=")))
    assert passed > 100 and lost > 5 and reordered > 5


@pytest.mark.parametrize("end", ["board", "switch"])
def test_a_pulled_cable_is_told_and_the_board_takes_the_next_update(dhcp, desk, bad_cable, make_lan_board, end):  # noqa: F811
    bad_cable(0, 10)  # so that there is time to pull it
    board = make_lan_board(bridge="br1")
    board.announced_as(NAME)
    pulled = {"board": board.pull_cable, "switch": board.switch_off_port}[end]
    pushing = desk.start(desk.lan.otaru, "push", FIRMWARE / "long.bin", "--to", NAME, "--json", "--idle-timeout", "2s",
                         "--look-again", "1s")
    board.wait_for("[update] 65536 of")
    pulled(True)
    lost = pushing.wait_for_json(event="result", seconds=SOON)
    assert (pushing.stop(), lost["status"]) == (5, "lost"), lost
    assert not any("[update] 716800" in line for line in board.lines)
    pulled(False)
    if end == "board":
        board.announced_as(NAME, 2, SOON)  # it noticed
    assert desk.find(NAME)["txt"] == txt(board)
    ended, result = push(desk, NAME, "v2", "--wait", "30s")
    assert (ended, result["status"]) == (0, "ok"), result
    updated(board, "2.0.0", announced=3 if end == "board" else 2)
