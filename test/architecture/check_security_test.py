"""Plants faults in a table of threats and expects each to be found, and the table that we have to pass."""

import pathlib
import unittest

import check_security

ROOT = pathlib.Path(__file__).resolve().parents[2]
KNOWN = {"Suite.Name", "test_x.py::test_y", "fuzz/z.cpp"}
HEAD = "### More\n| attack | what we do | shown by |\n|---|---|---|\n"


def faults(rows):
    """What is wrong with these rows, the lists that are missing left aside."""
    return [fault for fault in check_security.check(HEAD + rows, KNOWN)[2] if fault.startswith("line ")]


class Rows(unittest.TestCase):
    def test_tests_that_exist_and_reasons_pass(self):
        self.assertEqual(faults("| a | b | `Suite.Name` `test_x.py::test_y` `fuzz/z.cpp` |\n"), [])
        self.assertEqual(faults("| a | b | **Out of scope:** for a reason |\n| c | | **Not covered:** so it is |\n"), [])

    def test_a_wrong_name_is_found(self):
        for name in ("Suite.Other", "Other.Name", "test_x.py::test_z", "test_y", "fuzz/y.cpp"):
            self.assertEqual(faults(f"| a | b | `Suite.Name` `{name}` |\n"), [f"line 4: {name}: there is no such test"])

    def test_a_row_with_neither_test_nor_reason_is_found(self):
        for shown in ("", "a test", "**Out of scope:**", "out of scope: for a reason"):
            self.assertEqual(len(faults(f"| a | b | {shown} |\n")), 1, shown)

    def test_other_tables_are_left_alone(self):
        self.assertEqual(list(check_security.rows("| who | holds | trusted |\n|---|---|---|\n| a | b | `c` |\n")), [])


class Lists(unittest.TestCase):
    def test_a_threat_without_a_row_is_found(self):
        text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
        for heading, threats in check_security.LISTS.items():
            start = text.index("### " + heading)
            for threat in threats:
                at = text.index("| " + threat, start)
                without = text[:at] + text[text.index("\n", at) + 1:]
                self.assertIn(f"{heading}: no row for {threat}", check_security.check(without, KNOWN)[2])

    def test_the_lists_are_as_long_as_the_documents_say(self):
        lengths = {heading: len(set(threats)) for heading, threats in check_security.LISTS.items()}
        self.assertEqual(lengths, {"RFC 9124, section 4.2": 18, "The attacks on TUF's list": 11,
                                   "The attacks on Uptane's list": 10, "What a stock board does wrong": 18})

    def test_the_tests_of_this_tree_are_found(self):
        self.assertIn("Announcement.SurvivesARoundTrip", check_security.gtests(ROOT))
        self.assertIn("test_bad_input.py::test_a_wrong_id_is_refused", check_security.pytests(ROOT))
        self.assertIn("fuzz/seal.cpp", check_security.harnesses(ROOT))


if __name__ == "__main__":
    unittest.main()
