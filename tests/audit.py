"""Looks the checkout over: make audit

1. Every package in every lock is pinned and has hashes, so that what is installed is what was
   looked at.
2. No known vulnerability is in the lock. The package index is asked for that (pip-audit); where it
   does not know a package, nobody has looked, and that is said and counts as a failure.
3. No secret is in the files, nor in anything that was ever committed (detect-secrets). What looks
   like one and is none is in tests/audit.json, by its hash.
4. Which licences the installed packages have.

0: all of it was looked at and is well. 1: something is wrong. 2: something could not be looked at.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
TOOLS: Final = ROOT / ".venv" / "audit" / "bin"
KNOWN: Final = ROOT / "tests" / "audit.json"
FREE: Final = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python|Zlib|0BSD|HPND|Unlicense|CC0|MPL|LGPL|Lesser)\b", re.I
)
"""Licences under which what we use may be used by a program under MIT."""

TOKENS: Final = (
    re.compile(rb"\b\d{8,10}:[A-Za-z0-9_-]{35}(?![\w-])"),  # Telegram
    re.compile(
        rb"\b[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}\b"
    ),  # Discord
    re.compile(rb"\bsk-ant-[A-Za-z0-9_-]{20,}"),  # Claude
    re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
)
"""What this program is given to keep, wherever it stands; detect-secrets knows many others."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one look came to: lines to print, and the exit code it asks for."""

    code: int
    lines: tuple[str, ...]


# -- 1. the locks --------------------------------------------------------------------------------


def locks() -> list[Path]:
    """Every lock of the checkout, but for those of its environments."""
    return [path for path in sorted(ROOT.rglob("*.lock")) if ".venv" not in path.parts]


def unhashed(text: str) -> list[str]:
    """The requirements in a lock that are not pinned, or have no hash."""
    whole = re.sub(r"\\\n", " ", text)
    lines = (line.strip() for line in whole.splitlines())
    wanted = [line for line in lines if line and not line.startswith(("#", "-"))]
    return [
        line.split()[0]
        for line in wanted
        if not re.match(r"[\w.-]+==\S+", line) or "--hash=sha256:" not in line
    ]


def hashes() -> Outcome:
    """Whether everything in every lock is pinned and hashed."""
    lines = []
    for path in locks():
        wrong = unhashed(path.read_text("utf-8"))
        lines += [f"{path.relative_to(ROOT)}: {name} has no hash or no version" for name in wrong]
    if lines:
        return Outcome(1, (*lines, "Make the lock anew: make lock"))
    return Outcome(0, (f"hashes: every requirement of {len(locks())} locks is pinned and hashed",))


# -- 2. known vulnerabilities --------------------------------------------------------------------


