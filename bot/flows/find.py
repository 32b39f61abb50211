"""A unit by what somebody calls it: its id, its name in the menu, its title, or nearly so."""

import re
from collections.abc import Sequence
from typing import TypeVar

from rapidfuzz import fuzz

from bot.conversation import Message, Turn
from bot.course.model import Module, Unit
from bot.flows import home
from bot.flows.reference import NEAR, plain
from bot.flows.scene import Scene

MOST = 3
"""How many units are offered to somebody whose word is not clear."""

T = TypeVar("T")
_LIKE = 3
"""The rank from which on a text is only like what was asked for."""


def fold(text: str) -> str:
    """How `text` is compared: its words in small letters, without the marks between them."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def called(scene: Scene, asked: str) -> tuple[Unit, ...]:
    """The unit with this id; else all that bear this name or title, since some share one."""
    wanted = fold(asked)
    units = tuple(scene.course.units.values()) if wanted else ()
    by_id = tuple(unit for unit in units if fold(unit.id) == wanted)
    return by_id or tuple(unit for unit in units if wanted in _spoken(scene, unit))


def near(scene: Scene, asked: str) -> tuple[Unit, ...]:
    """The units whose id, name or title is like what was asked for, the likeliest first."""
    units = [(_spoken(scene, unit), unit) for unit in scene.course.units.values()]
    return fitting(fold(asked), units, NEAR)


def fitting(wanted: str, offers: Sequence[tuple[tuple[str, ...], T]], least: int) -> tuple[T, ...]:
    """Of what goes by these folded texts, all that fits: first what begins with `wanted`, then
    what has a word that does, then what holds it, then what is at least so like it.
    """
    ranked = [(_rank(wanted, spoken), offer) for spoken, offer in offers if wanted]
    fits = [(rank, offer) for rank, offer in ranked if rank <= _LIKE + 100 - least]
    return tuple(offer for _, offer in sorted(fits, key=lambda each: each[0]))


def _rank(wanted: str, spoken: tuple[str, ...]) -> float:
    if any(said.startswith(wanted) for said in spoken):
        return 0
    if any(f" {wanted}" in said for said in spoken):
        return 1
    if any(wanted in said for said in spoken):
        return 2
    return _LIKE + 100 - max(_likeness(wanted, said) for said in spoken)


def _likeness(wanted: str, said: str) -> float:
    """From 0 to 100; among those that hold the same words, more for the one with less else."""
    return 0.99 * fuzz.WRatio(wanted, said) + 0.01 * fuzz.ratio(wanted, said)


def module(scene: Scene, args: str) -> tuple[Module | None, str]:
    """The module that a line begins with (its id, its number, its title), and the rest."""
    for number, module in enumerate(scene.course.modules, 1):
        for name in (module.title, module.id, str(number)):
            if args.casefold() == name.casefold():
                return module, ""
            if args.casefold().startswith(f"{name.casefold()} "):
                return module, args[len(name) :].strip()
    return None, args


def which(scene: Scene, asked: str, units: tuple[Unit, ...]) -> Turn:
    """Ask which of these is meant, with a button for each of the first few."""
    offered = units[:MOST]
    names = scene.say("open.or").join(f"“{scene.name(unit)}”" for unit in offered)
    text = scene.say("open.near", asked=plain(asked), units=names)
    choices = [scene.choice(unit.id, scene.name(unit)) for unit in offered]
    return scene.turn(Message(text, (*choices, *home.ways_out(scene, menu=True))))


def _spoken(scene: Scene, unit: Unit) -> tuple[str, ...]:
    return fold(unit.id), fold(scene.name(unit)), fold(unit.title)
