"""What the operator reads: a line for each happening, as text or as JSON.

It never holds a secret; nor, above the level debug, what somebody wrote: what an exception says is
left out where it may quote that, and what people's clients send is logged by nobody.
"""

import asyncio
import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import TracebackType
from typing import Final, Literal
from urllib.parse import quote, quote_plus

from structlog.processors import JSONRenderer, TimeStamper
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict, WrappedLogger

from bot.watch import taken, unlike

Form = Literal["text", "json"]

HUSHED: Final = ("telegram", "httpx", "httpcore", "discord", "anthropic", "httpx2", "httpcore2")
"""Libraries that log what people wrote; we name their errors ourselves."""

OF_THE_WORLD: Final = ("bot", "sqlite3", "builtins.OSError", "aiohttp", "telegram", "discord")
"""Whose exceptions say something of the world: shown, but for what stands in quotes."""

ORDER: Final = ("time", "level", "logger", "turn", "event", "exception")
"""What there is of a line, in this order."""

DEEP: Final = 5
"""Causes of a problem that are told, one of another."""

LONG: Final = 16
"""Letters from which on the half of a secret behind its colon is a secret too."""

_PASSWORD: Final = re.compile(r"://[^/\s@]+@")
"""What stands before the host in an address of a proxy or a server."""

_QUOTED: Final = re.compile(r"""(?<!\w)[rb]?["'‘“«`](?:.*["'’”»`]|.*)""", re.DOTALL)


