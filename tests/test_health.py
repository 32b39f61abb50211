"""What machines read: whether all is well, whether all is there, and numbers that move as they
should and never name anybody.
"""

import asyncio
import signal
import socket
import subprocess
import sys
import tempfile
from asyncio.subprocess import Process
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from bot.adapters.base import Fate, Receiver, Refused, Undeliverable
from bot.commands import healthy
from bot.conversation import (
    Brief,
    Commanded,
    Event,
    Known,
    Look,
    Message,
    Outgoing,
    Place,
    Pressed,
    Said,
    Session,
    Tokens,
    Turn,
)
from bot.course.model import Library
from bot.health import Health, listening
from bot.metrics import Metrics
from bot.personas.base import Meter, Silent
from bot.personas.scripted import Scripted
from bot.store import Store, report
from bot.watch import Levels, Watch

from .platforms.discord_server import DiscordServer
from .platforms.telegram_server import TelegramServer
from .test_logs import LINES, Watched
from .test_runner import answering, waking
from .test_serve import TOKEN, ended, serve, to_discord

Sample = tuple[str, frozenset[tuple[str, str]]]


class Read(dict[Sample, float]):
    """All samples of a page of metrics, by name and labels."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.families = list(text_string_to_metric_families(text))
        for family in self.families:
            for sample in family.samples:
                self[sample.name, frozenset(sample.labels.items())] = sample.value

    def of(self, name: str, **labels: str) -> float:
        """The value of one sample; 0 where there is none yet."""
        return self.get((f"syllabot_{name}", frozenset(labels.items())), 0.0)


def read(metrics: Metrics) -> Read:
    return Read(metrics.text().decode())


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    store = await Store.open(tmp_path / "s.db")
    made = Watched(store)
    yield made
    await made.runner.drain(1)
    await store.close()


# -- a program that is served ------------------------------------------------------------------


async def asked(port: int, path: str, method: str = "GET") -> tuple[int, str, Mapping[str, str]]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"http://127.0.0.1:{port}{path}") as answer,
    ):
        return answer.status, await answer.text(), answer.headers


async def until(port: int, path: str, wanted: int) -> str:
    """Ask until the answer has this status; what it says."""
    async with asyncio.timeout(30):
        while True:
            try:
                status, text, _ = await asked(port, path)
            except aiohttp.ClientConnectionError:
                status = 0
            if status == wanted:
                return text
            await asyncio.sleep(0.02)


async def counted(port: int, wanted: Callable[[Read], bool]) -> tuple[str, Read]:
    """Read the metrics until they are as wanted: the page, and what stands on it."""
    async with asyncio.timeout(30):
        while True:
            status, text, headers = await asked(port, "/metrics")
            assert status == 200
            assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
            if wanted(found := Read(text)):
                return text, found
            await asyncio.sleep(0.02)


async def healthy_says(port: int, *words: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "healthy", *words),
        env={"SYLLABOT_HEALTH_LISTEN": f"127.0.0.1:{port}", "http_proxy": "http://127.0.0.1:9"},
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    return await ended(process)


async def test_a_served_program_tells_that_it_is_well_and_ready_and_what_it_did(
    tmp_path: Path, unused_port: int
) -> None:
    async with TelegramServer(TOKEN) as telegram, DiscordServer() as discord:
        process = await serve(
            tmp_path,
            TELEGRAM_TOKEN=TOKEN,
            TELEGRAM_API_URL=telegram.url,
            SYLLABOT_HEALTH_LISTEN=f"127.0.0.1:{unused_port}",
            **to_discord(discord),
        )
        assert await until(unused_port, "/readyz", 200) == "ok\n"
        assert (await asked(unused_port, "/healthz"))[:2] == (200, "ok\n")
        telegram.say(7001234, "/start")
        telegram.say(7001234, "Wuthering marmalade")
        await telegram.until(lambda: len(telegram.chat(7001234)) >= 4, within=30)
        text, found = await counted(
            unused_port, lambda found: found.of("outbox_messages", platform="telegram") == 0
        )
        assert found.of("turns_total", kind="commanded", outcome="committed") == 1
        assert found.of("turn_commit_seconds_count", kind="said") == 1
        assert found.of("messages_sent_total", platform="telegram") >= 2
        for name in ("telegram", "discord"):
            assert found.of("platform_reached", platform=name) == 1
        assert "7001234" not in text and "marmalade" not in text and TOKEN not in text
        assert await healthy_says(unused_port) == (0, "ok\n")
        assert await healthy_says(unused_port, "--ready") == (0, "ok\n")
        process.send_signal(signal.SIGTERM)
        code, _ = await ended(process)
        assert code == 0
    code, said = await healthy_says(unused_port)
    assert code == 1 and "Is syllabot serve running" in said


@pytest.fixture
async def alone(tmp_path: Path, unused_port: int) -> AsyncIterator[Process]:
    """A program whose platform nobody answers for."""
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))
        process = await serve(
            tmp_path,
            TELEGRAM_TOKEN=TOKEN,
            TELEGRAM_API_URL=f"http://127.0.0.1:{nobody.getsockname()[1]}",
            SYLLABOT_HEALTH_LISTEN=f"127.0.0.1:{unused_port}",
        )
        yield process
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            assert (await ended(process))[0] == 0


async def test_while_a_platform_was_not_reached_it_is_well_and_not_ready(
    alone: Process, unused_port: int
) -> None:
    await until(unused_port, "/healthz", 200)
    _, found = await counted(
        unused_port, lambda found: found.of("platform_pauses_total", platform="telegram") > 0
    )
    assert (await asked(unused_port, "/readyz"))[:2] == (503, "Telegram was not reached yet.\n")
    assert found.of("platform_reached", platform="telegram") == 0
    code, said = await healthy_says(unused_port, "--ready")
    assert code == 1 and said == "Telegram was not reached yet.\n"


async def test_only_what_is_there_is_answered_and_nothing_can_be_sent(
    alone: Process, unused_port: int
) -> None:
    await until(unused_port, "/healthz", 200)
    for path in ("/healthz", "/metrics"):
        status, text, headers = await asked(unused_port, path, "HEAD")
        assert status == 200 and text == "" and headers["Cache-Control"] == "no-store"
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            assert (await asked(unused_port, path, method))[0] == 405
    for path in ("/", "/healthz/", "/metrics/x", "/..%2fetc/passwd"):
        assert (await asked(unused_port, path))[0] == 404
    alone.send_signal(signal.SIGTERM)
    code, log = await ended(alone)
    assert code == 0 and "/healthz" not in log, "nobody logs who asks"


async def test_an_address_that_is_taken_is_said_before_any_platform_is_asked(
    tmp_path: Path,
) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        async with TelegramServer(TOKEN) as server:
            process = await serve(
                tmp_path,
                TELEGRAM_TOKEN=TOKEN,
                TELEGRAM_API_URL=server.url,
                SYLLABOT_HEALTH_LISTEN=address,
            )
            code, text = await ended(process)
            assert server.requests == []
    assert code == 2
    assert address in text and "Set SYLLABOT_HEALTH_LISTEN to another HOST:PORT, or to off" in text
    assert "Traceback" not in text


def test_who_plays_loads_no_web_server_and_no_metrics(tmp_path: Path) -> None:
    program = (
        "import sys; from bot.__main__ import main\n"
        f"main(['play', '--plain', '--db', {str(tmp_path / 'p.db')!r}])\n"
        "print([m for m in ('aiohttp', 'prometheus_client') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
    assert done.stdout.decode().splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("setting", "said"), [("off", "is off"), ("nonsense", "an address and a port are needed")]
)
def test_nobody_is_asked_where_no_address_is_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], setting: str, said: str
) -> None:
    monkeypatch.setenv("SYLLABOT_HEALTH_LISTEN", setting)
    parser = healthy.argparse.ArgumentParser()
    healthy.add_arguments(parser)
    assert healthy.run(parser.parse_args([])) == 1
    assert said in capsys.readouterr().out


# -- what is wrong -----------------------------------------------------------------------------


class Silence:
    """A platform that can be served, and reached when it is told to be."""

    door = ""

    def __init__(self) -> None:
        self.reached, self.over = asyncio.Event(), asyncio.Event()

    async def run(self, receiver: Receiver) -> None:
        await self.reached.wait()
        await receiver.connected()
        await self.over.wait()

    async def close(self) -> None: ...

    async def send(self, outgoing: Outgoing) -> str:
        return ""

    async def think(self, place: Place, event: str) -> None: ...


async def test_it_is_ready_from_when_all_is_there_until_it_stops(watched: Watched) -> None:
    health = Health(lambda: watched.store.known(""), watched.metrics)
    assert await health.missing() == [
        "The content is not loaded yet.",
        "No platform is served yet.",
    ]
    health.is_loaded = True
    here, there = Silence(), Silence()
    running = [
        asyncio.create_task(health.serve("telegram", here, watched.runner)),
        asyncio.create_task(health.serve("discord", there, watched.runner)),
    ]
    here.reached.set()
    await asyncio.wait(running, timeout=0.01)
    assert await health.missing() == ["Discord was not reached yet."]
    there.reached.set()
    await asyncio.wait(running, timeout=0.01)
    assert await health.missing() == []
    health.is_ending = True
    assert await health.missing() == ["The program is stopping."]
    there.over.set()
    await running[1]
    assert "Discord is served no more." in await health.missing()
    assert read(watched.metrics).of("platform_reached", platform="discord") == 0
    assert await health.ill() == []
    here.over.set()
    await running[0]


async def test_a_database_that_fails_or_does_not_answer_is_said_in_plain_words(
    watched: Watched, unused_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> None:
        raise OSError("the cable")

    health = Health(broken, watched.metrics)
    async with listening(health, f"127.0.0.1:{unused_port}"):
        for _ in range(3):
            status, text, _ = await asked(unused_port, "/healthz")
            assert (status, text) == (503, "The database cannot be used; the log says why.\n")
    assert caplog.text.count("cannot be used") == 1, "it is logged once, however often it is asked"
    never = asyncio.Event()
    hanging = Health(never.wait, watched.metrics, patience=0.01)
    found = await asyncio.gather(*(hanging.ill() for _ in range(5)))
    assert found == [["The database did not answer within 0.01 s."]] * 5
    never.set()
    assert await hanging.ill() == []


async def test_a_closed_database_is_found(watched: Watched) -> None:
    health = Health(lambda: watched.store.known(""), watched.metrics)
    assert await health.ill() == []
    await watched.store.close()
    assert await health.ill() == ["The database cannot be used; the log says why."]


@pytest.mark.parametrize("address", ["203.0.113.7:9464", "256.0.0.1:9464", "[::1%none]:9464"])
async def test_an_address_that_is_not_ours_is_refused(watched: Watched, address: str) -> None:
    health = Health(lambda: watched.store.known(""), watched.metrics)
    with pytest.raises(Refused, match="SYLLABOT_HEALTH_LISTEN"):
        async with listening(health, address):
            pass


# -- the numbers -------------------------------------------------------------------------------


async def test_turns_are_counted_by_what_became_of_them(watched: Watched) -> None:
    def broken(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        raise ZeroDivisionError

    await watched.does(Commanded("start"), Said("hello"))
    watched.count -= 1
    await watched.does(Said("hello"))  # delivered twice
    hall = Place("paper", "-5", private=False)
    await watched.does(Commanded("ban", "somebody"), place=hall)
    watched.use(broken)
    await watched.does(Said("hello"))
    found = read(watched.metrics)
    turns = {
        (dict(labels)["kind"], dict(labels)["outcome"]): value
        for (name, labels), value in found.items()
        if name == "syllabot_turns_total" and value
    }
    assert turns == {
        ("commanded", "committed"): 1,
        ("said", "committed"): 1,
        ("said", "repeated"): 1,
        ("commanded", "ignored"): 1,
        ("said", "failed"): 1,
    }
    assert found.of("turn_commit_seconds_count", kind="said") == 1
    assert found.of("turn_reply_seconds_count", kind="said") == 1, "an apology is no reply"
    assert found.of("turns_going_on") == 0


async def test_messages_are_counted_while_they_wait_and_when_they_go_or_are_given_up(
    watched: Watched,
) -> None:
    clock = iter(range(0, 10_000, 10))
    watched.metrics.clock = lambda: float(next(clock))
    watched.use(answering(Message("One.")))
    watched.paper.troubles.append(Undeliverable("down", Fate.DOWN))
    await watched.does(Said("hello"))
    await watched.does(Said("again"))
    found = read(watched.metrics)
    assert found.of("messages_refused_total", platform="paper", fate="down") == 1
    assert found.of("outbox_messages", platform="paper") == 2
    first = found.of("outbox_oldest_seconds")
    assert read(watched.metrics).of("outbox_oldest_seconds") > first > 0
    watched.paper.troubles.append(Undeliverable("too long", Fate.NEVER))
    await watched.runner.connected()
    await watched.runner.quiet()
    found = read(watched.metrics)
    assert found.of("messages_refused_total", platform="paper", fate="never") == 1
    assert found.of("messages_dropped_total", platform="paper", why="never") == 1
    assert found.of("messages_sent_total", platform="paper") == 1
    assert found.of("turn_reply_seconds_count", kind="said") == 1
    assert found.of("turn_reply_seconds_sum", kind="said") >= 10
    assert found.of("outbox_messages", platform="paper") == 0
    assert found.of("outbox_oldest_seconds") == 0


async def test_jobs_are_counted_and_so_are_late_ones(watched: Watched) -> None:
    step, woken = waking()
    watched.use(step)
    await watched.does(Said("hello"))
    watched.now += timedelta(hours=1, seconds=10)
    await watched.runner.wake()
    await watched.runner.wake()
    found = read(watched.metrics)
    assert found.of("job_lateness_seconds_count") == len(woken) == 1
    assert found.of("job_lateness_seconds_sum") == 10
    assert found.of("jobs_late_total") == 0
    watched.now += timedelta(days=1, hours=2)
    await watched.runner.wake()
    found = read(watched.metrics)
    assert found.of("job_lateness_seconds_count") == 2
    assert found.of("jobs_late_total") == 1
    assert found.of("turns_total", kind="woke", outcome="committed") == 2


async def test_a_models_calls_tokens_and_cost_are_those_of_the_books(
    watched: Watched, tmp_path: Path
) -> None:
    await watched.enters_lab()
    watched.model.script.extend([Silent("lost", "again"), "What makes you say so?"])
    await watched.does(Said(LINES[0]))
    await watched.does(Said(LINES[1]))
    watched.model.script.append(Silent("other"))
    await watched.does(Said(LINES[3]))
    found = read(watched.metrics)
    calls = {
        dict(labels)["outcome"]: value
        for (name, labels), value in found.items()
        if name == "syllabot_model_calls_total"
    }
    assert calls == {"lost": 1, "said": 2, "other": 1}
    (used,), _ = await report(tmp_path / "s.db", (), watched.now)
    cost = found.of("model_cost_dollars_total", model="scripted")
    assert cost == pytest.approx(used.cost / 1e9)
    assert found.of("model_tokens_total", model="scripted", kind="fresh") == used.fresh
    assert found.of("model_tokens_total", model="scripted", kind="answer") == used.answer
    assert found.of("questions_waiting") == 0


async def test_a_question_counts_while_it_waits(watched: Watched) -> None:
    asking, done = asyncio.Event(), asyncio.Event()

    class Slow(Scripted):
        async def word(self, model: str, brief: Brief, meter: Meter) -> str:
            asking.set()
            await done.wait()
            return "What makes you say so?"

    watched.model = Slow()
    watched.use()
    await watched.enters_lab()
    doing = asyncio.create_task(watched.does(Said(LINES[0])))
    await asking.wait()
    assert read(watched.metrics).of("questions_waiting") == 1
    done.set()
    await doing
    assert read(watched.metrics).of("questions_waiting") == 0


async def test_reloads_are_counted(watched: Watched) -> None:
    library = watched.runner.library
    outcomes = deque([(library, ()), (None, ("a fault",))])
    watched.runner._read = outcomes.popleft
    await watched.runner.reload()
    await watched.runner.reload()
    found = read(watched.metrics)
    assert found.of("reloads_total", outcome="done") == 1
    assert found.of("reloads_total", outcome="refused") == 1


def test_what_waits_is_asked_for_when_it_is_read() -> None:
    metrics = Metrics("1.2.3")
    assert read(metrics).of("turns_going_on") == 0
    metrics.follow(lambda: Levels(1, 2, 3, {"b": 5, "a": 4}, 6.5))
    found = read(metrics)
    assert found.of("turns_going_on") == 1
    assert found.of("writer_queue") == 2
    assert found.of("questions_waiting") == 3
    assert found.of("outbox_messages", platform="a") == 4
    assert found.of("outbox_oldest_seconds") == 6.5
    (build,) = [labels for name, labels in found if name == "syllabot_build_info"]
    assert dict(build)["version"] == "1.2.3"


def test_names_follow_the_conventions_and_every_metric_says_what_it_is() -> None:
    text = Metrics("1").text().decode()
    assert "_created" not in text
    for family in Read(text).families:
        assert family.documentation.endswith(".") or family.name.startswith("process_")
        if family.name.startswith("syllabot_") and family.type == "histogram":
            assert family.name.endswith("_seconds")
        if family.type == "counter":
            assert all(sample.name.endswith("_total") for sample in family.samples)


def test_what_an_alert_waits_for_is_there_from_the_beginning() -> None:
    metrics = Metrics("1")
    metrics.reached("telegram", now=False)
    found = read(metrics)
    for kind in ("said", "pressed", "commanded", "woke"):
        sample = frozenset({("kind", kind), ("outcome", "failed")})
        assert found["syllabot_turns_total", sample] == 0
    sample = frozenset({("platform", "telegram"), ("why", "unknown")})
    assert found["syllabot_messages_dropped_total", sample] == 0


def test_two_of_them_share_nothing() -> None:
    one, other = Metrics("1"), Metrics("1")
    one.reloaded(done=True)
    assert read(one).of("reloads_total", outcome="done") == 1
    assert read(other).of("reloads_total", outcome="done") == 0


LABELS = {
    "kind": {"said", "pressed", "commanded", "replied", "failed", "woke", "unsent", "shut"}
    | {"fresh", "written", "kept", "cached", "answer"},
    "outcome": {"committed", "repeated", "ignored", "failed", "stopped", "done", "refused"}
    | {"said", "unfit"},
    "platform": {"paper"},
    "fate": {"later", "down", "unknown", "never"},
    "why": {"never", "unknown", "gone"},
    "model": {"scripted"},
}
"""All that a label may say, whatever people do."""

anything = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
deeds = st.one_of(
    st.builds(Said, anything),
    st.builds(Pressed, anything),
    st.builds(Commanded, anything, anything),
)
places = st.builds(Place, st.just("paper"), anything, anything, st.booleans())


@settings(max_examples=20)
@given(st.lists(st.tuples(deeds, places, st.sampled_from([None, *Fate])), min_size=1, max_size=8))
def test_labels_stay_few_whatever_people_do(
    done: list[tuple[Said | Pressed | Commanded, Place, Fate | None]],
) -> None:
    async def play(folder: Path) -> Metrics:
        store = await Store.open(folder / "s.db")
        world = Watched(store)
        for deed, place, fate in done:
            if fate:
                world.paper.troubles.append(Undeliverable(str(deed), fate))
            await world.does(deed, place=place)
        await world.runner.drain(1)
        await store.close()
        return world.metrics

    with tempfile.TemporaryDirectory() as folder:
        found = read(asyncio.run(play(Path(folder))))
    for name, labels in found:
        for label, value in labels:
            if name.startswith("syllabot_") and name != "syllabot_build_info" and label != "le":
                assert value in LABELS[label], (name, label, value)


@given(st.lists(st.text(), max_size=5), st.floats(0, 1e6), st.integers(0, 10**12))
def test_what_is_told_of_a_turn_and_a_job_never_becomes_a_label(
    events: list[str], late: float, cost: int
) -> None:
    metrics = Metrics("1")
    for event in events:
        with metrics.taking(event, "said", event):
            metrics.woke(late)
    metrics.asked("scripted", "said", Tokens(fresh=1), cost)
    found = read(metrics)
    kinds = {value for _, labels in found for label, value in labels if label == "kind"}
    assert kinds <= LABELS["kind"]
    assert found.of("turns_total", kind="said", outcome="ignored") == len(events)


async def test_without_a_watch_nothing_is_counted_and_all_goes_on(watched: Watched) -> None:
    watched.metrics = Watch()  # type: ignore[assignment]
    watched.metrics.follow = lambda levels: None  # type: ignore[method-assign]
    watched.use(answering(Message("One.")))
    await watched.does(Commanded("start"), Said("hello"))
    assert len(watched.paper.sent) == 2
