"""Discord: interactions and messages, through the library's own reading and ours."""

import asyncio
import warnings
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Final, cast

from benchmarks.fuzzing import chance as spoil
from benchmarks.fuzzing.case import Broken, Steps, Target
from benchmarks.fuzzing.loop import run
from benchmarks.fuzzing.world import library
from bot.adapters.base import Receiver
from bot.adapters.discord_components import WORDS, layout
from bot.adapters.discord_shown import render
from bot.conversation import Choice, Commanded, Inbound, Message, Pressed, Profile, Said
from bot.engine import complete
from tests.platforms.discord_gateway import Gateway
from tests.platforms.discord_interactions import COMMAND, COMPLETION, COMPONENT, SUBMITTED
from tests.platforms.discord_json import user
from tests.platforms.discord_people import People
from tests.platforms.discord_world import Json

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the library imports audioop
    import discord

    from bot.adapters.discord import Discord
    from bot.adapters.discord_gateway import Client
    from bot.adapters.discord_inbound import said, to_inbound
    from tests.platforms.discord_server import APPLICATION, Signal

ANN, SCHOOL, HALL = 7, 900, 901
KEY: Final = "m1-l1-q1-a.1.7.tiny"
TYPED: Final = frozenset({"value", "content", "custom_id", "values"})
"""Where a payload holds what a person chose: all of it can be forged but for its kind."""

FIXED: Final = frozenset({"message", "referenced_message"})
"""What Discord itself adds: the bot's own messages."""

MOST: Final = 4000
"""Characters that Discord lets a person write."""

Event = tuple[str, Json]


@cache
def events() -> tuple[Event, ...]:
    """Events of every kind that people cause, as the local server sends them."""
    return run(_caused())


async def _caused() -> tuple[Event, ...]:
    world = People(APPLICATION, Gateway("test-token", Signal()))
    world.person(ANN, "Ann")
    world.guild(SCHOOL, "School", [ANN])
    world.channel(SCHOOL, HALL, "hall")
    for place in (world.channels[HALL], world.channels[world.dm(ANN)]):
        shown = Message("Which one?", (Choice(KEY, "A"), Choice(KEY.replace("-a.", "-b."), "B")))
        data: Json = {"flags": 1 << 15, "components": layout(render(shown)[0]).to_components()}
        number = world.messages.new(place, data, {}).id
        option: Json = {"name": "course", "type": 3, "value": "tiny"}
        command: Json = {"id": "1", "name": "start", "type": 1, "options": [option]}
        typing: Json = {**command, "options": [{**option, "focused": True}]}
        pressed: Json = {"component_type": 2, "custom_id": KEY, "id": 3}
        chosen: Json = {"component_type": 3, "custom_id": "choices:0", "id": 3, "values": [KEY]}
        field: Json = {"type": 4, "id": 2, "custom_id": "words", "value": "hello"}
        sent: Json = {
            "custom_id": f"{WORDS}1100000000000000001",
            "components": [{"type": 18, "id": 1, "component": field}],
        }
        for kind, what, message in (
            (COMMAND, command, None),
            (COMPLETION, typing, None),
            (COMPONENT, pressed, number),
            (COMPONENT, chosen, number),
            (SUBMITTED, sent, number),
        ):
            world.interactions.start(kind, ANN, place, what, message=message)
    world.say(ANN, "a record is synthetic")
    world.say(ANN, "/open 2")
    return tuple((kind, payload) for kind, payload, _ in world.events.values())


