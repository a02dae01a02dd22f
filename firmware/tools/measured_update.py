"""One update of an emulated board, counted: every instruction takes 1 ns of its clock (`-icount shift=0`).

The board says its figures itself (firmware/app/figures.cpp): cycles of 20 MHz, which are 50 instructions each.
"""

import dataclasses
import queue
import re
import socket
import subprocess
import threading
import time

import emulated_board
from parts import Refused

INSTRUCTIONS = 50  # in a cycle
ACCOUNTS = ("engine", "flash", "network", "rest")  # and `idle`: the processor sleeps
PATIENCE = 120  # seconds, for whatever is waited for
FIGURES = re.compile(r"\[figures\] (\w+)((?: \w+=\d+)+)")


@dataclasses.dataclass(frozen=True)
class Update:
    """Instructions from the first byte of the image on, by account, and bytes of memory."""
    size: int  # bytes of the image
    received: dict  # until all bytes are in flash
    committed: dict  # until the new image is the one that boots
    memory: dict
    frames: dict
    trial_memory: dict  # of the new image's first start, until it is confirmed
    yardstick: dict


class Console:
    """What the board says, with patience."""

    def __init__(self, process):
        self.said = []
        self._lines = queue.Queue()
        self._process = process
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def end(self):
        """Cuts the board's power."""
        self._process.kill()
        self._reader.join()

    def wait_for(self, text):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise Refused(f"the board has not said {text!r}, but:\n" + "\n".join(self.said))
            self.said.append(line)
            if text in line:
                return line

    def press(self, key):
        self._process.stdin.write(key)
        self._process.stdin.flush()

    def figures(self, what):
        """{name: number} of the next line about `what`."""
        found = FIGURES.match(self.wait_for(f"[figures] {what} "))
        return {name: int(number) for name, number in (pair.split("=") for pair in found[2].split())}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def instructions(figures):
    return {account: figures[account] * INSTRUCTIONS for account in ACCOUNTS}


def run(otaru, firmware, image, pushed, folder, options=()):
    """Pushes the file `pushed` to a new board that runs `image` (bytes). Files go into `folder`."""
    flash = folder / "board.flash"
    emulated_board.make_flash(flash, image)
    port = free_port()
    command = emulated_board.command(firmware / "m33/boot.elf", flash, emulated_board.forwarded(port),
                                     more=["-icount", "shift=0"])
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace") as board:
        console = Console(board)
        try:
            console.wait_for("Listening on port")
            console.press("m")
            yardstick = console.figures("yardstick")
            push = subprocess.run([otaru, "push", pushed, "--to", f"127.0.0.1:{port}", *options], capture_output=True,
                                  text=True, timeout=PATIENCE, check=False)
            if push.returncode != 0:
                raise Refused(f"the board took no update: {push.stdout}{push.stderr}")
            figures = {what: console.figures(what) for what in ("received", "committed", "memory", "frames")}
            console.wait_for("[trial] confirmed")
            console.press("r")
            figures["trial"] = console.figures("memory")
        finally:
            console.end()
    return Update(pushed.stat().st_size, instructions(figures["received"]), instructions(figures["committed"]),
                  figures["memory"], figures["frames"], figures["trial"], yardstick)
