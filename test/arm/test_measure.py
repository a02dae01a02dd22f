"""`make measure-arm`: its figures add up, and are of the size that they should be. Not the figures themselves."""

import json
import shutil
import subprocess
import sys

import pytest

from arm_board import FIRMWARE, ROOT
import measure
import parts

MEASURE = ROOT / "firmware/tools/measure.py"
STACK = 16 * 1024  # bytes: application.ld
# Instructions for each byte, engine alone: half as many again as there are now. docs/firmware.md has the figures.
MOST_PER_BYTE = {"v1": 220, "with-keys": 280, "with-password": 400}


@pytest.fixture(scope="module")
def found(otaru):
    done = subprocess.run([sys.executable, "-B", MEASURE, "--json", "--firmware", FIRMWARE, "--otaru", otaru],
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 1, done.stdout
    return json.loads(lines[0])


def test_the_parts_of_each_program_add_up_to_it(found):
    assert set(found["programs"]) == {"v1", "with-keys", "with-password", "boot"}
    for name, program in found["programs"].items():
        for kind in ("text", "ram"):
            sizes = {part: size[kind] for part, size in program.items()}
            total = sizes.pop("all")
            assert sum(sizes.values()) == total, (name, kind)
            assert total > 0 or (name, kind) == ("boot", "ram"), "the boot loader has no variables, all others have"
        if name != "boot":
            for part in ("core", "engine", "Mbed TLS", "lwIP", "network driver and port", "machine and application"):
                assert program[part]["text"] > 0, (name, part)
            assert program["stack"]["ram"] == STACK
    text = {name: found["programs"][name]["Mbed TLS"]["text"] for name in MOST_PER_BYTE}
    assert text["v1"] < text["with-keys"] < text["with-password"], "each kind of protection brings its code"


def test_an_update_takes_what_it_should_and_nothing_is_lost(found):
    assert set(found["updates"]) == set(MOST_PER_BYTE)
    for name, update in found["updates"].items():
        assert update["image"] >= 716_800, name
        for stack in ("stack", "stack_trial"):
            assert 0 < update[stack] < STACK // 2, (name, update)
        assert 0 < update["lwip_heap"] + update["lwip_pools"] < update["lwip_room"], (name, update)
        assert (update["lwip_refused"], update["frames_lost"]) == (0, 0), (name, update)
        accounts = [update[account] for account in ("receiving", "verification", "network", "flash", "rest")]
        assert min(accounts) > 0 and sum(accounts) == update["total"], (name, update)
        assert 10 < update["engine_per_byte"] < MOST_PER_BYTE[name], (name, update)


def test_a_seal_costs_one_verification_more_and_no_second_reading(found):
    plain, sealed = (found["updates"][name]["verification"] for name in ("v1", "with-keys"))
    assert found["es256"] > 1_000_000
    assert sealed - plain == pytest.approx(found["es256"], rel=0.05)


def test_the_clock_reads_a_known_number_of_instructions(found):
    clock = found["clock"]
    assert clock["read"] == pytest.approx(clock["known"], rel=0.001)
    assert 0 < clock["booking_inside"] < clock["booking"] < 200


def test_people_are_told_the_same(found):
    told = "\n".join(measure.report(found))
    for update in found["updates"].values():
        for name in ("receiving", "verification", "total", "stack"):
            assert f"{update[name]:,}" in told, name
    for program in found["programs"].values():
        assert f"{program['all']['text']:,}" in told


def test_a_clock_that_is_wrong_is_refused():
    right = {"instructions": 1_000_000, "pieces": 100, "loop": 20_000, "booked": 20_100, "with_booking": 20_200}
    assert measure.judge_clock(right)["read"] == 1_000_000
    for loop in (19_000, 21_000):
        with pytest.raises(parts.Refused, match="the clock is wrong"):
            measure.judge_clock(right | {"loop": loop})


@pytest.mark.parametrize("what, spoil, reason", [
    ("a map of another program", lambda text: text.replace("\n.code ", "\n.other ", 1), "and the map tells of 0"),
    ("a map that leaves much out",
     lambda text: "\n".join(line for line in text.splitlines() if "libotaru_lwip" not in line), "the map tells only of"),
])
def test_parts_that_do_not_add_up_are_refused(tmp_path, what, spoil, reason):
    program = tmp_path / "v1.elf"
    shutil.copy(FIRMWARE / "m33/v1.elf", program)
    text = (FIRMWARE / "m33/v1.elf.map").read_text(encoding="utf-8")
    (tmp_path / "v1.elf.map").write_text(text, encoding="utf-8")
    assert parts.sizes(program)[1].text > 0
    (tmp_path / "v1.elf.map").write_text(spoil(text), encoding="utf-8")
    with pytest.raises(parts.Refused, match=reason):
        parts.sizes(program)
