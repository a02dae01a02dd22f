"""What each part of a linked program takes, from the linker's map beside it; refused if the sums are not the ELF's own.

libOtaru.a is one object, but its sections keep the names of what is in them: names of C++ tell core, engine and seam
apart, names of C are Mbed TLS's. Constants that the linker had merged when it made the object have no names.
"""

import collections
import dataclasses
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import m33_binary  # noqa: E402  (its folder is found just above)
from m33_binary import Refused  # noqa: E402

NAMES = ("core", "engine", "mbed seam", "Mbed TLS", "merged constants of libOtaru.a", "lwIP", "network driver and port",
         "machine and application", "C library", "stack", "gaps")

OUTPUT = re.compile(r"^(\.\S+)(?:\s+0x([0-9a-f]+)\s+0x([0-9a-f]+).*)?$")
PLACE = re.compile(r"^\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)$")
LONG_NAME = re.compile(r"^ (\S+)$")
PIECE = re.compile(r"^ (\S+)?\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S.*)$")
MOST_GAPS = 0.02  # of a section: more would be something that the map does not tell

# Static memory that belongs to another part than the one that defines it.
LENT = ((re.compile(r"^\.bss\._ZN5otaru6engine\S*_heapE$"), "Mbed TLS"),
        (re.compile(r"^\.bss\._ZN5otaru8firmware\S*_16engineE$"), "engine"))


@dataclasses.dataclass
class Size:
    text: int = 0  # bytes in flash: code, constants, and first values of variables
    ram: int = 0  # bytes: variables, and the stack

    def add(self, other):
        self.text += other.text
        self.ram += other.ram


def in_archive(section):
    """Whose a section of libOtaru.a is."""
    name = section.split(".", 2)[2] if section.count(".") > 1 else ""
    if name == "" or re.match(r"(str|cst)\d", name):
        return "merged constants of libOtaru.a"
    if name.startswith("otaru_"):
        return "engine"
    if not name.startswith("_Z"):
        return "Mbed TLS"
    space = re.search(r"5otaru(?:6(engine)|4(mbed))?", name)
    return "engine" if space and space[1] else "mbed seam" if space and space[2] else "core"


def part_of(section, file):
    for pattern, part in LENT:
        if pattern.match(section):
            return part
    if "libOtaru.a" in file:
        return in_archive(section)
    if "libotaru_core" in file:
        return "core"
    if "libotaru_lwip" in file:
        return "lwIP"
    if "libotaru_firmware_net" in file:
        return "network driver and port"
    if re.search(r"lib(c_nano|gcc|c|m)\.a", file):
        return "C library"
    return "machine and application"


@dataclasses.dataclass
class Piece:
    name: str
    file: str
    at: int
    size: int


@dataclasses.dataclass
class Output:
    """A section of the program, and what the linker placed in it."""
    at: int = 0
    size: int = 0
    pieces: list = dataclasses.field(default_factory=list)


def outputs(program):
    """{name: Output}, by the map."""
    with open(f"{program}.map", encoding="utf-8") as file:
        text = file.read().split("Linker script and memory map", 1)[1]
    found, now, name = {}, Output(), ""
    for line in text.splitlines():
        if section := OUTPUT.match(line):
            now = found.setdefault(section[1], Output())
            now.at, now.size = (int(section[2], 16), int(section[3], 16)) if section[2] else (0, 0)
        elif long := LONG_NAME.match(line):
            name = long[1]
            continue
        elif piece := PIECE.match(line):
            now.pieces.append(Piece(piece[1] or name, piece[4], int(piece[2], 16), int(piece[3], 16)))
        elif not name and not now.size and not now.pieces and (place := PLACE.match(line)):
            now.at, now.size = int(place[1], 16), int(place[2], 16)
        name = ""
    return found


def placed(output):
    """Each piece with the bytes that it has to itself: of texts that the linker merged, the map tells more."""
    pieces = [piece for piece in output.pieces if piece.size]
    ends = [piece.at for piece in pieces[1:]] + [output.at + output.size]
    for piece, end in zip(pieces, ends):
        if not output.at <= piece.at <= end:
            raise Refused(f"the map places {piece.name} outside of its section")
        yield piece, min(piece.size, end - piece.at)


def sizes(program, prefix="arm-none-eabi-"):
    """{part: Size} of a program, and what it takes in all."""
    mapped = outputs(program)
    parts = collections.defaultdict(Size)
    total = Size()
    for section in m33_binary.loaded_sections(prefix, program):
        if section.size == 0:
            continue
        def size_of(count):
            has_values = not section.name.startswith((".bss", ".stack"))
            return Size(count if has_values else 0, count if section.writable else 0)
        output = mapped.get(section.name, Output())
        if output.size != section.size:
            raise Refused(f"{program}: {section.name} has {section.size} bytes, and the map tells of {output.size}")
        total.add(size_of(section.size))
        if section.name == ".stack":
            parts["stack"].add(size_of(section.size))
            continue
        counted = 0
        for piece, count in placed(output):
            parts[part_of(piece.name, piece.file)].add(size_of(count))
            counted += count
        if section.size - counted > MOST_GAPS * section.size + 8:
            raise Refused(f"{program}: the map tells only of {counted} of the {section.size} bytes in {section.name}")
        parts["gaps"].add(size_of(section.size - counted))
    if total.text == 0:
        raise Refused(f"{program} has no code")
    summed = Size()
    for part in parts.values():
        summed.add(part)
    if summed != total or not set(parts) <= set(NAMES):
        raise Refused(f"{program}: its parts add up to {summed}, and it has {total}")
    return {name: parts[name] for name in NAMES if name in parts}, total
