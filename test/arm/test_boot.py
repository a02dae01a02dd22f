"""The boot loader of the emulated board: the stock rule, on ARM code, and the same image from either slot."""

import pytest

import emulated_board
from arm_board import firmware
from images import changed, km4_offset


@pytest.fixture
def holding(make_arm_board):
    """A board that is switched on with these bytes in its slots."""
    def switch_on(ota1=b"", ota2=b""):
        board = make_arm_board().install(ota1)
        with open(board.flash_file, "r+b") as file:
            file.seek(board.layout.slot("OTA2").offset)
            file.write(ota2)
        return board.launch()

    return switch_on


def retired(image):
    return changed(image, 0, bytes(4))  # as the commit of an update into OTA1 does it


@pytest.mark.parametrize("ota1, ota2, slot, version", [
    (firmware("v1"), b"", "OTA1", "1.0.0"),
    (firmware("v1"), retired(firmware("v2")), "OTA1", "1.0.0"),
    (retired(firmware("v1")), firmware("v2"), "OTA2", "2.0.0"),
    (firmware("v1"), firmware("v2"), "OTA2", "2.0.0"),
    (firmware("v2"), b"", "OTA1", "2.0.0"),
    (b"", firmware("v1"), "OTA2", "1.0.0"),
], ids=["only OTA1", "OTA2 retired", "OTA1 retired", "both", "v2 from OTA1", "v1 from OTA2"])
def test_ota2_boots_before_ota1_and_an_image_runs_from_either_slot(holding, ota1, ota2, slot, version):
    board = holding(ota1, ota2)
    board.wait_for("Listening on port", seconds=30)
    assert board.boot_lines() == [(slot, version)]
    assert f"Firmware {version}, running from {slot}" in board.lines


@pytest.mark.parametrize("ota1, ota2, said", [
    (b"", b"", "no slot has a signature"),
    (retired(firmware("v1")), retired(firmware("v2")), "no slot has a signature"),
    # As the stock one: there is no fall-back once a slot was chosen. That is why Otaru checks before it signs.
    (firmware("v1"), changed(firmware("v2"), km4_offset(firmware("v2")), bytes(8)), "KM4 is not where it should be"),
    (changed(firmware("v1"), km4_offset(firmware("v1")) + 12, bytes(4)), b"", "are not memory of this machine"),
], ids=["nothing", "both retired", "OTA2 without KM4", "a foreign address"])
def test_what_the_stock_boot_loader_cannot_start_is_said_and_nothing_runs(holding, ota1, ota2, said):
    board = holding(ota1, ota2)
    before = board.flash()
    board.wait_for(said, seconds=30)
    assert board.boot_lines() == [] and board.running()
    board.cut_power()
    assert board.flash() == before, "a boot loader changes no flash"


def test_r_resets_and_w_writes_the_flash_to_a_file(arm):
    arm.type("r")
    arm.wait_for("Listening on port", 2, seconds=30)
    arm.type("w")
    arm.wait_for("[flash] written to flash.bin", seconds=30)
    written = (arm.flash_file.parent / "flash.bin").read_bytes()
    assert len(written) == emulated_board.FLASH_SIZE and written == arm.flash()
