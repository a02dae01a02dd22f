"""Boards that want a password: who gets in, who does not, and what somebody between learns of it."""

import concurrent.futures
import contextlib
import json
import os
import pty
import re
import select
import socket
import subprocess
import time

import pytest

import images
import uploaders
from images import image2, push_stream
from relay import Relay
from virtual_board import assert_updated

PASSWORD = "correct horse battery staple"
IMAGE = image2(184_320, seed=31)


@pytest.fixture
def password_file(tmp_path):
    def write(text=PASSWORD + "\n", name="password"):
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path
    return write


@pytest.fixture
def guarded(make_board, password_file):
    """A running board that wants a password."""
    return make_board(board_options=["--password-file", password_file()]).start(image2(seed=0))


@pytest.fixture
def relay():
    with contextlib.ExitStack() as relays:
        def start(board, *arguments):
            started = Relay(board, *arguments)
            relays.callback(started.close)
            return started
        yield start


def result_of(push):
    return json.loads(push.stdout.splitlines()[-1])


def refused(push, code):
    assert push.returncode == 4, push.stdout + push.stderr
    result = result_of(push)
    assert (result["status"], result["code"]) == ("refused", code), result
    return result["message"]


def wait_out(push):
    """Waits as long as a refusal says, and a little more."""
    message = refused(push, "too_many_guesses")
    time.sleep(int(re.search(r"\(in (\d+) s\)", message).group(1)))


def test_the_right_password_updates_a_board(guarded, push, password_file):
    before = guarded.flash()
    pushed = push(IMAGE, guarded, "--password-file", password_file())
    assert pushed.stdout.splitlines()[-1] == "Client Disconnected."
    assert guarded.wait_for_boot(2) == "OTA2"
    guarded.wait_for("[trial] confirmed")
    assert_updated(guarded, before, "OTA2", IMAGE)
    push(image2(seed=32), guarded, "--password-file", password_file())  # and the next one, by the new program
    assert guarded.wait_for_boot(3) == "OTA1"


def test_progress_and_verdict_come_through_the_channel(guarded, push, password_file):
    events = [json.loads(line) for line in
              push(IMAGE, guarded, "--password-file", password_file(), "--json").stdout.splitlines()]
    assert events[-1]["status"] == "ok" and events[-1]["slot"] == "OTA2"
    file_size = len(images.ota_file(IMAGE))
    assert events[-2] == {"event": "progress", "sent": file_size, "written": file_size, "total": file_size}


def test_a_wrong_password_is_refused_and_nothing_is_written(guarded, push, password_file):
    before = guarded.flash()
    wrong = password_file("correct horse battery stable", "wrong")
    message = refused(push(IMAGE, guarded, "--password-file", wrong, "--json", check=False), "password_wrong")
    assert "does not know this password" in message
    guarded.wait_for("(password_wrong)")
    assert guarded.flash() == before and guarded.boots == 1


def test_no_password_is_refused_with_what_to_do(guarded, push):
    before = guarded.flash()
    message = refused(push(IMAGE, guarded, "--json", check=False), "password_required")
    assert "--password-file" in message
    assert guarded.flash() == before and guarded.boots == 1


def test_a_stock_uploader_gets_a_refusal_that_can_be_printed(guarded):
    before = guarded.flash()
    said = uploaders.push_raw(guarded, push_stream(IMAGE))
    assert said.decode("ascii").isprintable() or said.decode("ascii").rstrip("\n").isprintable()
    assert uploaders.last_line(said).startswith("OTARU/1 error password_required this board wants a password")
    file = images.ota_file(IMAGE)
    assert uploaders.StockUploader(guarded).push(images.announcement(file), file) == "Client Disconnected."
    assert guarded.flash() == before and guarded.boots == 1


def test_wrong_guesses_cost_longer_and_longer_waits(guarded, push, password_file):
    wrong, right = password_file("wrong", "wrong"), password_file()
    start = time.monotonic()
    for _ in range(2):
        refused(push(IMAGE, guarded, "--password-file", wrong, "--json", check=False), "password_wrong")
        # The right one has to wait as well: the board cannot know it before it has tried it.
        wait_out(push(IMAGE, guarded, "--password-file", right, "--json", check=False))
    assert time.monotonic() - start >= 3, "1 s, then 2 s"
    push(IMAGE, guarded, "--password-file", right)
    assert guarded.wait_for_boot(2) == "OTA2", "the owner is not locked out"


