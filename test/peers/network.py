"""A local network in network namespaces: a switch, and hosts on it that see nothing else.

Needs root. Everything is named after this process; Lan.remove() takes it all away.
"""

import itertools
import json
import os
import queue
import re
import signal
import subprocess
import threading
import time

import pytest


def reason_not_to():
    """Why no network can be made here, or nothing."""
    if os.geteuid() != 0:
        return "needs root, to make network namespaces"
    probe = f"otaru-{os.getpid()}-probe"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True, timeout=20)
    subprocess.run(["ip", "netns", "delete", probe], capture_output=True, timeout=20)
    return None if made.returncode == 0 else f"root may not make network namespaces here: {made.stderr.strip()}"


def ip(*arguments):
    """Runs `ip`; its complaint is the test's failure."""
    result = subprocess.run(["ip", *arguments], capture_output=True, text=True, timeout=20)
    assert result.returncode == 0, f"ip {' '.join(arguments)}: {result.stderr}"
    return result.stdout


class Program:
    """A running program whose lines can be waited for."""

    def __init__(self, command, **options):
        self.command = " ".join(map(str, command))
        self.started = time.monotonic()
        options = {"stdin": subprocess.DEVNULL} | options
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        errors="replace", bufsize=1, **options)
        self.lines = []
        self._queue = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self._queue.put((time.monotonic(), line.rstrip("\n")))
        self._queue.put((time.monotonic(), None))

    def wait_for(self, wanted, seconds=10):
        """The first line, of those not yet looked at, in which `wanted` (a regular expression, or a function of
        the line) is found; fails the test if it does not come in time. Sets `seen_at`."""
        matches = wanted if callable(wanted) else re.compile(wanted).search
        end = time.monotonic() + seconds
        while True:
            try:
                at, line = self._queue.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                pytest.fail(f"{self.command}\nnever said {wanted!r} within {seconds} s. It said:\n"
                            + "\n".join(self.lines))
            self.lines.append(line)
            if matches(line):
                self.seen_at = at
                return line

    def wait_for_json(self, seconds=10, **wanted):
        """The next JSON line which has these values."""
        def matches(line):
            try:
                said = json.loads(line)
            except ValueError:
                return False
            return all(said.get(key) == value for key, value in wanted.items())
        return json.loads(self.wait_for(matches, seconds))

    def send(self, number):
        self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM):
        """Ends it as a person would. @return its exit code"""
        if self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=5)
        self._reader.join(timeout=5)
        return self.process.returncode


class Host:
    """A machine of the network, with the interface `eth0`."""

    def __init__(self, lan, name, number):
        self.lan, self.name, self.number = lan, name, number
        self.namespace = f"{lan.prefix}-{name}"
        self.address = f"198.51.100.{number}"
        ip("netns", "add", self.namespace)
        lan.namespaces.append(self.namespace)
        self.run_ok("sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0")  # addresses can be used at once
        self.ip("link", "set", "lo", "up")

    def ip(self, *arguments):
        return ip("-n", self.namespace, *arguments)

    def plug_in(self, address=True):
        """Puts a cable between eth0 and the switch."""
        self.ip("link", "add", "eth0", "type", "veth", "peer", "name", f"p{self.number}", "netns",
                self.lan.switch)
        ip("-n", self.lan.switch, "link", "set", f"p{self.number}", "master", "br0", "up")
        if address:
            self.ip("addr", "add", f"{self.address}/24", "dev", "eth0")
        self.ip("link", "set", "eth0", "up")

    def command(self, *command):
        return ["ip", "netns", "exec", self.namespace, *map(str, command)]

    def start(self, *command, **options):
        program = Program(self.command(*command), **options)
        self.lan.programs.append(program)
        return program

    def run(self, *command, seconds=20, **options):
        return subprocess.run(self.command(*command), capture_output=True, text=True, timeout=seconds, **options)

    def run_ok(self, *command, **options):
        result = self.run(*command, **options)
        assert result.returncode == 0, f"{command}: {result.stdout}{result.stderr}"
        return result.stdout

    def announce(self, name="MyAmeba", port=8020, *more, interfaces=("eth0",)):
        """A board without flash. Returns at once."""
        txt = more or ("board=ameba_rtl8721d", "auth_upload=no", "tcp_check=no", "ssh_upload=no", "otaru=1")
        return self.start(self.lan.announcer, name, port, *interfaces, *txt)

    def announced(self, *arguments, **options):
        """A board without flash, once it is known by its name."""
        board = self.announce(*arguments, **options)
        board.wait_for("^announced ")
        return board

    def discover(self, *arguments):
        """`otaru discover --json`: the boards, by name."""
        result = self.run(self.lan.otaru, "discover", "--json", *arguments)
        assert result.returncode in (0, 3), result.stderr
        boards = [json.loads(line) for line in result.stdout.splitlines()]
        assert len({board["name"] for board in boards}) == len(boards), result.stdout
        return {board["name"]: board for board in boards}

    def find(self, name, *arguments):
        """The board of this name. On a busy machine a packet of the first second may come too late."""
        for _ in range(10):
            boards = self.discover("--for", "1s", *arguments)
            if name in boards:
                return boards[name]
        raise AssertionError(f"{name} was not found: {boards}")


class Lan:
    """A switch, and what is plugged into it."""

    numbers = itertools.count()

    def __init__(self, otaru, announcer):
        self.otaru, self.announcer = otaru, announcer
        self.prefix = f"otaru-{os.getpid()}-{next(self.numbers)}"
        self.switch = f"{self.prefix}-switch"
        self.namespaces, self.programs, self.hosts = [], [], {}
        ip("netns", "add", self.switch)
        self.namespaces.append(self.switch)
        # Without snooping: the groups of mDNS go to all, as on a network of one access point.
        ip("-n", self.switch, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        ip("-n", self.switch, "link", "set", "br0", "up")

    def host(self, name, plugged_in=True):
        self.hosts[name] = host = Host(self, name, len(self.hosts) + 1)
        if plugged_in:
            host.plug_in()
        return host

    def remove(self):
        for program in reversed(self.programs):
            program.stop(signal.SIGKILL)
        for namespace in reversed(self.namespaces):
            subprocess.run(["ip", "netns", "delete", namespace], capture_output=True, timeout=20)
