"""run.py BUILD_DIR [NAME]: breaks core in every way of mutants.py, one at a time; the power-cut proof must find each.

Only the one source that holds core's update code is compiled again, against a changed copy of core's headers; the
rest is taken from BUILD_DIR, where the target powercut_sweep must have been built. Ends with `mutants=N killed=N`;
the exit code is 0 only if all were killed and the unchanged code passes the same sweeps.
"""

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from mutants import MUTANTS

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CUTS = "60000"  # a survivor costs that many; most die within the first thousand
SECONDS = "600"  # only against a mutant that hangs
LEAST = 20


def mutate(headers, file, old, new):
    """Changes one file below `headers`; exits if the old text is not there exactly once."""
    path = headers / "otaru" / file
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        sys.exit(f"mutants.py is out of date: in {file} this stands {text.count(old)} times, not once:\n{old}")
    path.write_text(text.replace(old, new), encoding="utf-8")


def build(build_dir, headers, folder):
    """Compiles the mutated code and links it with what is built already. Returns the program, or None."""
    program, unit = folder / "powercut", folder / "life.o"
    includes = [headers, ROOT / "board/include", ROOT / "mbed/include", HERE.parent]
    compiler = os.environ.get("CXX", "c++")
    compile_it = [compiler, "-std=c++20", "-O1", "-DNDEBUG", "-w", *(f"-I{i}" for i in includes),
                  f"@{build_dir / 'test/powercut/mutant_flags.txt'}", "-c", HERE.parent / "life.cpp", "-o", unit]
    link_it = [compiler, unit, build_dir / "test/powercut/CMakeFiles/otaru_powercut.dir/main.cpp.o",
               build_dir / "test/powercut/libpowercut_sweep.a", build_dir / "test/powercut/libpowercut_flash.a",
               build_dir / "test/powercut/libpowercut_judge.a", build_dir / "mbed/libotaru_mbed.a",
               build_dir / "mbed/libotaru_mbedtls.a", build_dir / "core/libotaru_core.a", "-lpthread", "-o", program]
    for command in compile_it, link_it:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stderr)
            return None
    return program


def sweep(program, scenarios):
    """True if the proof finds something wrong, and what it says of it."""
    # Few random cuts, so that pairs are reached.
    command = [program, "--least", "20000", "--cuts", CUTS, "--seconds", SECONDS, "--threads", "1", "--failures", "1",
               "--scenario", f"tiny {scenarios}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line]
    if done.returncode not in (0, 1):
        return True, f"ended with {done.returncode}: {done.stderr.strip().splitlines()[:1]}"
    return done.returncode == 1, lines[0] if lines else "said nothing"


def try_one(build_dir, mutant):
    name, file, old, new, scenarios = mutant
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        headers = folder / "include"
        shutil.copytree(ROOT / "core/include", headers)
        if file:
            mutate(headers, file, old, new)
        program = build(build_dir, headers, folder)
        if program is None:
            return name, None, "does not compile"
        return name, *sweep(program, scenarios)


def main():
    build_dir = pathlib.Path(sys.argv[1]).resolve()
    chosen = [m for m in MUTANTS if len(sys.argv) < 3 or sys.argv[2] in m[0]]
    if len(sys.argv) < 3 and len(MUTANTS) < LEAST:
        sys.exit(f"only {len(MUTANTS)} mutants; {LEAST} are promised")
    killed, wrong = 0, 0
    # The code as it is must survive every sweep that is to kill a mutant.
    unchanged = [(f"unchanged, {s}", "", "", "", s) for s in sorted({m[4] for m in chosen})]
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for name, found, why in pool.map(lambda m: try_one(build_dir, m), chosen + unchanged):
            good = name.startswith("unchanged, ")
            if good:
                wrong += found is not False
                print(f"{'FAILED' if found is not False else 'passes'}  {name}: {why}", flush=True)
            else:
                killed += found is True
                print(f"{'killed' if found else 'SURVIVED' if found is False else 'BROKEN'}  {name}: {why}", flush=True)
    print(f"mutants={len(chosen)} killed={killed}")
    return 0 if chosen and killed == len(chosen) and wrong == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