def test_guesses_at_the_same_time_count_one_by_one(guarded, push, password_file):
    files = [password_file(f"guess number {number}", f"guess-{number}") for number in range(6)]
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(len(files)) as pool:
        guesses = [pool.submit(push, IMAGE, guarded, "--password-file", file, "--json", check=False) for file in files]
    results = [result_of(guess.result()) for guess in guesses]
    allowed = 1 + sum(time.monotonic() - start >= waits for waits in (1, 3, 7))
    codes = [result["code"] for result in results]
    assert 1 <= codes.count("password_wrong") <= allowed, codes
    assert guarded.boots == 1


def test_a_password_is_not_given_up_for_a_board_without_one(board, push, password_file):
    before = board.flash()
    message = refused(push(IMAGE, board, "--password-file", password_file(), "--json", check=False), "no_password")
    assert "in the clear" in message
    assert board.flash() == before


def test_a_stock_board_is_told_from_a_wrong_password(otaru, workdir, password_file):
    """It reads some bytes as an announcement and waits for more, or closes; both end with a clear word."""
    program = workdir / "km0_km4_image2.bin"
    program.write_bytes(IMAGE)
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        push = subprocess.Popen([otaru, "push", program, "--to", f"127.0.0.1:{listener.getsockname()[1]}",
                                 "--password-file", password_file(), "--json"], stdout=subprocess.PIPE, text=True)
        connection, _ = listener.accept()
        with connection:
            heard = connection.recv(2000)
            connection.shutdown(socket.SHUT_WR)
            said, _ = push.communicate(timeout=20)
    assert push.returncode == 4
    result = json.loads(said.splitlines()[-1])
    assert result["code"] == "no_secure_channel" and "stock board" in result["message"]
    assert heard[0] == 0x16 and IMAGE[:16] not in heard


@pytest.mark.parametrize("content, why", [(b"", "empty"), (b"\n", "empty"), (b"x" * 65, "at most 64"),
                                          (b"two\nlines\n", "several lines"), (b"a\0b", "control characters"),
                                          (None, "password")])
def test_a_file_that_holds_no_password_is_bad_usage(otaru, workdir, content, why):
    file = workdir / "password"
    if content is not None:
        file.write_bytes(content)
    (workdir / "image").write_bytes(IMAGE)
    for command in (["push", "image", "--to", "127.0.0.1:9"], ["board", "run", "--flash", "flash", "--boots", "1"]):
        result = subprocess.run([otaru, *command, "--password-file", file], capture_output=True, text=True, timeout=20)
        assert result.returncode == 2 and why in result.stderr, result.stderr


def test_the_environment_holds_the_password_too(otaru, make_board, push, monkeypatch):
    monkeypatch.setenv("OTARU_PASSWORD", PASSWORD)
    guarded = make_board().start(image2(seed=0))
    guarded.wait_for("who knows its password")
    push(IMAGE, guarded)
    assert guarded.wait_for_boot(2) == "OTA2"
    monkeypatch.delenv("OTARU_PASSWORD")
    refused(push(IMAGE, guarded, "--json", check=False), "password_required")
    push(image2(seed=33), guarded, "--password", PASSWORD)
    assert guarded.wait_for_boot(3) == "OTA1"


def test_a_person_is_asked_for_the_password_and_it_is_not_shown(otaru, workdir, guarded):
    (workdir / "image").write_bytes(IMAGE)
    screen, terminal = pty.openpty()
    push = subprocess.Popen([otaru, "push", "image", "--to", f"127.0.0.1:{guarded.port}"], stdin=terminal,
                            stdout=terminal, stderr=terminal)
    os.close(terminal)
    shown, asked = b"", False
    with contextlib.suppress(OSError):  # Linux ends a pty with EIO
        while select.select([screen], [], [], 20)[0] and (piece := os.read(screen, 4096)):
            shown += piece
            if not asked and b"Password of" in shown:
                os.write(screen, PASSWORD.encode() + b"\n")
                asked = True
    os.close(screen)
    assert push.wait(timeout=20) == 0, shown
    assert asked and PASSWORD.encode() not in shown
    assert guarded.wait_for_boot(2) == "OTA2"


