"""What the operator reads: all that comes of a turn by its name, no secret, and nobody's words."""

import asyncio
import io
import json
import logging
import re
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot import engine, logs
from bot.adapters.base import Fate, Undeliverable
from bot.conversation import (
    Commanded,
    Event,
    Inbound,
    Known,
    Look,
    Message,
    Moved,
    Outgoing,
    Place,
    Pressed,
    Said,
    Session,
    Turn,
)
from bot.course.model import Library
from bot.logs import Form, Redacting
from bot.metrics import Metrics
from bot.personas.base import Silent
from bot.personas.scripted import Scripted
from bot.runner import Runner, Step
from bot.store import Store, StoreError
from bot.thinking import Thinker
from bot.watch import Taking, name_of, taken, unlike, within

from .platforms.telegram_server import TelegramServer
from .test_model_labs import COURSE, FREE, LINES, SHARES, TERMS, fitting
from .test_serve import TOKEN, ended, serve

KEY = "sk-ant-api03-planted/secret+key=="
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
LAB = "m1-l1-lab"
HERE = Place("paper", "77001")


class Log:
    """All that was logged since it began, at a level and in a form."""

    def __init__(self) -> None:
        self.buffer = io.StringIO()

    def begin(self, level: str = "info", form: Form = "json") -> None:
        self.buffer = io.StringIO()
        logs.begin([TOKEN, KEY], form, level, logging.StreamHandler(self.buffer))

    @property
    def text(self) -> str:
        return self.buffer.getvalue()

    @property
    def lines(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, turn: str) -> list[dict[str, str]]:
        return [line for line in self.lines if line.get("turn") == turn]


@pytest.fixture
def log() -> Iterator[Log]:
    """The log, and afterwards everything as it was."""
    root, ours = logging.getLogger(), logging.getLogger("bot")
    kept = root.handlers[:], root.level, ours.level, sys.excepthook, logging.raiseExceptions
    made = Log()
    made.begin()
    yield made
    logging.captureWarnings(False)
    root.handlers[:], root.level, ours.level, sys.excepthook, logging.raiseExceptions = kept
    logging.getLogger().manager._clear_cache()  # type: ignore[attr-defined]


class Paper:
    """An adapter that keeps what it is given, or raises what it is told to."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.troubles: deque[Exception] = deque()

    door = ""

    async def send(self, outgoing: Outgoing) -> str:
        if self.troubles:
            raise self.troubles.popleft()
        self.sent.append(outgoing.message)
        return f"ref-{len(self.sent)}"

    async def think(self, place: Place, event: str) -> None:
        await asyncio.Event().wait()


class Watched:
    """A runner that is watched, with a model that says what it is told to."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.paper = Paper()
        self.now = NOW
        self.metrics = Metrics("1.2.3")
        self.model = Scripted(answer=lambda brief: fitting(brief.talk[-1].text))
        self.count = 0
        self.use()

    def use(self, step: Step = engine.step, library: Library = FREE) -> None:
        self.runner = Runner(
            library,
            self.store,
            {"paper": self.paper},
            clock=lambda: self.now,
            mint=lambda: f"learner-{self.count}",
            step=step,
            thinker=Thinker(self.model, self.store, SHARES, lambda: self.now, watch=self.metrics),
            terms=TERMS,
            watch=self.metrics,
        )
        self.metrics.follow(self.runner.levels)

    async def does(self, *deeds: Said | Pressed | Commanded, place: Place = HERE) -> str:
        """Do these one after the other; the name of the last one's turn."""
        for what in deeds:
            self.count += 1
            event = f"paper:{self.count}:{place.chat}"
            try:
                await self.runner.receive(Inbound(event, f"paper:{place.chat}", place, what))
            except Exception:
                await self.runner.quiet()
            await self.runner.quiet()
        return name_of(event)

    async def enters_lab(self) -> None:
        begun = Pressed(f"{LAB}.0.0.{COURSE}")
        await self.does(Commanded("start"), begun, Said("Use the model of Anthropic"))


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    store = await Store.open(tmp_path / "s.db")
    made = Watched(store)
    yield made
    await made.runner.drain(1)
    await store.close()


