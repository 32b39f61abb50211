"""Telegram as people see it: the whole bot, with the real client library, before a local server."""

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from copy import copy
from pathlib import Path

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.adapters.base import Fate, Refused, Undeliverable
from bot.adapters.telegram_errors import ROWS, named
from bot.adapters.telegram_shown import Text, render
from bot.adapters.telegram_text import CAPTION, TEXT
from bot.adapters.telegram_updates import Webhook
from bot.adapters.text import SPANS, units
from bot.conversation import (
    KEY_BYTES,
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
    Session,
    Turn,
)
from bot.course.model import Library
from bot.replay.script import read
from bot.replay.stage import play
from bot.runner import Step

from .conftest import TINY
from .platforms.telegram_bot import Bot
from .platforms.telegram_driver import TelegramDriver
from .platforms.telegram_feed import Webhook as Hook
from .platforms.telegram_server import Fault, Shown, TelegramServer
from .platforms.telegram_spec import specs

ANN, BO = 7, 8
HALL = -1001


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(specs=specs()) as made:
        made.person(ANN, "Ann")
        made.person(BO, "Bo")
        yield made
    assert made.breaches == []
    assert made.mistakes == []


@pytest.fixture
async def bot(server: TelegramServer, tmp_path: Path, tiny: Library) -> AsyncIterator[Bot]:
    made = Bot(server, tmp_path / "t.db", tiny, content=TINY)
    yield made
    await made.stop()


async def said(bot: Bot, text: str, user: int = ANN, **where: int) -> list[Shown]:
    """What the bot has in the chat after somebody wrote this."""
    bot.server.say(user, text, **where)
    await bot.quiet()
    return seen(bot, where.get("chat", user))


def seen(bot: Bot, chat: int) -> list[Shown]:
    """What the bot has in a chat now."""
    return [copy(message) for message in bot.server.chat(chat) if message.by_bot]


async def pressed(bot: Bot, label: str, user: int = ANN) -> list[Shown]:
    """What the bot has in the private chat after somebody pressed the newest button so named."""
    shown = reversed(bot.server.chat(user))
    button = next(b for m in shown for row in m.rows for b in row if b.text.startswith(label))
    bot.server.press(user, button.data)
    await bot.quiet()
    return seen(bot, user)


def labels(message: Shown) -> list[str]:
    return [button.text for row in message.rows for button in row]


def methods(server: TelegramServer) -> list[str]:
    return [request.method for request in server.requests]


def answering(*messages: Message) -> Step:
    def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        return Turn(session, messages)

    return step


# -- a private chat --------------------------------------------------------------------------


async def test_a_page_is_turned_in_place_and_a_press_is_settled(bot: Bot) -> None:
    await bot.start()
    await said(bot, "/start")
    *_, home, card = await pressed(bot, "Begin")
    assert home.rows == [] and home.text.endswith("Your choice: Begin: Intro · Put the kettle on")
    assert labels(card) == ["Next"]
    before = len(bot.server.chat(ANN))
    *_, turned = await pressed(bot, "Next")
    assert turned.id == card.id and turned.text != card.text
    assert len(bot.server.chat(ANN)) == before
    assert labels(turned)[1] == "Back"
    assert card.link_preview == {"is_disabled": True}


async def test_options_stand_in_the_text_and_buttons_are_letters(bot: Bot) -> None:
    await bot.start()
    await said(bot, "/start")
    await pressed(bot, "Begin")
    for _ in range(12):
        *_, question = await pressed(bot, "Next" if "Next" in labels(newest(bot)) else "Go on")
        if labels(question)[0] == "A":
            break
    letters = labels(question)
    assert letters == list("ABCDEF")[: len(letters)]
    assert all(f"{letter}. " in question.text for letter in letters)
    *_, asked, feedback, following = await pressed(bot, "A")
    assert asked.id == question.id and asked.rows == []
    assert asked.text == f"{question.text}\n\nYour choice: A"
    assert feedback.text.startswith(("Right.", "Not quite."))
    assert following.id > feedback.id


def newest(bot: Bot) -> Shown:
    return [m for m in bot.server.chat(ANN) if m.rows][-1]


async def test_a_press_is_answered_at_once_even_while_the_disk_is_busy(bot: Bot) -> None:
    await bot.start()
    await said(bot, "/start")
    busy, commit = asyncio.Event(), bot.store.commit

    async def slow(wanted: object) -> object:
        await busy.wait()
        return await commit(wanted)  # type: ignore[arg-type]

    bot.store.commit = slow  # type: ignore[method-assign,assignment]
    button = newest(bot).rows[0][0]
    bot.server.press(ANN, button.data)
    await bot.server.until(lambda: None not in bot.server.callbacks.values())
    assert bot.server.pending == 1, "and is not confirmed before it is on disk"
    busy.set()
    await bot.quiet()
    assert bot.server.pending == 0


