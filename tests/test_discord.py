"""Discord as people see it: the whole bot, with the real client library, before a local server."""

import asyncio
import hashlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import discord
import pytest
from aiohttp.client_reqrep import ConnectionKey

from bot.adapters.base import Refused
from bot.adapters.discord_components import ALT, LABEL
from bot.adapters.discord_errors import ROWS, Means, named
from bot.adapters.discord_gateway import waited
from bot.adapters.discord_shown import render
from bot.adapters.discord_text import LAYOUT
from bot.conversation import (
    Ask,
    Choice,
    Commanded,
    Event,
    File,
    Known,
    Look,
    Message,
    Outgoing,
    Place,
    Pressed,
    Replied,
    Said,
    Session,
    Turn,
)
from bot.course.model import Library
from bot.runner import Step
from bot.store import StoreError

from .conftest import TINY
from .platforms.discord_bot import Bot
from .platforms.discord_server import DiscordServer, Fault, Shown
from .platforms.telegram_spec import specs

ANN, BO = 7, 8
SCHOOL, HALL, TEA = 900, 901, 902
CUP = next(TINY.rglob("cup.png"))
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
FOLLOW_UP = "POST /webhooks/{webhook_id}/{webhook_token}"
SEND = "POST /channels/{channel_id}/messages"
OPEN_DM = "POST /users/@me/channels"


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer(specs=specs()) as server:
        server.person(ANN, "Ann")
        server.person(BO, "Bo")
        server.guild(SCHOOL, "School", [ANN, BO])
        server.channel(SCHOOL, HALL, "hall")
        server.channel(SCHOOL, TEA, "tea")
        yield server
        wrong = server.breaches + server.mistakes
        assert wrong == [], "Discord would not have taken this"


@pytest.fixture
async def bot(server: DiscordServer, tmp_path: Path, tiny: Library) -> AsyncIterator[Bot]:
    bot = Bot(server, tmp_path / "bot.db", tiny, content=TINY)
    yield bot
    await bot.stop()


async def commanded(bot: Bot, name: str, where: int | None = HALL, **options: str) -> Shown:
    """The newest message that Ann sees after she gave a command."""
    bot.server.command(ANN, name, where, **options)
    await bot.quiet()
    return seen(bot, where)[-1]


async def pressed(bot: Bot, start: str, where: int | None = HALL, user: int = ANN) -> Shown:
    bot.server.press(user, f"{start}*", where)
    await bot.quiet()
    return seen(bot, where, user)[-1]


async def written(bot: Bot, text: str, where: int = HALL) -> Shown:
    """Press Reply, and send the dialog."""
    bot.server.press(ANN, "write:*", where)
    await bot.quiet()
    modal = bot.server.modal(ANN)
    assert modal
    bot.server.submit(ANN, modal.custom_id, {modal.fields[0].custom_id: text})
    await bot.quiet()
    return seen(bot, where)[-1]


def seen(bot: Bot, where: int | None = HALL, user: int = ANN) -> list[Shown]:
    """What somebody sees of the bot."""
    return [message for message in bot.server.seen(user, where) if message.author_bot]


def labels(message: Shown) -> list[str]:
    return [button.label for row in message.rows for button in row]


def requests(bot: Bot, since: int = 0) -> list[str]:
    return [request.method for request in bot.server.requests[since:]]


def answering(*messages: Message) -> Step:
    def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        return Turn(session, messages)

    return step


def echoing(library: Library, session: Session, event: Event | Known) -> Turn | Look:
    """Says what was said."""
    assert isinstance(event, Event)
    what = event.what
    said = what.text if isinstance(what, Said | Replied) else getattr(what, "name", "pressed")
    return Turn(replace(session, turn=session.turn + 1), (Message(said, write="Say something"),))


# -- what one sees -------------------------------------------------------------------------------


async def test_nobody_else_sees_what_the_bot_answers_in_a_server(bot: Bot) -> None:
    await bot.start()
    shown = await commanded(bot, "start")
    assert shown.ephemeral_for == ANN and shown.text.startswith("**Tea and Toast")
    await pressed(bot, "m1-intro")
    assert seen(bot, HALL, BO) == []


async def test_a_page_is_turned_by_the_answer_to_its_press_alone(bot: Bot) -> None:
    await bot.start()
    await commanded(bot, "start")
    card = await pressed(bot, "m1-intro")
    count, since = len(seen(bot)), len(bot.server.requests)
    turned = await pressed(bot, "next")
    assert turned.id == card.id and "Intro 2/2" in turned.text
    assert len(seen(bot)) == count and requests(bot, since) == [CALLBACK]


async def test_a_pressed_message_keeps_its_words_and_says_what_was_chosen(bot: Bot) -> None:
    await bot.start()
    home = await commanded(bot, "start")
    text, since = home.text, len(bot.server.requests)
    await pressed(bot, "m1-intro")
    assert home.rows == [] and home.text.startswith(text)
    assert "Your choice: Begin: Intro" in home.text
    assert requests(bot, since) == [CALLBACK, FOLLOW_UP]


async def test_options_stand_in_the_text_and_buttons_are_letters(bot: Bot) -> None:
    await bot.start()
    item = Message(
        "**A.** One\n\n**B.** Two", (Choice("a.1.1.tiny", "A"), Choice("b.1.1.tiny", "B"))
    )
    (card,) = render(item)
    assert [choice.label for choice in card.choices] == ["A", "B"] and "**A.** One" in card.text


async def test_a_layout_has_the_courses_colour_and_words_for_pictures(bot: Bot) -> None:
    await bot.start()
    await commanded(bot, "open", part="m1-intro")
    await pressed(bot, "next")
    card = await pressed(bot, "next")
    assert card.v2 and card.accent == int(bot.library.courses["tiny"].accent[1:], 16)
    assert len(card.alts) == 1 and card.alts[0].startswith("A white cup of dark tea on a saucer")
    assert [file.name for file in card.files] == ["pictures_cup.png"]


