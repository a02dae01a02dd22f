"""python3-zeroconf as a program: `browse` tells what it sees as JSON lines, `register NAME PORT` holds a name."""

import json
import signal
import socket
import sys
import threading

from zeroconf import IPVersion, ServiceBrowser, ServiceInfo, Zeroconf

TYPE = "_arduino._tcp.local."


def text(value):
    return value.decode() if value is not None else None


def say(**what):
    print(json.dumps(what), flush=True)


def browse(zeroconf):
    def changed(zeroconf, service_type, name, state_change):
        known = {}
        if state_change.name != "Removed":
            info = zeroconf.get_service_info(service_type, name, timeout=3000)
            if info is None:
                return
            known = {"host": info.server, "port": info.port,
                     "addresses": info.parsed_addresses(IPVersion.All),
                     "txt": {text(key): text(value) for key, value in info.properties.items()}}
        say(event=state_change.name, name=name.removesuffix("." + TYPE), **known)

    return ServiceBrowser(zeroconf, TYPE, handlers=[changed])


def register(zeroconf, name, port, address):
    info = ServiceInfo(TYPE, f"{name}.{TYPE}", port=int(port), server=f"{name}-peer.local.",
                       addresses=[socket.inet_aton(address)], properties={"board": "ameba_rtl8721d"})
    zeroconf.register_service(info)
    say(event="Registered", name=name)


def main():
    zeroconf = Zeroconf(ip_version=IPVersion.V4Only)
    if sys.argv[1] == "browse":
        browse(zeroconf)
    else:
        register(zeroconf, *sys.argv[2:5])
    end = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: end.set())
    end.wait()
    zeroconf.close()


main()