def push_through(otaru, tmp_path, relay, *options):
    file = tmp_path / "relayed.bin"
    file.write_bytes(IMAGE)
    return subprocess.run([otaru, "push", file, "--to", f"127.0.0.1:{relay.port}", "--json", *options],
                          capture_output=True, text=True, timeout=60)


def windows(data, size=16, step=997):
    return [data[at:at + size] for at in range(0, len(data) - size, step) if len(set(data[at:at + size])) > 4]


def test_who_listens_in_hears_neither_the_password_nor_the_image(otaru, tmp_path, guarded, board, relay, password_file):
    ear = relay(board)
    assert push_through(otaru, tmp_path, ear).returncode == 0
    in_the_clear = [window for window in windows(IMAGE) if window in ear.heard]
    assert len(in_the_clear) > 50, "the search finds what is there"
    assert b"OTARU/1 ok" in ear.heard

    ear = relay(guarded)
    assert push_through(otaru, tmp_path, ear, "--password-file", password_file()).returncode == 0
    assert guarded.wait_for_boot(2) == "OTA2"
    assert len(ear.recorded[True]) > len(IMAGE)
    assert not [window for window in windows(IMAGE) if window in ear.heard]
    assert PASSWORD.encode() not in ear.heard and PASSWORD.split()[0].encode() not in ear.heard
    assert b"OTARU" not in ear.heard


def test_a_recorded_push_cannot_be_played_again(otaru, tmp_path, guarded, relay, password_file):
    ear = relay(guarded)
    assert push_through(otaru, tmp_path, ear, "--password-file", password_file()).returncode == 0
    assert guarded.wait_for_boot(2) == "OTA2"
    guarded.wait_for("[trial] confirmed")
    before = guarded.flash()
    with uploaders.connect(guarded) as connection:
        for to_board, piece in ear.pieces:
            if to_board:
                with contextlib.suppress(OSError):
                    connection.sendall(piece)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
            uploaders.read_to_end(connection)
    guarded.wait_for("(channel_broken)")  # its keys are of another handshake
    assert guarded.flash() == before and guarded.boots == 2


@pytest.mark.parametrize("at", [20_000, 150_000])
def test_a_byte_changed_on_its_way_ends_the_push_and_the_next_one_works(otaru, tmp_path, guarded, relay, push,
                                                                       password_file, at):
    def flip(data, to_board, passed):
        if not to_board or not passed <= at < passed + len(data):
            return data
        return data[:at - passed] + bytes([data[at - passed] ^ 1]) + data[at - passed + 1:]

    running = guarded.slot("OTA1")
    result = push_through(otaru, tmp_path, relay(guarded, flip), "--password-file", password_file())
    assert result.returncode == 5, result.stdout + result.stderr
    guarded.wait_for("(channel_broken)")
    assert guarded.boots == 1 and guarded.slot("OTA1") == running
    push(IMAGE, guarded, "--password-file", password_file())
    assert guarded.wait_for_boot(2) == "OTA2"


def hello(otaru, tmp_path, guarded, relay, password_file):
    """A real first flight of an uploader."""
    ear = relay(guarded)
    push_through(otaru, tmp_path, ear, "--password-file", password_file("a wrong one", "wrong"))
    time.sleep(1.1)  # that one is over
    return ear.pieces[0][1]