WORDS = "Wuthering marmalade trombone"
"""What a learner writes, of which nothing may be found."""


def none_of(text: str) -> bool:
    return not any(word in text for word in (*WORDS.split(), TOKEN, KEY, quote(KEY, safe="")))


def raising(problem: Callable[[str], Exception]) -> Step:
    """A step that fails as soon as somebody says something, with what they said."""

    def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        if isinstance(event, Event) and isinstance(event.what, Said):
            raise problem(event.what.text)
        return engine.step(library, session, event)

    return step


# -- nobody's words, and no secrets ------------------------------------------------------------


FAULTS: list[Callable[[str], Exception]] = [
    lambda said: ValueError(f"cannot read {said}"),
    lambda said: KeyError(said),
    lambda said: RuntimeError(f"{said} at https://t/bot{TOKEN}/x with {KEY}"),
    lambda said: StoreError(f"no room for {said}"),
    lambda said: OSError(5, said, f"/{TOKEN}"),
    lambda said: Undeliverable(f"refused: {said}", Fate.LATER),
    lambda said: ExceptionGroup(said, [ValueError(said), OSError(f"{said} {KEY}")]),
]


@pytest.mark.parametrize("fault", FAULTS, ids=range(len(FAULTS)))
@pytest.mark.parametrize("level", ["info", "debug"])
@pytest.mark.parametrize("form", ["text", "json"])
async def test_a_fault_in_a_turn_shows_where_it_was_and_nobodys_words(
    watched: Watched, log: Log, fault: Callable[[str], Exception], level: str, form: Form
) -> None:
    log.begin(level, form)
    watched.use(raising(fault))
    await watched.does(Commanded("start"))
    turn = await watched.does(Said(WORDS))
    assert TOKEN not in log.text and KEY not in log.text
    assert "test_logs.py" in log.text and turn in log.text
    if form == "json":
        for line in log.lines:
            assert line["level"] == "debug" or none_of(json.dumps(line)), line
        said = any(WORDS in line.get("exception", "") for line in log.lines)
        assert said == (level == "debug"), "at the level debug all is told"
    elif level == "info":
        assert none_of(log.text)


@pytest.mark.parametrize("fault", FAULTS, ids=range(len(FAULTS)))
async def test_a_platform_that_fails_shows_nobodys_words(
    watched: Watched, log: Log, fault: Callable[[str], Exception]
) -> None:
    for level in ("info", "debug"):
        log.begin(level)
        watched.paper.troubles.append(fault(f"{WORDS} {TOKEN}"))
        turn = await watched.does(Said(WORDS))
        assert log.of(turn), "it is said, and of which turn"
        for line in log.lines:
            shown = json.dumps(line)
            assert TOKEN not in shown and KEY not in shown
            assert line["level"] == "debug" or none_of(shown), line


async def test_a_refused_message_is_explained_as_far_as_it_repeats_nobody(
    watched: Watched, log: Log
) -> None:
    watched.paper.troubles.append(Undeliverable("blocked: the bot was blocked", Fate.NEVER))
    await watched.does(Said(WORDS))
    watched.paper.troubles.append(Undeliverable(f"refused: {WORDS} is no tag", Fate.NEVER))
    await watched.does(Said(WORDS))
    told = [line["event"] for line in log.lines if "was not taken" in line["event"]]
    assert told[0].endswith("blocked: the bot was blocked")
    assert told[1].endswith(": refused")


