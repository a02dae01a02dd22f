"""The Arduino library as a whole: its zip, its archive, its headers, and that nothing of it is undocumented.

Run by ctest with the build's arduino folder in OTARU_ARDUINO.
"""

import hashlib
import os
import pathlib
import re
import subprocess
import sys
import zipfile

import pytest

ARDUINO = pathlib.Path(__file__).resolve().parent.parent
LIBRARY = ARDUINO / "library"
BUILT = pathlib.Path(os.environ["OTARU_ARDUINO"])
ARCHIVE = BUILT / "m33" / "libOtaru.a"
PREFIX = "arm-none-eabi-"
MACHINE = ["-march=armv8-m.main+dsp", "-mthumb", "-mcmse", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"]

sys.path.insert(0, str(ARDUINO / "tools"))

import engine_archive  # noqa: E402
import pack_library  # noqa: E402
from m33_binary import Refused  # noqa: E402

VERSION = pack_library.property_of((LIBRARY / "library.properties").read_text(), "version")


def pack(output, library=LIBRARY, archive=ARCHIVE, version=VERSION):
    pack_library.pack(library, ARDUINO.parent / "LICENSE", archive, version, output)
    return output


def test_the_zip_has_the_same_bytes_each_time(tmp_path):
    first, second = pack(tmp_path / "a.zip"), pack(tmp_path / "b.zip")
    assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()


def test_the_zip_has_the_archive_for_every_board_and_all_that_the_ide_wants(tmp_path):
    with zipfile.ZipFile(pack(tmp_path / "a.zip")) as packed:
        names = packed.namelist()
        for mcu in ("RTL8722DM/CSM", "RTL8722DM", "RTL8720DN", "RTL8721DM", "RTL8720DF"):
            assert packed.read(f"Otaru/src/{mcu}/libOtaru.a") == ARCHIVE.read_bytes()
        properties = packed.read("Otaru/library.properties").decode()
    for line in ("name=Otaru", "precompiled=true", "ldflags=-lOtaru", "architectures=AmebaD"):
        assert line in properties.splitlines()
    for name in ("src/Otaru.h", "src/otaru_engine.h", "src/OTA.h", "keywords.txt", "README.md", "LICENSE"):
        assert f"Otaru/{name}" in names
    for example in ("OTA_Basic", "OTA_NonBlocking", "OTA_Signed", "OTA_Rollback"):
        assert f"Otaru/examples/{example}/{example}.ino" in names


def test_the_second_zip_stands_before_the_stock_library(tmp_path):
    with zipfile.ZipFile(pack(tmp_path / "a.zip", ARDUINO / "stock" / "OTA", None)) as packed:
        assert set(packed.namelist()) == {"OTA/LICENSE", "OTA/library.properties", "OTA/src/OTA.h"}


def test_versions_that_differ_are_refused(tmp_path):
    with pytest.raises(pack_library.Refused, match="make them the same"):
        pack(tmp_path / "a.zip", version="9.9.9")


def test_the_archive_shows_what_the_header_declares_and_nothing_else():
    functions = engine_archive.declared(LIBRARY / "src" / "otaru_engine.h")
    assert len(functions) >= 13
    symbols = subprocess.run([f"{PREFIX}nm", "--extern-only", str(ARCHIVE)], capture_output=True, text=True, check=True)
    shown, wanted = set(), set()
    for line in symbols.stdout.splitlines():
        match = re.fullmatch(r"(?:[0-9a-f]+)? +([A-Za-z]) (\w+)", line)
        if match:
            (wanted if match[1] == "U" else shown).add(match[2])
    assert shown == set(functions)
    assert wanted <= {"memcmp", "memcpy", "memmove", "memset", "strlen", "__aeabi_uldivmod"}


@pytest.mark.parametrize("source, reason", [
    ("void otaru_engine_a(void) { } void stranger(void) { }", "only otaru_engine_\\* may be global"),
    ("void malloc(void); void otaru_engine_a(void) { malloc(); }", "asks for malloc"),
    ("void otaru_engine_b(void) { }", "which the archive lacks"),
    ("void otaru_engine_a(void) { }"
     " __attribute__((constructor)) static void early(void) { *(volatile int*)8 = 1; }",
     "nothing may run around main"),
])
def test_an_object_that_could_meet_others_is_refused(tmp_path, source, reason):
    (tmp_path / "a.c").write_text(source)
    subprocess.run([f"{PREFIX}gcc", *MACHINE, "-O1", "-fno-builtin", "-ffunction-sections", "-c", "a.c"], cwd=tmp_path,
                   check=True)
    with pytest.raises(Refused, match=reason):
        engine_archive.check(PREFIX, str(tmp_path / "a.o"), ["otaru_engine_a"])


C99, CXX11 = ["-xc", "-std=c99"], ["-xc++", "-std=c++11"]


def compiled(source, language, *options, define=("-DARDUINO_ARCH_AMEBAD",)):
    """What the compiler of this machine says to a source that uses the library's headers."""
    return subprocess.run(["gcc", *language, "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", *define,
                           *(options or ["-fsyntax-only"]), f"-I{LIBRARY / 'src'}", "-"],
                          input=source, text=True, capture_output=True, check=False)


@pytest.mark.parametrize("header", ["otaru_engine.h", "otaru_platform.h", "otaru_image.h", "otaru_version.h"])
@pytest.mark.parametrize("language", [C99, CXX11], ids=["C99", "C++11"])
def test_the_c_headers_are_valid(header, language):
    done = compiled(f'#include "{header}"\ntypedef int used;\n', language)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("header, language", [("Otaru.h", CXX11), ("otaru_image.h", CXX11), ("otaru_image.h", C99)])
@pytest.mark.parametrize("name, fits", [("x" * 100, True), ("x" * 250, False)])
def test_a_marker_that_is_too_long_does_not_compile(header, language, name, fits):
    done = compiled(f'#include "{header}"\nOTARU_IMAGE("{name}", "1");\n', language)
    assert (done.returncode == 0) == fits, done.stderr
    assert fits or "too long for the marker" in done.stderr.replace("_", " ")


@pytest.mark.parametrize("language", [C99, CXX11], ids=["C99", "C++11"])
def test_the_marker_is_the_same_in_both_languages(tmp_path, language):
    output = tmp_path / "marker.o"
    done = compiled('#include "otaru_image.h"\nOTARU_IMAGE("Mine", "1.2.3");\n', language, "-c", "-o", str(output))
    assert done.returncode == 0, done.stderr
    marker = f"\x7fOTARU-IMAGE/1\nname=Mine\nversion=1.2.3\nboard=ameba_rtl8721d\nlibrary={VERSION}\n\0"
    assert output.read_bytes().count(marker.encode()) == 1
    symbols = subprocess.run(["nm", "--extern-only", str(output)], capture_output=True, text=True, check=True).stdout
    assert [line.split()[2] for line in symbols.splitlines()] == ["otaru_image_marker"]


@pytest.mark.parametrize("given, board", [
    ([], None),
    (["-DARDUINO_ARCH_AMEBAD"], "ameba_rtl8721d"),
    (["-DARDUINO_ARCH_AMEBAD", "-DCORE_RTL8720DN"], "ameba_rtl8720dn"),
    (['-DOTARU_BOARD="my_board"'], "my_board"),
    (["-DARDUINO_ARCH_AMEBAD", '-DOTARU_BOARD="my_board"'], "my_board"),
])
def test_only_a_board_of_another_kind_has_to_be_named(tmp_path, given, board):
    output = tmp_path / "marker.o"
    done = compiled('#include "otaru_image.h"\nOTARU_IMAGE("Mine", "1.2.3");\n', C99, "-c", "-o", str(output), define=given)
    assert (done.returncode == 0) == (board is not None), done.stderr
    if board is None:
        assert "define OTARU_BOARD before it" in done.stderr
    else:
        assert f"\nboard={board}\n".encode() in output.read_bytes()


def public_functions():
    """The names of the public functions of the sketch's classes."""
    names = set()
    for header in ("Otaru.h", "OtaruStock.h"):
        text = (LIBRARY / "src" / header).read_text()
        for body in re.findall(r"^class \w+ \{\n public:(.*?)^\};", text, re.M | re.S):
            names |= set(re.findall(r"^  (?:void|bool|const char\*) (\w+)\(", body, re.M))
    return names


def test_every_public_function_is_documented_and_coloured():
    names = public_functions()
    assert {"begin", "poll", "setKeys", "beginOTA", "onError", "onTrial"} <= names and len(names) > 20
    readme = (LIBRARY / "README.md").read_text()
    keywords = {line.split("\t")[0] for line in (LIBRARY / "keywords.txt").read_text().splitlines() if "\t" in line}
    assert {name for name in names if f"`{name}(" not in readme and f".{name}(" not in readme} == set()
    assert names - keywords == set()
