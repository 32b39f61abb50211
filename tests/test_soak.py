"""A soak of seconds: both platforms, faults, a kill; `python -m benchmarks.soak` takes hours."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.soak import Outcome, Plan, Soak, of_log
from benchmarks.soak_learners import logged
from benchmarks.soak_ours import learner_id

LEARNERS = 16


def plan(share: float, kills: int, upset: float) -> Plan:
    return Plan(
        seconds=8,
        learners=LEARNERS,
        pace=0.12,
        share=share,
        kills=kills,
        upset=upset,
        upsets=4,
        deeds=18,
        soon=1.0,
        hasty=True,
    )


def lived(folder: Path, plan: Plan) -> Soak:
    folder.mkdir()
    soak = Soak(plan, folder, lambda _: None)
    asyncio.run(soak.run())
    return soak


@pytest.mark.filterwarnings("ignore:unread_data:DeprecationWarning")  # aiohttp's, of its own
def test_faults_on_both_platforms_change_nothing_in_the_end(tmp_path: Path) -> None:
    troubled = lived(tmp_path / "troubled", plan(share=0.05, kills=1, upset=0.7))
    calm = lived(tmp_path / "calm", plan(share=0, kills=0, upset=1e9))
    assert troubled.outcome.faults == calm.outcome.faults == []
    assert troubled.outcome.actions == calm.outcome.actions == LEARNERS * 19
    done = troubled.outcome.troubles
    assert done["the process got SIGKILL"] == 2
    assert done["a request on Discord failed"] > 3 < done["a request on Telegram failed"]
    assert done["an event came twice"] > 3
    assert sum(times for what, times in done.items() if "gateway" in what or "locked" in what)
    for number in range(1, LEARNERS + 1):
        assert kept(troubled, number) == kept(calm, number) != []
    told_of_a_record_too_few(troubled)


def kept(soak: Soak, number: int) -> list[str]:
    with closing(sqlite3.connect(soak.path)) as db:
        return logged(db, learner_id(number))


def told_of_a_record_too_few(soak: Soak) -> None:
    """What the soak is for, it can see."""
    learner = soak.learners[0]
    learner._shadow.log.pop()
    with closing(sqlite3.connect(soak.path)) as db:
        (fault,) = learner.compared(db)
    assert f"{learner.id}: the log differs" in fault


def test_a_line_of_the_log_that_no_fault_explains_is_a_fault() -> None:
    kinds, unexplained = of_log(
        "2026-01-05 09:00:00,000 INFO bot.adapters.telegram: Telegram is reached\n"
        "2026-01-05 09:00:00,000 WARNING bot.outbox: message 7 was not taken: "
        "Telegram was not reached yet\n"
        "2026-01-05 09:00:00,000 ERROR bot.runner: event telegram:7 failed\n"
    )
    assert sum(kinds.values()) == 3
    assert [line.partition("bot.")[2] for line in unexplained] == [
        "runner: event telegram:7 failed"
    ]


def test_growth_is_told_from_the_warm_up_to_the_end() -> None:
    memory = [(0.0, 20.0), *((float(at), 100.0 + at / 10) for at in range(10, 101))]
    assert Outcome(memory=memory, seconds=100).grown(10) == pytest.approx(0.081, abs=0.01)
