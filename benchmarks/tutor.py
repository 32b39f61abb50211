"""What a turn with the tutor costs, over the learner lines of every lab; aim: under 5 ms.

Beside it, in the same run, a plain fuzzy search for the same line among all sentences of the lab.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.commands.tutor_report import files_for, labs, lines_in
from bot.course.load import load
from bot.tutor.moves import begun, reply_to

HERE = Path(__file__).parent.parent


def main() -> None:
    library, _ = load(HERE / "content")
    assert library is not None
    print("tutor: one turn, in ms; aim: under 5")
    for lab, lessons in labs(library):
        lines = [line for path in files_for(lab, HERE / "tests" / "tutor") for line in said(path)]
        ideas = lab.expectations
        sentences = [text for idea in ideas for text in (*idea.paraphrases, *idea.colloquial)]
        memory = begun(lab, 1)
        first = timed(lambda m=memory: reply_to(lab, lessons, m, "to warm up"))  # noqa: B023
        turns = [
            timed(lambda text=text: reply_to(lab, lessons, memory, text))  # noqa: B023
            for text in lines
        ]
        plain = [
            timed(lambda text=text: process.extractOne(text, sentences, scorer=fuzz.WRatio))  # noqa: B023
            for text in lines
        ]
        middle, worst = statistics.median(turns), max(turns)
        row = f"median {middle:5.2f}  worst {worst:5.2f}  the first ever {first:5.1f}"
        print(
            f"  {lab.id:12} {len(lines):3} lines  {row}  ({middle / statistics.median(plain):.1f}"
            " times a fuzzy search)"
        )


def said(path: Path) -> list[str]:
    lines, _ = lines_in(path)
    return [line.say for line in lines.lines] if lines else []


def timed(run: Callable[[], object]) -> float:
    begun_at = time.perf_counter()
    run()
    return (time.perf_counter() - begun_at) * 1000


if __name__ == "__main__":
    main()
