"""A board under a thousand bad connections, while an honest uploader tries."""

import itertools
import random
import re
import subprocess
import threading
import time

import images
from uploaders import connect, reset

BAD_CONNECTIONS = 1000
AT_ONCE = 100  # connections that are open at the same time


def silent(connection, numbers, image):
    time.sleep(numbers.uniform(0.5, 2))


def slow(connection, numbers, image):
    for byte in images.push_stream(image)[:20]:
        connection.send(bytes([byte]))
        time.sleep(0.1)


def port_scan(connection, numbers, image):
    pass


def half_header(connection, numbers, image):
    connection.sendall(images.push_stream(image)[:numbers.randrange(1, 44)])
    time.sleep(0.5)


def random_bytes(connection, numbers, image):
    connection.sendall(numbers.randbytes(numbers.randrange(1, 20000)))
    time.sleep(0.2)


def reset_at_once(connection, numbers, image):
    connection.sendall(images.push_stream(image)[:numbers.randrange(1, 200)])
    reset(connection)


def good_start_then_silence(connection, numbers, image):
    """The worst: takes the update, and says no more."""
    connection.sendall(images.push_stream(image)[:5000])
    time.sleep(1)


KINDS = (silent, slow, port_scan, half_header, random_bytes, reset_at_once, good_start_then_silence)


def misbehave(board, number, image):
    numbers = random.Random(number)
    try:
        connection = connect(board, timeout=5)
    except OSError:
        return  # the listen queue is full for a moment: that is allowed
    try:
        KINDS[number % len(KINDS)](connection, numbers, image)
    except OSError:
        pass  # the board threw it out
    finally:
        connection.close()


def resident_kib(process):
    with open(f"/proc/{process.pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))


def test_an_honest_uploader_gets_through_a_thousand_bad_ones(make_board, otaru, tmp_path):
    board = make_board().start(images.image2(seed=0))
    bait = images.image2(seed=666)
    misbehave(board, 0, bait)
    before = resident_kib(board.process)

    numbers = itertools.count()
    done = []
    through = threading.Event()

    def crowd():
        """Goes on until the honest one is through, and until there were enough of them."""
        while not (through.is_set() and len(done) >= BAD_CONNECTIONS) and len(done) < 10 * BAD_CONNECTIONS:
            number = next(numbers)
            misbehave(board, number, bait)
            done.append(number)

    threads = [threading.Thread(target=crowd) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()

    image = images.image2(300 * 1024, seed=1)
    file = tmp_path / "honest.bin"
    file.write_bytes(image)
    honest = subprocess.run([otaru, "push", file, "--to", f"127.0.0.1:{board.port}", "--idle-timeout", "10s",
                             "--wait", "90s"], capture_output=True, text=True, timeout=120)
    crowded = sum(thread.is_alive() for thread in threads)
    through.set()
    for thread in threads:
        thread.join(timeout=90)
    assert honest.returncode == 0, honest.stdout + honest.stderr
    assert crowded == AT_ONCE, "the crowd had gone: this proves nothing"
    assert len(done) >= BAD_CONNECTIONS

    slot = board.wait_for_boot(2)
    assert board.slot(slot)[:len(image)] == image
    assert resident_kib(board.process) - before < 4096, "the board's memory grew"
    assert board.stop() == 0
    sketch = re.search(r"\[sketch\] (\d+) loops, longest gap (\d+) ms", "\n".join(board.lines))
    assert int(sketch.group(1)) > 100
    assert int(sketch.group(2)) < 500, "the sketch stood still"
    print(f"bad={len(done)} {sketch.group(0)}")
