"""The marker of the Arduino library in an image: shown, and missed before an image goes to a board."""

import json
import subprocess

import pytest

from images import image2, marker, ota_file

MISSED = "does not have the Otaru library"


def run(otaru, *arguments):
    return subprocess.run([otaru, *arguments], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("wrap", [bytes, ota_file], ids=["image 2", "OTA file"])
def test_show_reads_the_marker(otaru, workdir, wrap):
    image = image2(mark=marker("Gr\u00fcn", "2.0.1", "ameba_rtl8720dn", "0.1.0"))
    (workdir / "file.bin").write_bytes(wrap(image))
    shown = json.loads(run(otaru, "image", "show", "file.bin", "--json").stdout)
    holder = shown["images"][0] if "images" in shown else shown
    assert holder["marker"] == {"offset": image.index(b"\x7fOTARU-IMAGE"), "name": "Gr\u00fcn", "version": "2.0.1",
                                "board": "ameba_rtl8720dn", "library": "0.1.0"}
    assert "Gr\u00fcn 2.0.1 for ameba_rtl8720dn" in run(otaru, "image", "show", "file.bin").stdout


def test_an_image_without_a_marker_is_shown_without_alarm(otaru, workdir):
    (workdir / "file.bin").write_bytes(image2(mark=b""))
    result = run(otaru, "image", "show", "file.bin", "--json")
    assert result.returncode == 0
    shown = json.loads(result.stdout)
    assert shown["marker"] is None and shown["warnings"] == []


@pytest.mark.parametrize("mark, missed", [(b"", True), (marker(), False)], ids=["without", "with"])
def test_pack_and_push_warn_of_an_image_that_could_not_be_updated_again(otaru, board, workdir, mark, missed):
    image = image2(mark=mark)
    (workdir / "image2.bin").write_bytes(image)
    packed = run(otaru, "image", "pack", "image2.bin", "-o", "ota.bin", "--json")
    assert packed.returncode == 0 and (MISSED in packed.stderr) == missed
    assert [warning["code"] for warning in json.loads(packed.stdout)["warnings"]] == (["no_marker"] if missed else [])

    pushed = run(otaru, "push", "ota.bin", "--to", f"127.0.0.1:{board.port}")
    assert pushed.returncode == 0, "a warning is no refusal: the person decides"
    assert (MISSED in pushed.stderr) == missed
    said = pushed.stdout.splitlines()[0]
    assert said == "ota.bin: 28,704 bytes" + ("" if missed else ", MyAmeba 1.2.3")
    assert board.wait_for_boot(2) == "OTA2"
