"""Keys that seal: made by the program, read by openssl, and the other way round."""

import json
import os
import stat

import pytest

import seals
from images import image2
from seals import BOARD, run


def test_a_new_key_is_two_files_of_which_the_private_one_is_for_its_owner_alone(otaru, workdir):
    run(otaru, "key", "new", "k")
    assert stat.S_IMODE(os.stat("k").st_mode) == 0o600
    assert b"PRIVATE" not in (workdir / "k.pub").read_bytes()
    private, public = (json.loads(run(otaru, "key", "show", file, "--json").stdout) for file in ("k", "k.pub"))
    assert list(public) == ["file", "kind", "curve", "id", "public_key"]
    assert (private["kind"], public["kind"], public["curve"]) == ("private", "public", "P-256")
    assert private["public_key"] == public["public_key"] == seals.point_of("k.pub").hex()
    assert private["id"] == public["id"] == seals.key_id(seals.point_of("k.pub")).hex()
    assert "uint8_t" in run(otaru, "key", "show", "k.pub").stdout


def test_a_key_is_not_overwritten_unless_forced(otaru, workdir):
    run(otaru, "key", "new", "k")
    before = (workdir / "k").read_bytes()
    assert "exists" in run(otaru, "key", "new", "k", code=2).stderr
    assert (workdir / "k").read_bytes() == before
    run(otaru, "key", "new", "k", "--force")
    assert (workdir / "k").read_bytes() != before
    assert stat.S_IMODE(os.stat("k").st_mode) == 0o600


def test_openssl_reads_the_keys(otaru, workdir):
    run(otaru, "key", "new", "k")
    assert seals.openssl("pkey", "-in", "k", "-pubout") == (workdir / "k.pub").read_bytes()


@pytest.mark.parametrize("make", [["ecparam", "-name", "prime256v1", "-genkey", "-out", "k"],
                                  ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "k"]],
                         ids=["sec1", "pkcs8"])
def test_the_keys_of_openssl_seal(otaru, workdir, make):
    seals.openssl(*make)
    seals.openssl("pkey", "-in", "k", "-pubout", "-out", "k.pub")
    (workdir / "image").write_bytes(image2())
    run(otaru, "seal", "image", "--key", "k", "--firmware-version", "1.0.0", "--counter", 0, "--board", BOARD)
    found = seals.read((workdir / "image").read_bytes())
    assert seals.verifies(found.signed, found.signature, "k.pub", workdir)


@pytest.mark.parametrize("make", [["ecparam", "-name", "secp384r1", "-genkey", "-noout"], ["genrsa", "2048"]],
                         ids=["P-384", "RSA"])
def test_keys_of_other_kinds_are_refused(otaru, workdir, make):
    (workdir / "k").write_bytes(seals.openssl(*make))
    assert "P-256" in run(otaru, "key", "show", "k", code=2).stderr


def test_a_key_with_a_password_says_what_to_do(otaru, workdir):
    run(otaru, "key", "new", "k")
    seals.openssl("pkcs8", "-topk8", "-in", "k", "-passout", "pass:secret", "-out", "locked")
    assert "password" in run(otaru, "key", "show", "locked", code=2).stderr
