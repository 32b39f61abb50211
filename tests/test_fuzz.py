"""The fuzzer finds nothing here, and finds what is planted. By hand: python -m benchmarks fuzz"""

import hmac
from collections.abc import Iterator

import pytest

from benchmarks import fuzz
from benchmarks.fuzzing import case, loop, oracle, world
from benchmarks.fuzzing.case import Broken, Target
from bot.adapters import telegram_inbound, telegram_updates
from bot.conversation import Choice, File, Key, Message, Place
from bot.course import files
from bot.flows import reference
from bot.replay import script

CASES = 2_000
SEED = 20261127


@pytest.fixture(scope="module")
def targets() -> Iterator[dict[str, Target]]:
    yield {each.name: each for each in fuzz.targets()}
    loop.close()


def first_fault(target: Target, episodes: int) -> case.Fault | None:
    """What the first so many episodes find."""
    found = (case.tried(target, SEED, number)[1] for number in range(episodes))
    return next(filter(None, found), None)


def test_two_thousand_cases_break_no_rule(targets: dict[str, Target]) -> None:
    report = fuzz.fuzz(list(targets.values()), CASES, SEED)
    assert [str(fault) for fault in report.faults] == []
    assert sum(tally.cases for tally in report.tallies) >= CASES
    assert all(tally.cases for tally in report.tallies)


# -- what it found, and what was mended --------------------------------------------------------

SAID = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "/start"}
ANN = {"id": 7, "is_bot": False, "first_name": "Ann"}
DELTA = (
    b'event: x\ndata: {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta"'
)
FOUND: tuple[tuple[str, object], ...] = (
    ("telegram", {"update_id": 1, "message": {**SAID, "from": {**ANN, "id": []}}}),
    ("telegram", {"update_id": "\udfff", "message": {**SAID, "from": ANN}}),
    ("telegram", {"update_id": 1, "message": {**SAID, "from": ANN, "chat": {"id": "\udfff"}}}),
    ("webhook", ("POST", "/hook", "\ud800", b"")),
    ("settings", ({}, b"SYLLABOT_LOG=\xd3")),
    ("settings", ({"SYLLABOT_ENV_FILE": "x" * 5000}, b"")),
    ("settings", ({"SYLLABOT_BACKUP_HOURS": "9" * 5000}, b"")),
    ("settings", ({"SYLLABOT_TALK_DAYS": "9" * 5000}, b"")),
    ("settings", ({"SYLLABOT_HEALTH_LISTEN": "x:" + "9" * 5000}, b"")),
    ("settings", ({"SYLLABOT_BUDGETS": "service/day $" + "9" * 400}, b"")),
    ("settings", ({"DISCORD_TOKEN_FILE": "a\0b"}, b"")),
    ("scripts", b"* one\n+ 9999999999 days"),
    ("scripts", b"* one\n+ " + b"9" * 5000 + b" days"),
    ("recordings", b"\xec"),
    ("answers", (200, "", b"event: x\ndata: []\n\n")),
    ("answers", (200, "", DELTA + b', "text": "\\ud800"}}\n\n')),
    ("answers", (200, "", DELTA + b', "text": null}}\n\n')),
    ("answers", (200, "", b'event: x\ndata: {"type": "message_start"}\n\n')),
)
"""Each: a border, and what once broke a rule there."""


@pytest.mark.parametrize("found", FOUND, ids=lambda found: f"{found[0]}-{FOUND.index(found)}")
def test_what_was_found_once_is_found_no_more(
    targets: dict[str, Target], found: tuple[str, object]
) -> None:
    name, step = found
    targets[name].run([step])


# -- the fuzzer can fail ------------------------------------------------------------------------


def lenient_key(text: str) -> Key | None:
    """Key.parse of a day on which nobody thought of numbers that are none."""
    parts = text.split(".")
    return Key(parts[0], parts[3], int(parts[1]), int(parts[2])) if len(parts) == 4 else None


def nobody(update: object) -> int:
    """Whose update it is, on a day on which nobody looked."""
    return getattr(getattr(update, "effective_user", None), "id", 0)


