"""The emulated Cortex-M33 with its cable in the switch of a network of namespaces (test/peers/network.py)."""

import itertools
import json
import re
import socket
import subprocess

from arm_board import ArmBoard
from network import ip

numbers = itertools.count(1)


class LanBoard(ArmBoard):
    """Reached as a board is: by mDNS, and at the address that it has taken. `port` is its own."""

    def __init__(self, lan, folder, bridge="br0"):
        self.number = next(numbers)
        self.lan, self.tap, self.mac = lan, f"tap{self.number}", f"52:54:00:4d:33:{self.number:02x}"
        self.control = folder / f"qmp{self.number}"
        super().__init__(lan.otaru, folder, more=("-qmp", f"unix:{self.control},server=on,wait=off"))
        self.port = 8020
        self.ip("tuntap", "add", "dev", self.tap, "mode", "tap")
        self.ip("link", "set", self.tap, "master", bridge, "up")

    def ip(self, *arguments):
        return ip("-n", self.lan.switch, *arguments)

    def launch(self):
        network = f"tap,id=cable,model=lan9118,ifname={self.tap},script=no,downscript=no,mac={self.mac}"
        return self.launch_program(["ip", "netns", "exec", self.lan.switch, *self.command(network)],
                                   stdin=subprocess.PIPE, cwd=self.flash_file.parent)

    def announced_as(self, name, count=1, seconds=30):
        self.wait_for(f"announced as {name} ({name}.local)", count, seconds)

    def pull_cable(self, pulled=True):
        """At the board's end: its network chip sees that no cable is in. Back it goes with False."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(10)
            control.connect(str(self.control))
            said = control.makefile("rw")
            said.readline()  # a greeting
            for command, more in (("qmp_capabilities", {}), ("set_link", {"name": "cable", "up": not pulled})):
                said.write(json.dumps({"execute": command, "arguments": more}) + "\n")
                said.flush()
                while "return" not in (answer := json.loads(said.readline())):
                    assert "error" not in answer, answer

    def switch_off_port(self, off=True):
        """At the switch's end: the board's own lamp stays lit, but nothing passes."""
        self.ip("link", "set", self.tap, "down" if off else "up")
