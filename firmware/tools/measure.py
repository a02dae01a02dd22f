"""Measures the firmware of the emulated board (docs/firmware.md): what its parts take, and what an update costs.

Instructions are counted by the emulator, and say nothing about a real processor's waiting for its memory. The account
`flash` is what the model of the flash costs, which copies bytes: a real part would wait for its erases instead. Sleep
is not counted. Refused are parts that do not add up to the program, and a clock that is wrong by more than 2 %.
"""

import argparse
import dataclasses
import json
import pathlib
import subprocess
import sys
import tempfile

import measured_update
import parts
from parts import Refused

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ("v1", "with-keys", "with-password")
BOARD = "mps2_an505"  # as app/main.cpp has it
PASSWORD = "a password"  # of with-password
MOST_ERROR = 0.02  # of the clock


def judge_clock(yardstick):
    """How many instructions the clock finds in so many; and what a booking costs, in all and in the account it opens."""
    known, pieces = yardstick["instructions"], yardstick["pieces"]
    read, booked, around = (yardstick[name] * measured_update.INSTRUCTIONS for name in ("loop", "booked", "with_booking"))
    if abs(read - known) > MOST_ERROR * known:
        raise Refused(f"the clock is wrong: it reads {known} instructions as {read}")
    return {"known": known, "read": read, "booking": round((around - known) / pieces),
            "booking_inside": round((booked - known) / pieces)}


def shown(update):
    """An update as names and numbers: instructions, but for sizes in bytes."""
    received, committed = update.received, update.committed
    total = sum(committed.values())
    return {"image": update.size, "receiving": received["engine"], "verification": committed["engine"] - received["engine"],
            "flash": committed["flash"], "network": committed["network"], "rest": committed["rest"], "total": total,
            "engine_per_byte": round(committed["engine"] / update.size, 1), "per_byte": round(total / update.size, 1),
            "stack": update.memory["stack"], "stack_trial": update.trial_memory["stack"], "lwip_heap": update.memory["heap"], "lwip_pools": update.memory["pools"],
            "lwip_room": update.memory["room"], "lwip_refused": update.memory["refused"],
            "frames_lost": update.frames["lost"]}


def seal(otaru, image, key, folder):
    sealed = folder / "sealed.bin"
    sealed.write_bytes(image.read_bytes())
    done = subprocess.run([otaru, "seal", sealed, "--key", key, "--firmware-version", "6.0.0", "--counter", "1", "--board",
                           BOARD], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise Refused(f"{image} cannot be sealed: {done.stdout}{done.stderr}")
    return sealed


def measure(args):
    programs = {}
    for name in (*PROGRAMS, "boot"):
        taken, total = parts.sizes(f"{args.firmware}/m33/{name}.elf", args.prefix)
        programs[name] = {part: dataclasses.asdict(size) for part, size in taken.items()} | {
            "all": dataclasses.asdict(total)}
    updates, clock = {}, None
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        long = args.firmware / "long.bin"
        (folder / "password").write_text(PASSWORD + "\n", encoding="utf-8")
        for name, pushed, options in (("v1", long, ()), ("with-keys", seal(args.otaru, long, args.key, folder), ()),
                                      ("with-password", long, ("--password-file", folder / "password"))):
            update = measured_update.run(args.otaru, args.firmware, (args.firmware / f"{name}.bin").read_bytes(), pushed,
                                         folder, options)
            updates[name] = shown(update)
            clock = judge_clock(update.yardstick)
    with open(args.verification, encoding="utf-8") as file:
        verification = json.load(file)["verify"]
    return {"programs": programs, "updates": updates, "es256": verification, "clock": clock}


def row(name, cells, width=15):
    return f"{name:32}" + "".join(f"{cell:>{width}}" for cell in cells)


def report(found):
    """The figures for people."""
    programs, updates = found["programs"], found["updates"]
    pair = [programs[name] for name in PROGRAMS]
    lines = [row("Linked for a Cortex-M33, bytes", PROGRAMS, 20), row("", ["text", "RAM"] * len(PROGRAMS), 10)]
    for part in (*parts.NAMES, "all"):
        if any(part in program for program in pair):
            sizes = [program.get(part, {"text": 0, "ram": 0}) for program in pair]
            lines.append(row(part, [f"{size[kind]:,}" for size in sizes for kind in ("text", "ram")], 10))
    boot = programs["boot"]["all"]
    lines += [row("boot loader, apart", [f"{boot['text']:,}", f"{boot['ram']:,}"], 10), ""]

    def figures(name, key):
        return row(name, [f"{updates[program][key]:,}" for program in PROGRAMS])

    lines += [row("One update, instructions", PROGRAMS),
              figures("engine: until all is in flash", "receiving"), figures("engine: from there to the commit", "verification"),
              figures("network", "network"), figures("flash, the model's own", "flash"), figures("rest", "rest"),
              figures("all", "total"), figures("engine, for each byte", "engine_per_byte"), figures("all, for each byte", "per_byte"),
              "", row("The same updates, bytes", PROGRAMS), figures("image", "image"), figures("stack, deepest", "stack"),
              figures("stack, then while on trial", "stack_trial"),
              figures("lwIP's heap at its peak", "lwip_heap"), figures("lwIP's pools at their peaks", "lwip_pools"),
              figures("lwIP's heap and pools in all", "lwip_room"), figures("refused by lwIP, times", "lwip_refused"),
              figures("frames lost", "frames_lost"), ""]
    clock = found["clock"]
    lines += [f"One ES256 verification: {found['es256']:,} instructions, at most.",
              f"The clock reads {clock['known']:,} instructions as {clock['read']:,}. To book costs {clock['booking']} instructions"
              f" a time,", f"{clock['booking_inside']} of them in the account that it opens; they are in the figures."]
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firmware", type=pathlib.Path, default=ROOT / "build/release/firmware", help="where it was built")
    parser.add_argument("--otaru", type=pathlib.Path, default=ROOT / "build/release/otaru", help="the program")
    parser.add_argument("--key", type=pathlib.Path, default=ROOT / "test/golden/seal-key.pem",
                        help="the private key whose public one `with-keys` has")
    parser.add_argument("--verification", type=pathlib.Path,
                        help="what scripts/run_m33.py measured of a board with keys (mbed/m33/board.measured.json, beside the firmware)")
    parser.add_argument("--prefix", default="arm-none-eabi-", help="of the binutils")
    parser.add_argument("--json", action="store_true", help="one object on one line")
    args = parser.parse_args()
    args.verification = args.verification or args.firmware.parent / "mbed/m33/board.measured.json"
    try:
        found = measure(args)
    except (OSError, Refused) as reason:
        print(f"measure: {reason}", file=sys.stderr)
        return 1
    print(json.dumps(found) if args.json else "\n".join(report(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