def vulnerable() -> Outcome:
    """What the index knows of the packages in the lock."""
    command = [str(TOOLS / "pip-audit"), "--disable-pip", "--require-hashes", "--format", "json"]
    command += [
        "--progress-spinner",
        "off",
        "--timeout",
        "20",
        "-r",
        str(ROOT / "requirements.lock"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return not_asked(0, 0, (done.stderr.strip().splitlines() or ["it said nothing"])[-1])
    return told(found)


def told(found: list[dict[str, Any]]) -> Outcome:
    """What pip-audit found, where it could look. (It passes over what the index does not know, and
    then ends well.)
    """
    wrong = [(each["name"], each["version"], each["vulns"]) for each in found if each.get("vulns")]
    skipped = [each for each in found if "skip_reason" in each]
    lines = [
        f"{name} {version}: {each['id']}, mended in {', '.join(each['fix_versions']) or 'none'}"
        for name, version, each_of in wrong
        for each in each_of
    ]
    if lines:
        return Outcome(1, (*lines, "Make the lock anew, and run the suite: make lock test"))
    if skipped or not found:
        return not_asked(
            len(skipped), len(found), str(skipped[0]["skip_reason"]) if skipped else ""
        )
    return Outcome(0, (f"vulnerabilities: none known in {len(found)} packages",))


def not_asked(unknown: int, of: int, why: str) -> Outcome:
    """Nobody looked: that is no good news."""
    return Outcome(
        2,
        (
            f"vulnerabilities: NOT LOOKED FOR: the index knew {of - unknown} of {of} packages",
            f"  ({why})",
            "  Run make audit where https://pypi.org can be reached, before you deploy.",
        ),
    )


# -- 3. secrets ----------------------------------------------------------------------------------


def secrets() -> Outcome:
    """Whether anything that looks like a secret is, or ever was, in the repository."""
    known = set(json.loads(KNOWN.read_text("utf-8")))
    try:
        blobs = dict(committed())
    except (OSError, subprocess.CalledProcessError):
        return Outcome(2, ("secrets: NOT LOOKED FOR: this is no checkout of git",))
    for path in tree():
        blobs[path] = (ROOT / path).read_bytes()
    found = [each for each in (*plain(blobs), *detected(blobs)) if each[1] not in known]
    lines = tuple(f"{where}: {what}, {digest}" for where, digest, what in sorted(set(found)))
    if lines:
        more = (
            "Take it back where it was given out; if it is none, add its hash to tests/audit.json."
        )
        return Outcome(1, (*lines, more))
    return Outcome(0, (f"secrets: none in {len(blobs):,} files and versions of files",))


def tree() -> list[str]:
    """The files that are, or could be, committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [name for name in names.split("\0") if name and (ROOT / name).is_file()]


def committed() -> Iterator[tuple[str, bytes]]:
    """Every version of every file that any commit has, by a name to show."""
    listed = _git("rev-list", "--objects", "--all").decode("utf-8", "replace").splitlines()
    names = dict(line.split(" ", 1) for line in listed if " " in line)
    data = _git("cat-file", "--batch", given="\n".join(names))
    at = 0
    while at < len(data):
        head, _, _ = data[at : at + 200].partition(b"\n")
        number, kind, size = head.decode().split()
        begin = at + len(head) + 1
        at = begin + int(size) + 1
        if kind == "blob":
            yield f"{number[:10]} {names[number]}", data[begin : at - 1]


def _git(*words: str, given: str = "") -> bytes:
    command = ["git", *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, check=True, input=given.encode()
    ).stdout


def digest_of(text: bytes) -> str:
    """How a secret is named without being shown: as detect-secrets names it."""
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()


def plain(blobs: dict[str, bytes]) -> Iterator[tuple[str, str, str]]:
    """What has the form of the secrets that this program is given: where, its hash, what."""
    for name, data in blobs.items():
        for pattern in TOKENS:
            yield from ((name, digest_of(m[0]), "a token") for m in pattern.finditer(data))


def detected(blobs: dict[str, bytes]) -> Iterator[tuple[str, str, str]]:
    """What detect-secrets takes for a secret: where, its hash, what."""
    names = {}
    with tempfile.TemporaryDirectory(prefix="syllabot-audit-") as made:
        for number, (name, data) in enumerate(blobs.items()):
            # Its name says which filters hold for a file; these are full of hashes and pixels.
            if name.endswith((".lock", ".png", ".svg", "tests/audit.json")):
                continue
            path = Path(made) / f"{number}{Path(name).suffix}"
            path.write_bytes(data)
            names[str(path)] = name
        command = [str(TOOLS / "detect-secrets"), "scan", "--all-files", "--no-verify", made]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=made)
    for path, results in json.loads(done.stdout)["results"].items():
        for each in results:
            whole = path if path in names else str(Path(made) / path)
            yield names.get(whole, path), each["hashed_secret"], each["type"]


# -- 4. licences ---------------------------------------------------------------------------------


def licences() -> Outcome:
    """How many packages have which licence; those that ask for more than their text are named."""
    counted: Counter[str] = Counter()
    odd = []
    for each in metadata.distributions():
        said = licence(each)
        counted["known to be free" if FREE.search(said) else "to be read"] += 1
        if not FREE.search(said):
            odd.append(f"  {each.metadata['Name']}: {said or 'says none'}")
    text = ", ".join(f"{n} {what}" for what, n in sorted(counted.items()))
    return Outcome(0, (f"licences: {text}", *sorted(odd)))


def licence(package: metadata.Distribution) -> str:
    """What a package says of its licence, in one line."""
    about = package.metadata
    kinds = [one for one in about.get_all("Classifier") or () if one.startswith("License ::")]
    said = about.get("License-Expression") or " ".join(kinds) or about.get("License") or ""
    return " ".join(said.split())[:80]


def main() -> int:
    """Look at everything; the exit code."""
    worst = 0
    for look in (hashes, vulnerable, secrets, licences):
        outcome = look()
        print(*outcome.lines, sep="\n", flush=True)
        worst = outcome.code if worst == 0 else min(worst, outcome.code or worst)
    return worst


if __name__ == "__main__":
    sys.exit(main())
