"""The shared script, made from the course in this folder by our own loader."""

from pathlib import Path

from benchmarks.peers.script import Item, Option, Script
from bot.course.items import Quiz
from bot.course.load import load
from bot.course.model import Lesson

COURSE = Path(__file__).parent / "course"
HOW = (
    "You read short cards, answer a few questions, and get a reason for every answer. Your place"
    " is kept after each step, so you can leave whenever you like. /help lists what else you can"
    " ask for."
)


def script_of(folder: Path = COURSE) -> Script:
    """What is said in each turn, in the words of the course and of our phrases."""
    library, problems = load(folder)
    assert library, problems
    course = library.courses["peers"]
    module = course.modules[0]
    intro, lesson, quiz = module.units
    assert isinstance(intro, Lesson) and isinstance(lesson, Lesson) and isinstance(quiz, Quiz)
    done = f"**{module.title}**: {{}} of {len(module.units)} done"
    parts = [f"**{course.title}**", course.summary, HOW, done.format(0)]
    count = f"{len(quiz.items)} questions."
    return Script(
        overview="\n\n".join(parts),
        cards=(*_cards("Intro", intro), *_cards("L1", lesson)),
        opening=f"**Quiz: {quiz.title}**\n\n{count} After each answer you hear why it is right or"
        " not. You can take the quiz again as often as you like.",
        items=_items(quiz),
        goodbye=f"That was the last part of **{module.title}**. Well done!\n\n"
        f"{done.format(len(module.units))}\n\n"
        "You have done everything in this course. You can open any part again.",
    )


def _cards(label: str, lesson: Lesson) -> list[str]:
    minutes = f" · about {lesson.minutes} min" if lesson.minutes > 1 else ""
    heading = [f"**{lesson.title}**{minutes}", f"*{lesson.question}*"]
    count = len(lesson.cards)
    return [
        "\n\n".join(
            [
                f"**{label} {number}/{count}**",
                *(heading if number == 1 else ()),
                f"**{card.title}**",
                card.text,
            ]
        )
        for number, card in enumerate(lesson.cards, 1)
    ]


def _items(quiz: Quiz) -> tuple[Item, ...]:
    return tuple(
        Item(
            item.id,
            item.stem,
            tuple(Option(o.id, o.text, o.correct, o.feedback) for o in item.options),
        )
        for item in quiz.items
    )
