"""The code of docs/porting.md: taken out of the page, and built.

A block of code names its file behind its language, ```c flash.c, and in bold in the line above it, where a reader sees it.
Blocks of the same file are joined in their order. A page is refused that has code which belongs to no file, a file that
nobody builds, or no block for a file that is built.
"""

import os
import pathlib
import re
import subprocess
from dataclasses import dataclass

FENCE = re.compile(r"^```(.*)$")
WARNINGS = ["-Wall", "-Wextra", "-Werror"]
MACHINE = ["-mcpu=cortex-m33", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"]
SECTIONS = ["-Os", "-ffunction-sections", "-fdata-sections"]


class Refused(Exception):
    """The page is not what it promises to be."""


@dataclass(frozen=True)
class Block:
    file: str
    line: int  # of its first line of code
    code: str


def blocks_of(page):
    """Every block of C and C++ in the page, in order."""
    found = []
    lines = page.splitlines()
    opened = None
    for number, line in enumerate(lines, 1):
        fence = FENCE.match(line)
        if not fence:
            continue
        if opened is None:
            opened = number
            continue
        words = lines[opened - 1][3:].split()
        if words and words[0] in ("c", "cpp"):
            if len(words) != 2:
                raise Refused(f"line {opened}: this code belongs to no file: write ```{words[0]} FILE")
            if lines[opened - 2] != f"**{words[1]}**":
                raise Refused(f"line {opened}: the reader does not see that this is {words[1]}: put **{words[1]}** above it")
            found.append(Block(words[1], opened + 1, "\n".join(lines[opened:number - 1]) + "\n"))
        opened = None
    if opened is not None:
        raise Refused(f"line {opened}: this block has no end")
    return found


def files_of(page, wanted, name="docs/porting.md"):
    """The files of the page, as text that names the page's lines to the compiler."""
    files = {}
    for block in blocks_of(page):
        files[block.file] = files.get(block.file, "") + f'#line {block.line} "{name}"\n{block.code}'
    missing, idle = sorted(set(wanted) - set(files)), sorted(set(files) - set(wanted))
    if missing:
        raise Refused(f"the page has no block for {', '.join(missing)}")
    if idle:
        raise Refused(f"nobody builds {', '.join(idle)} of the page")
    return files


def write(files, folder):
    for name, text in files.items():
        path = pathlib.Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=300,
                          env={**os.environ, "LC_ALL": "C"})
    if done.returncode != 0:
        raise Refused(f"{' '.join(str(word) for word in command)}\n{done.stdout}{done.stderr}")
    return done.stdout


@dataclass(frozen=True)
class Compiler:
    """Compiles the page's files for one machine, in one language."""
    prefix: str  # of the tools: "" is this machine
    language: str  # "c99" or "c++11"
    flags: tuple  # include paths, definitions
    folder: pathlib.Path  # where the page's files are

    def compile(self, source, output):
        tool = "gcc" if self.language == "c99" else "g++"
        dialect = ["-x", "c" if self.language == "c99" else "c++", f"-std={self.language}"]
        machine = [*MACHINE, *SECTIONS] if self.prefix else ["-O1", "-D_DEFAULT_SOURCE"]
        output.parent.mkdir(parents=True, exist_ok=True)
        run([f"{self.prefix}{tool}", *machine, *dialect, *WARNINGS, f"-I{self.folder}", *self.flags, "-c",
             self.folder / source, "-o", output])
        return output

    def objects(self, sources):
        """Their objects; what is there is not made again."""
        outputs = [(s, self.folder / f"{self.prefix}{self.language}" / f"{s}.o") for s in sources]
        return [output if output.exists() else self.compile(s, output) for s, output in outputs]


def link_m33(objects, archives, output):
    """Links as the page says, but for a linker script: nothing of it runs."""
    run(["arm-none-eabi-gcc", *MACHINE, "--specs=nosys.specs", "-nostartfiles", "-Wl,--gc-sections", "-Wl,--entry=main",
         *objects, "-Wl,--start-group", *archives, "-Wl,--end-group", "-o", output])
    return output


def link_host(objects, libraries, output, more=()):
    run(["g++", *objects, *more, "-Wl,--start-group", *libraries, "-Wl,--end-group", "-pthread", "-o", output])
    return output
