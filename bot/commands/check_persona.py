"""syllabot check-persona: learner turns to a model, or to a recording of one, and the rules."""

import argparse
import asyncio
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import yaml

from bot import config
from bot.commands.running import persona, refused
from bot.commands.tutor_report import labs
from bot.course.base import Part
from bot.course.lab import Lab
from bot.course.load import load
from bot.course.model import Lesson, Library
from bot.course.parse import parse
from bot.course.problem import Problem
from bot.course.shape import shape
from bot.personas.base import Meter, Persona, Silent
from bot.tutor.audit import KINDS, AuditFile, AuditTurn, Recording, Staged, breaches, staged

P = TypeVar("P", bound=Part)

AT_ONCE = 4
"""Turns that are put to a model at a time: a check should not run into its rate limit."""

NOTHING = """\
There is nothing to check: no ANTHROPIC_API_KEY is set, and no recording is named. Set a key to ask
the model (about a cent in all at the prices of claude-haiku-5-5), or check what one said before:

  syllabot check-persona --recording tests/personas/recording.yaml"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--content", type=Path, default=Path("content"), metavar="DIR")
    parser.add_argument(
        "--turns", type=Path, default=Path("tests/personas/turns.yaml"), metavar="FILE"
    )
    parser.add_argument("--recording", type=Path, metavar="FILE", help="what a model said before")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write what the model says")


def run(args: argparse.Namespace) -> int:
    """0 when every rule holds; 1 when a reply breaks one; 2 for what cannot be read or asked."""
    library, problems = load(args.content)
    file, more = _read(AuditFile, args.turns)
    recording, others = _read(Recording, args.recording) if args.recording else (None, ())
    if library is None or file is None or (args.recording and recording is None):
        print(*problems, *more, *others, sep="\n", file=sys.stderr)
        return 2
    stages, unknown = _staged(library, file)
    if unknown:
        print(*unknown, sep="\n", file=sys.stderr)
        return 2
    if recording:
        print(f"A recording of {recording.date}, by {recording.by}")
        return _report(stages, {each.id: each.reply for each in recording.replies})
    try:
        model = persona(config.read())
    except config.ConfigError as problem:
        return refused(str(problem), 2)
    if model is None:
        return refused(NOTHING, 2)
    replies = asyncio.run(_asked(model, stages))
    if args.save:
        _save(args.save, model.models[0], replies)
    return _report(stages, replies)


def _read(kind: type[P], path: Path) -> tuple[P | None, tuple[Problem | str, ...]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        return None, (f"{path} cannot be read: {problem.strerror}.",)
    except UnicodeDecodeError:
        return None, (f"{path} cannot be read: save it as UTF-8 text.",)
    top, problems = parse(str(path), text)
    if top is None:
        return None, tuple(problems)
    part, more = shape(kind, top, str(path))
    return part, (*problems, *more)


def _staged(library: Library, file: AuditFile) -> tuple[list[Staged], list[str]]:
    known: dict[str, tuple[Lab, tuple[Lesson, ...]]] = {
        lab.id: (lab, lessons) for lab, lessons in labs(library)
    }
    beliefs = {
        held.id: held
        for course in library.courses.values()
        for held in course.misconceptions.values()
    }
    unknown = [
        f"{turn.id}: there is no lab {turn.lab}." for turn in file.turns if turn.lab not in known
    ]
    found = [turn for turn in file.turns if turn.lab in known]
    return [staged(turn, *known[turn.lab], beliefs) for turn in found], unknown


async def _asked(model: Persona, stages: list[Staged]) -> dict[str, str]:
    """What the first model says to each turn; "" where it says nothing."""
    gate, replies, meters = asyncio.Semaphore(AT_ONCE), dict[str, str](), list[Meter]()

    async def ask(each: Staged) -> None:
        if each.brief is None:
            return
        meter = Meter()
        meters.append(meter)
        async with gate:
            try:
                replies[each.turn.id] = await model.word(model.models[0], each.brief, meter)
            except Silent as silent:
                print(f"{each.turn.id}: no reply ({silent})", file=sys.stderr)

    try:
        await asyncio.gather(*map(ask, stages))
    finally:
        await model.close()
    print(f"{model.models[0]}: {_bill(model, meters)}")
    return replies


def _bill(model: Persona, meters: list[Meter]) -> str:
    tokens = [meter.tokens for meter in meters]
    cost = sum(model.price(model.models[0]).of(each) for each in tokens)
    read, all_in = sum(t.cached for t in tokens), sum(t.total - t.answer for t in tokens) or 1
    out = sum(each.answer for each in tokens)
    told = f"{all_in:,} tokens in ({read / all_in:.0%} from the cache), {out:,} out"
    return f"{told}, ${cost / 1e9:.4f}"


def _save(path: Path, by: str, replies: dict[str, str]) -> None:
    rows = [{"id": name, "reply": reply} for name, reply in replies.items()]
    made = {"by": by, "date": f"{datetime.now(UTC):%Y-%m-%d}", "replies": rows}
    path.write_text(yaml.safe_dump(made, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _report(stages: list[Staged], replies: dict[str, str]) -> int:
    """The rules that were broken, and how many turns of each kind kept them all."""
    kept, total = Counter[str](), Counter[str]()
    for each in stages:
        broken = list(_broken(each, replies))
        total[each.turn.kind] += 1
        kept[each.turn.kind] += not broken
        print(
            *(f"  {each.turn.id}: {text}" for text in broken), sep="\n", end="\n" if broken else ""
        )
    for kind in KINDS:
        print(f"  {kind:10} {kept[kind]:2} of {total[kind]:2}")
    print(f"{kept.total()} of {total.total()} turns keep every rule")
    return 0 if kept == total else 1


def _broken(each: Staged, replies: dict[str, str]) -> list[str]:
    turn: AuditTurn = each.turn
    if each.brief is not None and turn.id not in replies:
        return ["there is no reply"]
    return list(breaches(each, replies.get(turn.id, "")))
