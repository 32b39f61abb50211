"""Draws the README's picture of a terminal from a real run: python -m tests.pictures.terminal

The conversation goes through the runner, a real SQLite file and the terminal adapter; only the
keyboard is played by this script.
"""

import asyncio
import io
import re
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from bot.adapters.terminal import PLATFORM, Terminal, to_inbound
from bot.commands.replay import read
from bot.replay.stage import BEGUN
from bot.runner import Runner
from bot.store import Store

from ..conftest import SHIPPED

PICTURE = Path(__file__).with_name("terminal.svg")
UNSHOWN = ["/start", "1", *["next"] * 15]
"""The way to the lesson's quiz, before the picture begins."""

SHOWN = ["next", "c", "/glossary tail"]

# Fonts are taken from the reader's machine, so that a page with the picture loads nothing else.
SVG = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


async def drawn() -> str:
    """The picture, as SVG."""
    console = Console(record=True, width=84, force_terminal=True, file=io.StringIO())
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(Path(folder) / "picture.db")
        terminal = Terminal(console, is_plain=False, files=Path(folder))
        runner = Runner(
            read(SHIPPED),
            store,
            {PLATFORM: terminal},
            clock=lambda: BEGUN,
            mint=lambda: "picture",
        )
        for number, line in enumerate([*UNSHOWN, *SHOWN]):
            if number == len(UNSHOWN):
                console.export_text()
            if number >= len(UNSHOWN):
                console.print(Text.assemble("\n", ("› ", "bold cyan"), line))
            await runner.receive(to_inbound(line, "you", str(number)))
        await store.close()
    return console.export_svg(
        title="make play", theme=MONOKAI, code_format=SVG, unique_id="syllabot"
    )


if __name__ == "__main__":
    PICTURE.write_text(asyncio.run(drawn()), encoding="utf-8")
