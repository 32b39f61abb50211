"""The audit looks, and says so where it could not."""

from pathlib import Path

import pytest

from tests import audit

PINNED = "aiohttp==3.14.5 \\\n    --hash=sha256:00\n    # via discord.py\n"


def test_a_requirement_without_a_hash_is_found() -> None:
    assert audit.unhashed(PINNED) == []
    assert audit.unhashed("aiohttp==3.14.5\n") == ["aiohttp==3.14.5"]
    assert audit.unhashed(f"{PINNED}rich>=15 \\\n    --hash=sha256:00\n") == ["rich>=15"]


def test_every_lock_that_is_kept_is_pinned_and_hashed() -> None:
    assert audit.ROOT / "requirements.lock" in audit.locks()
    assert audit.hashes().code == 0


def test_a_known_vulnerability_is_told_with_its_remedy() -> None:
    hole = {"id": "PYSEC-1", "fix_versions": ["2.0"]}
    outcome = audit.told([{"name": "a", "version": "1.0", "vulns": [hole]}])
    assert (outcome.code, outcome.lines[0]) == (1, "a 1.0: PYSEC-1, mended in 2.0")


def test_a_package_that_nobody_looked_at_is_no_good_news() -> None:
    asked = {"name": "a", "version": "1.0", "vulns": []}
    outcome = audit.told([asked, {"name": "b", "skip_reason": "Dependency not found on PyPI"}])
    assert outcome.code == 2
    assert "NOT LOOKED FOR" in outcome.lines[0]
    assert "where https://pypi.org can be reached" in outcome.lines[2]
    assert audit.told([asked]).code == 0
    assert audit.told([]).code == 2


@pytest.mark.parametrize(
    "token",
    [
        "12345678:" + "Ab9_-" * 7,
        "MTA1" + "a" * 20 + ".GhXabc." + "b" * 30,
        "sk-ant-" + "api03-" + "c" * 30,
        "-----BEGIN " + "PRIVATE KEY-----",
    ],
)
def test_a_token_in_a_file_is_found_and_named_by_its_hash(token: str) -> None:
    found = list(audit.plain({"notes.txt": f"x = '{token}'".encode()}))
    assert found == [("notes.txt", audit.digest_of(token.encode()), "a token")]
    assert list(audit.plain({"notes.txt": token[: len(token) // 2].encode()})) == []


def test_every_file_of_the_checkout_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    names = audit.tree()
    assert "bot/__main__.py" in names
    assert not [name for name in names if name.startswith(".venv/")]
    blobs = {name: (audit.ROOT / name).read_bytes() for name in names}
    assert list(audit.plain(blobs)) == []
    assert isinstance(audit.KNOWN, Path)
