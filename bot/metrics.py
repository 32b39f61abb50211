"""What Prometheus reads: counters and histograms of what happens, and how much waits at a moment.

Labels are kinds of things that the program itself names: never a learner, a chat or a course. One
object has one registry, and nothing else knows of it.
"""

import platform
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from time import monotonic
from typing import Final, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.conversation import Tokens, What
from bot.watch import Levels, Taking, Watch, Why

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4

COMMIT: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds: a turn alone takes about one thousandth, and Discord waits for three."""

REPLY: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300)
"""Seconds, up to those after which a message has been tried several times."""

LATENESS: Final = (1, 5, 15, 30, 60, 300, 900, 3600, 21600, 86400)
"""Seconds: jobs are looked for every fifteen."""

LATE: Final = 60.0
"""Seconds after which a job counts as late."""

DOLLAR: Final = 1e9
"""Billionths of a dollar in one."""


class Metrics(Watch):
    """Counts what it is told; `text` is all of it, for Prometheus. `version` is the program's."""

    def __init__(self, version: str, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(clock)
        self._registry = CollectorRegistry()
        self._levels: Callable[[], Levels] = Levels
        build = Info("syllabot_build", "Which program runs.", registry=self._registry)
        build.info({"version": version, "python": platform.python_version()})
        self._count_turns()
        self._count_messages()
        self._count_models()
        self._registry.register(_Moment(lambda: self._levels()))
        ProcessCollector(registry=self._registry)

    def _count_turns(self) -> None:
        self._turns = self._counter(
            "syllabot_turns",
            "Events that were taken, by their kind and by what became of them: committed; repeated,"
            " taken before; ignored, not for us; failed, by a fault of ours or of the database;"
            " stopped with the program.",
            "kind",
            "outcome",
        )
        # There from the beginning, since a rise from nothing to one is none to Prometheus.
        for kind in get_args(What):
            self._turns(kind.__name__.lower(), "failed")
        self._commit = self._histogram(
            "syllabot_turn_commit_seconds",
            "From an event's arrival until its turn was on disk.",
            COMMIT,
            "kind",
        )
        self._reply = self._histogram(
            "syllabot_turn_reply_seconds",
            "From an event's arrival until the platform took the first message that it led to.",
            REPLY,
            "kind",
        )
        self._lateness = self._histogram(
            "syllabot_job_lateness_seconds", "How long after its time a job was taken.", LATENESS
        )
        self._late = self._counter(
            "syllabot_jobs_late", f"Jobs taken more than {LATE:.0f} seconds after their time."
        )
        self._reloads = self._counter(
            "syllabot_reloads",
            "Times that the content was read anew: done, or refused for its faults.",
            "outcome",
        )
        self._copied = Gauge(
            "syllabot_backup_newest_timestamp_seconds",
            "When the newest backup was made, in seconds since 1970; 0 while there is none.",
            registry=self._registry,
        )

    def _count_messages(self) -> None:
        self._sent = self._counter("syllabot_messages_sent", "Messages sent.", "platform")
        self._refused = self._counter(
            "syllabot_messages_refused",
            "Times that a platform did not take a message. Of these, later and down (the whole"
            " platform) are tried again; unknown (it may have arrived) and never are not.",
            "platform",
            "fate",
        )
        self._dropped = self._counter(
            "syllabot_messages_dropped",
            "Messages given up: never, the platform will not take them; unknown, posts that may"
            " have arrived; gone, nobody can be reached there.",
            "platform",
            "why",
        )
        self._pauses = self._counter(
            "syllabot_platform_pauses",
            "Pauses before a request or a connection was tried again: the platform was down, slow,"
            " or asked for it.",
            "platform",
        )
        self._reached = Gauge(
            "syllabot_platform_reached",
            "1 from when a platform was reached until its connection ended for good.",
            ["platform"],
            registry=self._registry,
        )

    def _count_models(self) -> None:
        self._calls = self._counter(
            "syllabot_model_calls",
            "Calls of a model, by what came of them: said, a reply that was shown; unfit, one that"
            " was not; given up, since the learner went on; or why there was none.",
            "model",
            "outcome",
        )
        self._tokens = self._counter(
            "syllabot_model_tokens",
            "Tokens: fresh, read anew; written to the cache for five minutes; kept there for an"
            " hour; cached, read from it; and those of the answer.",
            "model",
            "kind",
        )
        self._cost = self._counter(
            "syllabot_model_cost_dollars",
            "What calls cost; one that ended without a word of it, the most that it can have cost.",
            "model",
        )

    def _counter(self, name: str, says: str, *labels: str) -> Callable[..., Counter]:
        """A counter by the values of its labels. They are few, so each is looked up once."""
        made = Counter(name, says, labels, registry=self._registry)
        return cache(made.labels) if labels else lambda: made

    def _histogram(
        self, name: str, says: str, buckets: tuple[float, ...], *labels: str
    ) -> Callable[..., Histogram]:
        """A histogram by the values of its labels, as above."""
        made = Histogram(name, says, labels, buckets=buckets, registry=self._registry)
        return cache(made.labels) if labels else lambda: made

    # -- what happens ------------------------------------------------------------------------

    def ended(self, taking: Taking) -> None:
        """See `Watch.ended`."""
        super().ended(taking)
        self._turns(taking.kind, taking.outcome).inc()
        if taking.outcome == "committed":
            self._commit(taking.kind).observe(self.clock() - taking.begun)

    def woke(self, late: float) -> None:
        """See `Watch.woke`."""
        self._lateness().observe(max(0.0, late))
        if late > LATE:
            self._late().inc()

    def copied(self, newest: datetime) -> None:
        """See `Watch.copied`."""
        self._copied.set(newest.timestamp())

    def reloaded(self, *, done: bool) -> None:
        """See `Watch.reloaded`."""
        self._reloads("done" if done else "refused").inc()

    def sent(self, platform: str, taking: Taking | None) -> None:
        """See `Watch.sent`."""
        self._sent(platform).inc()
        if taking and not taking.is_seen:
            taking.is_seen = True
            self._reply(taking.kind).observe(self.clock() - taking.begun)

    def refused(self, platform: str, fate: str) -> None:
        """See `Watch.refused`."""
        self._refused(platform, fate).inc()

    def dropped(self, platform: str, why: Why) -> None:
        """See `Watch.dropped`."""
        self._dropped(platform, why).inc()

    def asked(self, model: str, outcome: str, tokens: Tokens | None, cost: int) -> None:
        """See `Watch.asked`."""
        self._calls(model, outcome).inc()
        self._cost(model).inc(cost / DOLLAR)
        took = tokens or Tokens()
        for kind in ("fresh", "written", "kept", "cached", "answer"):
            self._tokens(model, kind).inc(getattr(took, kind))

    def paused(self, platform: str) -> None:
        """Something is asked of a platform again after a pause."""
        self._pauses(platform).inc()

    def reached(self, platform: str, *, now: bool) -> None:
        """Whether a platform is reached `now`; it is told of each once before it can be."""
        self._reached.labels(platform).set(now)
        for why in get_args(Why):
            self._dropped(platform, why)

    # -- what is read ------------------------------------------------------------------------

    def follow(self, levels: Callable[[], Levels]) -> None:
        """Ask `levels`, whenever this is read, how much waits."""
        self._levels = levels

    def text(self) -> bytes:
        """All of it in Prometheus' text format; see `CONTENT_TYPE`."""
        return generate_latest(_Plain(self._registry))


class _Moment(Collector):
    """How much waits at the moment that somebody reads this."""

    def __init__(self, levels: Callable[[], Levels]) -> None:
        self._levels = levels

    def describe(self) -> Iterable[Metric]:
        return self.collect()

    def collect(self) -> Iterator[Metric]:
        now = self._levels()
        yield GaugeMetricFamily("syllabot_turns_going_on", "Turns that go on.", now.turns)
        says = "Turns and other works that wait to be written to the database."
        yield GaugeMetricFamily("syllabot_writer_queue", says, now.writes)
        says = "Questions to a model that wait for an answer."
        yield GaugeMetricFamily("syllabot_questions_waiting", says, now.questions)
        says = "Messages that were committed and not sent yet."
        waiting = GaugeMetricFamily("syllabot_outbox_messages", says, labels=["platform"])
        for name, count in sorted(now.waiting.items()):
            waiting.add_metric([name], count)
        yield waiting
        says = "How long the oldest of them waits, at the longest since the program began."
        yield GaugeMetricFamily("syllabot_outbox_oldest_seconds", says, now.oldest)


class _Plain(Collector):
    """A registry without the times at which each counter began, which would double its text."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        for metric in self._registry.collect():
            metric.samples = [one for one in metric.samples if not one.name.endswith("_created")]
            yield metric
