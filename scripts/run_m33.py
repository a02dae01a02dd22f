"""Runs the board's program of mbed/proof on QEMU's Cortex-M33: a right seal must be taken, wrong ones refused.

Each run is one update from the first byte to the verdict. The program paints its stack and its heap before, and says
after how much of each was touched (of the stack alone, if the heap is the program's own affair): that is what is
measured, of the very code whose size the budget counts. Not part
of it: what interrupts put on the stack, and the port's flash driver, which is memory here.

With --uploader the board has a password, and the update comes over its serial line from that program, which runs on
this machine; a wrong password must be refused too. Programs may count instructions by the emulator's clock.
"""

import argparse
import base64
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

import m33_binary
from m33_binary import Refused

INPUT_AT = 0x80400000  # `input` of mbed/proof/mps2_an505.ld
SEAL, SIGNATURE = 512, 64  # bytes, docs/SPEC-seal.md
BOARD_AT, COUNTER_AT, KEY_ID_AT = 16, 56, 104
PASSWORD = "a password"  # as in mbed/proof/run_password.cpp
WRONG_PASSWORD = 1  # exit code of mbed/proof/uploader.cpp


def stream(image):
    """The bytes of a push: announcement (docs/SPEC-push.md), OTA file header (docs/SPEC-ota-file.md), image."""
    header = struct.pack("<II4sIIIII", 0xFFFFFFFF, 1, b"OTA1", 24, sum(image) & 0xFFFFFFFF, len(image), 32, 0x08006000)
    return struct.pack("<III", 0, 0, 0) + header + image


def flipped(image, at):
    changed = bytearray(image)
    changed[at] ^= 1
    return bytes(changed)


def emulate(command, uploader):
    """Runs the emulator to its end, and what talks to it; what it printed, its exit code and that of the uploader."""
    command = command + ["-icount", "shift=0"]
    if not uploader:
        done = subprocess.run(command + ["-serial", "none"], capture_output=True, text=True, timeout=60, check=False)
        return done.stdout + done.stderr, done.returncode, 0
    to_board, to_uploader = os.pipe(), os.pipe()
    with subprocess.Popen(uploader, stdin=to_uploader[0], stdout=to_board[1]) as sender:
        os.close(to_uploader[0])
        os.close(to_board[1])
        try:
            done = subprocess.run(command + ["-serial", "stdio"], stdin=to_board[0],
                                  stdout=to_uploader[1], stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        finally:
            os.close(to_board[0])
            os.close(to_uploader[1])  # the uploader hears the end, and ends
        return done.stderr, done.returncode, sender.wait(timeout=10)


def run(args, image, key, board, password=PASSWORD):
    """One update; what the program printed, as words by name."""
    sent = stream(image)
    with tempfile.TemporaryDirectory() as folder:
        given, pushed = os.path.join(folder, "input"), os.path.join(folder, "stream")
        with open(given, "wb") as file:
            file.write(struct.pack("<I64s36s", len(sent), key, board.encode()) + sent)
        with open(pushed, "wb") as file:
            file.write(sent)
        command = [args.qemu, "-M", "mps2-an505", "-display", "none", "-monitor", "none", "-nic", "none",
                   "-semihosting-config", "enable=on,target=native", "-kernel", args.program,
                   "-device", f"loader,file={given},addr={INPUT_AT:#x},force-raw=on"]
        try:
            said, code, uploader = emulate(command, args.uploader and [args.uploader, password, pushed])
        except subprocess.TimeoutExpired:
            raise Refused("the program did not come to a verdict within 60 s") from None
    words = dict(re.findall(r"(?m)^(verdict|stack|heap|verify|handshake|piece|record) (\S+)$", said))
    if code != 0 or not {"verdict", "stack"} <= set(words):
        raise Refused(f"the program broke off with exit code {code}: {said.strip()}")
    words["uploader"] = uploader
    return words


def wrong(image, key, board):
    """What a board must refuse: (what is wrong, image, key, type of board, its verdict)."""
    seal = len(image) - SEAL
    return [("another first bit of r", flipped(image, len(image) - SIGNATURE), key, board, "seal_signature"),
            ("another last bit of s", flipped(image, len(image) - 1), key, board, "seal_signature"),
            ("another security counter", flipped(image, seal + COUNTER_AT), key, board, "seal_signature"),
            ("another key id", flipped(image, seal + KEY_ID_AT), key, board, "seal_key"),
            ("another key", image, flipped(key, 0), board, "seal_key"),
            ("another image", flipped(image, seal - 1), key, board, "seal_image"),
            ("another type of board", image, key, board + "_x", "seal_board")]


def check(args):
    with open(args.key, encoding="ascii") as file:
        key = base64.b64decode("".join(line for line in file.read().splitlines() if "-" not in line))[-64:]
    words, refused = [], 0
    for path in args.image:
        with open(path, "rb") as file:
            image = file.read()
        at = len(image) - SEAL + BOARD_AT
        board = image[at:at + 32].split(b"\0")[0].decode()
        words.append(run(args, image, key, board))
        if words[-1]["verdict"] != "committed":
            raise Refused(f"the ARM code refuses a right seal: {words[-1]['verdict']}")
        if words[-1]["uploader"] != 0:
            raise Refused(f"the uploader did not get through: exit code {words[-1]['uploader']}")
        for what, *pushed, expected in wrong(image, key, board):
            words.append(run(args, *pushed))
            refused += 1
            if words[-1]["verdict"] != expected:
                raise Refused(f"with {what} the ARM code says {words[-1]['verdict']}, not {expected}")
        if args.uploader:
            words.append(run(args, image, key, board, password="another password"))
            if (words[-1]["verdict"], words[-1]["uploader"]) != ("password_wrong", WRONG_PASSWORD):
                raise Refused(f"with another password the ARM code says {words[-1]['verdict']}, and the uploader ends"
                              f" with exit code {words[-1]['uploader']}")
    most = {name: max(int(w.get(name, 0)) for w in words) for name in ("stack", "heap", "verify", "handshake", "piece", "record")}
    if args.measured:
        with open(args.measured, "w", encoding="utf-8") as out:
            json.dump(most, out)
    lines = [f"{os.path.basename(args.program)} ran on an emulated Cortex-M33: right seals taken: {len(args.image)},"
             f" wrong ones refused: {refused}; an update with its verification takes {most['stack']} bytes of stack"
             + (f" and {most['heap']} of heap" if most["heap"] else "")]
    if most["verify"]:
        lines.append(f"one ES256 verification takes {most['verify']} instructions at most")
    if args.uploader:
        lines.append(f"all that came through a channel, which the right password opened and another did not; a"
                     f" handshake takes {most['handshake']} instructions, its longest piece {most['piece']}, and a record of 2048"
                     f" bytes {most['record']}")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--qemu", required=True, help="qemu-system-arm")
    parser.add_argument("--program", required=True)
    parser.add_argument("--image", required=True, action="append", help="a sealed image 2")
    parser.add_argument("--key", required=True, help="the public key that sealed them, PEM")
    parser.add_argument("--uploader", help="for a board with a password: otaru_m33_uploader")
    parser.add_argument("--measured", help="file that keeps the figures, JSON")
    parser.add_argument("--report", help="file that keeps the printed line")
    args = parser.parse_args()
    return m33_binary.finish(lambda: check(args), args.report)


if __name__ == "__main__":
    sys.exit(main())
