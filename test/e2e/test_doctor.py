"""`otaru doctor` on loopback, with virtual boards, with announcements of boards as stock ones make them, and with the
folders of an IDE. Other boards may be there: the names are this process's own. 40 s in all, most of it waiting for boards
that do not answer."""

import json
import os
import pathlib
import queue
import socket
import subprocess
import threading

import pytest

from images import image2

KEYS = ["event", "check", "subject", "verdict", "message", "advice"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home without an IDE."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("ARDUINO_DIRECTORIES_DATA", raising=False)
    return folder


@pytest.fixture
def doctor(otaru, home):
    """Runs it; gives the exit code, the checks by their codes (the last of each) and the summary."""
    def run(*arguments):
        result = subprocess.run([otaru, "doctor", "--json", "--interface", "lo", *map(str, arguments)],
                                capture_output=True, text=True, timeout=60)
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        assert lines, result.stderr
        *checks, summary = lines
        assert all(list(check) == KEYS for check in checks)
        assert summary["event"] == "summary" and summary["exit"] == result.returncode
        assert sum(summary[key] for key in ("fine", "warnings", "wrong", "unknown")) == len(checks)
        return result.returncode, {check["check"]: check for check in checks}, summary
    return run


@pytest.fixture
def announce(otaru):
    """Announces a board that does not exist, without `otaru` in its TXT entries as stock boards do."""
    program = pathlib.Path(os.environ.get("OTARU_TEST_ANNOUNCER") or otaru.parent / "net/otaru_test_announcer")
    started = []

    def start(name, port):
        process = subprocess.Popen([program, name, str(port), "lo", "board=ameba_rtl8721d", "auth_upload=no",
                                    "tcp_check=no", "ssh_upload=no"], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline().startswith("announced")

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=10)


class Listener:
    """Notes who connects and what they send, as a stock board's listener would."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.visits = queue.Queue()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                self.visits.put(connection.recv(100))

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(timeout=10)


@pytest.fixture
def listener():
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return port


def verdicts(checks, *codes):
    return [checks[code]["verdict"] for code in codes]


def test_a_board_that_is_there_is_fine(board, doctor):
    board.wait_for("announced as")
    code, checks, summary = doctor(board.name)
    assert code == 0 and summary["wrong"] == 0, checks
    codes = ["network", "mdns_port", "multicast", "neighbours", "found", "same_network", "kind", "port", "slot", "board_id"]
    assert verdicts(checks, *codes) == ["fine"] * len(codes)
    assert str(board.port) in checks["port"]["message"]
    assert "OTA1" in checks["slot"]["message"]
    assert checks["password"]["verdict"] == "warning"


def test_it_does_the_board_no_harm(board, doctor, push):
    board.wait_for("announced as")
    before = board.flash()
    assert doctor(board.name)[0] == 0
    assert board.flash() == before
    push(image2(seed=1), board)
    assert board.wait_for_boot(2) == "OTA2"


def test_a_board_with_a_password_is_told_so(make_board, tmp_path, doctor):
    (tmp_path / "password").write_text("sesame\n")
    board = make_board(board_options=["--password-file", tmp_path / "password"]).start(image2(seed=0))
    board.wait_for("announced as")
    code, checks, _ = doctor(f"127.0.0.1:{board.port}")
    assert code == 0
    assert checks["password"]["verdict"] == "fine" and "--password-file" in checks["password"]["advice"]


def test_a_board_that_is_gone_ends_with_3(board, doctor):
    board.wait_for("announced as")
    board.stop()
    code, checks, _ = doctor(board.name)
    assert code == 3
    assert checks["found"]["verdict"] == "wrong" and "within 3 s" in checks["found"]["message"]


def test_a_closed_port_ends_with_3(closed_port, doctor):
    code, checks, _ = doctor(f"127.0.0.1:{closed_port}")
    assert code == 3
    assert checks["port"]["verdict"] == "wrong" and "nothing listens" in checks["port"]["message"]


def test_a_stock_boards_one_connection_is_left_to_the_uploader(announce, listener, doctor):
    name = f"Stock-{os.getpid()}"
    announce(name, listener.port)
    code, checks, _ = doctor(name)
    assert code == 0
    assert verdicts(checks, "kind", "port", "password", "slot") == ["warning", "unknown", "unknown", "unknown"]
    assert listener.visits.empty()
    code, checks, _ = doctor(f"{name}:{listener.port}")
    assert code == 0
    assert checks["port"]["verdict"] == "fine" and "used up" in checks["port"]["message"]
    assert listener.visits.get(timeout=10) == b"", "it sent something"
    assert listener.visits.empty(), "it came more than once"


def test_of_several_boards_each_is_looked_at(make_board, doctor):
    name = f"Twin-{os.getpid()}"
    boards = [make_board(name=each).start(image2(seed=0)) for each in (name, f"{name}-2")]
    for board in boards:
        board.wait_for("announced as")
    code, checks, _ = doctor(name)
    assert code == 0 and checks["found"]["subject"] == f"{name} at 127.0.0.1"
    result = subprocess.run([boards[0].program, "doctor", "--interface", "lo"], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout
    for board in boards:
        assert f"{board.name} at 127.0.0.1\n" in result.stdout
    assert "\x1b" not in result.stdout


def test_an_ide_package_is_judged_by_its_state(otaru, home, doctor, closed_port):
    package = home / ".arduino15/packages/realtek/hardware/AmebaD/3.1.9"
    package.mkdir(parents=True)
    (package / "platform.txt").write_text("name=Test\nversion=3.1.9\n")
    (package / "boards.txt").write_text("bw16.name=BW16\nbw16.build.mcu=RTL8720DN\nbw16.upload.tool=ameba_d_tools\n")
    assert doctor()[1]["ide"]["verdict"] == "warning"
    subprocess.run([otaru, "ide", "install"], check=True, capture_output=True, timeout=60)
    assert doctor()[1]["ide"]["verdict"] == "fine"
    (package / "boards.local.txt").unlink()
    code, checks, _ = doctor()
    assert (code, checks["ide"]["verdict"]) == (2, "wrong")


@pytest.mark.parametrize("arguments, words", [
    (["--interface", "no-such-interface"], "no-such-interface"),
    (["[nonsense]:80"], "no address"),
    (["MyAmeba:70000"], "no port"),
    (["one", "two"], "two"),
])
def test_bad_usage_ends_with_2(otaru, home, arguments, words):
    result = subprocess.run([otaru, "doctor", *arguments], capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr
