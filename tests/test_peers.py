"""The benchmark beside other libraries: our side says what the script says, and sums are right."""

import json
from pathlib import Path

import pytest

from benchmarks.peers import results as made
from benchmarks.peers.chart import draw
from benchmarks.peers.ours_bot import Ours
from benchmarks.peers.ours_script import script_of
from benchmarks.peers.results import Cell, Killed, Loss, Noted, Results
from benchmarks.peers.run import PEERS, checked
from benchmarks.peers.script import SCORE, TURNS, Script, position
from benchmarks.peers.worker import Checked, Job, Platform, Walked, check, turn, turns_of, walk


@pytest.fixture(scope="module")
def script() -> Script:
    return script_of()


def job(folder: Path, variant: str = "plain", **more: object) -> Job:
    return Job(variant, str(folder), "", walking=3, **more)  # type: ignore[arg-type]


def unshuffled(text: str) -> list[str]:
    """The lines of a text, those of options without letters and in no order."""
    lines = [line.removesuffix("  ") for line in text.split("\n")]
    options = sorted(line[7:] for line in lines if line[4:6] == "**" and line[2] in "ABCD")
    return [line for line in lines if not (line[4:6] == "**" and line[2] in "ABCD")] + options


# -- our side --------------------------------------------------------------------------------


@pytest.mark.parametrize("learner", range(4))
async def test_our_side_says_the_twelve_turns_word_for_word(
    tmp_path: Path, script: Script, learner: int
) -> None:
    platform = Platform(script)
    ours = Ours(job(tmp_path), script, platform)
    await ours.open()
    for number in range(1, TURNS + 1):
        data = platform.pressing(learner, number)
        platform.begins(learner, number, data)
        await ours.feed(learner, number, data)
        said = [unshuffled(text) for text in platform.said[learner]]
        assert said == [unshuffled(text) for text in script.says(learner, number)]
        assert await ours.stands(learner) == number
    await ours.close()


@pytest.mark.parametrize("variant", ["plain", "telegram"])
async def test_our_side_walks_all_turns_of_all_learners(
    tmp_path: Path, script: Script, variant: str
) -> None:
    platform = Platform(script)
    todo = job(tmp_path, variant, flight=2)
    walked = await walk(todo, Ours(todo, script, platform), platform)
    assert (walked.turns, walked.capped) == (3 * TURNS, False)
    assert walked.rate > 0


async def test_a_second_life_of_ours_knows_every_turn_and_takes_a_repeated_one_once(
    tmp_path: Path, script: Script
) -> None:
    first = Platform(script)
    ours = Ours(job(tmp_path), script, first)
    await ours.open()
    for number in range(1, 9):
        await turn(ours, first, 0, number)
    await ours.close()
    pressed = first.pressing(0, 9)
    again = ((0, 9, pressed), (0, 9, pressed))
    second = Platform(script)
    todo = job(tmp_path, check=(0,), again=again)
    found = await check(todo, Ours(todo, script, second), second)
    assert found == Checked({0: 8}, {0: 9}, [(0, 9)])


async def test_a_turn_that_says_something_else_is_found(script: Script) -> None:
    platform = Platform(script)
    platform.begins(0, 1, "")
    platform.shows(0, "**Another course**", ["m1-intro"])
    with pytest.raises(AssertionError, match="learner 0, turn 1"):
        platform.check(0, 1)


# -- the script ------------------------------------------------------------------------------


def test_learners_choose_every_option_and_get_every_score_that_follows(script: Script) -> None:
    chosen = {script.pressed(who, number) for who in range(64) for number in range(7, SCORE + 1)}
    assert chosen == {f"m1-l1-q{item}-{option}" for item in range(1, 6) for option in "abcd"}


def test_the_script_survives_json(script: Script) -> None:
    assert Script.of_json(json.loads(json.dumps(script.as_json()))) == script


def test_a_score_counts_what_is_right_and_shows_only_what_was_missed(script: Script) -> None:
    right = [item.key.id for item in script.items]
    assert script.score(right) == "**5 of 5 right.**\n\nEvery answer was right."
    wrong = ["d" if right[0] != "d" else "a", *right[1:]]
    assert script.score(wrong).startswith("**4 of 5 right.**")
    assert script.items[0].stem in script.score(wrong)
    assert script.items[1].stem not in script.score(wrong)


def test_a_place_is_the_turn_after_which_somebody_stands_there() -> None:
    places = [("", 0, 0), ("overview", 0, 0), ("reading", 3, 0), ("quiz", 0, 0), ("quiz", 0, 4)]
    assert [position(*place) for place in places] == [0, 1, 5, 6, 10]
    assert (position("score", 3, 5), position("done", 3, 5)) == (11, 12)


