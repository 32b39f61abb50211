"""Our bot in a process of its own, for the benchmark of that name: what `syllabot serve` builds.

python -m benchmarks.telegram_ours URL DB [POST]. Without POST no speed is set, since Telegram's one
message a second in a chat would be all that is measured. With POST the limits are those of
`serve`, and the command /post sends one message to each of the chats 1001 to 1000 + POST.
"""

import asyncio
import gc
import sys
from pathlib import Path

from bot import engine, logs
from bot.adapters.telegram import Telegram, bot_of
from bot.adapters.telegram_pace import Limits, Pace
from bot.commands.running import mint, now, reading
from bot.commands.serve import menus
from bot.conversation import Commanded, Event, Known, Look, Message, Place, Session, Turn
from bot.course.album import Album
from bot.course.load import load
from bot.course.model import Library
from bot.runner import Runner, Step
from bot.store import Store

CONTENT = Path(__file__).parent.parent / "tests" / "course" / "tiny"
TOKEN = "4242:TEST"  # noqa: S105
FIRST = 1001


async def serve(url: str, db: Path, pace: Pace, step: Step) -> None:
    """Until killed. The store bears that, and nobody waits for us."""
    library, problems = load(CONTENT)
    assert library, problems
    store = await Store.open(db)
    platform = Telegram(bot_of(TOKEN, url, pace), Album(CONTENT), menus())
    runner = Runner(
        library,
        store,
        {"telegram": platform},
        clock=now,
        mint=mint,
        step=step,
        read=reading(CONTENT),
    )
    await runner.use(library)
    await runner.resume()
    gc.collect()
    gc.freeze()
    await asyncio.gather(platform.run(runner), runner.tend(asyncio.sleep))


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
    if post:
        asyncio.run(serve(url, Path(db), Pace(Limits()), posting(int(post[0]))))
    else:
        asyncio.run(serve(url, Path(db), Pace(), engine.step))


if __name__ == "__main__":
    main()
