"""Power cuts on the emulated board: kills the emulator in a life of the board, and judges what is in its flash.

A life is told as a Life: what the flash holds at first, what is pushed, and how it ends when nothing happens. It is
lived once without a cut, which counts the flash's operations; then again and again with a cut at a random place. Half of
the cuts fall where it matters most, around the commit and behind it; half of these are followed by another one in what
the next start has to finish. What boots after a cut is told here from the flash
file alone, by the boot loader's rule, and must be an image of the build, to the last byte.
"""

import dataclasses
import os
import random
import struct
import time

import pytest

import arm_board
from arm_board import firmware
from images import DEFAULT_LAYOUT, SIGNATURE

VERSIONS = {"v1": "1.0.0", "v2": "2.0.0", "v3": "3.0.0", "crashes": "5.0.0"}
CUTS = int(os.environ.get("OTARU_ARM_CUTS", 52))  # of each life
SEED = os.environ.get("OTARU_ARM_SEED", "1")
ONLY = os.environ.get("OTARU_ARM_CUT")  # the number of the one cut to replay


def boots(flash):
    """(slot, name of the image) that the stock boot loader would start, by its rule; fails if it is none of ours."""
    for name in ("OTA2", "OTA1"):
        slot = DEFAULT_LAYOUT.slot(name)
        content = flash[slot.offset:slot.end]
        if not content.startswith(SIGNATURE):
            continue
        first, = struct.unpack_from("<I", content, 8)
        second, = struct.unpack_from("<I", content, 32 + first + 8)
        km4 = (64 + first + second + 4095) // 4096 * 4096
        assert content[km4:km4 + 8] == SIGNATURE, f"the boot loader hangs on {name}: no KM4 at {km4:#x}"
        for image in VERSIONS:
            if content.startswith(firmware(image)):
                return name, image
        raise AssertionError(f"{name} boots, and holds no whole image")
    raise AssertionError("nothing boots")


@dataclasses.dataclass(frozen=True)
class Life:
    name: str
    running: str  # image that runs at first: v1 from OTA1, v2 from OTA2
    pushed: str
    ends_with: str  # image that runs, confirmed, if nothing happens

    @property
    def works(self):
        return self.pushed == self.ends_with


