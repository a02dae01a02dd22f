"""`otaru ide discovery`, with the test in the place of the IDE. Boards of the network: test/peers/test_ide_boards.py."""

import json
import os
import subprocess

import pytest

from ide_client import Client


@pytest.fixture
def board_list(tmp_path):
    return tmp_path / "settings" / "boards.txt"


@pytest.fixture
def client(otaru, board_list):
    started = []

    def start(*options):
        started.append(Client(otaru, "ide", "discovery", "--list", board_list, *(options or ("--interface", "lo"))))
        return started[-1]

    yield start
    for client in started:
        client.process.kill()
        client.process.wait(timeout=10)


def is_error(message, event):
    return message["eventType"] == event and message["error"] is True and message["message"]


def test_the_conversation_follows_the_specification(client):
    ide = client()
    assert is_error(ide.ask("START"), "command_error")
    assert ide.ask('HELLO 1 "Arduino IDE 2.3.2"') == {"eventType": "hello", "protocolVersion": 1, "message": "OK"}
    assert is_error(ide.ask('HELLO 1 "Arduino IDE 2.3.2"'), "hello")
    assert is_error(ide.ask("LIST"), "list")
    assert is_error(ide.ask("STOP"), "stop")
    assert is_error(ide.ask("DANCE"), "command_error")
    assert "DANCE" in ide.ask("DANCE")["message"]
    assert ide.ask("START") == {"eventType": "start", "message": "OK"}
    assert is_error(ide.ask("START"), "start")
    assert is_error(ide.ask("START_SYNC"), "start_sync")
    assert ide.ask("LIST")["eventType"] == "list"
    assert ide.ask("STOP") == {"eventType": "stop", "message": "OK"}
    assert ide.ask("START_SYNC") == {"eventType": "start_sync", "message": "OK"}
    ide.answer("STOP", "stop")
    assert ide.ask("QUIT") == {"eventType": "quit", "message": "OK"}
    assert ide.end() == 0


def test_the_end_of_stdin_ends_it(client):
    ide = client()
    ide.ask('HELLO 1 "test"')
    ide.ask("START_SYNC")
    ide.process.stdin.close()
    assert ide.process.wait(timeout=10) == 0


def test_an_interface_that_is_not_there_is_an_error_of_start(client):
    ide = client("--interface", "nothing0")
    ide.ask('HELLO 1 "test"')
    for command in ("START", "START_SYNC"):
        message = ide.ask(command)
        assert is_error(message, command.lower()) and "nothing0" in message["message"]
    assert ide.ask("QUIT")["eventType"] == "quit"


def test_a_board_that_multicast_does_not_reach_is_added_by_its_address(client, otaru, board_list):
    def ide_command(*arguments, code=0):
        result = subprocess.run([otaru, "ide", *arguments, "--list", board_list], capture_output=True, text=True,
                                timeout=20)
        assert result.returncode == code, result.stderr
        return result.stdout

    ide_command("add", "192.0.2.7:9000", "--name", "In the cellar")
    assert json.loads(ide_command("list", "--json")) == {"address": "192.0.2.7:9000", "name": "In the cellar"}
    ide = client()
    ide.ask('HELLO 1 "test"')
    ide.ask("START_SYNC")
    port = ide.wait_for("add", "192.0.2.7:9000")
    assert port["label"] == "In the cellar at 192.0.2.7:9000"
    assert port["properties"]["port"] == "9000"
    # The running discovery follows the list.
    ide_command("add", "192.0.2.8")
    assert ide.wait_for("add", "192.0.2.8")["properties"]["port"] == "8020"
    ide_command("remove", "In the cellar")
    ide.wait_for("remove", "192.0.2.7:9000")
    ide_command("remove", "192.0.2.99", code=3)
    ide_command("add", "no port:x", code=2)


def test_the_list_is_in_the_settings_of_this_person(otaru, tmp_path):
    for variables, folder in (({"HOME": tmp_path / "a"}, "a/.config"),
                              ({"HOME": tmp_path / "b", "XDG_CONFIG_HOME": tmp_path / "c"}, "c")):
        environment = {key: value for key, value in os.environ.items() if key != "XDG_CONFIG_HOME"}
        environment |= {key: str(value) for key, value in variables.items()}
        subprocess.run([otaru, "ide", "add", "192.0.2.7"], env=environment, check=True, capture_output=True, timeout=20)
        assert (tmp_path / folder / "otaru/boards.txt").read_text() == "192.0.2.7\n"