async def test_a_press_whose_turn_fails_is_answered_too_and_others_go_on(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    await bot.start()
    await said(bot, "/start")

    def broken(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        raise ZeroDivisionError

    await bot.stop()
    await bot.start(step=broken)
    shown = await pressed(bot, "Begin")
    assert "Something went wrong on our side" in shown[-1].text
    assert None not in bot.server.callbacks.values()
    await bot.stop()
    await bot.start()
    assert "Intro 1/2" in (await pressed(bot, "Begin"))[-1].text


async def test_buttons_work_after_a_restart_and_double_taps_change_nothing(bot: Bot) -> None:
    await bot.start()
    await said(bot, "/start")
    await bot.stop()
    await bot.start()
    data = newest(bot).rows[0][0].data
    for _ in range(3):
        bot.server.press(ANN, data)
    await bot.quiet()
    assert [m.text[:9] for m in bot.server.chat(ANN) if m.by_bot][1:] == ["Intro 1/2"]


async def test_what_is_typed_settles_the_prompt_that_it_answers(bot: Bot) -> None:
    await bot.start()
    (home,) = await said(bot, "/start")
    await said(bot, "/glossary tannin")
    assert labels(bot.server.chat(ANN)[1]) == labels(home), "a question aside leaves it open"
    await said(bot, "1")
    assert bot.server.chat(ANN)[1].rows == []


async def test_a_card_whose_message_was_deleted_comes_as_a_new_one(bot: Bot) -> None:
    await bot.start()
    await said(bot, "/start")
    *_, card = await pressed(bot, "Begin")
    bot.server.delete(ANN, card.id)
    bot.server.press(ANN, card.rows[0][0].data, message=card.id)
    await bot.quiet()
    assert newest(bot).id > card.id
    assert "Intro 2/2" in newest(bot).text


@pytest.mark.parametrize("code", ["tiny", "TINY"])
async def test_a_deep_link_arrives_as_an_invitation(bot: Bot, code: str) -> None:
    await bot.start()
    assert "Tea and Toast" in (await said(bot, f"/start {code}"))[-1].text


async def test_an_invitation_that_nobody_knows_is_said_so(bot: Bot) -> None:
    await bot.start()
    first, *_ = await said(bot, "/start Zp3kQ")
    assert first.text.startswith("I do not know that invitation")


async def test_a_picture_comes_with_its_words_and_is_uploaded_once(bot: Bot) -> None:
    picture = next(iter(bot.library.courses["tiny"].pictures))
    alt = "A cup of tea. " * 100
    shown = Message("Look at it.", (Choice("next.0.0.tiny", "Next"),))
    with_picture = Message(shown.text, shown.choices, files=(File("cup.png", alt, picture),))
    await bot.start(step=answering(with_picture))
    photo, text = await said(bot, "/start")
    assert (photo.photo and photo.text == alt[:1014].strip()) or alt.startswith(photo.text)
    assert units(photo.text) <= CAPTION
    assert labels(text) == ["Next"]
    again, _ = (await said(bot, "/start", BO))[-2:]
    assert again.photo == photo.photo
    sent = [r.data["photo"] for r in bot.server.requests if r.method == "sendPhoto"]
    assert isinstance(sent[1], str), "the second time by its id"


async def test_a_picture_that_is_gone_is_told_in_words(bot: Bot) -> None:
    lost = Message("Look.", files=(File("cup.png", "A white cup", "0" * 64),))
    await bot.start(step=answering(lost))
    assert [m.text for m in await said(bot, "/start")] == ["[picture: A white cup]", "Look."]


async def test_an_export_is_a_document(bot: Bot) -> None:
    await bot.start()
    await said(bot, "/start")
    *_, document = await said(bot, "/export")
    assert document.file_name.endswith(".json") and b"telegram:7" in document.document


async def test_where_words_are_expected_one_replies_at_once(bot: Bot) -> None:
    await bot.start(step=answering(Message("And you?", write="Write in your own words.")))
    (asked,) = await said(bot, "/start")
    assert (asked.force_reply, asked.placeholder) == (True, "Write in your own words.")


async def test_a_picture_from_a_learner_is_answered_kindly(bot: Bot) -> None:
    await bot.start()
    bot.server.send(ANN, voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
    await bot.quiet()
    assert bot.server.chat(ANN)[1].text.startswith("I can only read written words")


async def test_half_a_character_in_what_somebody_writes_harms_nothing(bot: Bot) -> None:
    await bot.start()
    await said(bot, "/start")
    shown = await said(bot, "tea \ud83d \x00 @everyone <b>")
    assert shown[-1].text and not bot.server.pending


async def test_typing_is_shown_while_a_model_thinks_and_no_longer(bot: Bot) -> None:
    def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        assert isinstance(event, Event)
        waiting = Ask("a1", event.by.place, "lab", "pump")
        asks = event.what == Commanded("menu")
        return Turn(Session(session.subject, session.course, waiting=waiting if asks else None))

    await bot.start(step=step)
    await said(bot, "/menu")
    await bot.server.until(lambda: "sendChatAction" in methods(bot.server))
    await said(bot, "/continue")
    assert not [task for task in asyncio.all_tasks() if "Telegram.think" in repr(task.get_coro())]


async def test_the_menus_of_commands_are_put_up_once(bot: Bot) -> None:
    await bot.start()
    await said(bot, "/start")
    put_up = dict(bot.server.commands)
    assert {scope for scope, _ in put_up} == {
        '{"type": "all_private_chats"}',
        '{"type": "all_group_chats"}',
    }
    assert {language for _, language in put_up} == {""}, "English is for all who have no other"
    private = put_up['{"type": "all_private_chats"}', ""]
    assert {"command": "forget", "description": "Delete all that is kept about you"} in private
    count = methods(bot.server).count("setMyCommands")
    await bot.stop()
    await bot.start()
    await said(bot, "/menu")
    assert methods(bot.server).count("setMyCommands") == count


async def test_what_is_typed_is_answered_below_and_touches_no_older_message(bot: Bot) -> None:
    await bot.start()
    await said(bot, "/start")
    *_, card = await pressed(bot, "Begin")
    await said(bot, "/glossary tannin")
    *_, last = await said(bot, "next")
    assert last.id > card.id and "Intro 2/2" in last.text
    before = next(m for m in seen(bot, ANN) if m.id == card.id)
    assert (before.text, before.rows) == (card.text, [])


async def test_a_double_tap_leaves_nothing_that_a_later_answer_could_write_over(bot: Bot) -> None:
    await bot.start()
    await said(bot, "/start")
    *_, card = await pressed(bot, "Begin")
    for _ in range(2):
        bot.server.press(ANN, card.rows[0][0].data)
    await bot.quiet()
    await said(bot, "1")
    turned = next(m for m in seen(bot, ANN) if m.id == card.id)
    assert "Intro 2/2" in turned.text and "Your choice" not in turned.text


async def test_what_was_pressed_keeps_its_bold_words(bot: Bot) -> None:
    shown = Message("**Bold** and `code`", (Choice("next.0.0.tiny", "Next"),), chosen="You: Next")
    await bot.start(step=answering(shown))
    (first,) = await said(bot, "/start")
    await pressed(bot, "Next")
    was = bot.server.chat(ANN)[1]
    assert was.text == "Bold and code\n\nYou: Next"
    assert was.entities == first.entities != []


async def test_a_press_that_comes_again_is_not_remembered_for_ever(bot: Bot) -> None:
    shown = Message("**Bold**", (Choice("next.0.0.tiny", "Next"),), chosen="You: Next")
    await bot.start(step=answering(shown))
    await said(bot, "/start")
    update = bot.server.press(ANN, "next.0.0.tiny")
    await bot.quiet()
    bot.server.again(update)
    await bot.quiet()
    assert bot.adapter._sender._pressed == {}


async def test_an_album_is_one_thing_to_say(bot: Bot) -> None:
    await bot.start()
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    for _ in range(5):
        bot.server.send(ANN, photo=photo, media_group_id="77")
    await bot.quiet()
    assert len([m for m in seen(bot, ANN) if "only read written words" in m.text]) == 1


@pytest.mark.parametrize("gap", ["\n", "\t", "  "])
async def test_a_command_ends_at_any_white_space(bot: Bot, gap: str) -> None:
    await bot.start()
    assert (await said(bot, f"/glossary{gap}tannin"))[-1].text.startswith("tannin")


async def test_nobody_is_answered_for_what_nobody_wrote(bot: Bot) -> None:
    await bot.start()
    bot.server.send(
        ANN, pinned_message={"message_id": 1, "date": 0, "chat": {"id": ANN, "type": "private"}}
    )
    bot.server.send(ANN, new_chat_title="Hello")
    await bot.quiet()
    assert seen(bot, ANN) == []


async def test_two_bots_do_not_talk_to_each_other(bot: Bot) -> None:
    bot.server.group(HALL, "Hall")
    await bot.start()
    other = {"id": 999, "is_bot": True, "first_name": "Other", "username": "other_bot"}
    bot.server.send(ANN, chat=HALL, text="/help", **{"from": other})
    await bot.quiet()
    assert seen(bot, HALL) == []


# -- groups ----------------------------------------------------------------------------------


async def test_a_group_is_answered_in_its_topic_and_led_to_the_private_chat(bot: Bot) -> None:
    bot.server.group(HALL, "Hall", forum=True)
    bot.server.open_topic(HALL, 5)
    await bot.start()
    (invited,) = await said(bot, "/start", chat=HALL, topic=5)
    assert invited.topic == 5
    assert invited.rows[0][0].url == "https://t.me/syllabot_test_bot?start=tiny"
    *_, looked_up = await said(bot, "/glossary tannin", chat=HALL)
    assert looked_up.topic is None and looked_up.text.startswith("tannin")


async def test_everything_that_is_said_in_a_topic_stays_there(bot: Bot) -> None:
    bot.server.group(HALL, "Hall", forum=True)
    bot.server.open_topic(HALL, 5)
    sha = next(iter(bot.library.courses["tiny"].pictures))
    files = (File("c.png", "A cup", sha), File("d.json", "All", "", b"{}"))

    def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        assert isinstance(event, Event)
        waiting = Ask("a1", event.by.place, "lab", "pump")
        asked = Session(session.subject, session.course, waiting=waiting)
        return Turn(asked, (Message("Look.", files=files),))

    await bot.start(step=step)
    shown = await said(bot, "/help", chat=HALL, topic=5)
    assert [m.topic for m in shown] == [5, 5, 5]
    await bot.server.until(lambda: "sendChatAction" in methods(bot.server))
    typing = next(r for r in bot.server.requests if r.method == "sendChatAction")
    assert typing.data["message_thread_id"] == 5


async def test_a_group_that_was_shut_is_written_to_again_when_somebody_speaks(bot: Bot) -> None:
    bot.server.group(HALL, "Hall")
    await bot.start(step=posting(Place("telegram", str(HALL), private=False)))
    await said(bot, "/start")
    bot.server.kick(HALL)
    await bot.quiet()
    assert await posted(bot) == 0
    bot.server.invite(ANN, HALL)
    await bot.quiet()
    assert await posted(bot) == 1
    await bot.stop()
    await bot.start(step=posting(Place("telegram", str(HALL), private=False)))
    assert await posted(bot) == 1, "and that is remembered"


@pytest.mark.parametrize("command", ["progress", "menu", "export", "forget", "zone", "reload"])
async def test_nothing_about_a_person_is_said_in_a_group(bot: Bot, command: str) -> None:
    bot.server.group(HALL, "Hall")
    await bot.start()
    await said(bot, "/start")
    await pressed(bot, "Begin")
    (invited,) = await said(bot, f"/{command}", chat=HALL)
    assert invited.text.startswith("Learning is between you and me")


@pytest.mark.parametrize("text", ["/start@other_bot", "hello all", "/weather"])
async def test_what_is_not_meant_for_us_is_left_alone(bot: Bot, text: str) -> None:
    bot.server.group(HALL, "Hall")
    await bot.start()
    await said(bot, "/start")
    assert await said(bot, text, chat=HALL) == []


async def test_a_command_with_our_name_is_meant_for_us(bot: Bot) -> None:
    bot.server.group(HALL, "Hall")
    await bot.start()
    assert len(await said(bot, "/help@Syllabot_Test_Bot", chat=HALL)) == 1


async def test_a_bot_that_is_let_into_a_group_says_what_it_is_for(bot: Bot) -> None:
    bot.server.group(HALL, "Hall")
    bot.server.kick(HALL)
    await bot.start()
    await bot.quiet()
    bot.server.invite(ANN, HALL)
    await bot.quiet()
    assert bot.server.chat(HALL)[-1].text.startswith("Here, where others read along")


async def test_a_group_does_not_learn_which_course_somebody_takes(
    server: TelegramServer, tmp_path: Path, two_courses: Library
) -> None:
    server.group(HALL, "Hall")
    bot = await Bot(server, tmp_path / "two.db", two_courses, content=TINY.parent).start()
    await said(bot, "/start other")
    await said(bot, "/start tiny", BO)
    (first,) = await said(bot, "/start", chat=HALL)
    *_, second = await said(bot, "/start", BO, chat=HALL)
    assert first.rows[0][0].url == second.rows[0][0].url
    *_, looked_up = await said(bot, "/glossary tannin", chat=HALL)
    assert looked_up.text.startswith("Learning is between you and me")
    await bot.stop()


async def test_nothing_is_kept_of_bystanders(bot: Bot) -> None:
    bot.server.group(HALL, "Hall")
    await bot.start()
    for person in range(100, 110):
        await said(bot, "/weather", person, chat=HALL)
        await said(bot, "/help", person, chat=HALL)
    assert all(m.rows for m in seen(bot, HALL)), "everybody can press every invitation"
    await bot.stop()
    with closing(sqlite3.connect(bot.path)) as db:
        for table in ("accounts", "learners", "sessions", "prompts", "log"):
            assert db.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,), table


async def test_general_that_is_closed_closes_no_other_topic(bot: Bot) -> None:
    bot.server.group(HALL, "Hall", forum=True)
    bot.server.open_topic(HALL, 5)
    closed = Fault(status=400, description="Bad Request: TOPIC_CLOSED")
    bot.server.fault = lambda _, method: closed if method == "sendMessage" else None
    await bot.start(step=posting(Place("telegram", str(HALL), private=False)))
    assert await posted(bot) == 1
    await bot.stop()
    bot.server.fault = None
    await bot.start(step=posting(Place("telegram", str(HALL), "5", private=False)))
    assert await posted(bot) == 1


def posting(place: Place) -> Step:
    """/menu posts to a place; everything else is answered where it was asked."""

    def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        assert isinstance(event, Event)
        posts = event.what == Commanded("menu")
        return Turn(session, (Message("News", to=place) if posts else Message("Hello"),))

    return step


async def posted(bot: Bot, user: int = ANN) -> int:
    """Post once; how many messages the bot tried to send for it."""
    before = len(bot.server.requests)
    await said(bot, "/menu", user)
    return methods(bot.server)[before:].count("sendMessage")


async def test_a_group_that_becomes_a_supergroup_is_followed_at_once(bot: Bot) -> None:
    bot.server.group(-5, "Hall")
    await bot.start(step=posting(Place("telegram", "-5", private=False)))
    await said(bot, "/start")
    bot.server.upgrade(-5, HALL)
    bot.server.feed.queue.clear()  # the news of it is lost: the next post must find out
    bot.server.feed.move()
    assert await posted(bot) == 2
    assert [m.text for m in bot.server.chat(HALL) if m.by_bot] == ["News"]


async def test_what_waits_for_a_group_goes_to_its_supergroup(bot: Bot, tmp_path: Path) -> None:
    bot.server.group(-5, "Hall")
    await bot.start(step=posting(Place("telegram", "-5", private=False)))
    await said(bot, "/start")
    bot.server.fault = lambda number, method: Fault(drop="before") if method[:4] == "send" else None
    await bot.stop()
    with closing(sqlite3.connect(bot.path)) as db:
        body = '{"text":"Kept"}'
        place = '{"platform":"telegram","chat":"-5","topic":"","private":false}'
        row = (99, "", "tiny", place, "", 1, 0, 0, body)
        db.execute(f"INSERT INTO outbox VALUES ({','.join('?' * 9)})", row)
        db.commit()
    bot.server.fault = None
    bot.server.upgrade(-5, HALL)
    await bot.start()
    await bot.quiet()
    assert [m.text for m in bot.server.chat(HALL) if m.by_bot] == ["Kept"]


SHUT: dict[str, Callable[[TelegramServer], object]] = {
    "kicked": lambda server: server.kick(HALL),
    "forbidden": lambda server: server.forbid(HALL),
    "topic closed": lambda server: server.close_topic(HALL, 5),
    "topic deleted": lambda server: server.delete_topic(HALL, 5),
    "chat gone": lambda server: server.forget_chat(HALL),
}


@pytest.mark.parametrize("how", SHUT)
async def test_a_place_that_is_shut_is_tried_once_and_no_more(
    bot: Bot, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    bot.server.group(HALL, "Hall", forum=True)
    bot.server.open_topic(HALL, 5)
    step = posting(Place("telegram", str(HALL), "5", private=False))
    await bot.start(step=step)
    assert await posted(bot) == 1
    SHUT[how](bot.server)
    await bot.quiet()
    assert await posted(bot) <= 1
    assert [await posted(bot) for _ in range(3)] == [0, 0, 0]
    assert caplog.text.count("nobody is reached") == 1, "the operator is told once"
    await bot.stop()
    await bot.start(step=step)
    assert await posted(bot) == 0, "not even after a restart"


async def test_somebody_who_blocked_the_bot_hears_nothing_until_they_come_back(bot: Bot) -> None:
    step = posting(Place("telegram", str(BO)))
    await bot.start(step=step)
    await said(bot, "/start", BO)
    bot.server.block(BO)
    await bot.quiet()
    assert [await posted(bot) for _ in range(2)] == [0, 0]
    bot.server.unblock(BO)
    await said(bot, "hello again", BO)
    assert await posted(bot) == 1


async def test_a_stranger_who_blocks_the_bot_is_not_kept(bot: Bot) -> None:
    await bot.start()
    bot.server.block(BO)
    await said(bot, "/start")
    await bot.stop()
    with closing(sqlite3.connect(bot.path)) as db:
        assert db.execute("SELECT * FROM gone").fetchall() == []


# -- errors by name --------------------------------------------------------------------------

FAILING = {
    "too many requests": Fault(status=429, retry_after=1),
    "bad gateway": Fault(status=502, html=True),
    "server error": Fault(status=500),
    "connection lost": Fault(drop="before"),
    "answer lost": Fault(drop="after"),
    "timeout": Fault(slow=0.5),
    "refused": Fault(status=400, description="Bad Request: can't parse entities"),
}


def once(method: str, fault: Fault) -> Callable[[int, str], Fault | None]:
    """The first call of a method fails."""
    left = [fault]
    return lambda _, called: left.pop() if left and called == method else None


@pytest.mark.parametrize("name", FAILING)
async def test_an_answer_arrives_all_the_same(bot: Bot, name: str) -> None:
    await bot.start()
    await said(bot, "/start")
    bot.server.fault = once("sendMessage", FAILING[name])
    before = len(bot.server.chat(ANN))
    await said(bot, "/glossary tannin")
    shown = [m.text for m in bot.server.chat(ANN)[before:] if m.by_bot]
    assert set(shown) == {shown[0]} and shown[0].startswith("tannin")
    twice = name in ("answer lost", "timeout")
    assert len(shown) == 1 + twice, "only where nobody knows does it come twice"


@pytest.mark.parametrize("name", FAILING)
async def test_a_page_is_turned_all_the_same(bot: Bot, name: str) -> None:
    await bot.start()
    await said(bot, "/start")
    await pressed(bot, "Begin")
    bot.server.fault = once("editMessageText", FAILING[name])
    assert "Intro 2/2" in (await pressed(bot, "Next"))[-1].text


@pytest.mark.parametrize(
    ("name", "arrives"),
    [
        ("too many requests", 1),
        ("bad gateway", 0),
        ("server error", 0),
        ("connection lost", 0),
        ("answer lost", 1),
        ("timeout", 1),
    ],
)
async def test_a_post_is_never_repeated_where_it_may_have_arrived(
    bot: Bot, name: str, arrives: int, caplog: pytest.LogCaptureFixture
) -> None:
    bot.server.group(HALL, "Hall")
    await bot.start(step=posting(Place("telegram", str(HALL), private=False)))
    await said(bot, "/start")
    bot.server.fault = once("sendMessage", FAILING[name])
    await posted(bot)
    assert len([m for m in bot.server.chat(HALL) if m.by_bot]) == arrives
    assert ("was not taken" in caplog.text) == (name != "too many requests")


async def test_while_telegram_is_down_answers_wait_and_come_in_their_order(bot: Bot) -> None:
    await bot.start(step=lambda library, session, event: Turn(session, (Message(words(event)),)))
    await said(bot, "/menu zero")
    bot.server.fault = lambda _, method: Fault(status=503) if method[:4] == "send" else None
    for number in ("one", "two", "three"):
        await said(bot, f"/menu {number}")
    bot.server.fault = None
    await bot.runner.connected()
    await bot.runner.quiet()
    texts = [m.text for m in bot.server.chat(ANN) if m.by_bot]
    assert texts == ["zero", "one", "two", "three"]


@pytest.mark.parametrize("name", ["answer lost", "connection lost", "timeout", "bad gateway"])
async def test_an_answer_outlives_any_number_of_faults(bot: Bot, name: str) -> None:
    await bot.start()
    await said(bot, "/start")
    bot.server.fault = lambda _, method: FAILING[name] if method == "sendMessage" else None
    await said(bot, "/glossary tannin")
    bot.server.fault = None
    await bot.runner.connected()
    await bot.runner.quiet()
    assert bot.server.chat(ANN)[-1].text.startswith("tannin")


@pytest.mark.parametrize("name", ["connection lost", "bad gateway"])
async def test_a_page_outlives_any_number_of_faults(bot: Bot, name: str) -> None:
    await bot.start()
    await said(bot, "/start")
    await pressed(bot, "Begin")
    bot.server.fault = lambda _, method: FAILING[name] if method == "editMessageText" else None
    await pressed(bot, "Next")
    bot.server.fault = None
    await bot.runner.connected()
    await bot.runner.quiet()
    assert "Intro 2/2" in newest(bot).text


async def test_a_fault_while_settling_does_not_lose_the_choice(bot: Bot) -> None:
    await bot.start()
    await said(bot, "/start")
    bot.server.fault = lambda _, method: FAILING["bad gateway"] if "edit" in method else None
    await pressed(bot, "Begin")
    bot.server.fault = None
    await bot.runner.connected()
    await bot.runner.quiet()
    assert bot.server.chat(ANN)[1].text.endswith("Your choice: Begin: Intro · Put the kettle on")
    assert "Intro 1/2" in newest(bot).text


async def test_a_message_of_several_parts_goes_on_where_it_stopped(bot: Bot) -> None:
    long = "\n\n".join(f"Part {number} " + "word " * 700 for number in range(4))
    await bot.start(step=answering(Message(long)))
    sent = iter(range(100))
    bot.server.fault = lambda _, method: (
        FAILING["server error"] if method == "sendMessage" and next(sent) >= 2 else None
    )
    await said(bot, "/start")
    bot.server.fault = None
    await bot.runner.connected()
    await bot.runner.quiet()
    assert [m.text[:6] for m in seen(bot, ANN)] == [f"Part {number}" for number in range(4)]


@pytest.mark.parametrize("times", [1, 9])
async def test_a_picture_that_is_refused_costs_only_itself(bot: Bot, times: int) -> None:
    sha = next(iter(bot.library.courses["tiny"].pictures))
    button = (Choice("next.0.0.tiny", "Next"),)
    await bot.start(step=answering(Message("Look.", button, files=(File("c.png", "A cup", sha),))))
    await said(bot, "/start")
    left = [Fault(status=400, description="Bad Request: PHOTO_INVALID_DIMENSIONS")] * times
    bot.server.fault = lambda _, method: left.pop() if left and method == "sendPhoto" else None
    *_, picture, text = await said(bot, "/start", BO)
    assert text.text == "Look." and labels(text) == ["Next"]
    assert bool(picture.photo) == (times == 1), "what is not known there any more is sent anew"
    assert picture.text == ("A cup" if times == 1 else "[picture: A cup]")


async def test_a_chat_that_always_fails_holds_up_no_other(bot: Bot) -> None:
    await bot.start(step=lambda library, session, event: Turn(session, (Message(words(event)),)))
    await said(bot, "/menu zero")
    await said(bot, "/menu zero", BO)
    bot.server.fault = lambda _, method: FAILING["server error"] if method[:4] == "send" else None
    await said(bot, "/menu one")
    await said(bot, "/menu two", BO)
    sick, bot.server.fault = ANN, None
    send = bot.adapter.send

    async def failing(outgoing: Outgoing) -> str:
        if outgoing.place.chat == str(sick):
            raise Undeliverable("always", Fate.DOWN)
        return await send(outgoing)

    bot.adapter.send = failing  # type: ignore[method-assign]
    await bot.runner.connected()
    await bot.runner.quiet()
    assert [m.text for m in seen(bot, BO)] == ["zero", "two"]


def words(event: Event | Known) -> str:
    assert isinstance(event, Event) and isinstance(event.what, Commanded)
    return event.what.args


KEY = ConnectionKey("x", 443, True, True, None, None, None)
WORDINGS = {
    "too many requests": RetryAfter(7),
    "group upgraded": ChatMigrated(-1001),
    "not modified": BadRequest("Message is not modified: specified new message content ..."),
    "message to edit not found": BadRequest("Message to edit not found"),
    "query too old": BadRequest("Query is too old and response timeout expired or query id is in"),
    "topic closed": BadRequest("Topic_closed"),
    "topic deleted": BadRequest("Message thread not found"),
    "chat not found": BadRequest("Chat not found"),
    "no pictures here": BadRequest("Not enough rights to send photos to the chat"),
    "not enough rights": BadRequest("Not enough rights to send text messages to the chat"),
    "blocked": Forbidden("Forbidden: bot was blocked by the user"),
    "account deleted": Forbidden("Forbidden: user is deactivated"),
    "removed": Forbidden("Forbidden: bot was kicked from the supergroup chat"),
    "not allowed": Forbidden("Forbidden: bot can't initiate conversation with a user"),
    "wrong token": InvalidToken("Unauthorized"),
    "two pollers": Conflict("terminated by other getUpdates request"),
    "refused": BadRequest("Can't parse entities"),
    "timeout": TimedOut(),
    "bad gateway": NetworkError("Bad Gateway"),
    "connection lost": NetworkError("ServerDisconnectedError: Server disconnected"),
    "unknown": TelegramError("something new"),
}


@pytest.mark.parametrize("name", WORDINGS)
def test_an_error_is_known_by_what_telegram_says(name: str) -> None:
    assert named(WORDINGS[name]).name == name


def test_a_connection_that_was_never_made_is_told_from_one_that_was_lost() -> None:
    never = (aiohttp.ConnectionTimeoutError(), aiohttp.ClientProxyConnectionError(KEY, OSError()))
    for cause in (*never, aiohttp.ClientConnectorDNSError(KEY, OSError())):
        problem = NetworkError("")
        problem.__cause__ = cause
        assert named(problem).name == "no connection"
    for cause in (aiohttp.SocketTimeoutError(), aiohttp.ServerDisconnectedError()):
        problem = NetworkError("")
        problem.__cause__ = cause
        assert named(problem).name == "connection lost"
    assert {row.name for row in ROWS} == {*WORDINGS, "no connection"}, "every row is tried"


def test_every_error_says_what_people_see_of_it() -> None:
    assert all(row.name and row.learner for row in ROWS)
    assert len({row.name for row in ROWS}) == len(ROWS)


# -- start and stop --------------------------------------------------------------------------


async def test_a_wrong_token_ends_it_with_a_remedy(bot: Bot) -> None:
    await bot.start(token="4242:WRONG")  # noqa: S106
    with pytest.raises(Refused, match="BotFather"):
        await bot.ended()


async def test_a_server_that_is_down_at_the_start_is_waited_for(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.server.fault_polls = True
    bot.server.fault = lambda number, method: Fault(drop="before") if number <= 9 else None
    await bot.start()
    assert (await said(bot, "/start"))[-1].rows
    assert "Telegram cannot be reached" in caplog.text


async def test_a_second_poller_is_named(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    other = Bot(bot.server, bot.path.with_name("other.db"), bot.library, content=TINY)
    await bot.start()
    await said(bot, "/start")
    await other.start()
    await bot.server.until(lambda: "Another program fetches updates" in caplog.text)
    await other.stop()
    assert (await said(bot, "/menu"))[-1].rows, "the one that is left goes on"


async def test_a_stop_in_the_middle_of_a_burst_loses_nothing(bot: Bot) -> None:
    for person in range(100, 160):
        bot.server.say(person, "/start")
    await bot.start(patience=10)
    await bot.server.until(lambda: "sendMessage" in methods(bot.server))
    await bot.stop()
    await bot.start(patience=10)
    await bot.quiet()
    for person in range(100, 160):
        assert len([m for m in bot.server.chat(person) if m.by_bot]) == 1


async def test_a_week_of_backlog_is_worked_off(bot: Bot) -> None:
    await bot.start()
    await said(bot, "/start")
    await bot.stop()
    button = newest(bot).rows[0][0].data
    for person in range(100, 130):
        for _ in range(5):
            bot.server.say(person, "/start")
    for _ in range(20):
        bot.server.press(ANN, button)
    bot.server.old_callbacks()
    await bot.start(patience=10)
    await bot.quiet()
    assert "Intro 1/2" in newest(bot).text
    assert all(len(bot.server.chat(person)) == 10 for person in range(100, 130))


async def test_an_update_that_cannot_be_read_is_passed_over(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    await bot.start()
    bot.server.feed.emit("message", {"message_id": 1, "chat": "nonsense", "text": "secret words"})
    bot.server.feed.emit("message", {"date": "?"})
    assert (await said(bot, "/start"))[-1].rows
    assert "cannot be read" in caplog.text
    assert "secret words" not in caplog.text
    bot.server.mistakes.clear()  # it noticed that no real Telegram sends such things


async def test_a_webhook_that_somebody_else_set_is_taken_away(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    await bot.start()
    await said(bot, "/start")
    await bot.server.feed.set_webhook(Hook("https://elsewhere.example/hook"))
    assert (await said(bot, "/menu"))[-1].rows
    assert "Another program has set a webhook" in caplog.text


async def test_what_was_taken_is_confirmed_at_the_end(bot: Bot) -> None:
    await bot.start()
    bot.server.say(ANN, "/start")
    await bot.server.until(lambda: len(bot.server.chat(ANN)) == 2)
    await bot.stop()
    assert bot.server.pending == 0


async def test_only_what_we_read_is_asked_for(bot: Bot) -> None:
    await bot.start()
    await said(bot, "/start")
    assert bot.server.feed.allowed == {"message", "callback_query", "my_chat_member"}


# -- webhook ---------------------------------------------------------------------------------


@pytest.fixture
def webhook(unused_port: int) -> Webhook:
    return Webhook(f"http://127.0.0.1:{unused_port}/hook", "127.0.0.1", unused_port)


async def test_a_webhook_confirms_an_update_when_it_is_on_disk(bot: Bot, webhook: Webhook) -> None:
    await bot.start(webhook=webhook)
    assert (await said(bot, "/start"))[-1].rows
    busy, commit = asyncio.Event(), bot.store.commit

    async def slow(wanted: object) -> object:
        await busy.wait()
        return await commit(wanted)  # type: ignore[arg-type]

    bot.store.commit = slow  # type: ignore[method-assign,assignment]
    answered = len(bot.server.webhook_answers)
    bot.server.press(ANN, newest(bot).rows[0][0].data)
    await bot.server.until(lambda: None not in bot.server.callbacks.values())
    assert len(bot.server.webhook_answers) == answered
    busy.set()
    await bot.quiet()
    assert bot.server.webhook_answers[answered:] == [200]


@pytest.mark.parametrize(
    ("secret", "body", "status"),
    [
        ("wrong", b"{}", 403),
        ("", b"{}", 403),
        ("é", b"{}", 403),
        (None, b"not json", 400),
        (None, b"[]", 400),
        (None, b"[" * 100_000, 400),
        (None, b" " * 1_000_001, 413),
        (None, b"\xff", 400),
        (None, b'{"update_id": 1}', 200),
        (None, b'{"message": {"date": "?"}}', 200),
    ],
)
async def test_only_telegram_may_post_and_rubbish_harms_nobody(
    bot: Bot, webhook: Webhook, secret: str | None, body: bytes, status: int
) -> None:
    await bot.start(webhook=webhook)
    await bot.server.until(lambda: bot.server.webhook is not None)
    assert bot.server.webhook
    given = bot.server.webhook.secret_token if secret is None else secret
    headers = {"X-Telegram-Bot-Api-Secret-Token": given}
    async with (
        aiohttp.ClientSession() as session,
        session.post(webhook.url, data=body, headers=headers) as answer,
    ):
        assert answer.status == status
    assert (await said(bot, "/start"))[-1].rows


async def test_a_port_that_is_taken_is_said(bot: Bot, webhook: Webhook) -> None:
    with closing(socket.socket()) as taken:
        taken.bind((webhook.host, webhook.port))
        taken.listen()
        await bot.start(webhook=webhook)
        with pytest.raises(Refused, match="TELEGRAM_WEBHOOK_LISTEN"):
            await bot.ended()


async def test_polling_takes_over_from_a_webhook(bot: Bot, webhook: Webhook) -> None:
    await bot.start(webhook=webhook)
    await said(bot, "/start")
    await bot.stop()
    await bot.start()
    assert (await said(bot, "/menu"))[-1].rows
    assert bot.server.webhook is None


# -- what is sent, whatever is written -------------------------------------------------------

KEYS = st.builds(
    lambda verb, n: f"{verb}.{n}.{n}.tiny", st.sampled_from(("next", "back", "a-b")), st.integers(0)
).filter(lambda key: len(key) <= KEY_BYTES)
CHOICES = st.lists(st.builds(Choice, KEYS, st.text(min_size=1, max_size=80)), max_size=12)
FILES = st.lists(
    st.builds(File, st.just("a.png"), st.text(max_size=1500), st.just("0" * 64)), max_size=2
)
MESSAGES = st.builds(
    Message,
    text=st.text(min_size=1, max_size=9000).filter(str.strip),
    choices=CHOICES.map(tuple),
    write=st.text(max_size=90),
    files=FILES.map(tuple),
    speaker=st.text(max_size=30),
)


@given(MESSAGES)
def test_every_message_fits_into_what_telegram_takes(message: Message) -> None:
    parts = render(message, "a_bot")
    for part in parts:
        if isinstance(part, Text):
            assert 0 < units(part.body.text) <= TEXT and len(part.body.spans) <= SPANS
        else:
            assert units(part.caption.text) <= CAPTION
    markups = [part.markup for part in parts if isinstance(part, Text) and part.markup]
    assert len(markups) <= 1
    for markup in markups:
        if isinstance(markup, InlineKeyboardMarkup):
            buttons = [button for row in markup.inline_keyboard for button in row]
            assert sorted(b.text for b in buttons) == sorted(c.label for c in message.choices)
            assert all(len(str(b.callback_data).encode()) <= KEY_BYTES for b in buttons)
            assert max(map(len, markup.inline_keyboard)) <= 8


# -- the same in the end ---------------------------------------------------------------------


class Kept(TelegramDriver):
    """A driver that keeps what stands in the database at the end."""

    async def close(self) -> None:
        await self.bot.stop()
        tables = ("log", "sessions", "progress", "standing", "learners")
        with closing(sqlite3.connect(self.bot.path)) as db:
            self.kept = {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
        await super().close()


async def test_faults_at_every_tenth_call_leave_the_same_in_the_end(tiny: Library) -> None:
    script = read(Path(__file__).parent / "transcripts" / "taps.chat")
    ended = []
    for faults in (False, True):
        for conversation in script.conversations[:4]:
            driver = Kept(tiny, faults=faults)
            await play(script, conversation, tiny, driver, lambda path: tiny)
            ended.append(driver.kept)
    half = len(ended) // 2
    assert ended[:half] == ended[half:]
    assert any(kept["log"] for kept in ended)
