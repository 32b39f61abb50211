"""Our bot on Telegram in a process of its own, for the benchmark of that name.

python -m benchmarks.telegram_ours URL DB [POST]. Without POST no speed is set, since Telegram's one
message a second in a chat would be all that is measured. With POST the limits are those of
`serve`, and the command /post sends one message to each of the chats 1001 to 1000 + POST.
"""

import asyncio
import sys
from pathlib import Path

from benchmarks.ours import serve
from bot import engine, logs
from bot.adapters.telegram import Telegram, bot_of
from bot.adapters.telegram_pace import Limits, Pace
from bot.commands.serve import menus
from bot.conversation import Commanded, Event, Known, Look, Message, Place, Session, Turn
from bot.course.album import Album
from bot.course.model import Library
from bot.runner import Step

TOKEN = "4242:TEST"  # noqa: S105
FIRST = 1001


def posting(chats: int) -> Step:
    """The engine, but for /post."""
    posts = tuple(
        Message("The course begins on Monday at nine.", to=Place("telegram", str(chat)))
        for chat in range(FIRST, FIRST + chats)
    )

    def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        if isinstance(event, Event) and event.what == Commanded("post"):
            return Turn(session, posts)
        return engine.step(library, session, event)

    return step


def main() -> None:
    logs.hush()
    url, db, *post = sys.argv[1:]
    pace = Pace(Limits()) if post else Pace()

    def platform(_: Library, album: Album) -> Telegram:
        return Telegram(bot_of(TOKEN, url, pace), album, menus())

    step = posting(int(post[0])) if post else engine.step
    asyncio.run(serve("telegram", platform, Path(db), step))


if __name__ == "__main__":
    main()
