"""otaru.exe and a virtual board of this machine, on loopback."""

import json
import socket
import struct
import threading

import pytest

from images import image2
from virtual_board import assert_updated

IMAGE = image2(184_320, seed=41)
PASSWORD = "Grüße vom Otaru-Kanal"


@pytest.fixture
def image(workdir):
    """An image in a folder whose name is none for the faint-hearted."""
    folder = workdir / "Übungs programm"
    folder.mkdir()
    (folder / "km0_km4_image2.bin").write_bytes(IMAGE)
    return "Übungs programm/km0_km4_image2.bin"


def events(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_an_update_arrives_and_boots(windows, board, image):
    before = board.flash()
    result = windows.run("push", image, "--to", f"127.0.0.1:{board.port}")
    assert result.stdout.splitlines()[-1] == "Client Disconnected."
    assert board.wait_for_boot(2) == "OTA2"
    board.wait_for("[trial] confirmed")
    assert_updated(board, before, "OTA2", IMAGE)


def test_a_host_name_is_looked_up(windows, board, image):
    result = windows.run("push", image, "--to", f"localhost:{board.port}", "--json")
    assert events(result)[-1]["status"] == "ok"
    assert board.wait_for_boot(2) == "OTA2"


@pytest.mark.parametrize("way", ["file", "variable", "option"])
def test_a_board_with_a_password_lets_in_who_knows_it(windows, make_board, workdir, image, way):
    (workdir / "password").write_bytes(PASSWORD.encode() + b"\r\n")
    board = make_board(board_options=["--password-file", workdir / "password"]).start(image2(seed=0))
    refused = windows.run("push", image, "--to", f"127.0.0.1:{board.port}", "--json", code=4)
    assert events(refused)[-1]["code"] == "password_required"
    options = {"file": ["--password-file", "password"], "variable": [], "option": ["--password", PASSWORD]}[way]
    environment = {"OTARU_PASSWORD": PASSWORD} if way == "variable" else {}
    before = board.flash()
    windows.run("push", image, "--to", f"127.0.0.1:{board.port}", *options, environment=environment)
    assert board.wait_for_boot(2) == "OTA2"
    board.wait_for("[trial] confirmed")
    assert_updated(board, before, "OTA2", IMAGE)


def test_a_wrong_password_is_refused(windows, make_board, workdir, image):
    (workdir / "password").write_text(PASSWORD)
    board = make_board(board_options=["--password-file", workdir / "password"]).start(image2(seed=0))
    result = windows.run("push", image, "--to", f"127.0.0.1:{board.port}", "--password", "something else", "--json",
                         code=4)
    assert events(result)[-1]["code"] == "password_wrong"


def test_nobody_there_ends_with_3(windows, image):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # and never listens
        result = windows.run("push", image, "--to", f"127.0.0.1:{reserved.getsockname()[1]}", code=3)
    assert "127.0.0.1" in result.stderr
    assert windows.run("push", image, "--to", "no-such-board", "--interface", "lo", code=3).stderr


def test_a_broken_connection_ends_with_5(windows, image):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)

        def serve():
            connection, _ = listener.accept()
            connection.recv(12)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        result = windows.run("push", image, "--to", f"127.0.0.1:{listener.getsockname()[1]}", "--json", "--look-again",
                             "1s", code=5)
        thread.join(timeout=10)
    assert events(result)[-1]["status"] == "lost"


def test_discover_finds_the_board(windows, board):
    board.wait_for("announced as")
    found = events(windows.run("discover", "--interface", "lo", "--for", "3s", "--json"))
    [seen] = [one for one in found if one["name"] == board.name]
    assert (seen["address"], seen["port"], seen["otaru"]) == ("127.0.0.1", board.port, True)


def test_a_push_finds_the_board_by_its_name(windows, board, image):
    board.wait_for("announced as")
    windows.run("push", image, "--to", board.name, "--interface", "lo")
    assert board.wait_for_boot(2) == "OTA2"
