"""`otaru board run` under a test."""

import itertools
import os
import re

import images
from running_board import RunningBoard

numbers = itertools.count(1)


class Board(RunningBoard):
    """A virtual board of the test's own, on loopback and on a free port."""

    def __init__(self, program, folder, *, name=None, layout=images.DEFAULT_LAYOUT, board_options=()):
        name = name or f"Test-{os.getpid()}-{next(numbers)}"
        super().__init__(program, name, folder / f"{name}.flash", layout)
        self._options = ["--flash", self.flash_file, "--name", self.name, "--layout", layout.name, "--bind", "127.0.0.1",
                         "--interface", "lo", *board_options]

    def launch(self, *more):
        """Starts the program; does not wait for anything."""
        return self.launch_program([self.program, "board", "run", *self._options, "--port", self.port, *more])

    def launch_with(self, image):
        """The same, with `image` (bytes) put into OTA1 first."""
        file = self.flash_file.with_suffix(".serial-upload")
        file.write_bytes(image)
        return self.launch("--image", file)

    def start(self, image=None):
        """Starts it, with `image` put into OTA1 first if given, and waits until it listens."""
        return (self.launch() if image is None else self.launch_with(image)).find_port()

    def find_port(self):
        """Waits until it listens."""
        self.port = int(re.search(r"port (\d+)\.", self.wait_for("Listening on port")).group(1))
        return self


def differences(before, after, allowed):
    """Where two flash contents differ outside the `allowed` regions: offsets, the first few."""
    masked = [bytearray(before), bytearray(after)]
    for region in allowed:
        for content in masked:
            content[region.offset:region.end] = bytes(region.size)
    if masked[0] == masked[1]:
        return []
    return [hex(i) for i in range(len(before)) if masked[0][i] != masked[1][i]][:8]


def assert_updated(board, before, target, image):
    """The update put exactly `image` into slot `target` and changed nothing else.

    Allowed beside it: the rest of the target slot, both records, and the old signature in OTA2, which the commit of
    an image in OTA1 has to retire.
    """
    after = board.flash()
    slot = board.layout.slot(target)
    assert after[slot.offset:slot.offset + len(image)] == image, f"{target} does not hold the image"
    other = "OTA1" if target == "OTA2" else "OTA2"
    allowed = [slot, board.layout.record(other)]
    if target == "OTA1":
        allowed.append(images.Region("signature of OTA2", board.layout.slot("OTA2").offset, 8))
    assert differences(before, after, allowed) == []
    for region in board.layout.kept:
        assert before[region.offset:region.end] == after[region.offset:region.end], region.name
    assert not all(byte == 0xFF for byte in after[0x5FF0:0x6000]), "no radio calibration to lose"
