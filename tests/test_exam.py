"""Which items an attempt asks, and the streak: what must always hold."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import SeenItem, Streak
from bot.course.items import Exam, Item, Option, Share
from bot.flows.exam import chosen
from bot.flows.streak import advanced
from bot.flows.verdict import into_messages, needed

LESSONS = {f"o{n}": f"l{n % 3}" for n in range(6)}


def item(number: int) -> Item:
    options = (
        Option(id="a", text="one", correct=True, feedback="f"),
        Option(id="b", text="two", feedback="f"),
    )
    return Item(
        id=f"x{number}", objective=f"o{number % 6}", difficulty=1, stem="?", options=options
    )


def exam(bank: int, questions: int, shares: tuple[Share, ...] = ()) -> Exam:
    items = tuple(item(number) for number in range(bank))
    return Exam(id="e", title="E", questions=questions, blueprint=shares, items=items)


banks = st.integers(6, 40)
sizes = st.integers(1, 20)
pasts = st.dictionaries(st.integers(0, 39), st.booleans(), max_size=40)


@given(banks, sizes, pasts, st.text(max_size=5))
def test_an_attempt_asks_each_item_once_and_as_many_as_it_should(
    bank: int, questions: int, past: dict[int, bool], seed: str
) -> None:
    seen = {f"x{n}": SeenItem(f"x{n}", right) for n, right in past.items()}
    items = chosen(exam(bank, questions), LESSONS, seen, seed)
    assert len(items) == len({each.id for each in items}) == min(bank, questions)
    assert items == chosen(exam(bank, questions), LESSONS, seen, seed)


@given(banks, sizes, pasts)
def test_unseen_items_come_first_and_those_answered_right_last(
    bank: int, questions: int, past: dict[int, bool]
) -> None:
    seen = {f"x{n}": SeenItem(f"x{n}", right) for n, right in past.items()}

    def rank(each: Item) -> int:
        return 0 if each.id not in seen else 2 if seen[each.id].right else 1

    whole = exam(bank, questions)
    taken = {each.id for each in chosen(whole, LESSONS, seen, "s")}
    left = [rank(each) for each in whole.items if each.id not in taken]
    assert max((rank(each) for each in whole.items if each.id in taken), default=0) <= min(
        left, default=2
    )


@given(st.integers(2, 3), st.text(max_size=4))
def test_the_blueprint_is_kept(each: int, seed: str) -> None:
    shares = (
        Share(lesson="l0", questions=each),
        Share(lesson="l1", questions=1),
        Share(objective="o2", questions=2),
    )
    items = chosen(exam(30, each + 3, shares), LESSONS, {}, seed)
    lessons = [LESSONS[one.objective] for one in items]
    assert lessons.count("l0") == each
    assert lessons.count("l1") == 1
    assert [one.objective for one in items].count("o2") == 2


def test_two_learners_and_two_attempts_are_asked_differently() -> None:
    orders = {tuple(i.id for i in chosen(exam(24, 15), LESSONS, {}, f"l/{n}")) for n in range(20)}
    assert len(orders) == 20


def test_the_mark_is_rounded_up() -> None:
    assert [needed(exam(20, 15), count) for count in (15, 4, 1)] == [12, 4, 1]


@given(st.lists(st.text(min_size=1, max_size=1700), max_size=20))
def test_a_long_result_is_gathered_into_messages_that_fit(parts: list[str]) -> None:
    texts = into_messages(parts)
    assert "\n\n".join(texts) == "\n\n".join(parts)
    assert all(len(text) <= 1700 for text in texts)


# -- the streak ------------------------------------------------------------------------------

BEGUN = datetime(2026, 1, 5, 12, tzinfo=UTC)
ZONES = ["UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
hours = st.lists(st.tuples(st.integers(-3, 60), st.sampled_from(ZONES)), max_size=40)


def grown(steps: list[tuple[int, str]], freezes: int = 1) -> tuple[Streak, datetime]:
    streak, now = Streak(), BEGUN
    for later, zone in steps:
        now += timedelta(hours=later)
        streak = advanced(streak, now, zone, freezes) or streak
    return streak, now


def test_a_day_is_the_learners_own() -> None:
    evening = datetime(2026, 1, 5, 23, 30, tzinfo=ZoneInfo("America/Los_Angeles"))
    streak = advanced(Streak(), evening.astimezone(UTC), "America/Los_Angeles", 1)
    assert streak is not None
    same = evening + timedelta(minutes=20)
    assert advanced(streak, same.astimezone(UTC), "America/Los_Angeles", 1) is None
    after = evening + timedelta(minutes=40)
    following = advanced(streak, after.astimezone(UTC), "America/Los_Angeles", 1)
    assert following is not None
    assert following.length == 2


@given(st.lists(st.sampled_from(ZONES), min_size=2, max_size=30))
def test_changing_the_zone_mints_no_day(zones: list[str]) -> None:
    streak, _ = grown([(0, zone) for zone in zones])
    assert streak.length == 1
    within, _ = grown([(1, zone) for zone in zones[:12]])
    assert within.length <= 2


@given(hours)
def test_a_streak_is_never_longer_than_the_days_that_passed(steps: list[tuple[int, str]]) -> None:
    streak, now = grown(steps)
    spent = sum(max(0, later) for later, _ in steps)
    assert streak.length <= spent // 24 + 2
    assert streak.at is None or streak.at <= now + timedelta(hours=3 * len(steps))


@given(st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_changing_the_zone_costs_no_day(first: str, second: str) -> None:
    streak = advanced(Streak(), BEGUN, first, 0)
    assert streak is not None
    following = advanced(streak, BEGUN + timedelta(hours=24), second, 0)
    assert following is not None
    assert following.length == 2


def test_one_missed_day_a_week_is_forgiven() -> None:
    day = 24
    # Monday 5 January; Wednesday after a missed Tuesday; Friday after a second missed day.
    assert grown([(0, "UTC"), (2 * day, "UTC")])[0].length == 2
    assert grown([(0, "UTC"), (2 * day, "UTC"), (2 * day, "UTC")])[0].length == 1
    # The second miss falls on the Tuesday of the next week, which has a freeze of its own.
    week = [(0, "UTC"), (2 * day, "UTC"), *[(day, "UTC")] * 5, (2 * day, "UTC")]
    assert grown(week)[0].length == 8
    assert grown([(0, "UTC"), (3 * day, "UTC")])[0].length == 1
    assert grown([(0, "UTC"), (2 * day, "UTC")], freezes=0)[0].length == 1
