"""docs/guide.md as it stands: its commands are run in their order by a desk, with a virtual board beside it, and the output
shown there must come. Both are namespaces of one network. About 13 s, of which 5 are a countdown.

In the page `<!-- run -->` comes before a block of commands; `run until: TEXT` ends it by Ctrl-C once TEXT was printed; `board`
starts the board; `reset` is its button, pressed once the next program runs; `wait: SLOT` waits until it announces that it runs from SLOT; `output` comes before lines that the run before
must have printed, in this order, with `*` for what differs.
"""

import fnmatch
import os
import pathlib
import re
import signal

import pytest

from images import image2

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MARKED = re.compile(r"<!-- (?P<word>[a-z]+)(?: until)?(?:: (?P<text>.*?))? -->\n(?:```(?:sh|text)\n(?P<block>.*?)```\n)?", re.DOTALL)


class Reader:
    """A person who does what the page says."""

    def __init__(self, lan, board_host, desk, folder):
        self.lan, self.board_host, self.desk, self.folder = lan, board_host, desk, folder
        (folder / "km0_km4_image2.bin").write_bytes(image2(seed=1))
        (folder / "new_image2.bin").write_bytes(image2(seed=2))
        package = folder / ".arduino15/packages/realtek/hardware/AmebaD/3.1.9"
        package.mkdir(parents=True)
        (package / "platform.txt").write_text("name=Test\nversion=3.1.9\n")
        (package / "boards.txt").write_text("b.name=BW16\nb.build.mcu=RTL8720DN\nb.upload.tool=ameba_d_tools\n")
        (folder / "bin").mkdir()
        (folder / "bin/otaru").symlink_to(lan.otaru)
        self.environment = {**os.environ, "HOME": str(folder), "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
        for name in ("ARDUINO_DIRECTORIES_DATA", "XDG_CONFIG_HOME", "OTARU_PASSWORD"):
            self.environment.pop(name, None)
        self.options = {"cwd": folder, "env": self.environment}
        self.board = None
        self.said = []
        self.before_waiting = lambda: None

    def do(self, word, text, block):
        getattr(self, f"do_{word}")(*(value for value in (text, block) if value is not None))

    def do_board(self, block):
        self.board = self.board_host.start(*block.split(), **self.options)
        self.environment["PORT"] = self.board.wait_for("^Console on ").split()[-1]

    def do_reset(self):
        self.before_waiting = lambda: self.board.send(signal.SIGUSR1)

    def do_wait(self, text):
        """The virtual board's console is on a pty: what it does is seen by what it announces."""
        for _ in range(40):
            boards = self.desk.discover("--for", "500ms")
            if boards.get("MyAmeba", {}).get("txt", {}).get("slot") == text:
                return
        pytest.fail(f"the board does not run from {text}")

    def do_run(self, *words):
        *until, block = words
        if until:
            program = self.desk.start("sh", "-c", f"exec {block}", **self.options)
            program.wait_for("Ctrl-C ends it")
            self.before_waiting()
            program.wait_for(re.escape(until[0]))
            assert program.stop(signal.SIGINT) == 0
            self.said = program.lines
            return
        result = self.desk.run("sh", "-euc", block, seconds=60, **self.options)
        assert result.returncode == 0, f"{block}{result.stdout}{result.stderr}"
        self.said = result.stdout.splitlines()

    def do_output(self, block):
        said = iter(self.said)
        for wanted in block.splitlines():
            pattern = "*" + re.sub(r"\s+", " ", wanted.strip()).replace("[", "[[]") + "*"
            assert any(fnmatch.fnmatchcase(re.sub(r"\s+", " ", line), pattern) for line in said), (
                f"{wanted!r} is missing or comes too early in:\n" + "\n".join(self.said))


def test_the_guide_works_as_it_is_written(lan, board_host, desk, tmp_path):
    steps = [match.group("word", "text", "block") for match in MARKED.finditer((ROOT / "docs/guide.md").read_text())]
    assert [word for word, *_ in steps].count("run") >= 8, steps
    reader = Reader(lan, board_host, desk, tmp_path)
    for step in steps:
        reader.do(*step)
    assert (tmp_path / "layout.svg").is_file() and (tmp_path / "OTA_All.bin").is_file()
