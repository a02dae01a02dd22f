"""`otaru board run` under a test: starts it, listens to its console, looks into its flash."""

import itertools
import json
import os
import re
import signal
import subprocess
import threading
import time

import pytest

import images

numbers = itertools.count(1)


class Board:
    """A virtual board of the test's own, on loopback and on a free port."""

    def __init__(self, program, folder, *, name=None, layout=images.DEFAULT_LAYOUT, board_options=()):
        self.program, self.layout = program, layout
        self.name = name or f"Test-{os.getpid()}-{next(numbers)}"
        self.flash_file = folder / f"{self.name}.flash"
        self.port = 0
        self.lines = []
        self.process = None
        self._options = ["--flash", self.flash_file, "--name", self.name, "--layout", layout.name, "--bind", "127.0.0.1",
                         "--interface", "lo", *board_options]
        self._news = threading.Condition()
        self._reader = None

    def launch(self, *more):
        """Starts the program; does not wait for anything."""
        if self._reader:
            assert not self.running(), "it runs already"
            self._reader.join(timeout=10)
        self.lines = []
        options = [*self._options, "--port", str(self.port), *more]
        self.process = subprocess.Popen([self.program, "board", "run", *map(str, options)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def launch_with(self, image):
        """The same, with `image` (bytes) put into OTA1 first."""
        file = self.flash_file.with_suffix(".serial-upload")
        file.write_bytes(image)
        return self.launch("--image", file)

    def start(self, image=None):
        """Starts it, with `image` put into OTA1 first if given, and waits until it listens."""
        return (self.launch() if image is None else self.launch_with(image)).find_port()

    def find_port(self):
        """Waits until it listens."""
        self.port = int(re.search(r"port (\d+)\.", self.wait_for("Listening on port")).group(1))
        return self

    def _read(self):
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()

    def wait_for(self, text, count=1, seconds=15):
        """The line that has `text` in it for the `count`th time since the start."""
        def found():
            return [line for line in self.lines if text in line]
        deadline = time.monotonic() + seconds
        with self._news:
            while len(found()) < count and self._reader.is_alive() and time.monotonic() < deadline:
                self._news.wait(0.1)
            if len(found()) < count:
                pytest.fail(f"{self.name} has not said {text!r} {count} times. It said:\n" + "\n".join(self.lines))
            return found()[count - 1]

    @property
    def boots(self):
        """How often it has booted since the start, and listens."""
        return sum("Listening on port" in line for line in self.lines)

    def wait_for_boot(self, count):
        """Waits until it has booted `count` times since the start. @return the slot that runs"""
        self.wait_for("Listening on port", count)
        return [line for line in self.lines if " boots (address" in line][count - 1].split()[1]

    def running(self):
        return self.process.poll() is None

    def flash(self):
        return self.flash_file.read_bytes()

    def slot(self, name):
        region = self.layout.slot(name)
        return self.flash()[region.offset:region.end]

    def show(self):
        """What `otaru board show --json` says of its flash."""
        shown = subprocess.run([self.program, "board", "show", "--flash", self.flash_file, "--layout", self.layout.name,
                                "--json"], capture_output=True, text=True, timeout=20)
        assert shown.returncode == 0, shown.stderr
        lines = shown.stdout.splitlines()
        assert len(lines) == 1, shown.stdout
        return json.loads(lines[0])

    def stop(self, number=signal.SIGTERM):
        """@return its exit code; `lines` is complete then"""
        if self.running():
            self.process.send_signal(number)
        try:
            code = self.process.wait(timeout=10)
            self._reader.join(timeout=10)
            return code
        except subprocess.TimeoutExpired:
            self.cut_power()
            pytest.fail(f"{self.name} does not end on signal {number}")

    def cut_power(self):
        if self.running():
            self.process.kill()
        self.process.wait(timeout=10)


def differences(before, after, allowed):
    """Where two flash contents differ outside the `allowed` regions: offsets, the first few."""
    masked = [bytearray(before), bytearray(after)]
    for region in allowed:
        for content in masked:
            content[region.offset:region.end] = bytes(region.size)
    if masked[0] == masked[1]:
        return []
    return [hex(i) for i in range(len(before)) if masked[0][i] != masked[1][i]][:8]


def assert_updated(board, before, target, image):
    """The update put exactly `image` into slot `target` and changed nothing else.

    Allowed beside it: the rest of the target slot, both records, and the old signature in OTA2, which the commit of
    an image in OTA1 has to retire.
    """
    after = board.flash()
    slot = board.layout.slot(target)
    assert after[slot.offset:slot.offset + len(image)] == image, f"{target} does not hold the image"
    other = "OTA1" if target == "OTA2" else "OTA2"
    allowed = [slot, board.layout.record(other)]
    if target == "OTA1":
        allowed.append(images.Region("signature of OTA2", board.layout.slot("OTA2").offset, 8))
    assert differences(before, after, allowed) == []
    for region in board.layout.kept:
        assert before[region.offset:region.end] == after[region.offset:region.end], region.name
    assert not all(byte == 0xFF for byte in after[0x5FF0:0x6000]), "no radio calibration to lose"