@pytest.mark.parametrize("where", [HALL, None])
async def test_a_settled_card_keeps_its_picture(bot: Bot, where: int | None) -> None:
    picture = File("cup.png", "A cup", hashlib.sha256(CUP.read_bytes()).hexdigest())
    card = Message("Look.", (Choice("next.0.0.tiny", "Next"),), files=(picture,), chosen="Next!")
    await bot.start(step=answering(card))
    shown = await commanded(bot, "start", where)
    await pressed(bot, "next", where)
    assert shown.rows == [] and shown.text == "Look.\nNext!"
    assert shown.alts == ["A cup"] and [file.name for file in shown.files] == ["cup.png"]


async def test_a_picture_that_is_gone_is_told_in_words(bot: Bot) -> None:
    lost = Message("Look.", files=(File("cup.png", "A cup of tea", "0" * 64),))
    await bot.start(step=answering(lost))
    shown = await commanded(bot, "start")
    assert "A cup of tea" in shown.text and shown.alts == []


async def test_an_export_is_a_file(bot: Bot) -> None:
    await bot.start()
    for where in (HALL, None):
        shown = await commanded(bot, "export", where)
        (file,) = shown.files
        assert file.name.startswith("syllabot-export-") and b'"made"' in file.content


async def test_a_persona_has_a_name_and_a_role(bot: Bot) -> None:
    await bot.start(step=answering(Message("Tea first.", speaker="Maya_B", role="Tea *master*")))
    shown = await commanded(bot, "start")
    assert shown.text == "**Maya\\_B**\n-# Tea \\*master\\*\nTea first."


async def test_many_choices_stand_in_a_menu(bot: Bot) -> None:
    choices = tuple(Choice(f"m1-u{n}.0.0.tiny", f"Unit {n} " + "x" * 90) for n in range(30))
    await bot.start(step=answering(Message("Choose.", choices)))
    shown = await commanded(bot, "menu")
    first, second = shown.selects
    assert [len(first.options), len(second.options)] == [25, 5]
    bot.server.select(ANN, second.custom_id, ["m1-u29.0.0.tiny"], HALL)
    await bot.quiet()
    assert bot.commits[-1].reply_to == str(shown.id)


async def test_a_text_of_any_length_arrives_in_layouts_that_discord_takes(bot: Bot) -> None:
    code = "\n".join(f"x{n} = '_*~|<@1>'" for n in range(400))
    text = "\n\n".join(["_*<>|~`" * 1500, f"```python\n{code}\n```", "# end @everyone <@8>"])
    await bot.start(step=answering(Message(text, (Choice("next.0.0.tiny", "Next"),))))
    await commanded(bot, "start")
    shown = seen(bot)
    assert len(shown) > 3 and all(len(m.text) <= LAYOUT for m in shown)
    assert [bool(m.rows) for m in shown] == [False] * (len(shown) - 1) + [True]
    assert all(m.text.count("```") % 2 == 0 for m in shown)
    assert all(f"x{n} = " in "".join(m.text for m in shown) for n in range(400))


@pytest.mark.parametrize("where", [HALL, None])
async def test_words_of_a_learner_ping_nobody(bot: Bot, where: int | None) -> None:
    text = "@everyone @here <@8> <@&902> <#901> **x** [a](https://x.org) <t:1:R> # y ||z||"
    await bot.start(step=answering(Message(text.replace("**", "\\*\\*"))))
    shown = await commanded(bot, "start", where)
    assert shown.pings == [] and "<@8>" not in shown.text.replace("\\<", "")


async def test_alt_texts_labels_and_hints_are_within_discords_limits(bot: Bot) -> None:
    data = File("a b*.json", "y" * 3000, "1" * 64, b"{}")
    choice = Choice("next.0.0.tiny", "L" * 300)
    await bot.start(step=answering(Message("T", (choice,), write="h" * 500, files=(data,))))
    shown = await commanded(bot, "start")
    assert labels(shown)[0] == "L" * (LABEL - 1) + "…" and len(shown.files[0].description) <= ALT
    bot.server.press(ANN, "write:*", HALL)
    await bot.quiet()
    assert bot.server.modal(ANN)


# -- words ---------------------------------------------------------------------------------------


async def test_where_words_are_expected_a_button_opens_a_dialog(bot: Bot) -> None:
    await bot.start(step=echoing)
    shown = await commanded(bot, "start")
    assert labels(shown) == ["Reply", "Go on in direct messages"] and "Say something" in shown.text
    answer = await written(bot, "Tea, please")
    assert answer.text.startswith("Tea, ") and answer.ephemeral_for == ANN
    modal = bot.server.modal(ANN)
    assert modal and modal.fields[0].placeholder == "Say something"
    assert modal.texts[0].startswith("start"), "what it answers stands above the field"