@pytest.mark.parametrize(
    "script",
    [
        Silent("other", detail=f"BadRequestError: {WORDS} with {KEY}"),
        Silent("busy", detail=f"OverloadedError: {KEY}"),
    ],
    ids=["repeats", "busy"],
)
async def test_a_model_that_fails_shows_nobodys_words(
    watched: Watched, log: Log, script: Silent
) -> None:
    await watched.enters_lab()
    for level in ("info", "debug"):
        log.begin(level)
        watched.model.script.append(script)
        turn = await watched.does(Said(f"{WORDS} by a machine made it up"))
        told = [line for line in log.of(turn) if "no words of a model" in line["event"]]
        assert len(told) == 1 and "Error" in told[0]["event"]
        for line in log.lines:
            assert KEY not in json.dumps(line)
            assert line["level"] == "debug" or none_of(json.dumps(line)), line


async def test_a_whole_conversation_at_the_level_debug_shows_nobodys_words(
    watched: Watched, log: Log
) -> None:
    log.begin("debug")
    await watched.enters_lab()
    await watched.does(*(Said(line) for line in LINES), Commanded("alias", WORDS))
    assert len(log.lines) > len(LINES)
    assert all(line not in log.text for line in LINES if len(line) > 8)
    assert none_of(log.text)


async def test_a_file_that_fails_is_explained_in_full(watched: Watched, log: Log) -> None:
    await watched.does(Commanded("start"))

    async def full(commit: object) -> None:
        raise StoreError("The disk is full, so s.db cannot grow.")

    watched.store.commit = full  # type: ignore[method-assign,assignment]
    turn = await watched.does(Said("hello"))
    (line,) = log.of(turn)
    assert "StoreError: The disk is full, so s.db cannot grow." in line["exception"]


