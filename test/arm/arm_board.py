"""The emulated Cortex-M33 (firmware/) under a test."""

import itertools
import os
import pathlib
import random
import socket
import subprocess
import sys

import images
from running_board import RunningBoard

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "firmware/tools"))
import emulated_board  # noqa: E402  (it lies beside what it starts)

FIRMWARE = pathlib.Path(os.environ.get("OTARU_FIRMWARE") or ROOT / "build/release/firmware")
BOARD = "mps2_an505"  # its type, as discovery and seals name it

numbers = itertools.count(1)


def firmware(name):
    """An image 2 that the build made: v1, v2, never-confirms ..."""
    return (FIRMWARE / f"{name}.bin").read_bytes()


def free_port():
    """Below those that the system gives to clients: a board that is switched off must find it free again."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


class ArmBoard(RunningBoard):
    """A board of the test's own. Its port leads from loopback to it; nothing else does."""

    def __init__(self, otaru, folder, more=()):
        name = f"arm-{os.getpid()}-{next(numbers)}"
        super().__init__(otaru, name, folder / f"{name}.flash", images.DEFAULT_LAYOUT)
        self._more = more
        self.power = None

    def command(self, network):
        return emulated_board.command(FIRMWARE / "m33/boot.elf", self.flash_file, network, more=self._more)

    def install(self, image):
        """Its flash after a serial upload of `image`."""
        emulated_board.make_flash(self.flash_file, image)
        self.power = emulated_board.PowerSwitch(self.flash_file)
        return self

    def launch(self):
        """Switches it on; waits for nothing."""
        self.port = self.port or free_port()
        return self.launch_program(self.command(emulated_board.forwarded(self.port)), stdin=subprocess.PIPE,
                                   cwd=self.flash_file.parent)

    def start(self, image):
        """Switches it on for the first time, with `image` in OTA1, and waits until it listens."""
        self.install(image).launch().wait_for("Listening on port", seconds=30)
        return self

    def type(self, key):
        """Presses a key of the console."""
        self.process.stdin.write(key)
        self.process.stdin.flush()

    def boot_lines(self):
        """What boot loader and application say of themselves: (slot, version), one for each start of an application."""
        slots = [line.split()[1] for line in self.lines if " boots (address" in line]
        versions = [line.split()[1].rstrip(",") for line in self.lines if line.startswith("Firmware ")]
        return list(zip(slots, versions))
