"""Avahi, the mDNS of Linux desktops, on a host of the network."""

import os
import shlex

DBUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/><allow receive_type="method_return"/>
    <allow receive_type="error"/><allow receive_type="signal"/>
  </policy>
</busconfig>
"""

AVAHI_CONFIG = """[server]
host-name={name}
use-ipv4=yes
use-ipv6=yes
allow-interfaces=eth0
enable-dbus=yes
[wide-area]
enable-wide-area=no
[publish]
publish-hinfo=no
publish-workstation=no
"""


class Avahi:
    """An avahi-daemon on a host of the network, with a message bus of its own, and its command-line programs."""

    def __init__(self, host, folder):
        self.host = host
        socket = folder / f"{host.name}-bus"
        self.environment = os.environ | {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={socket}"}
        bus_config = folder / f"{host.name}-bus.conf"
        bus_config.write_text(DBUS_CONFIG.format(socket=socket))
        bus = host.start("dbus-daemon", f"--config-file={bus_config}", "--nofork", "--print-address=1")
        bus.wait_for("unix:path=")
        config = folder / f"{host.name}-avahi.conf"
        config.write_text(AVAHI_CONFIG.format(name=host.name))
        # The daemon keeps its files in /run/avahi-daemon, whatever one says: give it a /run that nobody shares.
        script = ("mount -t tmpfs tmpfs /run && mkdir /run/avahi-daemon && exec avahi-daemon --no-drop-root "
                  f"--no-chroot --no-rlimits --no-proc-title --file {shlex.quote(str(config))}")
        self.daemon = host.start("sh", "-c", script, env=self.environment)
        self.daemon.wait_for("Server startup complete", seconds=15)

    def start(self, *command):
        return self.host.start(*command, env=self.environment)

    def run_ok(self, *command):
        return self.host.run_ok(*command, env=self.environment)

    def browse(self):
        """What `avahi-browse` resolves: by name and family, lists of host, address, port, TXT."""
        found = {}
        for line in self.run_ok("avahi-browse", "-rtp", "_arduino._tcp").splitlines():
            if not line.startswith("="):
                continue
            _, interface, family, name, _, domain, host, address, port, txt = line.split(";", 9)
            assert (interface, domain) == ("eth0", "local")
            found.setdefault((name, family), []).append((host, address, int(port), sorted(shlex.split(txt))))
        return found
