"""Tests of firmware/tools/pack_image2.py: what the packed file holds, and what is refused."""

import pathlib
import struct
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
TOOL = HERE.parent / "tools/pack_image2.py"
CODE, RAM = 0x10100020, 0x38000000
SIGNATURE = b"81958711"


def elf(*segments, machine=40):
    """A program with these (address, bytes, size in memory) segments."""
    at = 52 + 32 * len(segments)
    table = body = b""
    for address, data, size in segments:
        table += struct.pack("<8I", 1, at + len(body), address, address, len(data), size, 5, 4)
        body += data
    header = b"\x7fELF\x01\x01\x01".ljust(16, b"\0") + struct.pack("<HHIIIIIHHHHHH", 2, machine, 1, CODE, 52, 0, 0, 52, 32,
                                                                  len(segments), 0, 0, 0)
    return header + table + body


def pack(folder, content, *options):
    (folder / "program.elf").write_bytes(content)
    done = subprocess.run([sys.executable, "-B", TOOL, folder / "program.elf", "-o", folder / "image.bin", *options],
                          capture_output=True, text=True, timeout=30)
    return done.returncode, done.stderr, (folder / "image.bin").read_bytes() if done.returncode == 0 else None


def walk(image, at):
    """(payload, load address, offset behind it) of the segment at this offset."""
    assert image[at:at + 8] == SIGNATURE
    size, address, secure = struct.unpack_from("<III", image, at + 8)
    assert secure == 0xFFFFFFFF and image[at + 20:at + 32] == b"\xff" * 12
    return image[at + 32:at + 32 + size], address, at + 32 + size


def test_the_segments_stand_where_the_boot_loader_looks(tmp_path):
    code, data = bytes(range(1, 201)) * 30, b"values!!"
    _, _, image = pack(tmp_path, elf((CODE, code, len(code)), (RAM, data, 64), (RAM + 64, b"", 4096)))
    assert len(image) % 4096 == 0
    _, km0, ram = walk(image, 0)
    _, _, end = walk(image, ram)
    assert km0 == 0x0C000020 and set(image[end:4096]) == {0xFF}
    assert (end + 4095) // 4096 * 4096 == 4096
    payload, address, ram = walk(image, 4096)
    assert (payload, address) == (code, CODE)
    payload, address, end = walk(image, ram)
    assert (payload, address) == (data, RAM) and set(image[end:]) <= {0xFF}


def test_gaps_between_sections_are_kept(tmp_path):
    _, _, image = pack(tmp_path, elf((CODE, b"\1\2\3\4", 4), (CODE + 16, b"\5\6\7\x08", 4), (RAM, b"\x09", 1)))
    assert walk(image, 4096)[0] == b"\1\2\3\4" + b"\xff" * 12 + b"\5\6\7\x08"


def test_a_size_is_filled_up_to_the_byte_and_the_program_stays(tmp_path):
    _, _, image = pack(tmp_path, elf((CODE, b"code" * 8, 32), (RAM, b"data", 4)), "--size", "716800")
    assert len(image) == 716_800
    payload, _, ram = walk(image, 4096)
    assert payload.startswith(b"code" * 8) and walk(image, ram)[0] == b"data"


@pytest.mark.parametrize("content, said", [
    (b"no program", "no 32-bit little-endian ELF"),
    (elf((CODE, b"code", 4), machine=62), "no 32-bit little-endian ELF"),
    (elf((0x8000, b"code", 4)), "not linked for this machine"),
    (elf((CODE, b"code", 4), (0x20000000, b"data", 4)), "not linked for this machine"),
    (elf((CODE, bytes(1_100_000), 1_100_000)), "a slot takes 1019904"),
], ids=["text", "another processor", "no code", "data elsewhere", "too long"])
def test_what_cannot_become_an_image_is_refused(tmp_path, content, said):
    code, error, _ = pack(tmp_path, content)
    assert code == 2 and said in error and "Traceback" not in error
