"""Brings the source of one Debian package into a folder, and prints the path of the unpacked source.

    fetch_debian_source.py --package mbedtls --series 2.28 --into build/sources

If <into>/<package>-<series>.* is there already, nothing is asked of the network, and any of that series does: to get
a security update, remove the folder. Otherwise apt fetches the newest version of the series that the archive holds
and checks it by the archive's signed index, as it does for packages; dpkg-source applies Debian's patches.

Most machines have no deb-src lines, and the machine's own lists are not this program's to change. So apt gets a
folder of its own for a while: this machine's sources as deb-src, and its own lists and cache. Keys, proxies, pins and
passwords of the machine's apt stay in force. Needs no root.
"""

import argparse
import fcntl
import functools
import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile


class Failed(Exception):
    """The source cannot be had; the text says why and what to do."""


def run(*command, cwd=None):
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Failed(f"{command[0]} is missing: run `make`, which installs it (package apt or dpkg-dev)") from None


def newest(versions):
    def compare(a, b):
        return -1 if run("dpkg", "--compare-versions", a, "lt", b).returncode == 0 else 1
    return max(versions, key=functools.cmp_to_key(compare), default=None)


def list_as_sources(text):
    """The deb lines of a sources.list, as deb-src lines, once each."""
    lines = []
    for line in text.splitlines():
        match = re.match(r"\s*deb(-src)?\s+((?!(\[[^\]]*\]\s*)?cdrom:)\S.*)", line)
        if match:
            lines.append(f"deb-src {match[2]}")
    return "\n".join(dict.fromkeys(lines)) + "\n"


def stanzas_as_sources(text):
    """The stanzas of a deb822 .sources file with deb-src as their type, once each."""
    text = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    stanzas = [re.sub(r"(?im)^types:.*$", "Types: deb-src", stanza.strip("\n"))
               for stanza in re.split(r"\n\s*\n", text) if re.search(r"(?im)^types:", stanza)]
    return "\n\n".join(dict.fromkeys(stanzas)) + "\n"


def own_sources(folder):
    """Writes this machine's sources as deb-src into `folder`."""
    config = run("apt-config", "shell", "LIST", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d")
    places = dict(part.split("=", 1) for part in shlex.split(config.stdout))
    for path in [places.get("LIST", ""), *sorted(glob.glob(places.get("PARTS", "") + "/*"))]:
        convert = {".list": list_as_sources, ".sources": stanzas_as_sources}.get(os.path.splitext(path)[1])
        if not convert or not os.path.isfile(path):
            continue
        with open(path, encoding="utf-8") as file:
            text = convert(file.read())
        if text.strip():
            with open(os.path.join(folder, os.path.basename(path)), "w", encoding="utf-8") as out:
                out.write(text)


def own_apt(folder):
    """The options that make apt work in `folder` alone."""
    for name in ("sources", "lists/partial", "cache/archives/partial"):
        os.makedirs(os.path.join(folder, name))
    own_sources(os.path.join(folder, "sources"))
    settings = {"Dir::Etc::sourcelist": "/dev/null", "Dir::Etc::sourceparts": f"{folder}/sources",
                "Dir::State::lists": f"{folder}/lists", "Dir::Cache": f"{folder}/cache",
                "APT::Get::AllowUnauthenticated": "false", "Acquire::Languages": "none"}
    return [f"-o{name}={value}" for name, value in settings.items()]


def download(package, series, into):
    """Fetches and unpacks the newest version of the series; the folder's path. Unpacked whole or not at all."""
    with tempfile.TemporaryDirectory(prefix="otaru-apt-") as folder:
        os.chmod(folder, 0o755)  # apt downloads as a user of its own where it can
        options = own_apt(folder)
        update = run("apt-get", *options, "update")
        # A foreign archive without sources makes `update` fail, and does no harm.
        known = run("apt-cache", *options, "showsrc", "--only-source", package).stdout
        versions = re.findall(r"(?m)^Version: (\S+)", known)
        if not versions:
            raise Failed(f"apt found no source of {package}:\n{update.stderr.strip()}\n"
                         f"Is the archive of /etc/apt reachable? If this machine has no network, run "
                         f"`apt-get source {package}` on one that has, and put the unpacked folder here as "
                         f"{into}/{package}-<version>.")
        version = newest(v for v in versions if re.match(rf"(\d+:)?{re.escape(series)}(\D|$)", v))
        if not version:
            raise Failed(f"the archive holds {package} {', '.join(sorted(set(versions)))}, but Otaru needs {series}.x: "
                         f"another series has another interface. Put an unpacked {package} {series}.x here as "
                         f"{into}/{package}-<version>.")
        got = run("apt-get", *options, "source", "--download-only", f"{package}={version}", cwd=folder)
        descriptions = glob.glob(f"{folder}/*.dsc")
        if got.returncode != 0 or len(descriptions) != 1:
            raise Failed(f"apt could not download {package} {version}; run this again when it can:\n"
                         f"{got.stderr.strip()}")
        with tempfile.TemporaryDirectory(prefix=".unpack-", dir=into) as unpacking:
            unpacked = run("dpkg-source", "--extract", descriptions[0], f"{unpacking}/source")
            if unpacked.returncode != 0:
                raise Failed(f"dpkg-source could not unpack {package} {version}:\n{unpacked.stderr.strip()}")
            place = f"{into}/{package}-{version.split(':')[-1]}"
            os.rename(f"{unpacking}/source", place)
    return place


def source(package, series, into):
    os.makedirs(into, exist_ok=True)
    with open(f"{into}/.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two configures at once fetch it once
        here = {path[len(f"{into}/{package}-"):]: path for path in glob.glob(f"{into}/{package}-{series}*")
                if os.path.isdir(path)}
        return here[newest(here)] if here else download(package, series, into)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", required=True, help="name of the Debian source package")
    parser.add_argument("--series", required=True, help="versions that are taken, e.g. 2.28")
    parser.add_argument("--into", required=True, help="folder for unpacked sources")
    args = parser.parse_args()
    try:
        print(source(args.package, args.series, os.path.abspath(args.into)))
    except Failed as reason:
        print(f"{args.package} {args.series}: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
