"""The power is cut while an image that crashes is tried and left again: the old one always comes back."""

import pytest

from power_cuts import Life, survive


@pytest.mark.parametrize("life", [Life("roll back from OTA2", "v1", "crashes", "v1"),
                                  Life("roll back from OTA1", "v2", "crashes", "v2")], ids=lambda life: life.name)
def test_a_power_cut_in_a_roll_back(life, make_arm_board, push_firmware):
    survive(life, make_arm_board(), push_firmware)
