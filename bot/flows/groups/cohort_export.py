"""/cohort export: all of a cohort as two tables and one JSON file, by names on boards.

Files that are large together travel in one ZIP, since Discord takes ten megabytes in a message. The
same rows at the same time make the same bytes.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.conversation import Cohort, File, Look, Message, Turn
from bot.flows.groups import tables
from bot.flows.groups.insight import Group, gathered
from bot.flows.scene import Scene

LARGE: Final = 4_000_000
"""Bytes that files may have together before they are packed."""

UNIX: Final = 3
"""The system a ZIP says it was made on, else that of whoever makes it."""

READABLE: Final = 0o100644 << 16
"""A plain file that its owner may change and all may read, as a ZIP from UNIX says it."""


def export(scene: Scene, cohort: Cohort) -> Turn | Look:
    """All of a cohort as two tables and one JSON file, by names on boards, without lab words."""
    group = gathered(scene, cohort)
    if not isinstance(group, Group):
        return group
    stem = f"{cohort.id}-{scene.at:%Y-%m-%d}"
    files = _files(scene, group, stem)
    text = scene.say("insight.export", title=group.title, n=len(group.members))
    if sum(len(each.data) for each in files) <= LARGE:
        return scene.turn(Message(text, files=files))
    alt = scene.say("insight.export-zip")
    whole = _file(f"{stem}.zip", alt, packed(files, scene.at))
    text = f"{text}\n\n{scene.say('insight.export-packed')}"
    return scene.turn(Message(text, files=(whole,)))


def packed(files: Iterable[File], at: datetime) -> bytes:
    """Files as a ZIP, each dated `at` in UTC."""
    written = _Bytes()
    with ZipFile(written, "w") as whole:
        for each in files:
            info = ZipInfo(each.name, at.astimezone(UTC).timetuple()[:6])
            info.create_system, info.external_attr = UNIX, READABLE
            whole.writestr(info, each.data, ZIP_DEFLATED)
    return b"".join(written)


def _files(scene: Scene, group: Group, stem: str) -> tuple[File, ...]:
    course, members = scene.course, group.members
    progress = tables.progress_csv(course, members, group.stands)
    answers = tables.answers_csv(course, members, group.replies)
    whole = tables.as_json(group.cohort, course, members, group.stands, group.replies, scene.at)
    told = scene.say("insight.export-progress")
    given = scene.say("insight.export-answers")
    return (
        _file(f"progress-{stem}.csv", told, tables.for_spreadsheets(progress)),
        _file(f"answers-{stem}.csv", given, tables.for_spreadsheets(answers)),
        _file(f"cohort-{stem}.json", scene.say("insight.export-json"), whole.encode()),
    )


def _file(named: str, alt: str, data: bytes) -> File:
    return File(named, alt, hashlib.sha256(data).hexdigest(), data)


class _Bytes(list[bytes]):
    """What a ZipFile writes to, from front to back."""

    def write(self, data: bytes, /) -> int:
        self.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """All is written already."""

    def close(self) -> None:
        """Nothing is open."""
