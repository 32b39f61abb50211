"""Our bot on Discord in a process of its own, for the benchmark of that name.

python -m benchmarks.discord_ours API GATEWAY CDN DB. With `serve` and its arguments in the place of
DB it is `syllabot serve` itself, and says at its end whether it has loaded `anthropic`.
"""

import asyncio
import sys
from pathlib import Path

from benchmarks.discord_echo import TOKEN, talk_to
from benchmarks.ours import serve
from bot import logs
from bot.__main__ import main as syllabot
from bot.adapters.discord import Discord
from bot.commands.serve import accent, slash_commands
from bot.course.album import Album
from bot.course.model import Library


def platform(library: Library, album: Album) -> Discord:
    return Discord(TOKEN, album, lambda course: accent(library, course), slash_commands())


def main() -> None:
    api, gateway, cdn, first, *rest = sys.argv[1:]
    talk_to(api, gateway, cdn)
    if first == "serve":
        syllabot([first, *rest])
        print("anthropic" in sys.modules)
    else:
        logs.hush()
        asyncio.run(serve("discord", platform, Path(first)))


if __name__ == "__main__":
    main()
