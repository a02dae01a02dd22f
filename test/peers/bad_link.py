"""A bad link between two network namespaces: loses, delays and reorders packets.

`bad_link.py NAMESPACE ADDRESS PEER_NAMESPACE PEER_ADDRESS LOSS DELAY_MS`: one TUN device in each namespace, named
`bad0`, and this process between them; prints `ready`, runs until it is ended, then prints what it did. It does what
`tc netem` does, and works on kernels without it.
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

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


def tun(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


def place(name, namespace, address, peer):
    """Moves a device into its namespace, as `bad0`, and brings it up."""
    for command in (["ip", "link", "set", name, "netns", namespace],
                    ["ip", "-n", namespace, "link", "set", name, "name", "bad0"],
                    ["ip", "-n", namespace, "addr", "add", address, "peer", peer, "dev", "bad0"],
                    ["ip", "-n", namespace, "link", "set", "bad0", "up"]):
        subprocess.run(command, check=True, timeout=20)


def main():
    namespace, address, peer_namespace, peer_address = sys.argv[1:5]
    loss, delay = float(sys.argv[5]), float(sys.argv[6]) / 1000
    names = [f"bad{os.getpid()}{end}" for end in "ab"]
    ends = [tun(name) for name in names]
    place(names[0], namespace, address, peer_address)
    place(names[1], peer_namespace, peer_address, address)

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
