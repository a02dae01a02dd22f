"""The page is refused where a reader would be lost, and its code where it is wrong: else the other tests prove nothing."""

import re

import pytest

import guide
import programs

TEXT = programs.PAGE.read_text(encoding="utf-8")
GOOD = "**a.c**\n```c a.c\nint a;\n```\ntext\n**a.c**\n```c a.c\nint b;\n```\n```sh\nmake\n```\n"


def test_blocks_of_one_file_are_joined_and_name_their_lines():
    assert guide.files_of(GOOD, ["a.c"], "page.md") == {
        "a.c": '#line 3 "page.md"\nint a;\n#line 8 "page.md"\nint b;\n'}


def test_the_page_has_all_that_is_built_and_nothing_else():
    assert len(guide.files_of(TEXT, programs.WANTED)) == len(programs.WANTED) >= 19


@pytest.mark.parametrize("page, reason", [
    (GOOD.replace("a.c", "b.c"), "no block for a.c"),
    (GOOD + "**c.c**\n```c c.c\nint c;\n```\n", "nobody builds c.c"),
    (GOOD + "\n```c\nint c;\n```\n", "belongs to no file"),
    (GOOD.replace("**a.c**\n", "", 1), "the reader does not see"),
    (GOOD + "**a.c**\n```c a.c\nint c;\n", "has no end"),
])
def test_a_page_that_loses_its_reader_is_refused(page, reason):
    with pytest.raises(guide.Refused, match=reason):
        guide.files_of(page, ["a.c"])


@pytest.mark.parametrize("file", [name for name in programs.WANTED if name.endswith(".c")])
def test_a_page_without_one_of_its_files_is_refused(file):
    lost = re.sub(rf"^\*\*{re.escape(file)}\*\*\n```c .*?\n```\n", "", TEXT, flags=re.S | re.M)
    assert lost != TEXT
    with pytest.raises(guide.Refused, match=f"no block for .*{re.escape(file)}"):
        guide.files_of(lost, programs.WANTED)


@pytest.mark.parametrize("right, wrong, reason", [
    ("port->flash_read = read_flash;", "port->flash_read = read_flash", "docs/porting.md:\\d+.*expected ';'"),
    ("port->flash_program = program_flash;", "", "defined but not used"),
    ("static int erase_sector(void* context, uint32_t at) {", "static int erase_sector(void* context, uint16_t at) {",
     "incompatible pointer"),
])
def test_a_broken_block_is_refused_with_its_line_of_the_page(tmp_path, right, wrong, reason):
    assert right in TEXT
    builder = programs.Builder(tmp_path, programs.built_by_cmake(), TEXT.replace(right, wrong))
    with pytest.raises(guide.Refused, match=reason):
        builder.compiler("", "c99").objects(["flash.c"])


def test_a_program_that_lost_a_function_of_the_chip_does_not_link(tmp_path):
    page = TEXT.replace("void chip_watchdog_feed(void) {", "static inline void nobody(void) {")
    builder = programs.Builder(tmp_path, programs.built_by_cmake(), page)
    with pytest.raises(guide.Refused, match="undefined reference to .*chip_watchdog_feed"):
        builder.host("board")
