"""Fifty boards, twenty updates each, over a link that loses, delays and reorders, while power fails at random."""

import concurrent.futures
import json
import pathlib
import random
import re
import signal
import subprocess
import time

import images

BOARDS, UPDATES, PARALLEL = 50, 20, 10
LINK = pathlib.Path(__file__).with_name("bad_link.py")


class FarBoard:
    """A board behind the bad link, and what it was last told to run."""

    def __init__(self, number, home, desk, otaru, folder):
        self.number, self.home, self.desk, self.otaru, self.folder = number, home, desk, otaru, folder
        self.flash, self.port = folder / f"{number}.flash", 20000 + number
        self.random = random.Random(number)
        self.program = None
        self.newest = images.image2(seed=number * 100)
        self.power_cuts = 0

    def start(self, *more):
        command = self.home.command(self.otaru, "board", "run", "--flash", self.flash, "--port", self.port, "--bind",
                                    "192.0.2.1", "--interface", "lo", "--name", f"far-{self.number}", *more)
        # `ip netns exec` replaces itself by the board, so a signal reaches the board itself.
        self.program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    def cut_power(self):
        self.program.send_signal(signal.SIGKILL)
        self.program.wait(timeout=10)

    def push(self, file, cut_after=None):
        pushed = subprocess.Popen(self.desk.command(self.otaru, "push", file, "--to", f"192.0.2.1:{self.port}",
                                                    "--idle-timeout", "20s", "--json"),
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if cut_after is not None:
            time.sleep(cut_after)
            self.cut_power()
            self.power_cuts += 1
            self.start()
        output, _ = pushed.communicate(timeout=120)
        results = [line for line in output.splitlines() if '"result"' in line]
        return json.loads(results[-1])["status"] if results else "none"

    def live(self):
        """All its updates. A push that fails is repeated, as a person would; it must get there in the end."""
        first, file = self.folder / f"{self.number}-first.bin", self.folder / f"{self.number}.bin"
        first.write_bytes(self.newest)  # not written again: the board reads it when it gets there
        self.start("--image", first)
        for update in range(1, UPDATES + 1):
            self.newest = images.image2(seed=self.number * 100 + update)
            file.write_bytes(self.newest)
            cut_after = self.random.uniform(0.05, 1.0) if self.random.random() < 0.15 else None
            for attempt in range(20):
                if self.push(file, cut_after if attempt == 0 else None) == "ok":
                    break
                time.sleep(0.3)
            else:
                return f"board {self.number}: update {update} never got through"
        return None

    def running_image(self):
        shown = json.loads(subprocess.run([self.otaru, "board", "show", "--flash", self.flash, "--json"],
                                          capture_output=True, text=True, timeout=20, check=True).stdout)
        slot = next(slot for slot in shown["slots"] if slot["name"] == shown["boots"])
        at = int(slot["address"], 16) - 0x08000000
        return self.flash.read_bytes()[at:at + len(self.newest)]


def test_fifty_boards_end_on_their_newest_image_over_a_bad_link(lan, board_host, desk, otaru, workdir):
    relay = subprocess.Popen(["/usr/bin/python3", "-B", LINK, board_host.namespace, "192.0.2.1", desk.namespace,
                              "192.0.2.2", "0.02", "4"], stdout=subprocess.PIPE, text=True)
    boards = [FarBoard(number, board_host, desk, otaru, workdir) for number in range(BOARDS)]
    try:
        assert relay.stdout.readline() == "ready\n"
        with concurrent.futures.ThreadPoolExecutor(PARALLEL) as people:
            troubles = [trouble for trouble in people.map(FarBoard.live, boards) if trouble]
        assert troubles == []
        time.sleep(1)  # the last resets
    finally:
        for board in boards:
            if board.program and board.program.poll() is None:
                board.cut_power()
        relay.terminate()
        report, _ = relay.communicate(timeout=10)
    print(report, "power cuts:", sum(board.power_cuts for board in boards))
    assert sum(board.power_cuts for board in boards) > 20, "hardly any power was cut: this proves little"
    numbers = {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", report)}
    assert numbers["lost"] > 100 and numbers["reordered"] > 100, f"the link was not bad: {report}"
    for board in boards:
        assert board.running_image() == board.newest, f"board {board.number} does not run its newest image"
