"""Packs a linked application of the emulated board as an image 2, the file that `otaru push` takes.

    pack_image2.py APPLICATION.elf -o IMAGE2.bin [--size BYTES]

The format is docs/SPEC-ota-file.md, section 2. KM4's segments are the program's: what lies at the code's addresses is
its XIP segment, what has values in RAM its RAM segment. The machine has one processor, so KM0's segments hold a line of
text. --size fills the image up to that size with bytes that no other image has, for updates as long as real ones.
"""

import argparse
import random
import struct
import sys

SIGNATURE = b"81958711"
ALIGNMENT = 4096  # bytes: parts start at multiples of it
LARGEST = 1_019_904  # bytes: a slot less its last sector
CODE, CODE_END = 0x10100020, 0x10400000  # firmware/app/application.ld
RAM, RAM_END = 0x38000000, 0x38080000
KM0_XIP, KM0_RAM = 0x0C000020, 0x00083000  # as in real images
LOADED = 1  # PT_LOAD


class Refused(Exception):
    """The file cannot become an image; the text says why."""


def segments(elf):
    """What an ELF file for ARM puts into memory: {address: bytes}, without what is all zero at the start."""
    if elf[:7] != b"\x7fELF\x01\x01\x01" or struct.unpack_from("<H", elf, 18)[0] != 40:
        raise Refused("this is no 32-bit little-endian ELF file for ARM: give the linked application")
    table, = struct.unpack_from("<I", elf, 28)
    size, count = struct.unpack_from("<HH", elf, 42)
    found = {}
    for at in range(table, table + size * count, size):
        kind, offset, _, address, length, *_ = struct.unpack_from("<8I", elf, at)
        if kind == LOADED and length > 0:
            found[address] = elf[offset:offset + length]
    return found


def joined(parts, start, end):
    """The bytes from `start` on of all parts that lie below `end`; gaps are 0xFF, as flash is."""
    inside = {address: data for address, data in parts.items() if start <= address < end}
    out = bytearray(b"\xff" * max((address + len(data) - start for address, data in inside.items()), default=0))
    for address, data in inside.items():
        out[address - start:address - start + len(data)] = data
    return bytes(out)


def segment(load_address, payload):
    return SIGNATURE + struct.pack("<III", len(payload), load_address, 0xFFFFFFFF) + b"\xff" * 12 + payload


def padded(data):
    return data + b"\xff" * (-len(data) % ALIGNMENT)


def image2(elf, size=0):
    parts = segments(elf)
    code, ram = joined(parts, CODE, CODE_END), joined(parts, RAM, RAM_END)
    if not code or sum(map(len, parts.values())) > len(code) + len(ram):
        raise Refused(f"the program is not linked for this machine: its code must lie at {CODE:#x}, its data at {RAM:#x}")
    km0 = padded(segment(KM0_XIP, b"There is no KM0 on this machine.") + segment(KM0_RAM, b"\xff" * 16))
    image = km0 + padded(segment(CODE, code) + segment(RAM, ram))
    if size > len(image):
        more = random.Random(size).randbytes(size // ALIGNMENT * ALIGNMENT - len(image))
        image = km0 + padded(segment(CODE, code + more) + segment(RAM, ram))
    if len(image) > LARGEST:
        raise Refused(f"the image would have {len(image)} bytes, and a slot takes {LARGEST}")
    return image


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("elf", metavar="APPLICATION.elf")
    parser.add_argument("-o", "--output", required=True, metavar="IMAGE2.bin")
    parser.add_argument("--size", type=int, default=0, help="fill the image up to so many bytes")
    args = parser.parse_args()
    try:
        with open(args.elf, "rb") as file:
            image = image2(file.read(), args.size)
        with open(args.output, "wb") as file:
            file.write(image)
    except (OSError, Refused) as reason:
        print(f"{args.elf}: {reason}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
