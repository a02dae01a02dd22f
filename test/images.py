"""Image 2 and OTA files, built from the format's description alone: a second opinion on what the program builds."""

import random
import struct
from dataclasses import dataclass

SIGNATURE = b"81958711"
HEADER = 32  # bytes of a segment header, and of the header of an OTA file with one image
LARGEST = 1_019_904  # bytes: a slot less its last sector


@dataclass(frozen=True)
class Region:
    name: str
    offset: int
    size: int

    @property
    def end(self):
        return self.offset + self.size


@dataclass(frozen=True)
class Layout:
    name: str
    size: int
    ota2: int  # offset of slot OTA2

    SLOT = 0xFA000

    def slot(self, name):
        return Region(name, {"OTA1": 0x6000, "OTA2": self.ota2}[name], self.SLOT)

    def record(self, name):
        """The last sector of a slot, which is Otaru's own."""
        return Region(f"record of {name}", self.slot(name).end - 0x1000, 0x1000)

    @property
    def kept(self):
        """What no update may touch, whatever is sent."""
        regions = [Region("KM0 boot", 0, 0x2000), Region("system data", 0x3000, 0x1000),
                   Region("KM4 boot with radio calibration", 0x4000, 0x2000), Region("user data", 0x100000, 0x6000)]
        if self.ota2 > 0x106000:
            regions += [Region("between user data and OTA2", 0x106000, self.ota2 - 0x106000),
                        Region("behind OTA2", self.ota2 + self.SLOT, self.size - self.ota2 - self.SLOT)]
        return regions


LAYOUTS = {layout.name: layout for layout in (Layout("ameba-d-2mb", 0x200000, 0x106000),
                                              Layout("ameba-d-4mb-factory", 0x400000, 0x206000))}
DEFAULT_LAYOUT = LAYOUTS["ameba-d-2mb"]


def segment(size, load_address, payload):
    return SIGNATURE + struct.pack("<III", size, load_address, 0xFFFFFFFF) + b"\xff" * 12 + payload


def padded(data):
    return data + b"\xff" * (-len(data) % 4096)


def marker(name="MyAmeba", version="1.2.3", board="ameba_rtl8721d", library="0.1.0"):
    """What the Arduino library leaves in an image: docs/SPEC-marker.md."""
    return f"\x7fOTARU-IMAGE/1\nname={name}\nversion={version}\nboard={board}\nlibrary={library}\n\0".encode()


def image2(size=0, seed=1, psram=0x140, mark=marker()):
    """An image 2 of `size` bytes (rounded as the toolchain does if 0: about 28 KB), of other content for each seed.

    A size that is no multiple of 4096 gives an image without the padding at its end.
    """
    numbers = random.Random(seed)
    xip, ram, km4_ram = 0x2720, 0x330, 0x11C
    if size:
        xip = max(0x100, size // 3 // 4096 * 4096 - 0x500)
    km0 = padded(segment(xip, 0x0C000020, numbers.randbytes(xip)) + segment(ram, 0x00083000, numbers.randbytes(ram)))
    tail = segment(km4_ram, 0x10005000, numbers.randbytes(km4_ram))
    if psram is not None:
        tail += segment(psram, 0x02000020, numbers.randbytes(psram))
    # KM4's code takes what is left; a file of whole sectors ends in some padding, as real ones do.
    pad = 300 if size % 4096 == 0 else 0
    km4_xip = (size - len(km0) - HEADER - len(tail) - pad) if size else 0x3234
    assert km4_xip > 0, f"{size} bytes are too few for an image 2"
    mark = mark[:km4_xip]
    image = km0 + segment(km4_xip, 0x0E000020, mark + numbers.randbytes(km4_xip)[len(mark):]) + tail
    image = padded(image) if pad else image
    assert not size or len(image) == size
    return image


def km4_offset(image):
    """Where the boot loader looks for KM4."""
    xip = struct.unpack_from("<I", image, 8)[0]
    ram = struct.unpack_from("<I", image, HEADER + xip + 8)[0]
    return (2 * HEADER + xip + ram + 4095) // 4096 * 4096


def changed(data, offset, replacement):
    return data[:offset] + replacement + data[offset + len(replacement):]


def byte_sum(data):
    return sum(data) & 0xFFFFFFFF


def ota_header(image, *, version=0xFFFFFFFF, count=1, identity=b"OTA1", header_length=24, checksum=None, length=None,
               offset=32, address=0x08006000):
    """The header of a file with one image; every field can be made a lie."""
    return struct.pack("<II4sIIIII", version, count, identity, header_length,
                       byte_sum(image) if checksum is None else checksum, len(image) if length is None else length,
                       offset, address)


def ota_file(image, **fields):
    return ota_header(image, **fields) + image


def announcement(file, *, checksum=None, size=None):
    """The 12 bytes that an uploader sends first."""
    return struct.pack("<III", byte_sum(file) if checksum is None else checksum, 0, len(file) if size is None else size)


def push_stream(image, **fields):
    """All that an uploader sends for `image`."""
    file = ota_file(image, **fields)
    return announcement(file) + file
