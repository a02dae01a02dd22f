"""Compiles and links sketches for a Cortex-M33 as the AmebaD package does, against arduino/sdk instead of the package.

Each sketch is compiled as C++11 with the library's sources beside it, linked with the precompiled archive and
--gc-sections, and judged:
- its image carries exactly one marker (OTARU_IMAGE), which survives the link;
- what a sketch does not ask for is not in it: TLS without setPassword(), the curve without setKeys();
- it takes no more than budget.json allows.
Prints what Otaru takes of each, bytes, and keeps the programs for other tests.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts"))

import m33_binary  # noqa: E402
from m33_binary import Refused  # noqa: E402

# As the package's platform.txt has them.
MACHINE = ["-march=armv8-m.main+dsp", "-mthumb", "-mcmse", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"]
BOTH = ["-O2", "-ffunction-sections", "-fdata-sections", "-c", "-D__FPU_PRESENT", "-DARDUINO=10819",
        "-DARDUINO_AMEBA", "-DARDUINO_ARCH_AMEBAD", "-DCORE_RTL8720DN"]
# Stricter than the package: nothing of ours may warn in a maker's window, whatever he chose there.
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wundef", "-Werror"]
CXX = ["-std=c++11", "-fno-use-cxa-atexit"]
C = ["-std=c99", "-Wstrict-prototypes"]
# The package's core headers have parameters that are not const; sketches pass literals to them.
SKETCH = ["-x", "c++", "-include", "Arduino.h", "-Wno-write-strings"]

MARKER = re.compile(rb"\x7fOTARU-IMAGE/1\nname=[^\n\0]+\nversion=[^\n\0]+\nboard=[^\n\0]+\nlibrary=[^\n\0]+\n\0")
OURS = re.compile(r"libOtaru\.a|library[/_]|/Otaru\.cpp|otaru")


def compile_one(job):
    command, source, output = job
    done = subprocess.run([*command, str(source), "-o", str(output)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(f"{source} does not compile for a board:\n{done.stderr}")
    return output


def kept_sections(map_text):
    """(section, size, file) of every input section that the linker kept."""
    kept = map_text.split("Linker script and memory map", 1)[1]
    for match in re.finditer(r"^ (\.[\w.$:]+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S+)$", kept, re.M):
        size = int(match[2], 16)
        if size and match[1].startswith((".text", ".rodata", ".data", ".bss")):
            yield match[1], size, match[3]


def library_objects(args, out):
    root = pathlib.Path(args.library) / "src"
    jobs = []
    includes = [f"-I{args.sdk}/include", f"-I{args.forwards}", f"-I{root}"]
    for source in sorted([*root.rglob("*.cpp"), *root.rglob("*.c")]):
        language = CXX if source.suffix == ".cpp" else C
        tool = "g++" if source.suffix == ".cpp" else "gcc"
        command = [f"{args.prefix}{tool}", *MACHINE, *BOTH, *WARNINGS, *language, *includes]
        jobs.append((command, source, out / f"library_{source.name}.o"))
    board = pathlib.Path(args.sdk) / "ameba_board.cpp"
    jobs.append(([f"{args.prefix}g++", *MACHINE, *BOTH, *CXX, *includes], board, out / "ameba_board.o"))
    return jobs, includes


def build(args):
    out = pathlib.Path(args.output)
    out.mkdir(parents=True, exist_ok=True)
    jobs, includes = library_objects(args, out)
    sketches = {}
    for sketch in args.sketches:
        path = pathlib.Path(sketch)
        sketches[path.stem] = path
        command = [f"{args.prefix}g++", *MACHINE, *BOTH, *WARNINGS, *CXX, *SKETCH, *includes]
        jobs.append((command, path, out / f"sketch_{path.stem}.o"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(compile_one, jobs))
    shared = [str(o) for o in objects if not o.name.startswith("sketch_")]
    lines = [f"{'Otaru in a sketch, bytes':30}{'text':>10}{'of':>9}{'RAM':>9}{'of':>9}"]
    for name, path in sketches.items():
        lines.append(judge(args, out, name, path.read_text(encoding="utf-8"), shared))
    return lines


def judge(args, out, name, source, shared):
    elf, map_file = out / f"{name}.elf", out / f"{name}.map"
    # Otaru needs no libstdc++; a sketch with objects to destroy does.
    libraries = ["-lstdc++"] if "MDNSService" in source else []
    m33_binary.run(f"{args.prefix}gcc", *MACHINE, "-nostartfiles", "--specs=nosys.specs", "-Wl,--gc-sections",
                   "-Wl,--entry=main", f"-Wl,-Map={map_file}", "-o", str(elf), str(out / f"sketch_{name}.o"), *shared,
                   args.archive, *libraries)
    markers = MARKER.findall(elf.read_bytes())
    starts = elf.read_bytes().count(b"\x7fOTARU-IMAGE/")
    if len(markers) != 1 or starts != 1:
        raise Refused(f"{name} has {len(markers)} markers and {starts} starts of one, not one")
    if len(markers[0]) > 256:
        raise Refused(f"{name}: its marker has {len(markers[0])} bytes, over 256")
    mentioned = "OTARU_IMAGE(" in source
    if mentioned == (b"name=sketch\n" in markers[0]):
        raise Refused(f"{name}: the wrong marker is in the image: {markers[0]!r}")

    text = ram = 0
    found = set()
    for section, size, file in kept_sections(map_file.read_text(encoding="utf-8")):
        if not OURS.search(file) or "ameba_board" in file:
            continue
        found.add(section)
        text += size if not section.startswith(".bss") else 0
        ram += size if section.startswith((".bss", ".data")) else 0
    if text < 10_000:
        raise Refused(f"{name}: only {text} bytes of Otaru were found in the link map")
    for word, pattern in (("setPassword(", r"mbedtls_ssl_|channel_heap|front_memory"), ("setKeys(", r"mbedtls_ecdsa_")):
        inside = sorted(s for s in found if re.search(pattern, s))
        if bool(inside) != (word in source):
            raise Refused(f"{name} {'calls' if word in source else 'does not call'} {word}), but has"
                          f" {', '.join(inside[:4]) or 'nothing of it'}")
    limit = json.loads(pathlib.Path(args.budget).read_text(encoding="utf-8")).get(name)
    if limit is None:
        return f"{name:30}{text:10}{'-':>9}{ram:9}{'-':>9}"
    if text > limit["text"] or ram > limit["ram"]:
        raise Refused(f"{name}: Otaru takes {text} bytes of text and {ram} of RAM, over {limit} of the budget")
    return f"{name:30}{text:10}{limit['text']:9}{ram:9}{limit['ram']:9}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefix", default="arm-none-eabi-", help="of the compiler and the binutils")
    parser.add_argument("--library", required=True, help="the library's folder")
    parser.add_argument("--archive", required=True, help="libOtaru.a")
    parser.add_argument("--sdk", required=True, help="arduino/sdk")
    parser.add_argument("--forwards", required=True, help="folder with headers of the package's names")
    parser.add_argument("--budget", required=True, help="budget.json: what each sketch may take, bytes")
    parser.add_argument("--output", required=True, help="folder for the programs")
    parser.add_argument("--report", help="file that keeps the printed lines")
    parser.add_argument("sketches", nargs="+")
    args = parser.parse_args()
    return m33_binary.finish(lambda: build(args), args.report)


if __name__ == "__main__":
    sys.exit(main())
