"""What is said at the end of an exam.

Passed, every answer is explained. Failed, one learns where one stands and what to read again, and
hears about one's own wrong answers; the keys stay hidden.
"""

import math
from datetime import timedelta

from bot.conversation import Given, Sitting
from bot.course.items import Exam, Item
from bot.flows.asking import explained, quoted
from bot.flows.scene import Scene, label

LONG = 1700
"""Characters after which a result goes on in another message; Discord's hold 2,000."""


def needed(exam: Exam, count: int) -> int:
    """How many of `count` items must be right to pass."""
    return math.ceil(count * exam.pass_mark / 100)


def score(state: Sitting) -> int:
    """How many answers of an attempt were right."""
    return sum(given.right for given in state.given)


def passed(scene: Scene, state: Sitting, items: dict[str, Item]) -> list[str]:
    """The parts of the result of an exam that was passed: every answer is explained."""
    right, count = score(state), len(state.asked)
    if right < state.needed:
        parts = [scene.say("exam.passed-mended")]
    else:
        parts = [scene.say("exam.passed", right=right, count=count)]
    return parts + [_explained(scene, items[given.item], given) for given in state.given]


def _explained(scene: Scene, item: Item, given: Given) -> str:
    text = explained(scene, item)
    option = item.option(given.options[0])
    if given.right or option is None:
        return text
    return f"{text}\n\n{scene.say('exam.chosen', option=option.text, feedback=option.feedback)}"


def failed(scene: Scene, exam: Exam, state: Sitting, items: dict[str, Item]) -> list[str]:
    """The parts of the result of one that was not: where they stand, and what to read again."""
    right, count = score(state), len(state.asked)
    if right >= state.needed:
        parts = [scene.say("exam.failed-mended")]
    else:
        parts = [scene.say("exam.failed", right=right, count=count, needed=state.needed)]
    parts.append(f"{scene.say('exam.objectives')}\n\n{_objectives(scene, state, items)}")
    lessons = _lessons_again(scene, state, items)
    if lessons:
        parts.append(scene.say("exam.lessons", lessons=", ".join(lessons)))
    parts.append(scene.say("exam.wrong"))
    wrong = [given for given in state.given if not given.right]
    parts += [_hinted(scene, items[given.item], given) for given in wrong]
    opens = (state.ended or scene.at) + timedelta(hours=exam.cooldown_hours)
    return [*parts, scene.say("exam.opens", when=scene.local(opens))]


def _objectives(scene: Scene, state: Sitting, items: dict[str, Item]) -> str:
    right: dict[str, list[bool]] = {}
    for given in state.given:
        right.setdefault(items[given.item].objective, []).append(given.right)
    known = scene.course.objectives
    lines = [
        scene.say(
            "exam.objective",
            text=known[o][0].text if o in known else o,
            right=sum(answers),
            count=len(answers),
        )
        for o, answers in sorted(right.items())
    ]
    return "\n".join(lines)


def _lessons_again(scene: Scene, state: Sitting, items: dict[str, Item]) -> list[str]:
    known = scene.course.objectives
    wrong = {items[given.item].objective for given in state.given if not given.right}
    lessons = {known[o][1].id: known[o][1] for o in wrong if o in known}
    ordered = sorted(lessons.values(), key=lambda lesson: list(scene.course.units).index(lesson.id))
    return [f"{label(lesson)} · {lesson.title}" for lesson in ordered]


def _hinted(scene: Scene, item: Item, given: Given) -> str:
    """A wrong answer with its own reason; the right one stays hidden."""
    option = item.option(given.options[0])
    chosen_text, feedback = (option.text, option.feedback) if option else ("", "")
    stem = quoted(item.stem)
    return scene.say("exam.wrong-item", stem=stem, option=chosen_text, feedback=feedback)


def into_messages(parts: list[str]) -> list[str]:
    """Parts put together into as few texts as fit a message each."""
    texts: list[str] = []
    for part in parts:
        if texts and len(texts[-1]) + len(part) + 2 <= LONG:
            texts[-1] += f"\n\n{part}"
        else:
            texts.append(part)
    return texts
