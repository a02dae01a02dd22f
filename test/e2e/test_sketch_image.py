"""Sketches linked for a Cortex-M33, made into images: tools find the marker that survived the link."""

import json
import pathlib
import subprocess

import pytest

from images import padded, segment

SKETCHES = {"OTA_Basic": ("MyAmeba", "1.0.0"), "WithPassword": ("Everything", "2.3.4"), "WithoutMarker": ("sketch", "0.0.0")}


@pytest.mark.parametrize("name", SKETCHES)
def test_image_show_reads_the_marker_of_a_linked_sketch(otaru, workdir, name):
    elf = pathlib.Path(otaru).parent / "arduino" / "sketches" / f"{name}.elf"
    subprocess.run(["arm-none-eabi-objcopy", "-O", "binary", "-j", ".text", "-j", ".rodata", elf, "code.bin"], check=True)
    code = pathlib.Path("code.bin").read_bytes()
    assert len(code) > 30_000
    km0 = padded(segment(0x400, 0x0C000020, bytes(0x400)) + segment(0x100, 0x00083000, bytes(0x100)))
    km4 = segment(len(code), 0x0E000020, code) + segment(0x40, 0x10005000, bytes(0x40))
    pathlib.Path("image2.bin").write_bytes(padded(km0 + km4))
    done = subprocess.run([otaru, "image", "show", "image2.bin", "--json"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    marker = json.loads(done.stdout)["marker"]
    assert (marker["name"], marker["version"]) == SKETCHES[name]
    assert marker["board"] == "ameba_rtl8720dn"
