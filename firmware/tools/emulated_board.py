"""The emulated board: a Cortex-M33 on QEMU whose flash is a file.

    emulated_board.py --firmware build/release/firmware --flash board.flash --image v1.bin --port 8021

starts one: the console is here, `otaru push v2.bin --to 127.0.0.1:8021` updates it, `r` resets it, `w` writes its flash
to flash.bin, `m` measures for measure.py, Ctrl-C ends it. The program becomes the emulator; to kill it is to cut the
board's power: the next start goes on from the file, which one board at a time can have.
The network is the emulator's own, which reaches nothing but the port on this computer.
"""

import argparse
import fcntl
import mmap
import os
import random
import socket
import struct
import sys

FLASH_SIZE = 0x200000  # bytes: ameba-d-2mb
OTA1, SLOT_SIZE = 0x6000, 0xFA000  # offset of the slot, bytes
SIGNATURE = b"81958711"  # of an image 2
MEMORY_SIZE = 16 << 20  # bytes of the machine's PSRAM, whose start is the flash
POWER_SWITCH = 0x400000  # offset: struct PowerSwitch of firmware/machine/nor.hpp
QEMU = "qemu-system-arm"
KEPT = {0x0000: 0x2000, 0x3000: 0x1000, 0x4000: 0x2000, 0x100000: 0x6000}  # boot loaders, system data, user data


def make_flash(path, image):
    """A board as it leaves a serial upload: `image` (bytes) in OTA1, the other slot erased.

    What no update may touch holds bytes of its own, so that a change would show; on this machine nobody reads them.
    """
    content = bytearray(b"\xff" * FLASH_SIZE)
    for at, size in KEPT.items():
        content[at:at + size] = random.Random(at).randbytes(size)
    content[OTA1:OTA1 + len(image)] = image
    with open(path, "wb") as file:
        file.write(content)
        file.truncate(MEMORY_SIZE)


def command(boot, flash, network, qemu=QEMU, more=()):
    """What starts the emulator; the console is its standard input and output."""
    return [qemu, "-M", "mps2-an505,memory-backend=flash", "-object",
            f"memory-backend-file,id=flash,mem-path={str(flash).replace(',', ',,')},size={MEMORY_SIZE},share=on", "-kernel", str(boot), "-nic",
            network, "-display", "none", "-monitor", "none", "-serial", "stdio", "-semihosting-config",
            "enable=on,target=native", *more]


def forwarded(port, address="127.0.0.1"):
    """A network of the emulator's own: nothing leaves it, and `port` of this computer leads to the board's 8020."""
    return f"user,model=lan9118,restrict=on,hostfwd=tcp:{address}:{port}-:8020"


class PowerSwitch:
    """The flash model's counter, and the order to cut the power in one of its operations."""

    FIELDS = ("operations", "cut_at", "cut_after", "cut_bits", "reached")

    def __init__(self, flash):
        with open(flash, "r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 4096, offset=POWER_SWITCH)

    def read(self, field):
        return struct.unpack_from("<I", self._memory, 4 * self.FIELDS.index(field))[0]

    def write(self, **fields):
        for field, value in fields.items():
            struct.pack_into("<I", self._memory, 4 * self.FIELDS.index(field), value)


def readable(parser, path, what):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        parser.error(f"{what} {path}: {error.strerror}")


def prepare_flash(parser, args):
    """Makes or looks at the file that is the flash. @return it, open, and locked for as long as it is open"""
    if args.image:
        if os.path.exists(args.flash):
            parser.error(f"{args.flash} exists: remove it, or leave --image out and go on with what it holds")
        path = next((path for path in (args.image, os.path.join(args.firmware, args.image)) if os.path.exists(path)), None)
        if path is None:
            parser.error(f"{args.image} does not exist, neither here nor in {args.firmware}")
        image = readable(parser, path, "the image")
        if not image.startswith(SIGNATURE) or len(image) > SLOT_SIZE:
            parser.error(f"{path} is no image 2 of at most {SLOT_SIZE} bytes, as those in {args.firmware} are")
        try:
            make_flash(args.flash, image)
        except OSError as error:
            parser.error(f"{args.flash}: {error.strerror}")
    try:
        file = open(args.flash, "r+b")
    except FileNotFoundError:
        parser.error(f"{args.flash} does not exist: give --image, e.g. v1.bin")
    except OSError as error:
        parser.error(f"{args.flash}: {error.strerror}")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        parser.error(f"{args.flash} is the flash of a board that still runs: end that one, or take another file")
    size = os.fstat(file.fileno()).st_size
    if size == FLASH_SIZE:  # as key `w` writes it
        file.truncate(MEMORY_SIZE)
    elif size != MEMORY_SIZE:
        parser.error(f"{args.flash} has {size} bytes: a flash has {FLASH_SIZE}, or {MEMORY_SIZE} as this program keeps it")
    return file


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firmware", default="build/release/firmware", help="where it was built")
    parser.add_argument("--flash", required=True, help="the file that is the flash; made if it is missing")
    parser.add_argument("--image", help="image 2 to put into OTA1 of a new flash, e.g. v1.bin of --firmware")
    parser.add_argument("--port", type=int, default=8021, help="of this computer, on 127.0.0.1 (8021)")
    args = parser.parse_args()
    boot = os.path.join(args.firmware, "m33", "boot.elf")
    if not os.path.exists(boot):
        parser.error(f"{boot} is missing: run `make`, or give --firmware")
    try:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(("127.0.0.1", args.port))
    except (OSError, OverflowError) as error:
        parser.error(f"port {args.port} cannot be had ({error}): does another board still run? Give another --port")
    flash = prepare_flash(parser, args)
    os.set_inheritable(flash.fileno(), True)  # the emulator keeps the lock
    print(f"Update this board by `otaru push IMAGE2 --to 127.0.0.1:{args.port}`; Ctrl-C ends it, "
          f"`kill -9 {os.getpid()}` cuts its power.", file=sys.stderr, flush=True)
    try:
        os.execvp(QEMU, command(boot, args.flash, forwarded(args.port)))
    except FileNotFoundError:
        parser.error(f"{QEMU} is missing: run `make`, which installs it")


if __name__ == "__main__":
    sys.exit(main())
