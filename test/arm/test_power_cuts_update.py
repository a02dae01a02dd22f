"""The power is cut in updates of the emulated board: it always boots a whole image, and another push completes."""

import pytest

from power_cuts import Life, survive


@pytest.mark.parametrize("life", [Life("update into OTA2", "v1", "v2", "v2"), Life("update into OTA1", "v2", "v3", "v3")],
                         ids=lambda life: life.name)
def test_a_power_cut_in_an_update(life, make_arm_board, push_firmware):
    survive(life, make_arm_board(), push_firmware)