def test_what_ends_the_program_and_what_nobody_waited_for_is_logged_without_secrets(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.to_stderr([TOKEN], "json")
    try:
        raise ValueError(f"https://t/bot{TOKEN}/getMe")
    except ValueError as problem:
        sys.excepthook(type(problem), problem, problem.__traceback__)

    async def forgotten() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(logs.unheard)
        problem = ValueError(f"'{WORDS}' {TOKEN}")
        loop.call_exception_handler({"message": "never retrieved", "exception": problem})

    asyncio.run(forgotten())
    shown = capsys.readouterr().err
    first, second = map(json.loads, shown.splitlines())
    assert first["level"] == "critical" and "ValueError" in first["exception"]
    assert second["event"] == "never retrieved"
    assert none_of(shown)


# -- one name a turn ---------------------------------------------------------------------------


async def test_all_that_comes_of_a_turn_is_found_by_its_name(watched: Watched, log: Log) -> None:
    log.begin("debug")
    watched.paper.troubles += [Undeliverable("down", Fate.DOWN)]
    turn = await watched.does(Said("hello"))
    assert {line["event"] for line in log.of(turn)} == {
        "a turn is over: said, committed",
        f"message {log.of(turn)[-1]['event'].split()[1]} was not taken: down",
    }
    other = await watched.does(Said("hello"), place=Place("paper", "88002"))
    assert other != turn and len(log.of(turn)) == 2


async def test_a_message_keeps_the_name_of_its_turn_however_late_it_goes(
    watched: Watched, log: Log
) -> None:
    watched.paper.troubles.append(Undeliverable("down", Fate.DOWN))
    first = await watched.does(Said("hello"))
    second = await watched.does(Said("again"))  # its message waits behind the first one's
    watched.paper.troubles += [Undeliverable("no", Fate.NEVER), Undeliverable("no", Fate.NEVER)]
    await watched.runner.connected()
    await watched.runner.quiet()
    refused = [line for line in log.lines if line["event"].endswith("was not taken: no")]
    assert [line["turn"] for line in refused] == [first, second]
    given_up = [line for line in log.lines if "is given up" in line["event"]]
    assert [line["turn"] for line in given_up] == [first, second]


async def test_what_a_model_answers_goes_by_the_name_of_who_asked(
    watched: Watched, log: Log
) -> None:
    await watched.enters_lab()
    log.begin("debug")
    turn = await watched.does(Said(LINES[0]))
    assert [line["event"] for line in log.of(turn)] == [
        "a turn is over: said, committed",
        "a turn is over: replied, committed",
    ]
    watched.paper.troubles += [Undeliverable("later", Fate.LATER)]
    watched.model.script.append(Silent("slow"))
    turn = await watched.does(Said(LINES[1]))
    assert {line["event"].split(":")[0].split(" ", 2)[0] for line in log.of(turn)} >= {"no", "a"}
    assert all("turn" in line for line in log.lines)


async def test_a_job_has_a_name_of_its_own(watched: Watched, log: Log) -> None:
    from .test_runner import waking

    log.begin("debug")
    step, _ = waking()
    watched.use(step)
    await watched.does(Said("hello"))
    watched.now += timedelta(hours=2)
    await watched.runner.wake()
    woken = next(line for line in log.lines if "woke" in line["event"])
    assert woken["turn"] == name_of("rem:ann@2026-01-05T10:00")


async def test_outside_of_a_turn_no_name_is_given(watched: Watched, log: Log) -> None:
    await watched.does(Said("hello"))
    assert taken() is None
    await watched.runner.moved(Moved(HERE, None, "blocked"), "paper:77001")
    (line,) = log.lines
    assert "turn" not in line and "77001" not in json.dumps(line)


@given(st.text())
def test_a_name_says_nothing_and_is_the_same_each_time(event: str) -> None:
    name = name_of(event)
    assert re.fullmatch("[0-9a-f]{12}", name) and name == name_of(event)
    assert name_of(f"{event}.") != name


# -- lines -------------------------------------------------------------------------------------


def record(text: str, *args: object, level: int = logging.WARNING) -> logging.LogRecord:
    info = sys.exc_info()
    return logging.LogRecord("bot.x", level, __file__, 1, text, args, info if info[0] else None)


def test_a_line_of_json_has_the_time_in_utc_and_each_thing_by_its_name() -> None:
    redacting = Redacting([], "json")
    with within(Taking("abc", "said", 0.0)):
        line = json.loads(redacting.format(record("It is %s.", "late")))
    assert list(line) == ["time", "level", "logger", "turn", "event"]
    assert datetime.fromisoformat(line["time"]).utcoffset() == timedelta(0)
    assert (line["level"], line["logger"]) == ("warning", "bot.x")
    assert (line["turn"], line["event"]) == ("abc", "It is late.")


@given(st.text(), st.text())
def test_no_text_forges_a_line(said: str, raised: str) -> None:
    for problem in (OSError(raised), None):
        try:
            if problem:
                raise problem
            made = record("%s", said)
        except OSError:
            made = record("%s", said)
        text = Redacting([], "text").format(made)
        first, *more = text.splitlines()
        assert re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z warning bot\.x: ", first)
        assert all(line.startswith("  | ") for line in more)
        assert text.replace("\n", "").replace("\t", "").isprintable()
        assert len(Redacting([], "json").format(made).splitlines()) == 1


def test_a_forged_line_is_set_in() -> None:
    forged = "x\n2026-01-01T00:00:00Z error bot: all is lost\x1b[2K\r\u2028y"
    lines = Redacting([], "text").format(record("%s", forged)).splitlines()
    assert lines[1:] == ["  | 2026-01-01T00:00:00Z error bot: all is lost\\x1b[2K", "  | ", "  | y"]


@given(
    st.text(min_size=6, max_size=40).filter(lambda text: text.strip("*. \n") == text),
    st.sampled_from(["text", "json"]),
)
def test_no_secret_is_logged_however_it_is_spelled(secret: str, form: Form) -> None:
    assume(len(set(secret)) > 3)
    redacting = Redacting([secret], form)
    spellings = [
        secret,
        repr(secret),
        json.dumps(secret),
        quote(secret, safe="", errors="replace"),
        re.sub("%..", lambda escape: escape[0].lower(), quote(secret, errors="replace")),
    ]
    for spelled in spellings:
        try:
            raise OSError(f"a {spelled} b")
        except OSError as problem:
            made = record("at /bot%s/x: %s", spelled, problem)
        shown = redacting.format(made)
        assert "***" in shown
        told = " ".join(json.loads(shown).values()) if form == "json" else shown
        for each in spellings[:3]:
            assert each.strip("\"'") not in told


@pytest.mark.parametrize("secret", ["first-half'second", "a1b2:c3'd4", 'q"uote"d'])
def test_no_half_of_a_secret_is_left_where_something_quoted_is_left_out(secret: str) -> None:
    shown = Redacting([secret]).format(record("%s", OSError(f"at {secret} it ended")))
    assert shown.endswith("at *** it ended")


async def test_what_somebody_wrote_long_ago_is_not_shown_either(watched: Watched, log: Log) -> None:
    watched.use(raising(lambda said: ValueError(f"a line of a talk: {WORDS}")))
    turn = await watched.does(Said("hello"))
    (line,) = log.of(turn)
    assert line["exception"].endswith("\nValueError") and none_of(log.text)


def test_a_password_in_an_address_is_a_secret_too() -> None:
    shown = Redacting([]).format(record("no way by http://ann:hunter2@proxy:3128/x"))
    assert shown.endswith("no way by http://***@proxy:3128/x")


def test_half_of_a_token_is_a_secret_too() -> None:
    token = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # noqa: S105
    shown = Redacting([token]).format(record("x %s y", token.partition(":")[2]))
    assert shown.endswith("x *** y")


def test_values_of_variables_are_not_printed() -> None:
    def deep(secret_word: str) -> None:
        raise OSError("plain")

    try:
        deep(WORDS)
    except OSError:
        shown = Redacting([], "json").format(record("failed", level=logging.DEBUG))
    assert "deep" in shown and "Wuthering" not in shown


@given(st.text(), st.text())
def test_what_is_shown_shares_no_longer_word_with_what_was_written(text: str, words: str) -> None:
    def long(said: str) -> set[str]:
        return set(re.findall(r"\w{4,}", said.casefold()))

    assert not long(unlike(text, words)) & long(words)


def test_levels_are_kept_and_libraries_are_silent(log: Log) -> None:
    for level, ours in (("debug", 4), ("info", 3), ("warning", 2), ("error", 1)):
        log.begin(level)
        for name in ("bot.x", "aiosqlite", "telegram.ext", "discord.http", "anthropic"):
            for each in ("debug", "info", "warning", "error"):
                getattr(logging.getLogger(name), each)("said")
        named = [line["logger"] for line in log.lines]
        assert named.count("bot.x") == ours
        assert set(named) <= {"bot.x", "aiosqlite"}
        assert named.count("aiosqlite") <= 2, "libraries warn, and tell no more than that"


# -- as an operator runs it --------------------------------------------------------------------


async def test_a_served_program_logs_json_that_holds_no_secret_and_nobodys_words(
    tmp_path: Path,
) -> None:
    async with TelegramServer(TOKEN) as server:
        process = await serve(
            tmp_path,
            TELEGRAM_TOKEN=TOKEN,
            TELEGRAM_API_URL=server.url,
            SYLLABOT_LOG="json",
            SYLLABOT_LOG_LEVEL="debug",
        )
        server.say(7001234, "/start")
        server.say(7001234, WORDS)
        await server.until(lambda: len(server.chat(7001234)) >= 4, within=30)
        process.send_signal(signal.SIGTERM)
        code, text = await ended(process)
    assert code == 0
    lines = [json.loads(line) for line in text.splitlines()]
    assert {"a turn is over: commanded, committed", "a turn is over: said, committed"} <= {
        line["event"] for line in lines
    }
    assert none_of(text) and "7001234" not in text