async def test_what_was_written_stays_below_what_it_answers(bot: Bot) -> None:
    choices = (Choice("hint.0.0.tiny", "Show me"),)

    def asking(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        prompt = Message("And why?", choices, write="Say why")
        return Turn(replace(session, turn=session.turn + 1), (prompt,))

    await bot.start(step=asking)
    shown = await commanded(bot, "start")
    await written(bot, "Tea, *please* <@8>")
    assert shown.text.endswith("You wrote: Tea, \\*please\\* \\<@8\\>") and shown.rows == []
    assert len(seen(bot)) == 2 and labels(seen(bot)[1])[:2] == ["Show me", "Reply"]


async def test_in_direct_messages_one_simply_types(bot: Bot) -> None:
    await bot.start(step=echoing)
    shown = await commanded(bot, "start", None)
    assert shown.rows == [] and shown.ephemeral_for is None
    bot.server.say(ANN, "Tea, please")
    await bot.quiet()
    assert seen(bot, None)[-1].text.startswith("Tea, please")


async def test_a_dialog_that_is_sent_twice_counts_once(bot: Bot) -> None:
    await bot.start(step=echoing)
    await commanded(bot, "start")
    await written(bot, "Tea")
    modal = bot.server.modal(ANN)
    assert modal
    taken = len(bot.commits)
    bot.server.submit(ANN, modal.custom_id, {modal.fields[0].custom_id: "Tea"})
    await bot.quiet()
    assert len(bot.commits) == taken
    assert "nothing was counted twice" in seen(bot)[-1].text and seen(bot)[-1].ephemeral_for == ANN


async def test_a_dialog_that_is_sent_twice_counts_once_after_a_restart_too(bot: Bot) -> None:
    await bot.start(step=echoing)
    await commanded(bot, "start")
    await written(bot, "Tea")
    modal = bot.server.modal(ANN)
    assert modal
    await bot.stop()
    await bot.start(step=echoing)
    taken = len(bot.commits)
    bot.server.submit(ANN, modal.custom_id, {modal.fields[0].custom_id: "Tea"})
    await bot.quiet()
    assert len(bot.commits) == taken and bot.server.failed == []


async def test_a_command_can_be_written_out(bot: Bot) -> None:
    await bot.start()
    bot.server.say(ANN, "/glossary\ttannin")
    await bot.quiet()
    assert "tannin" in seen(bot, None)[-1].text.casefold()


async def test_what_people_say_in_a_server_is_not_listened_to(bot: Bot) -> None:
    await bot.start()
    bot.server.say(ANN, f"<@{bot.server.application}> hello", HALL)
    bot.server.say(ANN, "/start", HALL)
    await bot.quiet()
    assert seen(bot) == [] and bot.commits == []


async def test_no_privileged_intent_is_asked_for(bot: Bot) -> None:
    await bot.start()
    (session,) = bot.server.gateway.live.values()
    intents = discord.Intents._from_value(session.intents)
    assert not (intents.message_content or intents.members or intents.presences)


# -- presses that are late, doubled, old or not one's own ----------------------------------------


async def test_a_repeated_press_is_only_acknowledged(bot: Bot) -> None:
    await bot.start()
    await commanded(bot, "start")
    home = seen(bot)[-1]
    key = home.rows[0][0].custom_id
    for _ in range(2):
        bot.server.press(ANN, key, HALL, home.id)
        await bot.quiet()
    assert [m.text[:13] for m in seen(bot)[1:]] == ["**Intro 1/2**"]
    assert bot.server.failed == [] and not any(m.loading for m in seen(bot))


async def test_buttons_work_after_a_restart_and_long_after(bot: Bot) -> None:
    await bot.start()
    await commanded(bot, "start")
    await bot.stop()
    bot.server.expire_tokens()
    await bot.start()
    shown = await pressed(bot, "m1-intro")
    assert "Intro 1/2" in shown.text and shown.ephemeral_for == ANN


async def test_a_button_of_an_earlier_step_is_answered_kindly_and_scores_nothing(bot: Bot) -> None:
    await bot.start()
    home = await commanded(bot, "start")
    await pressed(bot, "m1-intro")
    await pressed(bot, "next")
    taken = [record for commit in bot.commits for record in commit.records]
    bot.server.press(ANN, "m1-l1-q1-a.1.1.tiny", HALL, home.id)
    await bot.quiet()
    assert "earlier step" in seen(bot)[-2].text
    assert [record for commit in bot.commits for record in commit.records] == taken


async def test_a_press_on_a_message_that_was_deleted_is_answered_by_a_new_one(bot: Bot) -> None:
    await bot.start()
    await commanded(bot, "start")
    card = await pressed(bot, "m1-intro")
    bot.server.delete(HALL, card.id)
    bot.server.press(ANN, card.rows[0][0].custom_id, HALL, card.id)
    await bot.quiet()
    assert "Intro 2/2" in seen(bot)[-1].text and seen(bot)[-1].id != card.id


async def test_a_button_of_a_post_answers_whoever_presses_it_alone(bot: Bot) -> None:
    await bot.start()
    post = Message("Question of the week", (Choice("m1-l1-q1-a.1.1.tiny", "A"),))
    hall = Place("discord", str(HALL), private=False)
    await bot.adapter.send(Outgoing(5, "", "tiny", hall, post, post=True))
    (shown,) = seen(bot, HALL, BO)
    bot.server.press(BO, "m1-l1-q1-a.1.1.tiny", HALL)
    await bot.quiet()
    assert labels(shown) == ["A"] and shown.text == "Question of the week"
    mine = seen(bot, HALL, BO)[1:]
    assert mine and all(message.ephemeral_for == BO for message in mine)
    assert seen(bot, HALL, ANN) == [shown]
    assert [record.kind for commit in bot.commits for record in commit.records] == ["changed"]


# -- in time -------------------------------------------------------------------------------------


async def test_an_interaction_is_answered_in_time_while_the_database_is_locked(bot: Bot) -> None:
    await bot.start(soon=0.05)
    await commanded(bot, "start")
    with locked(bot):
        press = bot.server.press(ANN, "m1-intro*", HALL)
        command = bot.server.command(BO, "start", HALL)
        await bot.server.until(lambda: {press, command} <= bot.server.acknowledged.keys())
        assert [m.loading for m in seen(bot, HALL, BO)] == [True], "it shows that it thinks"
        assert len(seen(bot)) == 1
    await bot.quiet()
    assert "Intro 1/2" in seen(bot)[-1].text and seen(bot)[0].rows == []
    (shown,) = seen(bot, HALL, BO)
    assert not shown.loading and shown.ephemeral_for == BO and "Tea and Toast" in shown.text


async def test_the_wait_for_an_answer_is_two_seconds_at_most() -> None:
    from bot.adapters.discord_live import SOON
    from tests.platforms.discord_rules import FIRST_RESPONSE

    assert FIRST_RESPONSE - SOON >= 1


async def test_a_hundred_people_at_once_are_all_answered_in_time(bot: Bot) -> None:
    await bot.start()
    people = range(2001, 2101)
    for person in people:
        bot.server.join(SCHOOL, person)
        bot.server.command(person, "start", HALL)
    await bot.quiet()
    assert bot.server.failed == [] and len(bot.server.acknowledged) == 100
    assert all(len(seen(bot, HALL, person)) == 1 for person in people)


async def test_a_slow_model_is_waited_for_with_a_sign_of_life(bot: Bot) -> None:
    def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        assert isinstance(event, Event)
        return Turn(replace(session, waiting=Ask("q1", event.by.place, "m1-l1-lab", "hint")))

    await bot.start(step=step)
    bot.server.command(ANN, "start", HALL)
    bot.server.command(BO, "start")
    await bot.quiet()
    await bot.server.until(lambda: "POST /channels/{channel_id}/typing" in requests(bot))
    assert [message.loading for message in seen(bot)] == [True]
    place = Place("discord", str(HALL), str(ANN))
    later = Outgoing(9, "learner-1", "tiny", place, Message("Here I am."))
    await bot.adapter.send(later)
    assert [m.text for m in seen(bot)] == ["Here I am."] and not seen(bot)[0].loading


@pytest.mark.parametrize("text", ["/", "/ ", "//", "/\t/"])
async def test_a_slash_alone_is_words(bot: Bot, text: str) -> None:
    await bot.start()
    bot.server.say(ANN, text)
    await bot.quiet()
    assert seen(bot, None)


async def test_an_answer_that_was_sent_before_a_crash_is_seen_once_after_it(bot: Bot) -> None:
    await bot.start()
    await commanded(bot, "start", None)
    bot.store.sent = lambda *_: None  # type: ignore[method-assign]
    await pressed(bot, "menu", None)
    bot.server.say(ANN, "/help")
    await bot.quiet()
    before = [message.text for message in seen(bot, None)]
    await bot.stop()
    await bot.start()
    await bot.quiet()
    assert [message.text for message in seen(bot, None)] == before


async def test_a_message_without_words_harms_nothing(bot: Bot) -> None:
    await bot.start(step=answering(Message("")))
    await commanded(bot, "start")
    assert bot.server.failed == []
    bot.server.breaches.clear()


@pytest.mark.parametrize("label", [" ", "\n", "\u2003"])
async def test_a_button_without_a_name_has_one_all_the_same(bot: Bot, label: str) -> None:
    await bot.start(step=answering(Message("Words", (Choice("next.0.0.tiny", label),))))
    assert labels(await commanded(bot, "start"))[0] == "…"


async def test_a_plain_message_is_settled_too(bot: Bot) -> None:
    await bot.start(step=answering(Message("Words", (Choice("next.0.0.tiny", "Next"),))))
    bot.server.fault = once(CALLBACK, Fault(status=400, code=50035))
    shown = await commanded(bot, "start")
    assert not shown.v2 and shown.rows
    await pressed(bot, "next")
    assert shown.rows == [] and shown.text == "Words"


async def test_what_discord_takes_in_no_way_with_its_buttons_comes_without(bot: Bot) -> None:
    twice = (Choice("next.0.0.tiny", "A"), Choice("next.0.0.tiny", "B"))
    await bot.start(step=answering(Message("Words", twice)))
    shown = await commanded(bot, "start")
    assert shown.text == "Words" and shown.rows == []
    bot.server.breaches.clear()


async def test_a_long_card_has_room_for_its_persona_its_hint_and_what_was_chosen(bot: Bot) -> None:
    card = Message(
        "word " * 2000,
        (Choice("next.0.0.tiny", "*" * 80),),
        speaker="_" * 300,
        role="*" * 300,
        write="|" * 300,
        chosen="~" * 300,
    )
    await bot.start(step=answering(card))
    await commanded(bot, "start")
    await pressed(bot, "next")
    assert bot.server.breaches == [] and all(message.v2 for message in seen(bot))


async def test_commands_that_are_not_taken_at_first_keep_nobody_waiting(bot: Bot) -> None:
    put = "PUT /applications/{application_id}/commands"
    left = [Fault(status=503)] * 3
    bot.server.fault = lambda _, name: left.pop() if name == put and left else None
    await bot.start(connected=False)
    await bot.server.until(lambda: bot.server.connected)
    await bot.server.until(lambda: bool(bot.server.commands))
    assert left == []


@pytest.mark.parametrize("status", [500, 503, 429])
@pytest.mark.parametrize("times", [1, 2])
async def test_a_first_response_that_fails_is_repeated_in_time(
    bot: Bot, status: int, times: int
) -> None:
    await bot.start()
    left = [Fault(status=status, retry_after=0.2, via=False)] * (1 if status == 429 else times)
    bot.server.fault = lambda _, name: left.pop() if name == CALLBACK and left else None
    shown = await commanded(bot, "start")
    assert "Tea and Toast" in shown.text and bot.server.failed == []


async def test_a_first_response_that_hangs_is_given_up_for_another_in_time(bot: Bot) -> None:
    await bot.start()
    bot.server.fault = once(CALLBACK, Fault(slow=4))
    shown = await commanded(bot, "start")
    assert "Tea and Toast" in shown.text and len(seen(bot)) == 1 and bot.server.failed == []


@pytest.mark.parametrize("slow", [0.15, 0.4])
@pytest.mark.parametrize("where", [HALL, None])
async def test_nothing_is_lost_or_doubled_while_discord_answers_slowly(
    bot: Bot, slow: float, where: int | None
) -> None:
    await bot.start(soon=0.2)
    bot.server.fault = lambda _, name: Fault(slow=slow) if name == CALLBACK else None
    await commanded(bot, "start", where)
    await pressed(bot, "m1-intro", where)
    await pressed(bot, "next", where)
    texts = [message.text[:20] for message in seen(bot, where)]
    assert len(texts) == 2 and "Intro 2/2" in texts[1], texts
    assert [bool(message.rows) for message in seen(bot, where)] == [False, True]
    assert bot.server.failed == [] and not any(m.loading for m in seen(bot, where))


async def test_a_bot_that_is_told_to_wait_does_not_hammer(bot: Bot) -> None:
    await bot.start()
    bot.server.deadline = 0.2
    bot.server.fault = lambda _, name: (
        Fault(status=429, retry_after=60, via=False) if name == CALLBACK else None
    )
    bot.server.command(ANN, "start", HALL)
    await bot.server.settled()
    await bot.quiet()
    assert bot.server.invalid <= 6


async def test_a_dialog_that_does_not_open_is_apologised_for(bot: Bot) -> None:
    await bot.start(step=echoing, soon=0.1)
    await commanded(bot, "start")
    broken = [True] * 2
    bot.server.fault = lambda _, name: (
        Fault(status=503) if name == CALLBACK and broken and broken.pop() else None
    )
    bot.server.press(ANN, "write:*", HALL)
    await bot.quiet()
    assert bot.server.modal(ANN) or "press Reply once more" in seen(bot)[-1].text


async def test_what_discord_takes_no_more_of_follows_in_direct_messages(bot: Bot) -> None:
    await bot.start(step=answering(*(Message(f"Part {n}") for n in range(4))))
    left = [Fault(status=400, code=40094)]
    bot.server.fault = lambda number, name: (
        left[0] if name == FOLLOW_UP and requests(bot).count(FOLLOW_UP) >= 2 else None
    )
    await commanded(bot, "start")
    assert [m.text for m in seen(bot)] == ["Part 0", "Part 1", "Part 2"]
    assert [m.text for m in seen(bot, None)] == ["Part 3"]


async def test_while_answers_fail_a_sign_of_life_comes_in_time_and_the_answer_later(
    bot: Bot,
) -> None:
    await bot.start(soon=0.1)
    broken = [True]

    def fault(number: int, name: str) -> Fault | None:
        says = name == CALLBACK and bot.server.requests and broken[0]
        return Fault(status=503) if says else None

    bot.server.fault = fault
    bot.server.command(ANN, "start", HALL)
    await bot.server.until(lambda: requests(bot).count(CALLBACK) > 1)
    broken.clear()
    broken.append(False)
    await bot.quiet()
    (shown,) = seen(bot)
    assert "Tea and Toast" in shown.text and not shown.loading and bot.server.failed == []


async def test_a_defer_whose_answer_is_lost_leaves_no_sign_of_thinking(bot: Bot) -> None:
    await bot.start(step=answering(), soon=0.02)
    bot.server.fault = once(CALLBACK, Fault(drop="after"))
    with locked(bot):
        bot.server.command(ANN, "start", HALL)
        await bot.server.until(lambda: requests(bot).count(CALLBACK) >= 2)
    await bot.quiet()
    assert seen(bot) == [] and bot.server.failed == []


async def test_an_answer_that_waited_is_not_written_over_by_a_newer_press(bot: Bot) -> None:
    await bot.start(soon=0.02)
    await commanded(bot, "start")
    with locked(bot):
        bot.server.command(ANN, "help", HALL)
        await bot.server.until(lambda: any(m.loading for m in seen(bot)))
        bot.server.press(ANN, "menu.0.0.tiny", HALL)
        await bot.server.until(lambda: len(bot.server.acknowledged) == 3)
    await bot.quiet()
    texts = " ".join(message.text for message in seen(bot))
    assert "/glossary" in texts and "Choose a module" in texts
    assert [bool(message.rows) for message in seen(bot)] == [False, False, True]


async def test_a_dialog_that_was_closed_does_not_carry_the_next_answer(bot: Bot) -> None:
    await bot.start()
    home = await commanded(bot, "start")
    bot.server.press(ANN, "write:words", HALL, home.id)
    await bot.quiet()
    shown = await commanded(bot, "menu")
    assert home.rows == [], "it is settled, since it was answered otherwise"
    assert "Choose a module" in shown.text and len(seen(bot)) == 2


async def test_two_channels_are_answered_each_in_its_own(bot: Bot) -> None:
    await bot.start(soon=0.02)
    with locked(bot):
        bot.server.command(ANN, "help", HALL)
        bot.server.command(ANN, "start", TEA)
        await bot.server.until(lambda: len(bot.server.acknowledged) == 2)
    await bot.quiet()
    assert "/glossary" in seen(bot, HALL)[0].text and "Tea and Toast" in seen(bot, TEA)[0].text


async def test_an_answer_goes_to_direct_messages_where_its_channel_went(bot: Bot) -> None:
    await bot.start()
    await commanded(bot, "start")
    with locked(bot):
        bot.server.press(ANN, "menu.0.0.tiny", HALL)
        bot.server.delete_channel(HALL)
    await bot.quiet()
    assert "Choose a module" in seen(bot, None)[-1].text


def thinking(library: Library, session: Session, event: Event | Known) -> Turn | Look:
    """Asks a model at /menu, and says what it answers."""
    assert isinstance(event, Event)
    match event.what:
        case Commanded("menu") | Pressed("ask"):
            asked = Ask("q1", event.by.place, "m1-l1-lab", "hint")
            return Turn(replace(session, waiting=asked))
        case Replied():
            return Turn(replace(session, waiting=None), (Message("I think so."),))
        case Pressed("stale"):
            return Turn(session)
        case _:
            choices = (Choice("ask", "Ask"), Choice("stale", "Stale"))
            return Turn(replace(session, waiting=None), (Message("Hello", choices),))


@pytest.mark.parametrize("where", [HALL, None])
async def test_while_a_model_thinks_every_press_is_taken_and_its_answer_ends_the_sign(
    bot: Bot, where: int | None
) -> None:
    await bot.start(step=thinking, soon=0.02)
    await commanded(bot, "start", where)
    for key in ("ask", "stale", "stale"):
        bot.server.press(ANN, key, where)
        await bot.quiet()
    place = Place("discord", str(HALL), str(ANN)) if where else Place("discord", str(ANN))
    await bot.runner.answer("learner-1", "a1", place, Replied("q1", "yes"))
    await bot.quiet()
    assert bot.server.failed == [] and bot.server.unanswered == []
    assert not any(message.loading for message in seen(bot, where))
    assert [m.text for m in seen(bot, where) if m.text == "I think so."] == ["I think so."]


async def test_the_sign_of_thinking_goes_when_the_learner_moves_on(bot: Bot) -> None:
    await bot.start(step=thinking, soon=0.02)
    await commanded(bot, "menu")
    assert seen(bot)[-1].loading
    await commanded(bot, "start")
    assert not any(message.loading for message in seen(bot))


async def test_the_sign_of_thinking_does_not_outlive_the_bot(bot: Bot) -> None:
    await bot.start(step=thinking)
    await commanded(bot, "menu")
    assert seen(bot)[-1].loading
    await bot.stop()
    assert seen(bot) == []


@contextmanager
def locked(bot: Bot) -> Iterator[None]:
    """Somebody else holds the database meanwhile."""
    with closing(sqlite3.connect(bot.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.parametrize("where", [HALL, None])
async def test_whoever_comes_while_nothing_can_be_kept_is_told(bot: Bot, where: int | None) -> None:
    await bot.start(soon=0.02)

    async def failing(*_: object) -> str:
        raise StoreError("locked")

    bot.store.learner = failing  # type: ignore[method-assign]
    shown = await commanded(bot, "start", where)
    assert "try that once more" in shown.text and not shown.loading
    assert len(seen(bot, where)) == 1


async def test_a_turn_that_fails_is_apologised_for_and_others_go_on(bot: Bot) -> None:
    def broken(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        assert isinstance(event, Event)
        if event.what == Commanded("menu"):
            raise ZeroDivisionError
        return Turn(session, (Message("Fine."),))

    await bot.start(step=broken)
    shown = await commanded(bot, "menu")
    assert shown.ephemeral_for == ANN and shown.text and not shown.loading
    assert len(seen(bot)) == 1, "and once"
    assert (await commanded(bot, "start")).text == "Fine."


# -- direct messages -----------------------------------------------------------------------------


async def test_a_button_leads_to_direct_messages(bot: Bot) -> None:
    await bot.start()
    await commanded(bot, "start")
    await pressed(bot, "m1-intro")
    await commanded(bot, "continue")
    here = await pressed(bot, "aside")
    assert "Intro 1/2" in seen(bot, None)[-1].text and seen(bot, None)[-1].ephemeral_for is None
    assert here.rows == [] and "https://discord.com/channels/@me/" in here.text
    assert "Intro 2/2" in (await pressed(bot, "next", None)).text


async def test_who_takes_no_direct_messages_is_told_and_goes_on_where_they_are(bot: Bot) -> None:
    await bot.start()
    bot.server.close_dm(ANN)
    here = await commanded(bot, "start")
    note = await pressed(bot, "aside")
    assert "Privacy Settings" in note.text and note.ephemeral_for == ANN
    assert labels(here), "and the buttons stay"
    bot.server.open_dm(ANN)
    await pressed(bot, "aside")
    assert "https://discord.com" in here.text and len(seen(bot, None)) == 1
    here = await commanded(bot, "start")
    assert "Intro 1/2" in (await pressed(bot, "m1-intro")).text


async def test_what_comes_too_late_for_an_interaction_comes_as_a_direct_message(bot: Bot) -> None:
    await bot.start()
    await commanded(bot, "start")
    bot.server.expire_tokens()
    place = Place("discord", str(HALL), str(ANN))
    await bot.adapter.send(Outgoing(9, "learner-1", "tiny", place, Message("Late", write="Words")))
    (late,) = seen(bot, None)
    assert late.text.startswith("Late") and late.rows == []
    assert len(seen(bot)) == 1 and len(seen(bot, HALL, BO)) == 0


async def test_it_waits_for_the_next_interaction_where_direct_messages_are_closed(bot: Bot) -> None:
    await bot.start(step=echoing)
    await commanded(bot, "start")
    bot.server.expire_tokens()
    bot.server.close_dm(ANN)
    place = Place("discord", str(HALL), str(ANN))
    await bot.runner.answer("learner-1", "e1", place, late())
    for _ in range(20):
        await bot.runner.connected()
        await bot.runner.quiet()
    assert bot.server.invalid <= 2, "it is not tried over and over"
    assert [m.text for m in seen(bot, TEA)] == []
    for _ in range(2):
        bot.server.command(ANN, "menu", TEA)
        await bot.quiet()
    told = [message.text.split("\n")[0] for message in seen(bot, TEA)]
    assert [text[:9] for text in told] == ["menu", "late word", "This had ", "menu"]
    assert seen(bot, TEA, BO) == [] and seen(bot, None) == []


def late() -> Replied:
    return Replied("q1", "late words")


async def test_what_waited_goes_before_the_answer_in_the_same_channel(bot: Bot) -> None:
    await bot.start(step=echoing)
    home = await commanded(bot, "start")
    bot.server.expire_tokens()
    bot.server.close_dm(ANN)
    place = Place("discord", str(HALL), str(ANN))
    await bot.runner.answer("learner-1", "e1", place, late())
    bot.server.press(ANN, "write:x", HALL, home.id)
    await bot.quiet()
    assert len(seen(bot)) == 1, "a dialog is open now, so this is no moment for it"
    for _ in range(2):
        await commanded(bot, "menu")
        await bot.runner.quiet()
    told = [message.text.split("\n")[0][:9] for message in seen(bot)]
    assert told[1:] == ["late word", "This had ", "menu", "menu"]
    assert bot.server.invalid <= 2 and seen(bot, HALL, BO) == []


async def test_cards_that_were_shown_are_not_shown_again(bot: Bot) -> None:
    words = [f"Part {n} " + "word " * 590 for n in range(3)]
    await bot.start(step=answering(Message("\n\n".join(words))))
    bot.server.close_dm(ANN)
    dead = Fault(status=401, code=50027)
    bot.server.fault = lambda _, name: dead if name.startswith("POST /webhooks/") else None
    await commanded(bot, "start")
    for _ in range(3):
        await bot.runner.connected()
        await bot.runner.quiet()
    bot.server.fault = None
    bot.runner._step = answering(Message("Other"))
    await commanded(bot, "menu", TEA)
    await bot.runner.quiet()
    both = [message.text[:6] for where in (HALL, TEA) for message in seen(bot, where)]
    assert both == ["Part 0", "Other", "Part 1", "This h", "Part 2"]


async def test_a_dead_interaction_in_direct_messages_settles_its_card_all_the_same(
    bot: Bot,
) -> None:
    await bot.start()
    home = await commanded(bot, "start", None)
    bot.server.deadline = 0.2
    bot.server.fault = lambda _, name: Fault(status=404, code=10062) if name == CALLBACK else None
    await pressed(bot, "m1-intro", None)
    assert home.rows == [] and "Intro 1/2" in seen(bot, None)[-1].text


async def test_a_page_is_settled_long_after_it_was_turned(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.start()
    await commanded(bot, "start", None)
    await pressed(bot, "m1-intro", None)
    card = await pressed(bot, "next", None)
    monkeypatch.setattr("bot.adapters.discord_live.LIFE", 0.0)
    bot.server.say(ANN, "next")
    await bot.quiet()
    assert card.rows == [] and "L1 1/3" in seen(bot, None)[-1].text


async def test_direct_messages_that_are_closed_are_tried_once(bot: Bot) -> None:
    await bot.start(step=echoing)
    bot.server.say(ANN, "hello")
    await bot.quiet()
    bot.server.close_dm(ANN)
    for n in range(5):
        await bot.runner.answer("learner-1", f"e{n}", Place("discord", str(ANN)), late())
    assert bot.server.invalid == 1
    bot.server.open_dm(ANN)
    bot.server.say(ANN, "hello again")
    await bot.quiet()
    assert seen(bot, None)[-1].text.startswith("hello again")


# -- posts ---------------------------------------------------------------------------------------


def post(text: str, number: int = 5, channel: int = HALL) -> Outgoing:
    place = Place("discord", str(channel), private=False)
    return Outgoing(number, "", "tiny", place, Message(text, to=place), post=True)


@pytest.mark.parametrize("how", ["deleted", "forbidden", "unseen", "removed"])
async def test_a_channel_that_cannot_be_written_to_is_tried_once(
    bot: Bot, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    there = Place("discord", str(HALL), private=False)
    await bot.start(step=answering(Message("Hello all", to=there)))
    match how:
        case "deleted":
            bot.server.delete_channel(HALL)
        case "forbidden":
            bot.server.forbid(HALL)
        case "unseen":
            bot.server.forbid(HALL, see=True)
        case "removed":
            bot.server.remove_from_guild(SCHOOL)
    since = len(bot.server.requests)
    for _ in range(4):
        bot.server.say(ANN, "go")
        await bot.quiet()
    assert requests(bot, since).count(SEND) == 1
    told = [r for r in caplog.records if "nobody is reached" in r.getMessage()]
    assert len(told) == 1


async def test_what_is_sent_again_is_seen_once(bot: Bot) -> None:
    await bot.start()
    for _ in range(2):
        await bot.adapter.send(post("Hello all"))
    await bot.adapter.send(post("Hello all", 6))
    assert [message.text for message in seen(bot)] == ["Hello all", "Hello all"]


async def test_a_post_whose_answer_is_lost_is_seen_once(bot: Bot) -> None:
    await bot.start()
    bot.server.fault = once(SEND, Fault(drop="after"))
    await bot.adapter.send(post("Hello all"))
    assert [message.text for message in seen(bot)] == ["Hello all"]


def once(template: str, fault: Fault) -> Callable[[int, str], Fault | None]:
    left = [fault]

    def faults(number: int, name: str) -> Fault | None:
        return left.pop() if name == template and left else None

    return faults


@pytest.mark.parametrize("first", ["before", "after"])
async def test_a_first_response_whose_answer_is_lost_is_seen_once(bot: Bot, first: str) -> None:
    await bot.start()
    bot.server.fault = once(CALLBACK, Fault(drop=first))  # type: ignore[arg-type]
    await commanded(bot, "start")
    assert len(seen(bot)) == 1 and bot.server.failed == []


async def test_a_layout_that_discord_refuses_arrives_as_plain_text(
    bot: Bot,
) -> None:
    await bot.start(step=answering(Message("Words", (Choice("next.0.0.tiny", "Next"),))))
    bot.server.fault = once(CALLBACK, Fault(status=400, code=50035))
    shown = await commanded(bot, "start")
    assert shown.text == "Words" and not shown.v2 and labels(shown)[0] == "Next"


# -- commands ------------------------------------------------------------------------------------


async def test_commands_are_registered_once_and_again_when_they_change(bot: Bot) -> None:
    await bot.start()
    await bot.stop()
    await bot.start()
    put = "PUT /applications/{application_id}/commands"
    assert requests(bot).count(put) == 1
    await bot.stop()
    bot.server.commands[0]["description"] = "Something else"
    await bot.start()
    await bot.server.until(lambda: requests(bot).count(put) == 2)


async def test_commands_are_described_and_work_in_servers_and_direct_messages(bot: Bot) -> None:
    await bot.start()
    by_name = {str(command["name"]): command for command in bot.server.commands}
    assert {"start", "open", "glossary", "help", "export", "forget"} <= by_name.keys()
    assert "reload" not in by_name
    for command in by_name.values():
        assert command["description"] and command["contexts"] == [0, 1]
        assert command["default_member_permissions"] is None


@pytest.mark.parametrize(
    ("command", "option", "typed", "offered"),
    [
        ("start", "course", "te", ("Tea and Toast", "tiny")),
        ("open", "part", "quiz", ("Quiz: A good cup", "m1-l1-quiz")),
        ("glossary", "term", "tan", ("tannin", "tannin")),
        ("zone", "city", "berl", ("Europe/Berlin", "Europe/Berlin")),
    ],
)
async def test_what_follows_a_command_is_completed(
    bot: Bot, command: str, option: str, typed: str, offered: tuple[str, str]
) -> None:
    await bot.start()
    asked = bot.server.complete(ANN, command, option, typed, HALL)
    await bot.quiet()
    assert offered in bot.server.choices(asked)
    assert bot.commits == []


# -- staying up ----------------------------------------------------------------------------------


async def goes_on(bot: Bot, user: int = ANN) -> None:
    """Somebody is answered."""
    await bot.server.until(lambda: bot.server.connected)
    before = len(seen(bot, HALL, user))
    bot.server.command(user, "menu", HALL)
    await bot.quiet()
    assert len(seen(bot, HALL, user)) > before


async def test_a_first_connection_that_fails_is_tried_again(bot: Bot) -> None:
    bot.server.refuse_gateway = 3
    await bot.start()
    await goes_on(bot)


async def test_a_lost_connection_is_resumed_and_nothing_is_missed(bot: Bot) -> None:
    await bot.start()
    bot.server.disconnect()
    bot.server.command(ANN, "start", HALL)
    await bot.server.until(lambda: bot.server.resumes == 1)
    await bot.quiet()
    assert len(seen(bot)) == 1 and bot.server.identifies == 1


async def test_an_invalid_session_is_begun_anew(bot: Bot) -> None:
    await bot.start()
    bot.server.invalidate()
    await bot.server.until(lambda: bot.server.identifies == 2)
    await goes_on(bot)


async def test_a_connection_that_died_silently_is_noticed(bot: Bot) -> None:
    bot.server.heartbeat_interval = 0.05
    await bot.start(heartbeat_timeout=0.2)
    bot.server.mute()
    await bot.server.until(lambda: bot.server.resumes + bot.server.identifies > 1)
    await goes_on(bot)


async def test_a_request_to_reconnect_is_followed(bot: Bot) -> None:
    await bot.start()
    bot.server.ask_reconnect()
    await bot.server.until(lambda: bot.server.resumes == 1)
    await goes_on(bot)


@pytest.mark.parametrize("event", ["INTERACTION_CREATE", "MESSAGE_CREATE", "GUILD_CREATE"])
@pytest.mark.parametrize("payload", [{}, None, [], {"id": "x", "type": 2}])
async def test_an_event_that_cannot_be_read_stops_nothing(
    bot: Bot, event: str, payload: object
) -> None:
    await bot.start()
    bot.server.malformed(event, payload)
    await asyncio.sleep(0)
    await bot.server.until(lambda: bot.server.identifies > 1)
    await goes_on(bot)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_burst_of_server_errors_at_the_start_is_outlived(
    bot: Bot, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asyncio, "sleep", _hasty(asyncio.sleep))
    bot.server.fault = lambda number, _: Fault(status=status) if number < 14 else None
    await bot.start()
    await goes_on(bot)


def _hasty(sleep: object) -> object:
    async def hasty(seconds: float, result: object = None) -> None:
        await sleep(min(seconds, 0.001))  # type: ignore[operator]

    return hasty


async def test_a_wrong_token_is_said_so(bot: Bot) -> None:
    await bot.start(token="wrong", connected=False)  # noqa: S106
    with pytest.raises(Refused, match="DISCORD_TOKEN"):
        await bot.ended()


async def test_a_refusal_ends_everything(bot: Bot) -> None:
    put = "PUT /applications/{application_id}/commands"
    bot.server.fault = lambda _, name: Fault(status=503) if name == put else None
    await bot.start(connected=False)
    await bot.server.until(lambda: bot.server.connected)
    bot.server.disconnect(4014)
    with pytest.raises(Refused, match="intent"):
        await bot.ended()
    asked = requests(bot).count(put)
    await bot.server.settled()
    assert requests(bot).count(put) == asked


async def test_a_stop_answers_whoever_waits(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    await bot.start()
    await commanded(bot, "start")
    held = asyncio.Event()

    async def never(*_: object) -> None:
        await held.wait()

    bot.store.load = never  # type: ignore[assignment, method-assign]
    bot.server.press(ANN, "m1-intro*", HALL)
    await bot.server.gateway.heard()
    await bot.stop(grace=0.05)
    assert bot.server.unanswered == [] and bot.server.failed == []
    assert [record for record in caplog.records if record.exc_info] == []


def test_the_wait_for_discord_grows_to_two_minutes_and_no_further() -> None:
    assert [waited(n) for n in (0, 1, 4, 5, 5_000)] == [5, 10, 80, 120, 120]


async def test_a_token_that_is_reset_meanwhile_is_said_so(bot: Bot) -> None:
    await bot.start()
    bot.server.disconnect(4004)
    with pytest.raises(Refused, match="DISCORD_TOKEN"):
        await bot.ended()


async def test_a_bot_that_may_have_no_commands_says_so(bot: Bot) -> None:
    put = "PUT /applications/{application_id}/commands"
    bot.server.fault = lambda _, name: Fault(status=403, code=50001) if name == put else None
    await bot.start(connected=False)
    with pytest.raises(Refused, match="commands"):
        await bot.ended()


async def test_no_secret_and_no_words_of_learners_reach_the_log(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await bot.start(step=echoing)
    bot.server.say(ANN, "my secret wish")
    await bot.quiet()
    bot.server.malformed("MESSAGE_CREATE", {"content": "my secret wish"})
    await bot.server.until(lambda: bot.server.identifies > 1)
    assert "secret wish" not in caplog.text and bot.server.token not in caplog.text


async def test_no_view_is_kept_by_the_library(bot: Bot) -> None:
    await bot.start()
    await commanded(bot, "start")
    await pressed(bot, "m1-intro")
    await pressed(bot, "next")
    client = bot.adapter._client
    assert client and client.persistent_views == [] and client._connection._view_store._views == {}


# -- errors --------------------------------------------------------------------------------------


class Response:
    """What the library looks at in an answer of Discord."""

    def __init__(self, status: int) -> None:
        self.status, self.reason = status, "why"


def wrong(status: int, code: int = 0) -> discord.HTTPException:
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    kind = discord.DiscordServerError if status >= 500 else kind
    return kind(Response(status), {"code": code, "message": "why"})  # type: ignore[arg-type]


ERRORS = {
    "too late": wrong(404, 10062),
    "token expired": wrong(401, 50027),
    "answered already": wrong(400, 40060),
    "message deleted": wrong(404, 10008),
    "direct messages closed": wrong(403, 50007),
    "channel gone or locked": wrong(404, 10003),
    "no more follow-ups": wrong(400, 40094),
    "not allowed": wrong(403, 50013),
    "too many new direct messages": wrong(400, 40003),
    "too many requests": wrong(429),
    "wrong token": wrong(401),
    "server error": wrong(503),
    "forbidden": wrong(403, 1),
    "refused": wrong(400, 50035),
    "no connection": aiohttp.ClientConnectorError(
        ConnectionKey("x", 443, True, True, None, None, None), OSError("no route")
    ),
    "connection lost": aiohttp.ServerDisconnectedError(),
}


@pytest.mark.parametrize("name", sorted({row.name for row in ROWS}))
def test_every_row_of_the_table_is_met_by_an_error(name: str) -> None:
    assert named(ERRORS[name]).name == name


def test_a_long_wait_is_no_fault() -> None:
    assert named(discord.RateLimited(99.0)).means is Means.WAIT
