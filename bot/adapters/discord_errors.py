"""What Discord answers when something is wrong, by name: one table, read by everything that sends.

Errors are known by Discord's own numbers (its "JSON error codes"), never by their wording. A fault
that is not in the table is a fault of ours.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

import aiohttp
from discord import DiscordServerError, HTTPException, RateLimited


class Means(Enum):
    """What is done about an error."""

    NOTHING = "it is done already: go on"
    ANEW = "the message cannot be edited: what should stand there is sent as a new one"
    DEAD = "this interaction can no longer be answered: go on in direct messages"
    SHUT = "this person takes no direct messages: wait until they do something"
    CLOSED = "nobody can be reached in this channel: stop writing there"
    WAIT = "too fast: try again later"
    DOWN = "nothing was done: try again"
    DOUBT = "hardly done: try an answer again, but no post"
    PERHAPS = "it may have been done: the same again shows at most twice"
    STOP = "the token is not taken: nothing works until it is mended"
    OURS = "we sent what Discord does not take: say so in the log, go on with plain text"


@dataclass(frozen=True, slots=True)
class Row:
    """An error by name: how it is known, what is done, and what people see of it.

    `codes` are Discord's numbers and `status` is that of HTTP; what is empty fits all. `learner`
    and `operator` say what each of them sees; the operator reads the log.
    """

    name: str
    kind: type[BaseException] | tuple[type[BaseException], ...]
    means: Means
    learner: str
    operator: str = ""
    codes: tuple[int, ...] = ()
    status: int = 0


_LATER = "the message, a little later"
_GONE = "one line, and no more tries"
_RETRY = "a line at the first try of several"
_SILENCE = "nothing: nobody is there to see it"

ROWS: Final = (
    Row(
        "too late",
        HTTPException,
        Means.DEAD,
        "Discord's own note that the app did not respond, and the answer in direct messages",
        codes=(10062,),
    ),
    Row(
        "token expired",
        HTTPException,
        Means.DEAD,
        "the answer in direct messages",
        codes=(10015, 50027),
    ),
    Row(
        "no more follow-ups",
        HTTPException,
        Means.DEAD,
        "what follows in direct messages: where the bot is no member, Discord takes five",
        codes=(40094,),
    ),
    Row("answered already", HTTPException, Means.NOTHING, "the answer, once", codes=(40060,)),
    Row(
        "message deleted",
        HTTPException,
        Means.ANEW,
        "the card as a new message",
        codes=(10008, 30046, 50005, 50021),
    ),
    Row(
        "direct messages closed",
        HTTPException,
        Means.SHUT,
        "what waits for them, as soon as they do something; and how to open direct messages",
        _GONE,
        codes=(50007, 50278, 10013),
    ),
    Row(
        "channel gone or locked",
        HTTPException,
        Means.CLOSED,
        _SILENCE,
        _GONE,
        codes=(10003, 50083, 160005),
    ),
    Row(
        "not allowed",
        HTTPException,
        Means.CLOSED,
        _SILENCE,
        "one line: the bot needs to see that channel and to send messages there",
        codes=(50001, 50013, 10004),
    ),
    Row(
        "too many new direct messages",
        HTTPException,
        Means.WAIT,
        _LATER,
        "a line",
        codes=(40003, 20022),
    ),
    Row("too many requests", RateLimited, Means.WAIT, _LATER, "a line"),
    Row("too many requests", HTTPException, Means.WAIT, _LATER, "a line", status=429),
    Row(
        "wrong token",
        HTTPException,
        Means.STOP,
        _LATER,
        "how to mend it, and exit 2, as soon as the gateway refuses it too",
        status=401,
    ),
    Row("server error", DiscordServerError, Means.DOUBT, _LATER, _RETRY),
    Row("forbidden", HTTPException, Means.CLOSED, _SILENCE, _GONE, status=403),
    Row(
        "refused",
        HTTPException,
        Means.OURS,
        "the message as plain text, without its layout",
        "an error line",
    ),
    Row("no connection", aiohttp.ClientConnectorError, Means.DOWN, _LATER, _RETRY),
    Row(
        "connection lost",
        (aiohttp.ClientError, TimeoutError, OSError),
        Means.PERHAPS,
        "the message, perhaps twice",
        _RETRY,
    ),
)
"""The first row that fits counts; so what is told apart by number stands before its kind."""

TROUBLE: Final = (HTTPException, RateLimited, aiohttp.ClientError, TimeoutError, OSError)
"""All that the library raises when a request does not succeed."""


def named(error: BaseException) -> Row:
    """The row of the table for one of TROUBLE."""
    return next(row for row in ROWS if _fits(row, error))


def _fits(row: Row, error: BaseException) -> bool:
    if not isinstance(error, row.kind):
        return False
    if not isinstance(error, HTTPException):
        return True
    return error.code in (row.codes or (error.code,)) and row.status in (0, error.status)
