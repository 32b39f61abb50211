"""`syllabot figures [DIR]`: draws every figure of the courses in a folder from its data."""

import argparse
import sys
from pathlib import Path

from bot.commands.common import add_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_folder(parser)


def run(args: argparse.Namespace) -> int:
    """Draws figures/NAME.png for each figures/NAME.yaml. Returns 1 when one cannot be drawn."""
    from bot.views.read import sheets

    found = list(sheets(Path(str(args.dir))))
    if not found:
        print(f"{args.dir}: no figures/*.yaml here, nothing to draw", file=sys.stderr)
        return 1
    return max(map(_draw, found))


def _draw(path: Path) -> int:
    """Draws one figure; 1 when it cannot be drawn. A file that is the same stays as it is."""
    from bot.views.draw import draw

    picture, problems = draw(path)
    if picture is None:
        print(*problems, sep="\n", file=sys.stderr)
        return 1
    file = path.with_suffix(".png")
    if file.is_file() and file.read_bytes() == picture:
        print(f"{file}: the same")
        return 0
    file.write_bytes(picture)
    print(f"{file}: drawn, {len(picture) / 1000:.0f} KB")
    return 0
