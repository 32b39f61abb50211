"""What Telegram answers when something is wrong, by name: one table, read by everything that sends.

The wordings are Telegram's, which it changes without notice and python-telegram-bot re-cases:
they are searched for, never compared. A fault that is not in the table is a fault of ours.
"""

import os
import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

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

# The library is changing the type of RetryAfter.retry_after, and warns until one chooses the new.
os.environ.setdefault("PTB_TIMEDELTA", "1")


class Means(Enum):
    """What is done about an error."""

    NOTHING = "it is as it should be already, or too late: go on"
    ANEW = "the message cannot be edited: what should stand there is sent as a new one"
    CLOSED = "nobody can be reached in this chat: stop writing there until somebody speaks"
    TOPIC = "nobody can be reached in this topic: stop writing there until somebody speaks"
    MOVED = "the chat has another number now: go on there"
    WAIT = "too fast for this chat: wait as long as told, while the others go on"
    DOWN = "nothing was done: try again"
    DOUBT = "hardly done: try an answer again, but no post"
    PERHAPS = "it may have been done: try an answer again, and a post never"
    STOP = "the token is not taken: nothing works until it is mended"
    OURS = "we sent what Telegram does not take: say so in the log, go on without it"


@dataclass(frozen=True, slots=True)
class Row:
    """An error by name: how it is known, what is done, and what people see of it.

    `learner` and `operator` say what each of them sees; the operator reads the log.
    """

    name: str
    kind: type[TelegramError]
    pattern: str
    means: Means
    learner: str
    operator: str = ""


_SAME = "the message as it should be"
_LATER = "the message, a little later"
_SILENCE = "nothing: nobody is there to see it"
_GONE = "one line, and no more tries"

ROWS: Final = (
    Row("too many requests", RetryAfter, "", Means.WAIT, _LATER, "a line when it waits long"),
    Row("group upgraded", ChatMigrated, "", Means.MOVED, "the message, in the supergroup", _GONE),
    Row("not modified", BadRequest, "message is not modified", Means.NOTHING, _SAME),
    Row(
        "message to edit not found",
        BadRequest,
        "message to edit not found|message can't be edited|message_id_invalid|no text in the mess",
        Means.ANEW,
        "the card as a new message",
    ),
    Row(
        "query too old",
        BadRequest,
        "query is too old|query id is invalid|query_id_invalid",
        Means.NOTHING,
        "the answer as a message; only the button's own sign of life is missing",
    ),
    Row("topic closed", BadRequest, "topic_closed", Means.TOPIC, _SILENCE, _GONE),
    Row(
        "topic deleted",
        BadRequest,
        "message thread not found|topic_deleted|topic_id_invalid",
        Means.TOPIC,
        _SILENCE,
        _GONE,
    ),
    Row(
        "chat not found",
        BadRequest,
        "chat not found|peer_id_invalid|user not found|chat_id_invalid",
        Means.CLOSED,
        _SILENCE,
        _GONE,
    ),
    Row(
        "no pictures here",
        BadRequest,
        "not enough rights to send (photo|doc|media|video)",
        Means.OURS,
        "what the picture shows, in words",
        "an error line",
    ),
    Row(
        "not enough rights",
        BadRequest,
        "not enough rights|have no rights|chat_write_forbidden|administrator rights|restricted",
        Means.CLOSED,
        _SILENCE,
        "one line: the bot needs the right to send messages there",
    ),
    Row("blocked", Forbidden, "blocked by the user", Means.CLOSED, _SILENCE, _GONE),
    Row("account deleted", Forbidden, "user is deactivated", Means.CLOSED, _SILENCE, _GONE),
    Row("removed", Forbidden, "kicked|not a member", Means.CLOSED, _SILENCE, _GONE),
    Row("not allowed", Forbidden, "", Means.CLOSED, _SILENCE, _GONE),
    Row("wrong token", InvalidToken, "", Means.STOP, _LATER, "how to mend it, and exit 2"),
    Row(
        "two pollers",
        Conflict,
        "",
        Means.STOP,
        "answers from either program",
        "that another program uses the token",
    ),
    Row(
        "no connection",
        NetworkError,
        r"\[(ClientConnector\w*|ClientProxyConnection|ConnectionTimeout)Error\]",
        Means.DOWN,
        _LATER,
        "a line at the first try of several",
    ),
    Row(
        "refused",
        BadRequest,
        "",
        Means.OURS,
        "the message without its marks; for a picture, what it shows in words",
        "an error line",
    ),
    Row(
        "timeout",
        TimedOut,
        "",
        Means.PERHAPS,
        "the message, perhaps twice",
        "a line at the first try of several",
    ),
    Row(
        "bad gateway",
        NetworkError,
        "bad gateway|internal server error|service unavailable|gateway timeout|invalid server resp",
        Means.DOUBT,
        _LATER,
        "a line at the first try of several",
    ),
    Row(
        "connection lost",
        NetworkError,
        "",
        Means.PERHAPS,
        "the message, perhaps twice",
        "a line at the first try of several",
    ),
    Row("unknown", TelegramError, "", Means.OURS, "the message without its markup", "an error"),
)
"""The first row that fits counts; so what is told apart by words stands before its kind."""


def named(error: TelegramError) -> Row:
    """The row of the table for `error`."""
    text = f"{error} [{type(error.__cause__).__name__}]"
    return next(
        row
        for row in ROWS
        if isinstance(error, row.kind) and re.search(row.pattern, text, re.IGNORECASE)
    )


def seconds(problem: RetryAfter) -> float:
    """How long we are told to wait."""
    told = problem.retry_after
    return float(told) if isinstance(told, int) else told.total_seconds()