PLANTED: tuple[tuple[str, object, str, object, int], ...] = (
    ("keys", Key, "parse", staticmethod(lenient_key), 300),
    ("flows", reference, "plain", lambda text, limit=40: text, 150),
    ("webhook", hmac, "compare_digest", lambda *_: True, 60),
    ("telegram", telegram_inbound, "whole", lambda text: text, 4_000),
    ("telegram", telegram_updates, "_person", nobody, 600),
    ("scripts", script, "LONGEST", 10**30, 400),
    ("yaml", files, "text", lambda path, home: path.read_text("utf-8"), 400),
)
"""Each: the target, where a fault is planted, what it is, and episodes in which it is found."""


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted[0]}-{planted[2]}")
def test_a_planted_fault_is_found(
    targets: dict[str, Target],
    planted: tuple[str, object, str, object, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, holder, attribute, value, episodes = planted
    monkeypatch.setattr(holder, attribute, value)
    assert first_fault(targets[name], episodes) is not None


def test_a_fault_is_had_again_from_its_seed_and_shown_at_its_least(
    targets: dict[str, Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Key, "parse", staticmethod(lenient_key))
    fault = first_fault(targets["keys"], 300)
    assert fault is not None
    assert case.tried(targets["keys"], fault.seed, fault.number)[1] == fault
    assert f"--only keys --seed {SEED} --first {fault.number} --cases 1" in str(fault)


def test_of_a_failing_episode_the_least_is_kept() -> None:
    def run(steps: case.Steps) -> None:
        if any("bad" in str(step) for step in steps):
            raise Broken("it is bad")

    target = Target("any", 1, lambda _: ["good", "xxbadxx", {"also": "good"}], run)
    size, fault = case.tried(target, SEED, 0)
    assert (size, fault and fault.steps) == (3, ["bad"])


def test_what_never_ends_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_: case.Steps) -> None:
        while True:
            pass

    monkeypatch.setattr(case, "PATIENCE", 0.01)
    monkeypatch.setattr(case, "ROUNDS", 0)
    _, fault = case.tried(Target("any", 1, lambda _: ["x"], run), SEED, 0)
    assert fault is not None
    assert "Hung" in fault.what


def test_memory_that_grows_fails_a_long_run(capsys: pytest.CaptureFixture[str]) -> None:
    held: list[bytes] = []
    # Large enough that each is memory fresh from the system, not what an earlier test let go.
    target = Target("any", 1, lambda _: ["x"], lambda _: held.append(b"x" * 300_000))
    report = fuzz.fuzz([target], 400, SEED)
    assert report.growth > 10 * fuzz.LEAK
    assert fuzz._told(report, fuzz.CASES) == 1
    report.end = report.warm
    assert fuzz._told(report, fuzz.CASES) == 0
    assert "kB for 10,000 cases" in capsys.readouterr().out


# -- the oracle can say no ----------------------------------------------------------------------


def choice(what: str) -> Choice:
    return Choice(str(Key(what, "tiny", 1, 7)), "A")


QUESTION = tuple(choice(f"m1-l1-q1-{option}") for option in "abc")

UNLAWFUL = {
    "a key that is none of ours": Message("x", (Choice("correct", "A"),)),
    "a key that is too long": Message("x", (choice("m" * 60),)),
    "a label that does not fit": Message("x", (Choice(QUESTION[0].key, "A" * 81),)),
    "a question whose options are not alike": Message("x", QUESTION[:2]),
    "a link that was typed": Message("[a](https://evil.example)"),
    "no text at all": Message(" "),
    "half of a pair": Message("\ud800"),
}


@pytest.mark.parametrize("what", UNLAWFUL)
def test_the_oracle_refuses(what: str) -> None:
    with pytest.raises((Broken, UnicodeEncodeError)):
        oracle.lawful([UNLAWFUL[what]], world.library())


def test_the_oracle_takes_a_question_as_it_is() -> None:
    oracle.lawful([Message("Which one?", QUESTION)], world.library())


@pytest.mark.parametrize(
    "message",
    [
        Message(f"Ann said {oracle.MARK}"),
        Message("x", (Choice("x", oracle.MARK),)),
        Message("x", files=(File("a.csv", "a table", data=oracle.MARK.encode()),)),
    ],
)
def test_the_oracle_finds_the_words_of_somebody_else(message: Message) -> None:
    with pytest.raises(Broken):
        oracle.silent([message])


def test_what_the_marked_learner_wrote_is_in_the_world_and_is_looked_for() -> None:
    """Else nobody's silence would prove anything."""
    lived = world.fresh()
    log = [str(record) for _, _, record in lived.driver.log]
    assert sum(oracle.MARK in each for each in log) >= 2
    with pytest.raises(Broken):
        lived._judged("mal", (Message(f"{oracle.MARK} was here"),))
    with pytest.raises(Broken):
        lived._judged(world.VIC, (Message(oracle.MARK, to=Place("engine", "hall", private=False)),))


def test_what_matters_happens_in_the_conversations(targets: dict[str, Target]) -> None:
    kinds: set[str] = set()
    for name, episodes in (("flows", 25), ("guesses", 60)):
        for number in range(episodes):
            lived = world.fresh()
            for step in targets[name].make(case.chance_of(SEED, name, number)):
                assert isinstance(step, tuple)
                kinds |= {record.kind for record in lived.take(step).records}
    wanted = {"opened", "answered", "completed", "talked", "joined", "arranged", "guessed"}
    assert wanted <= kinds
