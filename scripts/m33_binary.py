"""What the binutils say about a Cortex-M33 object, archive or program, as Python values."""

import dataclasses
import re
import subprocess
import sys


class Refused(Exception):
    """The code under proof breaks a rule; the text says which and where."""


@dataclasses.dataclass(frozen=True)
class Section:
    name: str
    size: int
    writable: bool


@dataclasses.dataclass(frozen=True)
class Frame:
    function: str
    bytes: int
    bounded: bool


def run(*command):
    """The output of a tool; ends this program with the tool's own words if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(f"{command[0]} failed:\n{done.stderr or done.stdout}")
    return done.stdout


def loaded_sections(prefix, path):
    """The sections that take memory on the board (flag A), with their sizes in bytes."""
    sections = []
    for line in run(f"{prefix}readelf", "-SW", path).splitlines():
        # [Nr] Name Type Addr Off Size ES Flg Lk Inf Al
        match = re.match(r" *\[ *\d+\] (\S+) +\S+ +[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+) \S+ +([A-Za-z]*) ", line)
        if match and "A" in match[3]:
            sections.append(Section(match[1], int(match[2], 16), "W" in match[3]))
    return sections


def undefined_symbols(prefix, path):
    return sorted({line.split()[-1] for line in run(f"{prefix}nm", "-u", path).splitlines() if line.strip()})


def global_symbols(prefix, path):
    """Functions and objects with external linkage that a file defines; not the inline ones that any file may have."""
    symbols = set()
    for line in run(f"{prefix}nm", "--extern-only", "--defined-only", path).splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[1] in "TDBRC":
            symbols.add(fields[2])
    return sorted(symbols)


def demangle(prefix, symbols):
    """The names as they are written in the source, in the same order."""
    return run(f"{prefix}c++filt", *symbols).splitlines() if symbols else []


def frames(stack_usage_file):
    """The stack frames of one translation unit, from what -fstack-usage wrote."""
    found = []
    with open(stack_usage_file, encoding="utf-8") as lines:
        for line in lines:
            place, size, kind = line.rstrip("\n").split("\t")
            found.append(Frame(place, int(size), kind == "static" or "bounded" in kind))
    return found


def largest_frame(objects, limit):
    """The largest frame in bytes over the objects' .su files; refuses one over `limit` or without a bound."""
    largest = Frame("", 0, True)
    for path in objects:
        for frame in frames(path.removesuffix(".o") + ".su"):
            if not frame.bounded:
                raise Refused(f"the stack frame of {frame.function} has no bound")
            if frame.bytes > largest.bytes:
                largest = frame
    if largest.bytes > limit:
        raise Refused(f"a stack frame of {largest.bytes} bytes, over {limit}: {largest.function}")
    return largest


def finish(check, report):
    """Runs `check`, which returns lines; prints them and keeps them in `report`, or says why it refused."""
    try:
        lines = check()
    except Refused as reason:
        print(f"refused: {reason}", file=sys.stderr)
        return 1
    print("\n".join(lines), flush=True)
    if report:
        with open(report, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
    return 0
