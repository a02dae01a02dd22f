"""Which programs the page's files make, and how they are built."""

import concurrent.futures
import json
import os
import pathlib
import random
import socket
import subprocess
import threading
import time

import guide

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/porting.md"
HERE = pathlib.Path(__file__).resolve().parent

PORT = ["flash.c", "system.c"]
PARTS = {
    "first": [*PORT, "line.c", "first.c"],
    "board": [*PORT, "tcp.c", "mdns.c", "watchdog.c", "app.c", "open.c"],
    "product": [*PORT, "tcp.c", "mdns.c", "watchdog.c", "app.c", "protected.c"],
    "core": ["core_app.c"],
}
HOST = ["boot.c", "host.c", "host_flash.c"]
M33 = ["boot.c", "m33.c"]
CONTRACT = "flash_contract_test.cpp"
HEADERS = ["chip.h", "board.h", "host/lwip/sockets.h"]
WANTED = sorted({*HEADERS, CONTRACT, *HOST, *M33, *(file for parts in PARTS.values() for file in parts)})
LANGUAGES = ("c99", "c++11")


class Builder:
    """The page's files in a folder of their own, and what is made of them."""

    def __init__(self, folder, built, page=None):
        self.folder, self.built = pathlib.Path(folder), built
        self.tcp_port = free_port()
        guide.write(guide.files_of(page or PAGE.read_text(encoding="utf-8"), WANTED), self.folder)
        for stand_in in ("chip_m33.c", "lwip_m33.c"):
            (self.folder / stand_in).write_text((HERE / stand_in).read_text(encoding="utf-8"), encoding="utf-8")
        self.key = self.folder / "product.pem"
        guide.run([built["otaru"], "key", "new", self.key])
        shown = guide.run([built["otaru"], "key", "show", f"{self.key}.pub"])
        (self.folder / "product_key.h").write_text(shown[shown.index("static const"):], encoding="utf-8")

    def compiler(self, prefix, language):
        ours = [f"-I{ROOT}/arduino/library/src", f"-I{ROOT}/core/include"]
        mbed = [f"-isystem{path}" for path in self.built["mbedtls_includes"]]
        config = f"-D{self.built['m33_config' if prefix else 'mbedtls_config']}"
        lwip = [f"-isystem{path}" for path in (HERE / "lwip", *self.built["m33_lwip"])] if prefix else [f"-I{self.folder}/host"]
        flags = (*ours, *mbed, config, *lwip, f"-DUPDATE_PORT={self.tcp_port}")
        return guide.Compiler(prefix, language, flags, self.folder)

    def host(self, name, language="c99"):
        objects = self.compiler("", language).objects([*HOST, *PARTS[name]])
        return guide.link_host(objects, [*self.built["engine"], *self.built["core"]], self.folder / f"{name}-{language}")

    def m33(self, name, language="c99"):
        objects = self.compiler("arm-none-eabi-", language).objects([*M33, *PARTS[name], "chip_m33.c", "lwip_m33.c"])
        archives = self.built["m33_core"] if name == "core" else [self.built["m33_engine"]]
        return guide.link_m33(objects, archives, self.folder / f"{name}-m33-{language}.elf")

    def contract(self):
        objects = self.compiler("", "c99").objects(["flash.c", "host_flash.c"])
        program = self.folder / "contract"
        test = self.folder / "contract.o"
        guide.run(["g++", "-std=c++20", *guide.WARNINGS, f"-I{self.folder}", f"-I{ROOT}/arduino/library/src",
                   f"-I{ROOT}/core/include", f"-I{ROOT}/core/test", "-c", self.folder / CONTRACT, "-o", test])
        return guide.link_host([test, *objects], [*self.built["gtest"], *self.built["core"]], program)

    def all(self):
        """Every program, by what made it; two at a time."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            contract = pool.submit(self.contract)
            machines = [pool.submit(self._all_for, machine) for machine in ("host", "m33")]
            return {"contract": contract.result(), **machines[0].result(), **machines[1].result()}

    def _all_for(self, machine):
        """One after the other, for they share objects."""
        return {(machine, name, language): getattr(self, machine)(name, language)
                for name in PARTS for language in LANGUAGES}


def free_port():
    """Below those that the system gives to clients: a board whose power was cut must find it free again."""
    while True:
        port = random.randint(12_000, 20_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def built_by_cmake():
    return json.loads(pathlib.Path(os.environ["OTARU_BUILT"]).read_text(encoding="utf-8"))


class Board:
    """One of the page's programs, running."""

    def __init__(self, program, flash, cut=0, stdin=subprocess.DEVNULL):
        environment = {**os.environ, "FLASH": str(flash), "CUT": str(cut)}
        self.lines = []
        self.news = threading.Condition()
        # A session of its own: the board is two processes, of which one is started again and again.
        self.process = subprocess.Popen(program, env=environment, stdin=stdin, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, start_new_session=True)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.news:
                self.lines.append(line.rstrip("\n"))
                self.news.notify_all()
        with self.news:
            self.news.notify_all()

    def count(self, text):
        return sum(text in line for line in self.lines)

    def wait_for(self, text, count=1, seconds=30):
        deadline = time.monotonic() + seconds
        with self.news:
            while self.count(text) < count:
                left = deadline - time.monotonic()
                assert left > 0 and (self.reader.is_alive() or self.count(text) >= count), (
                    f"{text!r} did not come {count} times:\n" + "\n".join(self.lines))
                self.news.wait(min(left, 0.1))

    def wait_for_end(self, seconds=30):
        code = self.process.wait(timeout=seconds)
        self.reader.join(timeout=10)
        return code

    def end(self):
        try:
            os.killpg(self.process.pid, 9)
        except ProcessLookupError:
            pass
        self.process.wait(timeout=10)
        self.reader.join(timeout=10)
