"""What a .chat file says, as steps to play.

A file has headers (`course: PATH`, `only: DRIVER ...`, `model: COMPANY` where a model of that
company may word what personas say, `operators: NAME ...` and `administrators: NAME ...` for who
runs the bot and the groups, `access: cohort` where only members may learn), then conversations,
each in a world of its own:

    * its-name                        a new conversation
    > /start                          the learner says, or commands
    > [m1-l1-q1-c]                    presses the newest shown choice whose key starts with this
    > [=m1-l1-q1-c.1.7.tiny]          presses exactly this key, shown or not
    @bo in group #hall > hello        bo says it in a group
    + 8 days                          the clock moves (seconds, minutes, hours, days, weeks)
    restart                           the store is closed and opened again
    edit m1/l1/quiz.yaml with NEW     a file or folder of the course is replaced (`gone`: removed)
    < words                           the model answers;  <! reason  it fails
    some words                        must be in the replies to the step before
    !some words                       must not be
    {record} answered m1-l1-q1 c      must be in a record; likewise {ask}, {post}, {file}, and
                                      {told} for what other people are sent alone
    > /join {code}                    says the newest code that was shown to anybody
    {silence}                         there was no reply at all
    # a remark
    \\> words                          a line that begins with a mark, taken as words

Marks of emphasis, quotes and line breaks do not count in a comparison.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal, cast

Where = Literal["reply", "record", "ask", "post", "told", "file", "silence"]

LEARNER = "ann"
"""Who speaks where a line does not say."""


class ScriptError(Exception):
    """A .chat file that cannot be read; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Act:
    """`speaker` says, presses or commands `words`, in `group` or alone with us ("")."""

    line: int
    speaker: str
    group: str
    words: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The clock moves on."""

    line: int
    time: timedelta


@dataclass(frozen=True, slots=True)
class Restart:
    """The program stops and starts again."""

    line: int


@dataclass(frozen=True, slots=True)
class Edit:
    """A file of the course is replaced; `replacement` None: it is removed."""

    line: int
    file: str
    replacement: Path | None


@dataclass(frozen=True, slots=True)
class Model:
    """The model that is awaited answers `words`; or it fails, and `words` are the reason."""

    line: int
    words: str
    fails: bool


@dataclass(frozen=True, slots=True)
class Expect:
    """Something stands in what the last step led to, or is `absent` there."""

    line: int
    where: Where
    words: str
    absent: bool


Step = Act | Wait | Restart | Edit | Model | Expect


@dataclass(slots=True)
class Conversation:
    """One conversation of a file; it begins with nothing known."""

    name: str
    line: int
    steps: list[Step] = field(default_factory=list)


@dataclass(slots=True)
class Script:
    """A .chat file; `course` is None where it plays the course that ships."""

    path: Path
    course: Path | None = None
    only: str = ""
    model: str = ""
    operators: frozenset[str] = frozenset()
    administrators: frozenset[str] = frozenset()
    access: Literal["open", "cohort"] = "open"
    conversations: list[Conversation] = field(default_factory=list)


LONGEST: Final = 100 * 366 * 86400
"""Seconds that a clock moves at most at once, a hundred years: dates end with the year 9999."""

UNITS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_SPEECH = re.compile(r"^(?:@(?P<who>[\w-]+)\s*)?(?:in group (?P<group>\S+)\s*)?>\s?(?P<words>.*)$")
_CLOCK = re.compile(r"^\+ (\d{1,18}) (second|minute|hour|day|week)s?$")
_EDIT = re.compile(r"^edit (\S+) (?:with (\S+)|gone)$")
_EXPECT = re.compile(r"^(!?)\{(record|ask|post|told|file|silence)\}\s*(.*)$")


def read(path: Path) -> Script:
    """The script in a .chat file. Raises ScriptError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise ScriptError(f"{path} cannot be read: {problem}") from None
    script = Script(path)
    for number, line in enumerate(lines, 1):
        _read_line(script, number, line.strip())
    if not script.conversations:
        raise ScriptError(f"{path}: no conversation in it; one begins with a line “* its-name”.")
    return script


def _read_line(script: Script, number: int, line: str) -> None:
    if not line or line.startswith("# ") or line == "#":
        return
    if line.startswith("* "):
        script.conversations.append(Conversation(line[2:].strip(), number))
    elif script.conversations:
        script.conversations[-1].steps.append(_step(script.path, number, line))
    elif line.startswith("course:"):
        script.course = script.path.parent / line.removeprefix("course:").strip()
    elif line.startswith("only:"):
        script.only = line.removeprefix("only:").strip()
    elif line.startswith("model:"):
        script.model = line.removeprefix("model:").strip()
    elif line.startswith("operators:"):
        script.operators = frozenset(line.removeprefix("operators:").split())
    elif line.startswith("administrators:"):
        script.administrators = frozenset(line.removeprefix("administrators:").split())
    elif line == "access: cohort":
        script.access = "cohort"
    else:
        raise ScriptError(
            f"{script.path}:{number}: before the first “* name” only course:, only:, model:, "
            "operators:, administrators: and access: may stand."
        )


def _step(path: Path, number: int, line: str) -> Step:
    if line.startswith("\\"):
        return Expect(number, "reply", line[1:], False)
    if line == "restart":
        return Restart(number)
    if speech := _SPEECH.match(line):
        return Act(number, speech["who"] or LEARNER, speech["group"] or "", speech["words"])
    if clock := _CLOCK.match(line):
        return Wait(number, _time(path, number, int(clock[1]) * UNITS[clock[2]]))
    if edit := _EDIT.match(line):
        return Edit(number, edit[1], path.parent / edit[2] if edit[2] else None)
    if expected := _EXPECT.match(line):
        return _expected(number, expected)
    if line.startswith("<!"):
        return Model(number, line[2:].strip(), fails=True)
    if line.startswith("<"):
        return Model(number, line[1:].strip(), fails=False)
    if line.startswith(("+ ", "edit ")):
        raise ScriptError(f"{path}:{number}: cannot read “{line}”; see “syllabot replay --help”.")
    absent = line.startswith("!")
    return Expect(number, "reply", line[1:].strip() if absent else line, absent)


def _time(path: Path, number: int, seconds: int) -> timedelta:
    if seconds > LONGEST:
        raise ScriptError(f"{path}:{number}: the clock moves at most {LONGEST:,} seconds at once.")
    return timedelta(seconds=seconds)


def _expected(number: int, found: re.Match[str]) -> Expect:
    where = cast(Where, found[2])
    return Expect(number, where, found[3], absent=found[1] == "!")


def scripts(paths: list[Path]) -> Iterator[Script]:
    """Each path's script; a folder stands for the .chat files below it. Raises ScriptError."""
    for path in paths:
        for each in sorted(path.rglob("*.chat")) if path.is_dir() else [path]:
            yield read(each)