def test_bad_bytes_in_the_channel_cost_only_the_connection(otaru, tmp_path, guarded, relay, push, password_file):
    start = hello(otaru, tmp_path, guarded, relay, password_file)
    assert start[0] == 0x16
    behind = [b"", b"GET / HTTP/1.1\r\n\r\n", bytes(5000), b"\x15\x03\x03\x00\x02\x02\x28", b"\x17\x03\x03\xff\xff",
              b"\x16\x03\x03\x00\x04\x10\x00\x00\x00", b"\x14\x03\x03\x00\x01\x01", os.urandom(20_000)]
    cut = [start[:1], start[:5], start[:6], start[:50], start[:-1]]
    for stream in cut + [start + more for more in behind]:
        with uploaders.connect(guarded) as connection, contextlib.suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(stream)
            connection.shutdown(socket.SHUT_WR)
            assert b"OTARU/1 ok" not in uploaders.read_to_end(connection)
    uploaders.reset(uploaders.connect(guarded))
    pushed = push(IMAGE, guarded, "--password-file", password_file(), "--json", check=False)
    if pushed.returncode == 4:  # one of these was a guess, as far as the board can tell
        wait_out(pushed)
        push(IMAGE, guarded, "--password-file", password_file())
    assert guarded.wait_for_boot(2) == "OTA2"


def test_a_sender_that_stops_in_the_handshake_is_ended_and_blocks_nobody(otaru, tmp_path, guarded, relay, push,
                                                                         password_file):
    start = hello(otaru, tmp_path, guarded, relay, password_file)
    began = time.monotonic()
    silent = [uploaders.connect(guarded) for _ in range(2)]
    silent[0].sendall(start[:100])
    silent[1].sendall(start)
    for connection in silent:
        uploaders.read_to_end(connection, timeout=15)
        connection.close()
    assert 8 < time.monotonic() - began < 14, "10 s for the handshake and the first 12 bytes"
    stuck = [uploaders.connect(guarded) for _ in range(10)]
    for connection in stuck:
        connection.sendall(start)
    push(IMAGE, guarded, "--password-file", password_file())
    assert guarded.wait_for_boot(2) == "OTA2"
    for connection in stuck:
        connection.close()


def test_handshakes_do_not_stop_the_sketch(otaru, tmp_path, guarded, relay, password_file):
    """Twenty first flights make the board compute, four at a time."""
    start = hello(otaru, tmp_path, guarded, relay, password_file)

    def knock(_):
        with uploaders.connect(guarded) as connection:
            connection.sendall(start)
            return connection.recv(1)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(knock, range(20)))
    assert answers == [b"\x16"] * 20, "it answered each with a flight of its own"
    assert guarded.stop() == 0
    sketch = re.search(r"\[sketch\] (\d+) loops, longest gap (\d+) ms", "\n".join(guarded.lines))
    assert int(sketch.group(1)) > 50
    assert int(sketch.group(2)) < 500, "the sketch stood still"
    print(sketch.group(0))


def test_a_plain_push_whose_sum_starts_like_a_tls_record_is_taken_for_what_it_is(board):
    image = next(image for image in (image2(seed=seed) for seed in range(5000))
                 if images.byte_sum(images.ota_file(image)) & 0xFF == 0x16)
    stream = push_stream(image)
    assert stream[0] == 0x16
    assert uploaders.last_line(uploaders.push_raw(board, stream)).startswith("OTARU/1 ok slot=OTA2")
    assert board.wait_for_boot(2) == "OTA2"


def test_discover_shows_who_wants_a_password(otaru, guarded, board):
    for one in (guarded, board):
        one.wait_for("announced as")
    found = subprocess.run([otaru, "discover", "--interface", "lo", "--for", "2s", "--json"], capture_output=True,
                           text=True, timeout=20)
    txt = {one["name"]: one["txt"] for one in map(json.loads, found.stdout.splitlines())}
    assert txt[guarded.name]["auth_upload"] == "yes"
    assert txt[board.name]["auth_upload"] == "no"
    table = subprocess.run([otaru, "discover", "--interface", "lo", "--for", "2s"], capture_output=True, text=True,
                           timeout=20).stdout.splitlines()
    assert [line for line in table if guarded.name in line and "wants a password" in line]
    assert not [line for line in table if board.name in line and "wants a password" in line]


def test_a_push_by_name_does_not_show_a_password_to_a_board_that_wants_none(otaru, workdir, board, password_file):
    board.wait_for("announced as")
    (workdir / "image").write_bytes(IMAGE)
    pushed = subprocess.run([otaru, "push", "image", "--to", board.name, "--interface", "lo", "--json",
                             "--password-file", password_file()], capture_output=True, text=True, timeout=20)
    assert "announces that it has no password" in refused(pushed, "no_password")
