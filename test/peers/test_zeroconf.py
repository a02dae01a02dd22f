"""A board as python3-zeroconf sees it."""

import pathlib
import signal
import sys

import pytest

PEER = pathlib.Path(__file__).resolve().parent / "zeroconf_peer.py"


def start_zeroconf(host, *arguments):
    return host.start(sys.executable, "-B", PEER, *arguments)


@pytest.fixture
def browser(desk):
    return start_zeroconf(desk, "browse")


def test_finds_a_board_with_its_port_txt_and_addresses(board_host, browser):
    board_host.announce("MyAmeba", 8020)
    seen = browser.wait_for_json(event="Added", name="MyAmeba")
    assert seen["host"] == "MyAmeba.local."
    assert seen["port"] == 8020
    assert board_host.address in seen["addresses"]
    assert any(address.startswith("fe80:") for address in seen["addresses"]), "AAAA"
    assert seen["txt"] == {"board": "ameba_rtl8721d", "auth_upload": "no", "tcp_check": "no", "ssh_upload": "no",
                           "otaru": "1"}


def test_finds_a_board_that_was_there_before(board_host, desk):
    board_host.announced("MyAmeba", 8020)
    start_zeroconf(desk, "browse").wait_for_json(event="Added", name="MyAmeba", port=8020)


def test_loses_a_board_at_its_goodbye(board_host, browser):
    board = board_host.announced()
    browser.wait_for_json(event="Added", name="MyAmeba")
    assert board.stop() == 0
    browser.wait_for_json(event="Removed", name="MyAmeba", seconds=4)


def test_sees_new_txt_entries(board_host, browser):
    board = board_host.announced()
    browser.wait_for_json(event="Added", name="MyAmeba")
    board.send(signal.SIGUSR1)
    seen = browser.wait_for_json(event="Updated", name="MyAmeba")
    assert seen["txt"]["updated"] == "1"


def test_keeps_its_name_and_the_board_takes_another(board_host, desk):
    start_zeroconf(desk, "register", "MyAmeba", 5000, desk.address).wait_for_json(event="Registered")
    board = board_host.announce("MyAmeba", 8020)
    board.wait_for("^renamed MyAmeba MyAmeba-2$")
    board.wait_for("^announced MyAmeba-2 MyAmeba-2.local")
    found = desk.discover("--for", "2s")
    assert found["MyAmeba"]["port"] == 5000 and not found["MyAmeba"]["otaru"]
    assert found["MyAmeba-2"]["port"] == 8020 and found["MyAmeba-2"]["otaru"]


def test_is_refused_the_name_of_a_board(board_host, desk):
    board = board_host.announced("MyAmeba", 8020)
    peer = start_zeroconf(desk, "register", "MyAmeba", 5000, desk.address)
    peer.wait_for("NonUniqueNameException")
    assert not any(line.startswith("renamed") for line in board.lines)
    assert desk.find("MyAmeba")["port"] == 8020
