"""A bad link: loses, delays and reorders packets, as `tc netem` does, and works on kernels without it.

`bad_link.py NAMESPACE ADDRESS PEER_NAMESPACE PEER_ADDRESS LOSS DELAY_MS`: between two network namespaces, one TUN device
in each, named `bad0`, and this process between them.
`bad_link.py BRIDGE BRIDGE LOSS DELAY_MS`: between two bridges of the namespace that it runs in, one TAP device in each.
Prints `ready`, runs until it is ended, then prints what it did.
"""

import fcntl
import heapq
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0001, 0x0002, 0x1000


def make_device(name, kind):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), kind | IFF_NO_PI))
    return device


def place(name, namespace, address, peer):
    """Moves a device into its namespace, as `bad0`, and brings it up."""
    for command in (["ip", "link", "set", name, "netns", namespace],
                    ["ip", "-n", namespace, "link", "set", name, "name", "bad0"],
                    ["ip", "-n", namespace, "addr", "add", address, "peer", peer, "dev", "bad0"],
                    ["ip", "-n", namespace, "link", "set", "bad0", "up"]):
        subprocess.run(command, check=True, timeout=20)


def between_namespaces(names, namespace, address, peer_namespace, peer_address):
    ends = [make_device(name, IFF_TUN) for name in names]
    place(names[0], namespace, address, peer_address)
    place(names[1], peer_namespace, peer_address, address)
    return ends


def between_bridges(names, *bridges):
    ends = [make_device(name, IFF_TAP) for name in names]
    for name, bridge in zip(names, bridges):
        subprocess.run(["ip", "link", "set", name, "master", bridge, "up"], check=True, timeout=20)
    return ends


def main():
    *places, loss, delay_ms = sys.argv[1:]
    loss, delay = float(loss), float(delay_ms) / 1000
    names = [f"bad{os.getpid()}{end}" for end in "ab"]
    ends = (between_bridges if len(places) == 2 else between_namespaces)(names, *places)

    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    numbers = random.Random(1)
    passed = lost = overtaken = 0
    newest_due = [0.0, 0.0]
    waiting = []  # (due, number, the end it goes to, packet)
    print("ready", flush=True)
    while not ended:
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, end, packet = heapq.heappop(waiting)
            try:
                os.write(ends[end], packet)
            except OSError:
                lost += 1  # its queue is full, as a router's may be
        pause = max(0.0, min(waiting[0][0] - now, 0.2)) if waiting else 0.2
        readable, _, _ = select.select(ends, [], [], pause)
        for device in readable:
            end = 1 - ends.index(device)
            for _ in range(64):
                try:
                    packet = os.read(device, 2048)
                except BlockingIOError:
                    break
                if numbers.random() < loss:
                    lost += 1
                    continue
                passed += 1
                # From half of the delay to one and a half: packets overtake each other.
                due = time.monotonic() + delay * (0.5 + numbers.random())
                overtaken += due < newest_due[end]
                newest_due[end] = max(newest_due[end], due)
                heapq.heappush(waiting, (due, passed, end, packet))
    print(f"passed={passed} lost={lost} reordered={overtaken}", flush=True)


main()