class Bench:
    """One board on which a life is lived many times."""

    def __init__(self, life, board, push):
        self.life, self.board, self.push = life, board, push
        board.start(firmware("v1"))
        if life.running == "v2":
            assert push("v2", board).returncode == 0
            board.wait_for("[trial] confirmed", seconds=30)
        board.cut_power()
        self.content = board.flash_file.read_bytes()
        assert boots(board.flash())[1] == life.running
        # Without a cut: how many operations up to the reset that follows the commit, and in all.
        begun = time.monotonic()
        self.before = self.begin()
        assert push(life.pushed, board).returncode == 0
        self.committed = int(board.wait_for("[reset] after", seconds=30).split()[2]) - self.before
        board.wait_for("[trial] confirmed" if life.works else "[trial] rolled back", seconds=30)
        self.wait(lambda: self.settled() == VERSIONS[life.ends_with], f"{life.ends_with} does not run and stay")
        self.all = board.power.read("operations") - self.before
        self.seconds = time.monotonic() - begun
        board.cut_power()
        assert self.all > self.committed > 100

    def begin(self, **cut):
        """The board as at first, switched on. @return operations until it listens"""
        with open(self.board.flash_file, "r+b") as file:
            file.write(self.content)
        self.board.power.write(cut_at=0, reached=0)
        self.board.launch().wait_for("Listening on port", seconds=30)
        return self.board.power.read("operations")

    def settled(self):
        """The version that runs and stays, once it can be updated; or None."""
        lines = list(self.board.lines)
        starts = [i for i, line in enumerate(lines) if line.startswith("Firmware ")]
        if not starts:
            return None
        said = lines[starts[-1]:]
        trial = any("is on trial" in line for line in said) and not any("[trial] confirmed" in line for line in said)
        listens = any("Listening on port" in line for line in said)
        return said[0].split()[1].rstrip(",") if listens and not trial else None

    def wait(self, condition, otherwise, seconds=40):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end or not self.board.running():
                pytest.fail(f"{self.life.name}: {otherwise}. The board said:\n" + "\n".join(self.board.lines))
            time.sleep(0.002)

    def cut(self, number):
        """Lives the life up to a random cut. @return what was cut, for people"""
        chance = random.Random(f"{SEED} {self.life.name} {number}")
        power = self.board.power
        self.begin()
        if number % 4 == 3:  # the emulator is killed, wherever the board is
            after = chance.uniform(0, self.seconds)
            pushing = self.start_push()
            time.sleep(after)
            self.board.cut_power()
            pushing.communicate(timeout=60)
            return f"{after:.3f} s after the push began"
        early = number % 4 == 0
        operation = chance.randint(1, self.committed) if early else chance.randint(self.committed - 8, self.all)
        after = chance.choice([0, chance.randint(1, 16), chance.randint(1, 256), chance.randint(1, 4096), 0x10000])
        power.write(cut_at=self.before + operation, cut_after=after, cut_bits=chance.randint(0, 255))
        pushing = self.start_push()
        self.wait(lambda: power.read("reached") == 1, f"operation {operation} never came")
        self.board.cut_power()
        pushing.communicate(timeout=60)
        return f"in operation {operation} of {self.all} after {after} bytes"

    def start_push(self):
        return self.push(self.life.pushed, self.board, wait=False)

    def cut_again(self, number):
        """Power is back for a moment: cut in one of the first operations of what the start has to finish, if any."""
        chance = random.Random(f"{SEED} {self.life.name} {number} again")
        power = self.board.power
        power.write(cut_at=power.read("operations") + chance.randint(1, 8), cut_after=chance.randint(0, 300),
                    cut_bits=chance.randint(0, 255), reached=0)
        self.board.launch()
        self.wait(lambda: power.read("reached") == 1 or self.settled() is not None, "it does not come to rest")
        self.board.cut_power()
        return power.read("reached")

    def recover(self):
        """Power is back: what boots is whole, the board comes to rest without help, and can be updated."""
        slot, image = boots(self.board.flash())
        assert image in {self.life.running, self.life.pushed}, f"{image} boots"
        self.board.power.write(cut_at=0, reached=0)
        self.board.launch()
        self.wait(lambda: self.settled() is not None, "it does not come to rest")
        assert self.board.boot_lines()[0] == (slot, VERSIONS[image]), "the boot loader chose otherwise"
        rest = self.settled()
        assert rest in {VERSIONS[self.life.running], VERSIONS[self.life.ends_with]}, f"{rest} stays"
        retry = self.life.pushed if self.life.works else "v3"
        if rest != VERSIONS[retry]:
            starts = len(self.board.boot_lines())
            ended = self.push(retry, self.board)
            assert ended.returncode == 0, ended.stdout + ended.stderr
            self.wait(lambda: len(self.board.boot_lines()) > starts and self.settled() == VERSIONS[retry],
                      f"{retry} does not run after another push")
        assert boots(self.board.flash())[1] == retry
        self.board.cut_power()


def survive(life, board, push):
    bench = Bench(life, board, push)
    chosen = [int(ONLY)] if ONLY else range(CUTS)
    kinds = {"in operation": 0, "s after": 0}
    twice = 0
    for number in chosen:
        what = "before the cut"
        try:
            what = bench.cut(number)
            if number % 4 == 1:
                assert boots(board.flash())[1] in {life.running, life.pushed}
                twice += bench.cut_again(number)
            bench.recover()
        except BaseException:
            print(f"cut {number} of '{life.name}' ({what}): OTARU_ARM_CUT={number} OTARU_ARM_SEED={SEED} replays it")
            raise
        for kind in kinds:
            kinds[kind] += kind in what
    print(f"{life.name}: {len(chosen)} power cuts survived, {kinds['in operation']} in one of {bench.all} operations of the"
          f" flash ({bench.committed} up to the commit), {kinds['s after']} at some time;"
          f" {twice} were followed by another in the start after them")
    assert sum(kinds.values()) == len(chosen) > 0