class Redacting(logging.Formatter):
    """Writes *** for every secret, wherever it stands: tokens are part of Telegram's addresses.

    `form`: text for a person, JSON for a machine. Lines after the first are set in, so that no
    text in them passes for a line of its own.
    """

    def __init__(self, secrets: Iterable[str], form: Form = "text") -> None:
        super().__init__()
        self._secrets = _spellings(secrets)
        self._inner = ProcessorFormatter(
            foreign_pre_chain=[add_log_level, add_logger_name, _turn, self._exception],
            processors=[
                ProcessorFormatter.remove_processors_meta,
                TimeStamper(fmt="iso", utc=True, key="time"),
                self._cleaned,
                JSONRenderer() if form == "json" else _text,
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        if record.levelno > logging.DEBUG:
            record = logging.makeLogRecord(record.__dict__)
            record.msg = self._bare(record.msg)
            if isinstance(record.args, tuple):
                record.args = tuple(map(self._bare, record.args))
        return self._redacted(self._inner.format(record))

    def _redacted(self, text: str) -> str:
        text = _PASSWORD.sub("://***@", text)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _cleaned(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        """Before anything is escaped: later a secret might be spelled in another way."""
        return {name: self._redacted(str(event[name])) for name in ORDER if name in event}

    def _exception(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        """The traceback of what was raised, with no values of variables."""
        event.pop("stack_info", None)
        info = event.pop("exc_info", None)
        if isinstance(info, tuple) and isinstance(info[1], BaseException):
            theirs = taken() is not None or event["logger"].startswith("bot.")
            say = _in_full if event["level"] == "debug" else partial(self._said, theirs=theirs)
            event["exception"] = "".join(_trace(info[1], info[2], say)).rstrip()
        return event

    def _said(self, problem: BaseException, *, theirs: bool) -> str:
        """The kind of a problem, and what it says; where that may be what people wrote, `theirs`,
        only if the problem is one of the world.
        """
        kinds = [f"{kind.__module__}.{kind.__qualname__}." for kind in type(problem).__mro__]
        known = any(kind.startswith(f"{name}.") for kind in kinds for name in OF_THE_WORLD)
        name = type(problem).__name__
        return f"{name}: {self._bare(problem)}" if known or not theirs else name

    def _bare(self, value: object) -> object:
        """What an exception says, without what it may repeat of what somebody wrote: what it
        quotes, and what is like the words that the turn is about.
        """
        if not isinstance(value, BaseException):
            return value
        # Secrets first: half of one could not be told any more.
        taking, text = taken(), _QUOTED.sub("…", self._redacted(str(value)))
        return unlike(text, taking.words) if taking else text


def begin(secrets: Iterable[str], form: Form, level: str, handler: logging.Handler) -> None:
    """Log by `handler` from `level` on what we say, and the warnings of libraries."""
    handler.setFormatter(Redacting(secrets, form))
    threshold = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(handlers=[handler], level=max(threshold, logging.WARNING), force=True)
    logging.getLogger("bot").setLevel(threshold)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # else what could not be logged would be printed as it is
    hush()


def to_stderr(secrets: Iterable[str], form: Form = "text", level: str = "info") -> None:
    """Log to standard error; see `begin`."""
    begin(secrets, form, level, logging.StreamHandler(sys.stderr))
    sys.excepthook = _uncaught


def hush() -> None:
    """Let the client libraries be silent: they log what people wrote, and we name their errors."""
    for name in HUSHED:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def unheard(_: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """What nobody waited for went wrong: asyncio's own line would show what was being done."""
    problem = context.get("exception")
    log = logging.getLogger(__name__)
    log.error(
        "%s", context["message"], exc_info=problem if isinstance(problem, Exception) else None
    )


def _uncaught(
    kind: type[BaseException], problem: BaseException, trace: TracebackType | None
) -> None:
    """What ends the program is logged too: Python would print it with all that it says."""
    if issubclass(kind, KeyboardInterrupt):
        return
    log = logging.getLogger(__name__)
    log.critical("the program ends by a fault of ours", exc_info=(kind, problem, trace))
    log.debug("the same in full", exc_info=(kind, problem, trace))


# -- what stands in a line ---------------------------------------------------------------------


def _turn(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if taking := taken():
        event["turn"] = taking.name
    return event


def _in_full(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {problem}"


def _trace(
    problem: BaseException,
    trace: TracebackType | None,
    say: Callable[[BaseException], str],
    depth: int = 0,
) -> Iterator[str]:
    """A problem with where it was raised, after what it came of."""
    cause = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    if cause is not None and depth < DEEP:
        yield from _trace(cause, cause.__traceback__, say, depth + 1)
        yield "which led to:\n"
    yield from traceback.format_tb(trace)
    yield f"{say(problem)}\n"
    if isinstance(problem, BaseExceptionGroup) and depth < DEEP:
        for each in problem.exceptions:
            yield from _trace(each, each.__traceback__, say, depth + 1)


def _text(_: WrappedLogger, __: str, event: EventDict) -> str:
    """A line for a person; what follows in it is set in."""
    turn = f" [{event['turn']}]" if "turn" in event else ""
    said = f"{event['event']}\n{event.get('exception', '')}".rstrip()
    first, *more = map(_shown, said.splitlines() or [""])
    head = f"{event['time']} {event['level']} {event['logger']}{turn}: {first}"
    return "\n".join([head, *(f"  | {line}" for line in more)])


def _shown(line: str) -> str:
    """A line with what cannot be seen in it spelled out."""
    return "".join(
        each if each.isprintable() or each == "\t" else each.encode("unicode_escape").decode()
        for each in line
    )


def _spellings(secrets: Iterable[str]) -> list[str]:
    """Each secret in every way that a line may spell it, the longest first."""
    found: set[str] = set()
    for secret in filter(None, secrets):
        half = secret.partition(":")[2]
        for each in (secret, half) if len(half) >= LONG else (secret,):
            found |= {each, repr(each)[1:-1], each.encode("unicode_escape").decode()}
            found |= {json.dumps(each)[1:-1], json.dumps(each, ensure_ascii=False)[1:-1]}
            for spelled in (quote(each), quote(each, safe=""), quote_plus(each)):
                found |= {spelled, re.sub("%..", lambda match: match[0].lower(), spelled)}
    return sorted(found, key=len, reverse=True)
