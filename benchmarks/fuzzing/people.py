"""What people do in a conversation, whoever they are: what is offered, and what nobody offered."""

from random import Random
from typing import Final, cast

from benchmarks.fuzzing import chance as spoil
from benchmarks.fuzzing.case import Steps, Target
from benchmarks.fuzzing.oracle import MARK
from benchmarks.fuzzing.world import HALL, OTHERS, VIC, Step, codes, fresh, library, lines
from bot.permissions import ACTIONS, COMMANDS

ARGS: Final = (
    *("1", "2", "m1", "m1-l1", "tiny", "group", "1 12 December 17:00", "friday 17:00", "off", "on"),
    *(
        "daily 19:00",
        "Europe/Berlin",
        "Berlin",
        "new Tuesday",
        "due 1 tomorrow 9:00",
        "5 3m",
        "ann",
    ),
    *(
        "time ann 1 2 days",
        "board off",
        "staff",
        "members",
        "progress",
        "export",
        "regrade m1-l1-q1",
    ),
    *("item m1-l1-q1", "remove mal", "excuse ann 1", "code new", "name x", "leaderboard", "weekly"),
    *("leaderboard weekly friday 17:00", "announcement hello", "question", "usage", "undo", "here"),
    *("9999 99 December 99:99", "31 February", "0d", "99999999999 days", "-5m", "1e9 s", "25:61"),
)


WHATS: Final = (
    "next back retake m1-l1-q1-a forget-yes model-yes menu r-1-1-a q-1 link-yes-0000000000 leave-x "
    "alias-x report-x share-yes regrade-yes x"
).split()
"""What buttons are about, some of it invented."""


def said(chance: Random) -> str:
    """What somebody types: an answer, a line of a learner, the name of a thing, or nonsense."""
    match chance.randrange(6):
        case 5:
            return chance.choice(spoil.MARKS)
        case 0:
            return chance.choice(
                ("1", "2", "a", "b", "A", "c)", "next", "help", "yes", "idk", "ok")
            )
        case 1:
            return chance.choice(lines())
        case 2:
            return spoil.text(chance, chance.choice(lines()))
        case 3:
            return spoil.text(chance, chance.choice(ARGS))
        case _:
            return spoil.odd(chance)


def step(chance: Random) -> Step:
    """Something that somebody does, whoever they are and wherever they do it."""
    who = chance.choice((VIC, *OTHERS, *OTHERS, "new"))
    group = chance.choice((HALL, "elsewhere")) if not chance.randrange(8) else ""
    match chance.randrange(20):
        case 0 | 1 | 2 | 3 | 4 | 5:
            other = "" if chance.randrange(3) else _other(chance)
            of = who if chance.randrange(6) else chance.choice((VIC, *OTHERS))
            return who, group, "press", (of, chance.choice((0, 0, 1, 2, 3, 9, 80)), other)
        case 6 | 7 | 8 | 9:
            return who, group, "say", _worded(who, said(chance))
        case 10 | 11 | 12 | 13 | 14 | 15:
            return who, group, "command", command(chance, who)
        case 16:
            return who, group, "forge", forged(chance)
        case 17:
            if chance.randrange(4):
                return who, "", "reply", spoil.text(chance, chance.choice(lines()))
            return who, "", "fail", chance.choice(("slow", "budget", "refused", spoil.odd(chance)))
        case 18:
            return who, group, "forge", _somewhere(chance)
        case _:
            hours = chance.choice((1, 5, 24, 200))
            return (who, "", "wait", hours) if chance.randrange(4) else (who, "", "restart", "")


def _worded(who: str, words: str) -> str:
    return f"{MARK} {words}" if who == VIC else words


def command(chance: Random, who: str) -> tuple[str, str]:
    """A command with something after it, whether there is such a one or not."""
    name = chance.choice(
        (*COMMANDS, "cohort", "cohort", "post", "round", spoil.odd(chance), "open")
    )
    real = chance.choice(ARGS)
    spoilt = spoil.text(chance, real), said(chance), chance.choice(spoil.MARKS)
    args = chance.choice(("", real, *spoilt))
    if name in ("join", "link", "verify") and chance.randrange(2):
        args = chance.choice(codes())
    if name == "cohort" and chance.randrange(4):
        args = f"{chance.choice(list(ACTIONS))} {args}"
    # What the marked one hands on of their own will is no secret.
    return (name, args) if who != VIC or name not in ("share", "report", "alias") else (name, "")


def _other(chance: Random) -> str:
    """Which part of a key is another, and what it is."""
    place = chance.randrange(4)
    values = ("0", "1", "9", "-1", "99999999999999999999", "x", "", "tiny", "٣", "m1-l1-q1-a", "m1")
    return f"{place}={chance.choice(values)}"


def forged(chance: Random) -> str:
    """A key that nobody was shown."""
    if not chance.randrange(4):
        return spoil.odd(chance)
    what = chance.choice(WHATS)
    course = chance.choice(("synthetic-data", "tiny", "", "other"))
    key = f"{what}.{chance.randrange(3)}.{chance.randrange(30)}.{course}"
    return key if chance.randrange(2) else spoil.text(chance, key)


def _somewhere(chance: Random) -> str:
    """The way to any unit of any course."""
    course = chance.choice(list(library().courses.values()))
    return f"{chance.choice(list(course.units))}.0.0.{course.id}"


LIFE: Final = 60
"""Things that people do in an episode."""


def _make(chance: Random) -> Steps:
    """In two of three episodes somebody learns in earnest, in one unit, between all the others."""
    steps = [step(chance) for _ in range(LIFE)]
    if chance.randrange(3):
        who, unit = chance.choice((VIC, *OTHERS)), _somewhere(chance)
        steps[0] = who, "", "forge", unit
        for at in range(1, LIFE, 2):
            steps[at] = _in_earnest(chance, who)
    return steps


def _in_earnest(chance: Random, who: str) -> Step:
    """To go on: press what is offered, say what a learner says, let a model answer."""
    match chance.randrange(6):
        case 0 | 1 | 2:
            return who, "", "press", (who, chance.choice((0, 0, 0, 1, 2, 3)), "")
        case 3 | 4:
            return who, "", "say", _worded(who, chance.choice((said(chance), *lines()[:40])))
        case _:
            words = chance.choice(("What makes you say so?", "I see. And then?", said(chance)))
            return who, "", "reply", words


def _make_codes(chance: Random) -> Steps:
    """Somebody who tries codes, those of others among them."""
    steps: list[Step] = []
    for _ in range(12):
        code = chance.choice((*codes(), "7K2QM-9XW4T", "AAAA-BBBB-CCCC-DDDD"))
        name = chance.choice(("join", "link", "verify", "leave", "alias"))
        args = code if not chance.randrange(4) else spoil.text(chance, code)
        steps.append((chance.choice(OTHERS), "", "command", (name, args)))
    return steps


def live(steps: Steps) -> None:
    """Let people do all this in a world of their own."""
    world = fresh()
    for each in steps:
        world.take(cast(Step, each))


def targets() -> tuple[Target, ...]:
    """What people do in a conversation."""
    return (Target("flows", 130, _make, live), Target("guesses", 20, _make_codes, live))