def test_everybody_walks_every_turn_once_and_a_window_keeps_the_others_waiting() -> None:
    queue = turns_of(Job("", "", "", walking=300, flight=1))
    taken: dict[int, int] = {}
    most = 0
    while (who := queue.take()) is not None:
        assert queue.next_turn(who) == taken.get(who, 0) + 1
        taken[who] = queue.next_turn(who)
        queue.back(who)
        most = max(most, sum(1 for turns in taken.values() if turns < TURNS))
    assert taken == dict.fromkeys(range(300), TURNS)
    assert most <= 100


# -- what was lost ---------------------------------------------------------------------------

LINES = ["fed 1 1 ", "shown 1 1 ", "done 1 1 ", "fed 1 2 m1-intro", "shown 1 2 ", "fed 2 1 "]


def test_notes_say_what_was_shown_and_what_the_platform_delivers_again() -> None:
    assert made.noted(LINES) == Noted({1: 2}, ((1, 2, "m1-intro"), (2, 1, "")))


def test_a_turn_is_lost_where_a_learner_stands_before_what_was_shown() -> None:
    second = Checked({1: 5, 2: 0, 3: 9}, {1: 6, 2: 1, 3: 9}, [(1, 6), (2, 1), (3, 10), (1, 0)])
    before = Noted({1: 7, 2: 3, 3: 8}, ())
    assert made.loss(before, second) == Loss(acknowledged=18, lost=5, gone=3, twice=2)


def test_a_second_life_arrives_as_it_was_sent() -> None:
    text = json.dumps({"stands": {7: 3}, "after": {7: 4}, "shown": [(7, 4)], "unreadable": True})
    assert checked(json.loads(text)) == Checked({7: 3}, {7: 4}, [(7, 4)], True)


# -- the tables ------------------------------------------------------------------------------


def walked(rate: float, *, capped: bool = False) -> Walked:
    return Walked(rate, 1.0, 2.0, 3.0, 2048.0, 1200, capped)


@pytest.fixture
def results() -> Results:
    titles = {"ours": "ours", "other": "another"}
    walks = {
        Cell("ours", 1000, 1): [walked(100), walked(200), walked(400)],
        Cell("ours", 1000, 64): [walked(1000), walked(1000), walked(1000)],
        Cell("other", 1000, 1): [walked(300), walked(400), walked(400)],
        Cell("other", 1000, 64): [walked(250), walked(500), walked(750, capped=True)],
    }
    losses = {
        Killed("ours", False): [Loss(3000, 0, 0, 4), Loss(3100, 0, 0, 6)],
        Killed("other", False): [Loss(3000, 2, 0, 1), Loss(3000, 4, 1, 1)],
        Killed("other", True): [Loss(3000, 3000, 2990, 0, True), Loss(3000, 9, 9, 0)],
    }
    return Results(("a machine",), titles, walks, losses)


def test_a_ratio_is_the_median_of_the_rounds_own_ratios(results: Results) -> None:
    assert made.ratio(results, Cell("other", 1000, 1)) == 2.0  # of 3, 2 and 1
    assert made.ratio(results, Cell("ours", 1000, 1)) == 1.0


def test_a_spread_names_the_ends_where_they_differ() -> None:
    assert made.spread([1000, 3, 20]) == "20 (3 to 1,000)"
    assert made.spread([2.04, 2.01], 1) == "2.0"


def test_the_summary_has_a_row_for_each_peer_with_what_it_lost(results: Results) -> None:
    head, (ours, other) = made.summary(results, 1000)
    assert len(head) == len(ours) == len(other)
    assert ours == [
        "ours",
        "200 (100 to 400)",
        "1,000",
        "2.0",
        "3.0",
        "2.0 kB",
        "0 of 3,050",
        "5 (4 to 6)",
    ]
    assert other[1:3] == ["400 (300 to 400); 2.00 to ours", "500 (250 to 750)*; 0.50 to ours"]
    assert other[-2] == (
        "bot alone: 3 (2 to 4) of 3,000; "
        "with its server: 1,504 (9 to 3,000) of 3,000, file unreadable 1 times of 2"
    )


def test_a_table_is_markdown_with_numbers_on_the_right() -> None:
    text = made.table(["", "n"], [["ours", "1"], ["other", "20"]])
    assert text == "|  | n |\n| --- | ---: |\n| ours | 1 |\n| other | 20 |"


def test_the_report_holds_every_cell_and_survives_json(results: Results) -> None:
    again = Results.of_json(json.loads(json.dumps(results.as_json())))
    assert again == results
    text = made.report(again)
    assert text.count("| another |") == 3  # in the summary, and one at a time and 64 at once
    assert "- a machine" in text


def test_the_picture_is_small_and_drawn_from_the_results(tmp_path: Path, results: Results) -> None:
    draw(results, tmp_path / "it.png")
    data = (tmp_path / "it.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) < 60_000


def test_each_peer_has_a_module_and_a_list_of_what_it_needs() -> None:
    folder = Path(made.__file__).parent
    assert PEERS[0].name == made.OURS
    for peer in PEERS:
        assert (folder / f"{peer.module}.py").exists()
        wanted = folder / f"requirements-{peer.environment}.txt"
        assert not peer.environment or "--hash=sha256" in wanted.read_text()
