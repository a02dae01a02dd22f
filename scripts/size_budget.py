"""Measures what each line of a size budget takes on a Cortex-M33, and refuses a line that is over.

The budget is a JSON file {"lines": [...]}; each line is
  name        what the line stands for
  proof       a source that stands for a board's program: it defines, with external linkage, the objects that a
              board keeps in static memory and the functions that use them
  roots       (optional) patterns of names in the archives, as written in the source, that count although the proof
              does not call them: "otaru_*", "otaru::mdns::ResponderBase::*". So a function added to the C boundary
              is counted without anybody remembering to. A pattern that matches nothing is refused.
  except      (optional) patterns of names that `roots` leaves out
  text_above  (optional) the name of an earlier line: `text` is then what this line takes more than that one
  stack       (optional) true: `ram` counts the deepest stack too, as the program measured it when it ran
              (scripts/run_m33.py)
  text, ram   limits in bytes

How it is measured: a real static link of the proof with the archives, for the processor, with --gc-sections and
the proof's external names and the roots kept; so a function that nobody can reach costs nothing, and one that is
reached costs everything that it pulls in, the compiler's arithmetic helpers and newlib-nano's memcpy included.
An `ld -r` would leave those out and could not merge equal constants. No start-up code is linked.
  text  every byte that lies in flash: code, constants, unwind tables, and the initial values of .data
  ram   .data and .bss: the proof's objects and core's own, a heap in static memory included. The stack is part of it
        only with `stack`; the largest frame of the proof is checked here, those of the archive by
        prove_freestanding.py.
"""

import argparse
import dataclasses
import fnmatch
import json
import os
import sys
import tempfile

import m33_binary
from m33_binary import Refused


@dataclasses.dataclass(frozen=True)
class Size:
    text: int
    ram: int


def roots(prefix, line, archives):
    names = sorted({name for archive in archives for name in m33_binary.global_symbols(prefix, archive)})
    symbol_of = {}
    for symbol, name in zip(names, m33_binary.demangle(prefix, names)):
        symbol_of.setdefault(name, []).append(symbol)  # a constructor has two symbols
    found = set()
    for pattern in line.get("roots", []):
        matches = fnmatch.filter(symbol_of, pattern)
        if not matches:
            raise Refused(f"\"{line['name']}\": the root pattern {pattern} matches no name in the archives")
        found.update(matches)
    for pattern in line.get("except", []):
        matches = set(fnmatch.filter(found, pattern))
        if not matches:
            raise Refused(f"\"{line['name']}\": the exception {pattern} matches no root")
        found -= matches
    return {symbol for name in found for symbol in symbol_of[name]}


def measure(prefix, flags, line, proof, archives):
    own = m33_binary.global_symbols(prefix, proof)
    if not own:
        raise Refused(f"\"{line['name']}\": {line['proof']} defines nothing with external linkage, so nothing is measured")
    keep = [f"-Wl,-u,{name}" for name in sorted(set(own) | roots(prefix, line, archives))]
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "board.elf")
        m33_binary.run(f"{prefix}g++", *flags, "-nostartfiles", "-nodefaultlibs", "-Wl,--gc-sections", "-Wl,-e,0",
                       *keep, proof, "-Wl,--start-group", *archives, "-Wl,--end-group", "-lc_nano", "-lgcc",
                       "-lc_nano", "-o", program)
        sections = m33_binary.loaded_sections(prefix, program)
    ram = sum(s.size for s in sections if s.writable)
    initial = sum(s.size for s in sections if s.writable and not s.name.startswith(".bss"))
    text = sum(s.size for s in sections if not s.writable) + initial
    return Size(text, ram)


def check(prefix, flags, budget_file, archives, proofs, max_frame, run):
    with open(budget_file, encoding="utf-8") as file:
        lines = json.load(file)["lines"]
    if not lines:
        raise Refused(f"{budget_file} has no lines: nothing is measured")
    width = max(len(line["name"]) for line in lines)
    taken = {}
    table = [f"{'on a Cortex-M33, bytes':{width}}    text      of     RAM      of"]
    for line in lines:
        name = line["name"]
        proof = proofs[line["proof"]]
        m33_binary.largest_frame([proof], max_frame)
        taken[name] = measure(prefix, flags, line, proof, archives)
        if line.get("stack"):
            if not run:
                raise Refused(f"\"{name}\" counts its stack, but no run measured it")
            taken[name] = dataclasses.replace(taken[name], ram=taken[name].ram + run["stack"])
        text = taken[name].text
        if "text_above" in line:
            text -= taken[line["text_above"]].text
        if text > line["text"]:
            raise Refused(f"\"{name}\" takes {text} bytes of text, {text - line['text']} over its {line['text']}")
        if taken[name].ram > line["ram"]:
            over = taken[name].ram - line["ram"]
            raise Refused(f"\"{name}\" takes {taken[name].ram} bytes of RAM, {over} over its {line['ram']}")
        more = "+" if "text_above" in line else " "
        table.append(f"{name:{width}} {more}{text:6} {line['text']:7} {taken[name].ram:7} {line['ram']:7}")
    return table


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefix", required=True, help="of the tools, e.g. arm-none-eabi-")
    parser.add_argument("--flags", required=True, help="of the compiler, separated by blanks")
    parser.add_argument("--budget", required=True)
    parser.add_argument("--max-frame", type=int, required=True, help="bytes")
    parser.add_argument("--archive", action="append", default=[])
    parser.add_argument("--proof", action="append", default=[], metavar="SOURCE=OBJECT")
    parser.add_argument("--run", help="what run_m33.py measured, for lines that count their stack")
    parser.add_argument("--report", help="file that keeps the printed table")
    args = parser.parse_args()
    proofs = dict(proof.split("=", 1) for proof in args.proof)
    run = None
    if args.run:
        with open(args.run, encoding="utf-8") as file:
            run = json.load(file)
    return m33_binary.finish(
        lambda: check(args.prefix, args.flags.split(), args.budget, args.archive, proofs, args.max_frame, run),
        args.report)


if __name__ == "__main__":
    sys.exit(main())
