"""A program that is a board, under a test: starts it, listens to its console, looks into its flash."""

import json
import re
import signal
import subprocess
import threading
import time

import pytest


class RunningBoard:
    """A board whose console is a program's output, and whose flash is a file."""

    def __init__(self, otaru, name, flash_file, layout):
        self.program, self.name, self.flash_file, self.layout = otaru, name, flash_file, layout
        self.port = 0
        self.lines = []
        self.process = None
        self._news = threading.Condition()
        self._reader = None

    def launch_program(self, command, **options):
        """Starts it; does not wait for anything."""
        if self._reader:
            assert not self.running(), "it runs already"
            self._reader.join(timeout=10)
        self.lines = []
        self.process = subprocess.Popen(list(map(str, command)), **({"stdin": subprocess.DEVNULL} | options),
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def _read(self):
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()

    def wait_for(self, text, count=1, seconds=15):
        """The line that has `text` in it for the `count`th time since the start."""
        def found():
            return [line for line in self.lines if text in line]
        deadline = time.monotonic() + seconds
        with self._news:
            while len(found()) < count and self._reader.is_alive() and time.monotonic() < deadline:
                self._news.wait(0.1)
            if len(found()) < count:
                pytest.fail(f"{self.name} has not said {text!r} {count} times. It said:\n" + "\n".join(self.lines))
            return found()[count - 1]

    @property
    def boots(self):
        """How often it has booted since the start, and listens."""
        return sum("Listening on port" in line for line in self.lines)

    def wait_for_boot(self, count):
        """Waits until it has booted `count` times since the start. @return the slot that runs"""
        self.wait_for("Listening on port", count)
        return [line for line in self.lines if " boots (address" in line][count - 1].split()[1]

    def running(self):
        return self.process.poll() is None

    def flash(self):
        """The flash part's content, without what may lie behind it in the file."""
        return self.flash_file.read_bytes()[:self.layout.size]

    def slot(self, name):
        region = self.layout.slot(name)
        return self.flash()[region.offset:region.end]

    def show(self):
        """What `otaru board show --json` says of its flash."""
        shown = subprocess.run([self.program, "board", "show", "--flash", self.flash_file, "--layout", self.layout.name,
                                "--json"], capture_output=True, text=True, timeout=20)
        assert shown.returncode == 0, shown.stderr
        lines = shown.stdout.splitlines()
        assert len(lines) == 1, shown.stdout
        return json.loads(lines[0])

    def stop(self, number=signal.SIGTERM):
        """@return its exit code; `lines` is complete then"""
        if self.running():
            self.process.send_signal(number)
        try:
            code = self.process.wait(timeout=10)
            self._reader.join(timeout=10)
            return code
        except subprocess.TimeoutExpired:
            self.cut_power()
            pytest.fail(f"{self.name} does not end on signal {number}")

    def cut_power(self):
        if self.running():
            self.process.kill()
        self.process.wait(timeout=10)