class Ear:
    """The real client without a network, and all that it hears."""

    def __init__(self) -> None:
        self.heard: list[discord.Interaction | discord.Message] = []
        self.client = Client(self._happened, self._wrote, asyncio.sleep, 60.0)
        self.completed = 0
        self.adapter = Discord("t", lambda _: None, lambda _: 0, ())

    async def _happened(self, interaction: discord.Interaction) -> None:
        self.heard.append(interaction)

    async def _wrote(self, message: discord.Message) -> None:
        self.heard.append(message)

    async def begin(self) -> None:
        """Be as after login()."""
        await self.client._async_setup_hook()
        state = self.client._connection
        state.user = discord.ClientUser(state=state, data=user(APPLICATION, "Syllabot", bot=True))  # type: ignore[arg-type]

    async def hears(self, event: Event, found: list[Inbound]) -> bool:
        """Whether the library could read an event; what it means to us is put into `found`."""
        kind, payload = event
        self.heard.clear()
        try:
            self.client._connection.parsers[kind](payload)
        except Exception:
            return False  # the connection is begun anew then; see discord_gateway.stay
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for each in self.heard:
            await self.adapter._taken(self._meant(each, found))
        return True

    async def complete(
        self,
        account: str,  # noqa: ARG002 - as the runner has it
        command: str,
        text: str,
    ) -> tuple[tuple[str, str], ...]:
        """As the runner does, for somebody who is new; and then nothing is sent."""
        found = complete(library(), Profile(), command, text)
        if len(found) > 25 or any(not 0 < len(each) <= 100 for pair in found for each in pair):
            raise Broken("a suggestion does not fit")
        self.completed += 1
        return found

    async def _meant(
        self, what: discord.Interaction | discord.Message, found: list[Inbound]
    ) -> None:
        if isinstance(what, discord.Message):
            inbound = said(what)
        elif what.type is discord.InteractionType.autocomplete:
            await self.adapter._complete(cast(Receiver, self), what)
            return
        else:
            inbound = to_inbound(what)
        if inbound is not None:
            found.append(inbound)


@cache
def _ear() -> Ear:
    async def made() -> Ear:
        ear = Ear()
        await ear.begin()
        return ear

    return run(made())


def _make(chance: Random) -> Steps:
    """Two in three are what somebody can forge who has a client of their own: other words in all
    that a person may choose. The others are what only Discord itself could send.
    """
    number = chance.randrange(len(events()))
    payload = events()[number][1]
    if not chance.randrange(3):
        return [("any", number, spoil.value(chance, cast(spoil.Json, payload)))]
    words = tuple(spoil.text(chance, each)[:MOST] for each in _typed(payload))
    return [("typed", number, words)]


def _typed(payload: object, name: str = "") -> Iterator[str]:
    """The words in a payload that a person chose."""
    if isinstance(payload, dict):
        for key, held in payload.items():
            if key not in FIXED:
                yield from _typed(held, str(key))
    elif isinstance(payload, list):
        for held in payload:
            yield from _typed(held, name)
    elif isinstance(payload, str) and name in TYPED:
        yield payload


def _retyped(payload: object, words: Iterator[str], name: str = "") -> object:
    """The payload with other words in those places."""
    match payload:
        case dict():
            return {
                key: held if key in FIXED else _retyped(held, words, str(key))
                for key, held in payload.items()
            }
        case list():
            return [_retyped(held, words, name) for held in payload]
        case str() if name in TYPED:
            return next(words, payload)
        case _:
            return payload


def _come_in(steps: Steps) -> None:
    for step in steps:
        how, number, given = cast(tuple[str, int, object], step)
        kind, payload = events()[number]
        if how == "typed":
            given = _retyped(payload, iter(cast(tuple[str, ...], given)))
        found: list[Inbound] = []
        read = run(_ear().hears((kind, cast(Json, given)), found))
        if how == "typed":
            if not read:
                raise Broken("the library cannot read what a person may send")
            if not found and payload.get("type") != COMPLETION:
                raise Broken("nothing came of what a person may send")
        for inbound in found:
            _can_be_kept(inbound)


def _can_be_kept(inbound: Inbound) -> None:
    what = inbound.what
    match what:
        case Said(words) | Pressed(words) | Commanded(_, words):
            words.encode()
    inbound.account.encode()


def targets() -> tuple[Target, ...]:
    """What comes from Discord."""
    return (Target("discord", 150, _make, _come_in),)
