"""Plants breaches of the architecture and expects each to be found for its reason, and good code to pass."""

import pathlib
import tempfile
import unittest

import check_architecture


def breaches(path, text):
    return [reason for _, reason in check_architecture.check_file(pathlib.PurePosixPath(path), text)]


class PlantedBreach(unittest.TestCase):
    def assert_found(self, path, text, reason):
        found = breaches(path, text)
        self.assertEqual(len(found), 1, f"{path}: {found}")
        self.assertIn(reason, found[0])

    def test_core_uses_another_part(self):
        for part in ("mbed", "net", "board", "host", "cli"):
            self.assert_found("core/src/push/a.cpp", f"#include <otaru/{part}/x.hpp>\n", "core may not include")

    def test_parts_use_each_other_against_the_direction(self):
        for path, include in (("net/src/a.cpp", "board/x.hpp"), ("net/src/a.cpp", "host/x.hpp"),
                              ("board/src/a.cpp", "host/x.hpp"), ("board/include/otaru/board/a.hpp", "cli/x.hpp"),
                              ("host/src/a.cpp", "board/x.hpp"), ("host/test/a_test.cpp", "cli/x.hpp")):
            self.assert_found(path, f"#include <otaru/{include}>\n", "may not include")

    def test_a_folder_may_use_more_than_its_part_but_nothing_else(self):
        self.assertEqual(breaches("arduino/host/a.cpp", "#include <otaru/board/a.hpp>\n"), [])
        self.assert_found("arduino/engine/src/a.cpp", "#include <otaru/board/a.hpp>\n", "may not include")
        self.assert_found("arduino/host/a.cpp", "#include <otaru/cli/a.hpp>\n", "may not include")

    def test_a_floor_uses_one_above(self):
        for path, include in (("core/src/image/a.cpp", "update/x.hpp"), ("core/include/otaru/flash/a.hpp", "boot/x.hpp"),
                              ("core/src/boot/a.cpp", "c/otaru.h"), ("core/include/otaru/bytes.hpp", "flash/x.hpp"),
                              ("core/src/update/a.cpp", "push/x.hpp")):
            self.assert_found(path, f"  # include <otaru/{include}>\n", "may not include")

    def test_a_floor_uses_its_neighbour(self):
        self.assert_found("core/src/mdns/a.cpp", "#include <otaru/image/x.hpp>\n", "mdns (floor 2) may not include")

    def test_core_uses_the_heap_or_the_system(self):
        for header in ("vector", "string", "memory", "functional", "thread", "sys/socket.h", "cstdlib"):
            self.assert_found("core/include/otaru/mdns/a.hpp", f"#include <{header}>\n", "core may not include")

    def test_a_module_that_no_table_knows(self):
        self.assert_found("cli/src/a.cpp", "#include <otaru/misc/x.hpp>\n", "of no part or module")

    def test_a_path_that_climbs_out(self):
        self.assert_found("core/src/image/a.cpp", '#include "../push/x.hpp"\n', "climbs out")

    def test_a_feature_switch_in_core(self):
        for line in ("#ifdef OTARU_WITH_MDNS", "#if __has_include(<vector>)", "#ifndef NDEBUG", "# if defined(__arm__)",
                     "#elif X", "#if defined(__cplusplus) && X"):
            self.assert_found("core/src/push/a.cpp", line + "\n", "no feature switches")

    def test_a_switch_that_looks_like_an_include_guard(self):
        self.assert_found("core/include/otaru/c/a.h", "#ifndef OTARU_A_H\n#define OTARU_B_H\n", "no feature switches")
        self.assert_found("core/include/otaru/push/a.hpp", "#ifndef A_H\n#define A_H\n", "no feature switches")

    def test_a_file_too_long(self):
        self.assert_found("board/src/a.cpp", "\n" * 401, "401 lines, over 400")

    def test_a_tab(self):
        self.assert_found("cmake/a.cmake", "if(x)\n\tendif()\n", "a tab")


class GoodCode(unittest.TestCase):
    def test_what_the_table_allows_passes(self):
        for path, include in (("core/src/push/a.cpp", "otaru/update/x.hpp"), ("core/src/mdns/a.cpp", "otaru/mdns/x.hpp"),
                              ("core/include/otaru/result.hpp", "otaru/status.hpp"), ("core/src/c/a.cpp", "array"),
                              ("board/src/a.cpp", "otaru/net/x.hpp"), ("host/src/a.cpp", "vector"),
                              ("cli/src/a.cpp", "otaru/board/x.hpp"), ("core/test/push/a_test.cpp", "vector"),
                              ("fuzz/a.cpp", "otaru/host/x.hpp"), ("net/src/a.cpp", "otaru/bytes.hpp")):
            self.assertEqual(breaches(path, f"#include <{include}>\n"), [], f"{path}: {include}")

    def test_the_c_boundary_may_ask_for_the_language(self):
        for line in ("#ifdef __cplusplus", "#if defined(__cplusplus)", "#endif  // __cplusplus"):
            self.assertEqual(breaches("core/include/otaru/c/otaru.h", line + "\n"), [])
        self.assertEqual(breaches("core/include/otaru/c/otaru.h", "#ifndef OTARU_H\n#define OTARU_H\n#endif\n"), [])

    def test_400_lines_pass(self):
        self.assertEqual(breaches("board/src/a.cpp", "\n" * 400), [])


class Tree(unittest.TestCase):
    def test_a_breach_in_a_tree_is_found_and_told_with_its_place(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for part in check_architecture.PARTS:
                (root / part / "src").mkdir(parents=True)
            (root / "core/src/a.cpp").write_text("\n#include <otaru/board/x.hpp>\n", encoding="utf-8")
            (root / "build").mkdir()
            (root / "build/a.cpp").write_text("\t\n", encoding="utf-8")
            count, found = check_architecture.check_tree(root)
        self.assertEqual(count, 1)
        self.assertEqual(len(found), 1)
        self.assertTrue(found[0].startswith("core/src/a.cpp:2: "), found)


if __name__ == "__main__":
    unittest.main()
