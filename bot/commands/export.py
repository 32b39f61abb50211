"""`syllabot export`: a cohort as CSV and JSON files, also while the bot is serving."""

import argparse
import asyncio
from pathlib import Path

from bot import config
from bot.commands.running import now, refused
from bot.conversation import Cohort, EveryCohort, Map, Member, Replies, Reply, Roster, Stand
from bot.course.load import load
from bot.flows.groups.tables import answers_csv, as_json, for_spreadsheets, progress_csv
from bot.store import StoreError, answers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cohort", nargs="?", default="", help="its short name; none lists them all")
    parser.add_argument("--db", type=Path, metavar="FILE", help="progress (default ./syllabot.db)")
    parser.add_argument("--content", type=Path, metavar="DIR", help="courses (default ./content)")
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path(), help="where to write")


def run(args: argparse.Namespace) -> int:
    """0 when it was written; 1 for what cannot be read or written; 2 for a wrong call."""
    try:
        settings = config.read()
    except config.ConfigError as problem:
        return refused(str(problem), 2)
    path = args.db or settings.db
    try:
        (rows,) = asyncio.run(answers(path, EveryCohort()))
        cohorts = [row for row in rows if isinstance(row, Cohort)]
        chosen = next((each for each in cohorts if each.id == args.cohort), None)
        if chosen is None:
            return _listed(cohorts, args.cohort)
        return _written(chosen, path, args.content or settings.content, args.out)
    except (StoreError, OSError) as problem:
        return refused(str(problem), 1)


def _listed(cohorts: list[Cohort], asked: str) -> int:
    if asked:
        known = ", ".join(each.id for each in cohorts) or "none"
        return refused(f"There is no cohort {asked}; there are: {known}.", 2)
    for each in cohorts:
        print(f"{each.id:14} {each.title} ({each.course}, {each.state})")
    if not cohorts:
        print("There are no cohorts yet.")
    return 0


def _written(cohort: Cohort, path: Path, content: Path, out: Path) -> int:
    library, problems = load(content)
    course = library.courses.get(cohort.course) if library else None
    if course is None:
        faults = "\n".join(map(str, problems)) or f"{content} has no course {cohort.course}."
        return refused(faults, 1)
    looks = (Roster(cohort.id), Map(cohort.id), Replies(cohort.id))
    found = asyncio.run(answers(path, *looks))
    members = [row for row in found[0] if isinstance(row, Member)]
    stands = [row for row in found[1] if isinstance(row, Stand)]
    replies = [row for row in found[2] if isinstance(row, Reply)]
    whole = as_json(cohort, course, members, stands, replies, now())
    files = {
        f"{cohort.id}-progress.csv": for_spreadsheets(progress_csv(course, members, stands)),
        f"{cohort.id}-answers.csv": for_spreadsheets(answers_csv(course, members, replies)),
        f"{cohort.id}.json": whole.encode(),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (out / name).write_bytes(data)
        print(out / name)
    return 0
