"""The judge of the power cuts finds what it is there to find."""

import pytest

import emulated_board
from arm_board import firmware
from images import changed, km4_offset
from power_cuts import boots


@pytest.fixture
def flash(tmp_path):
    """A flash with these bytes in its slots."""
    def make(ota1, ota2=b""):
        emulated_board.make_flash(tmp_path / "flash", ota1)
        content = (tmp_path / "flash").read_bytes()
        return changed(content, 0x106000, ota2)[:emulated_board.FLASH_SIZE]

    return make


def test_it_knows_what_boots(flash):
    assert boots(flash(firmware("v1"))) == ("OTA1", "v1")
    assert boots(flash(firmware("v1"), firmware("v2"))) == ("OTA2", "v2")
    assert boots(flash(firmware("v3"), changed(firmware("v2"), 0, bytes(4)))) == ("OTA1", "v3")


@pytest.mark.parametrize("ota1, ota2, said", [
    (b"", b"", "nothing boots"),
    (firmware("v1"), firmware("v2")[:0x8000], "OTA2 boots, and holds no whole image"),
    (firmware("v1"), changed(firmware("v2"), 0x9001, b"\xA5"), "OTA2 boots, and holds no whole image"),
    (firmware("v1"), changed(firmware("v2"), km4_offset(firmware("v2")), b"\xff"), "the boot loader hangs on OTA2"),
], ids=["nothing", "half an image", "one byte", "no KM4"])
def test_it_refuses_what_is_not_whole(flash, ota1, ota2, said):
    with pytest.raises(AssertionError, match=said):
        boots(flash(ota1, ota2))
