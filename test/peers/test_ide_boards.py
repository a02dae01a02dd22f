"""`otaru ide discovery` tells an IDE which boards come to the network, change and go."""

import time

import pytest

from ide_client import Client


@pytest.fixture
def ide(desk, otaru, tmp_path):
    client = Client(*desk.command(otaru, "ide", "discovery", "--list", tmp_path / "none"))
    client.ask('HELLO 1 "test"')
    yield client
    client.process.kill()
    client.process.wait(timeout=10)


def test_boards_come_and_go_as_events(ide, board_host):
    board = board_host.announced()
    assert ide.ask("START_SYNC") == {"eventType": "start_sync", "message": "OK"}
    port = ide.wait_for("add", board_host.address)
    assert port["protocol"] == "network" and port["protocolLabel"]
    assert port["label"] == f"MyAmeba at {board_host.address}"
    assert port["properties"]["port"] == "8020"
    assert port["properties"]["hostname"] == "MyAmeba.local"
    assert port["properties"]["board"] == "ameba_rtl8721d"
    assert port["properties"]["auth_upload"] == "no"
    assert all(isinstance(value, str) for value in port["properties"].values())
    board.stop()
    assert ide.wait_for("remove", board_host.address) == {"address": board_host.address, "protocol": "network"}
    board_host.announced("MyAmeba", 9000)
    assert ide.wait_for("add", board_host.address)["properties"]["port"] == "9000"


def test_stop_and_start_again_tells_all_anew(ide, board_host):
    board_host.announced()
    for _ in range(2):
        assert ide.ask("START_SYNC")["eventType"] == "start_sync"
        ide.wait_for("add", board_host.address)
        ide.answer("STOP", "stop")
    ide.answer("QUIT", "quit")
    assert ide.end() == 0


def test_list_shows_the_boards_of_the_network(ide, board_host, lan):
    board_host.announced()
    second = lan.host("second")
    second.announced("Other")
    ide.ask("START")
    end = time.monotonic() + 20
    while len(ports := ide.ask("LIST")["ports"]) < 2 and time.monotonic() < end:
        time.sleep(0.1)
    assert sorted(port["label"] for port in ports) == [f"MyAmeba at {board_host.address}", f"Other at {second.address}"]
