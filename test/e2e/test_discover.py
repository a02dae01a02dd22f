"""`otaru discover` and a virtual board on loopback. Other boards may be there: the names are this process's own."""

import json
import os
import pathlib
import signal
import subprocess
import threading

import pytest

IMAGE = pathlib.Path(__file__).resolve().parent.parent / "golden/image2-small.bin"
NAME = f"Discovered-{os.getpid()}"
KEYS = ["name", "host", "address", "port", "board", "otaru", "txt", "label"]


@pytest.fixture
def start():
    """Starts a program whose lines are read; it is killed after a minute, so that no test waits for ever."""
    started = []

    def run(*command):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        limit = threading.Timer(60, process.kill)
        limit.start()
        started.append((process, limit))
        return process

    yield run
    for process, limit in started:
        limit.cancel()
        process.kill()
        process.wait(timeout=10)


@pytest.fixture
def discover(otaru, workdir):
    def run(*arguments):
        return subprocess.run([otaru, "discover", *arguments], capture_output=True, text=True, timeout=60)
    return run


@pytest.fixture
def board(otaru, workdir, start):
    """A board on loopback, with its port; announced."""
    process = start(otaru, "board", "run", "--flash", "flash.bin", "--image", IMAGE, "--name", NAME, "--port", "0",
                    "--interface", "lo")
    for line in process.stdout:
        if line.startswith("Listening on port "):
            process.port = int(line.split()[-1].rstrip("."))
        if "announced as" in line:
            return process
    pytest.fail(f"the board ended with exit code {process.wait(timeout=10)} before it was announced")


def test_json_has_one_line_a_board_with_all_that_is_promised(board, discover):
    result = discover("--interface", "lo", "--for", "2s", "--json")
    assert result.returncode == 0, result.stderr
    found = [json.loads(line) for line in result.stdout.splitlines()]
    [seen] = [one for one in found if one["name"] == NAME]
    assert list(seen) == KEYS
    txt = seen.pop("txt")
    assert seen == {"name": NAME, "host": f"{NAME}.local", "address": "127.0.0.1", "port": board.port,
                    "board": "ameba_rtl8721d", "otaru": True, "label": f"{NAME} at 127.0.0.1"}
    assert {"board", "auth_upload", "tcp_check", "ssh_upload", "otaru", "ver", "slot", "id"} <= txt.keys()


def test_people_get_a_table(board, discover):
    result = discover("--interface", "lo", "--for", "1.5s")
    assert result.returncode == 0, result.stderr
    heading, *rows = result.stdout.splitlines()
    assert heading.split() == ["Name", "Address", "Port", "Board", "Version", "Slot", "Kind"]
    [row] = [row.split() for row in rows if NAME in row]
    assert row[:4] == [NAME, "127.0.0.1", str(board.port), "ameba_rtl8721d"] and row[-1] == "Otaru"
    assert "\x1b" not in result.stdout


def test_watch_tells_when_a_board_says_goodbye_and_ends_well_when_interrupted(board, otaru, start):
    watch = start(otaru, "discover", "--watch", "--json", "--interface", "lo")
    events = (json.loads(line) for line in watch.stdout)
    assert next(one for one in events if one["name"] == NAME)["event"] == "found"
    board.send_signal(signal.SIGTERM)
    assert next(one for one in events if one["name"] == NAME)["event"] == "gone"
    watch.send_signal(signal.SIGINT)
    assert watch.wait(timeout=10) == 0


@pytest.mark.parametrize("arguments, words", [
    (["--for", "soon"], "500ms, 3s or 1m"),
    (["--for", "3s", "--watch"], "--watch"),
    (["--interface", "no-such-interface"], 'no network interface "no-such-interface"'),
    (["everything"], "everything"),
])
def test_bad_usage_is_explained(discover, arguments, words):
    result = discover(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr
