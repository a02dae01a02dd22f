"""`otaru push` against boards that are not ours: they receive as stock boards do, say nothing, or fail in every way.

Each is played by a thread of the test on 127.0.0.1. No wait is longer than 10 s.
"""

import contextlib
import json
import os
import pathlib
import pty
import select
import signal
import socket
import struct
import subprocess
import threading
import time

import pytest

import images

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden"
FAREWELL = "Client Disconnected."


class Peer:
    """Listens on a free port, serves one connection with `serve(peer, connection)`, then stops listening if told."""

    def __init__(self, serve, stays=True, receive_buffer=None):
        self.listener = socket.socket()
        if receive_buffer:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(8)
        self.listener.settimeout(10)
        self.port = self.listener.getsockname()[1]
        self.received = b""
        self.fault = None
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(serve, stays))
        self.thread.start()

    def run(self, serve, stays):
        try:
            connection, _ = self.listener.accept()
            if not stays:
                self.listener.close()
            with connection:
                connection.settimeout(10)
                serve(self, connection)
        except (OSError, AssertionError) as fault:
            self.fault = fault

    def join(self):
        self.over.set()
        self.thread.join(timeout=15)
        self.listener.close()
        assert not self.thread.is_alive()


@pytest.fixture
def peer():
    with contextlib.ExitStack() as peers:
        def start(*arguments, **options):
            started = Peer(*arguments, **options)
            peers.callback(started.join)
            return started
        yield start


@pytest.fixture
def push(otaru, workdir):
    def run(file, port, *arguments):
        return subprocess.run([otaru, "push", file, "--to", f"127.0.0.1:{port}", *arguments],
                              capture_output=True, text=True, timeout=20)
    return run


@pytest.fixture
def program(workdir):
    """An image 2 of 800 KB."""
    path = workdir / "km0_km4_image2.bin"
    path.write_bytes(images.image2(800_000, seed=1))
    return path


def read(connection, count):
    got = b""
    while len(got) < count:
        more = connection.recv(min(count - len(got), 65536))
        assert more, f"the uploader closed after {len(got)} of {count} bytes"
        got += more
    return got


def receive(peer, connection):
    """What a stock board does: 12 bytes, 8 bytes, one image header, the image in small reads; then the checksum."""
    total_sum, zero, size = struct.unpack("<III", read(connection, 12))
    prefix = read(connection, 8)
    header = read(connection, 24)
    _, count = struct.unpack("<II", prefix)
    name, header_length, checksum, length, offset, _ = struct.unpack("<4sIIIII", header)
    image = b""
    while len(image) < length:
        more = connection.recv(min(length - len(image), 1460))
        assert more, f"the uploader closed after {len(image)} of {length} bytes"
        image += more
    assert (zero, count, name[:3], header_length, offset) == (0, 1, b"OTA", 24, 32)
    assert size == 32 + length
    assert sum(image) & 0xFFFFFFFF == checksum
    assert sum(prefix + header + image) & 0xFFFFFFFF == total_sum
    peer.received = image


def close_with_reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def wait(peer, connection):
    peer.over.wait(timeout=10)


def test_a_stock_board_that_only_closes_is_a_success_with_a_warning(peer, push, program):
    stock = peer(receive)
    result = push(program, stock.port)
    stock.join()
    assert stock.fault is None
    assert stock.received == program.read_bytes()
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == FAREWELL
    assert "Warning:" in result.stderr and "unknown" in result.stderr and "answers on the network" in result.stderr


def test_a_stock_board_takes_an_ota_file_byte_for_byte(peer, push):
    stock = peer(receive, stays=False)
    file = GOLDEN / "ota-one-imagetool.bin"
    result = push(file, stock.port, "--look-again", "3s", "--json")
    stock.join()
    assert stock.fault is None
    assert stock.received == file.read_bytes()[32:]
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert events[-1]["event"] == "result" and events[-1]["status"] == "unknown" and events[-1]["code"] == "closed"
    assert events[-2] == {"event": "progress", "sent": file.stat().st_size, "written": 0,
                          "total": file.stat().st_size}
    assert "not seen on the network again" in events[-1]["message"]
    assert result.returncode == 0


@pytest.mark.parametrize("stays, code", [(True, 0), (False, 5)])
def test_a_stock_board_that_resets_without_closing_is_looked_for(peer, push, stays, code):
    def silent(self, connection):
        receive(self, connection)
        wait(self, connection)
    stock = peer(silent, stays=stays)
    result = push(GOLDEN / "image2-small.bin", stock.port, "--idle-timeout", "2s", "--look-again", "3s")
    assert result.returncode == code, result.stderr
    assert (result.stdout.splitlines()[-1] == FAREWELL) == (code == 0)


def test_progress_and_verdict_of_a_board_that_speaks(peer, push, program):
    size = program.stat().st_size

    def speaks(self, connection):
        receive(self, connection)
        for written, pause in ((size // 4, 0.5), (size // 2, 0.5), (size, 0)):
            connection.sendall(f"OTARU/1 progress {written} {size}\n".encode())
            time.sleep(pause)
        connection.sendall(b"OTARU/1 ok slot=OTA2 version=0xFFFFFFFF\n")
        connection.recv(1)
    result = push(program, peer(speaks).port, "--json")
    assert result.returncode == 0, result.stderr
    *progress, last = [json.loads(line) for line in result.stdout.splitlines()]
    assert progress and all(event["event"] == "progress" for event in progress)
    written = [event["written"] for event in progress]
    assert written == sorted(written) and size // 4 in written
    assert progress[-1]["sent"] == progress[-1]["written"] == progress[-1]["total"] == size + 32
    assert last["seconds"] < 5
    assert {key: last[key] for key in ("event", "status", "slot", "code")} == {
        "event": "result", "status": "ok", "slot": "OTA2", "code": ""}
    result = push(program, peer(speaks).port)
    assert result.returncode == 0, result.stderr
    assert any("in flash" in line for line in result.stdout.splitlines())
    assert result.stdout.splitlines()[-1] == FAREWELL


@pytest.mark.parametrize("ends", ["closes", "resets", "lingers"])
def test_a_refusal_while_sending_is_told_in_the_boards_words(peer, push, program, ends):
    def refuses(self, connection):
        read(connection, 44)
        connection.sendall(b"OTARU/1 error image_length the image does not fit into the slot\n")
        if ends == "resets":
            close_with_reset(connection)
        elif ends == "lingers":
            while connection.recv(65536):
                pass
    result = push(program, peer(refuses).port)
    assert result.returncode == 4, result.stderr
    assert "the image does not fit into the slot (image_length)" in result.stderr
    assert FAREWELL not in result.stdout


@pytest.mark.parametrize("ends", [socket.socket.close, close_with_reset])
def test_a_connection_that_breaks_while_sending_is_lost(peer, push, program, ends):
    def breaks(self, connection):
        read(connection, 100_000)
        ends(connection)
    result = push(program, peer(breaks, receive_buffer=8192).port, "--json")
    assert result.returncode == 5, result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["status"] == "lost"
    assert "Error:" in result.stderr


def test_a_board_that_speaks_and_closes_without_a_verdict_is_lost(peer, push, program):
    def breaks(self, connection):
        receive(self, connection)
        connection.sendall(b"OTARU/1 progress 10 20\n")
    result = push(program, peer(breaks).port)
    assert result.returncode == 5
    assert FAREWELL not in result.stdout


def test_a_board_that_never_reads_ends_the_push_at_the_idle_limit(peer, push, program):
    start = time.monotonic()
    result = push(program, peer(wait, receive_buffer=8192).port, "--idle-timeout", "700ms")
    assert time.monotonic() - start < 5
    assert result.returncode == 5
    assert "took nothing more for 0.7 s" in result.stderr


def test_nobody_listens(push, program):
    with socket.socket() as taken:  # bound, but not listening
        taken.bind(("127.0.0.1", 0))
        result = push(program, taken.getsockname()[1], "--json")
    assert result.returncode == 3
    assert "nothing listens" in result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["code"] == "no_connection"


def test_no_such_board(otaru, program):
    result = subprocess.run([otaru, "push", program, "--to", "NoSuchBoard.local", "--interface", "lo"],
                            capture_output=True, text=True, timeout=20)
    assert result.returncode == 3
    assert "otaru discover" in result.stderr


@pytest.mark.parametrize("name", ["ota-three-imagetool.bin", "blob-3001.bin", "no-such-file.bin"])
def test_a_file_that_boards_do_not_take_is_refused_before_connecting(push, name):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        result = push(GOLDEN / name, listener.getsockname()[1])
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert result.returncode == 2
    assert name in result.stderr


@pytest.mark.parametrize("arguments", [["--to", "a:b"], ["--to", ""], [], ["--to", "::1", "--port", "0"],
                                       ["--to", "::1", "--idle-timeout", "soon"]])
def test_bad_usage(otaru, program, arguments):
    result = subprocess.run([otaru, "push", program, *arguments], capture_output=True, text=True, timeout=20)
    assert result.returncode == 2
    assert result.stderr


def test_port_option_wins_over_the_port_in_the_target(otaru, peer, program):
    def accepts(self, connection):
        receive(self, connection)
        connection.sendall(b"OTARU/1 ok slot=OTA1 version=0x00000001\n")
        connection.recv(1)
    there = peer(accepts)
    result = subprocess.run([otaru, "push", program, "--to", "127.0.0.1:1", "--port", str(there.port)],
                            capture_output=True, text=True, timeout=20)
    assert result.returncode == 0, result.stderr
    assert "OTA1" in result.stdout


def test_a_terminal_shows_a_bar(otaru, peer, program):
    size = program.stat().st_size

    def slow(self, connection):
        receive(self, connection)
        for written, pause in ((size // 2, 0.5), (size, 0)):
            connection.sendall(f"OTARU/1 progress {written} {size}\n".encode())
            time.sleep(pause)
        connection.sendall(b"OTARU/1 ok slot=OTA2 version=0x00000001\n")
        connection.recv(1)
    port = peer(slow).port
    screen, terminal = pty.openpty()
    process = subprocess.Popen([otaru, "push", program, "--to", f"127.0.0.1:{port}"], stdout=terminal, stderr=terminal,
                               env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"})
    os.close(terminal)
    shown = b""
    with contextlib.suppress(OSError):  # Linux ends a pty with EIO
        while select.select([screen], [], [], 10)[0] and (more := os.read(screen, 4096)):
            shown += more
    os.close(screen)
    assert process.wait(timeout=10) == 0
    text = shown.decode()
    assert "█" in text and "in flash 50 %" in text and "left" in text
    assert text.rstrip().endswith(FAREWELL)


def test_ctrl_c_ends_with_a_message_and_an_unknown_outcome(otaru, peer, program):
    reached = threading.Event()

    def silent(self, connection):
        receive(self, connection)
        reached.set()
        wait(self, connection)
    port = peer(silent).port
    process = subprocess.Popen([otaru, "push", program, "--to", f"127.0.0.1:{port}"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    assert reached.wait(timeout=10)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=5)
    assert process.returncode == 5
    assert "Interrupted" in err
    assert FAREWELL not in out


def test_a_reader_that_goes_away_does_not_end_the_push(otaru, peer, program):
    stock = peer(receive)
    process = subprocess.Popen([otaru, "push", program, "--to", f"127.0.0.1:{stock.port}", "--json"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    process.stderr.read()
    assert process.wait(timeout=10) == 0
    stock.join()
    assert stock.received == program.read_bytes()
