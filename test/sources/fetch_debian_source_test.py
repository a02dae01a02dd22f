"""How a machine's apt sources become deb-src, and what is done without a network. Asks no archive for anything."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import fetch_debian_source as fetch  # noqa: E402


class SourcesList(unittest.TestCase):
    def test_each_line_becomes_a_source_once_with_its_options(self):
        text = "# x\ndeb [arch=amd64 signed-by=/a.gpg] http://a s main\ndeb-src [arch=amd64 signed-by=/a.gpg] http://a s main\n"
        self.assertEqual(fetch.list_as_sources(text), "deb-src [arch=amd64 signed-by=/a.gpg] http://a s main\n")

    def test_a_disc_and_a_comment_do_not(self):
        text = "deb cdrom:[D 12]/ s main\ndeb [trusted=yes] cdrom:[D 12]/ s main\n#deb http://a s main\n"
        self.assertEqual(fetch.list_as_sources(text).strip(), "")


class Stanzas(unittest.TestCase):
    def test_each_keeps_its_fields_and_the_key_inside(self):
        text = "Types: deb\n# c\nURIs: http://a\nSigned-By:\n -----BEGIN\n .\n abc\n\nTypes: deb deb-src\nURIs: http://b\n"
        self.assertEqual(fetch.stanzas_as_sources(text),
                         "Types: deb-src\nURIs: http://a\nSigned-By:\n -----BEGIN\n .\n abc\n\n"
                         "Types: deb-src\nURIs: http://b\n")

    def test_one_that_is_switched_off_stays_so(self):
        self.assertIn("Enabled: no", fetch.stanzas_as_sources("Enabled: no\nTypes: deb\nURIs: http://a\n"))


class Unpacked(unittest.TestCase):
    def test_what_is_there_is_taken_and_the_newest_of_it(self):
        with tempfile.TemporaryDirectory() as into:
            for version in ("2.28.3-1", "2.28.10-1", "3.6.0-1"):
                (pathlib.Path(into) / f"mbedtls-{version}").mkdir()
            self.assertEqual(fetch.source("mbedtls", "2.28", into), f"{into}/mbedtls-2.28.10-1")


if __name__ == "__main__":
    unittest.main()
