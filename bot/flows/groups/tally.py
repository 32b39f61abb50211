"""What becomes of a round's answers: each is taken in a whisper, and all are counted at the end.

It refuses to tell who chose what, and to tell numbers where a few answers would give somebody
away; who is hidden stays so.
"""

import re
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.conversation import (
    Asked,
    BoardPicture,
    Cohort,
    Cohorts,
    File,
    Kept,
    Look,
    Message,
    Rank,
    Round,
    Rounds,
    Turn,
    Vote,
    Voted,
    Votes,
    Won,
    Worded,
)
from bot.course.items import Item, Option
from bot.flows import asking
from bot.flows.groups.people import folded
from bot.flows.reference import plain
from bot.flows.scene import Scene, shortened
from bot.flows.verdict import into_messages

WHISPER: Final = 190
"""Characters that are whispered at most; Telegram shows 200."""

FEW: Final = 3
"""Below so many answers, numbers by option could tell who chose what."""

BAR: Final = 10
"""Blocks of the longest bar."""

PODIUM: Final = 3
"""Ranks that are named."""

NAMED: Final = 10
"""Names that one rank shows; a large group can be of one mind."""


def day(at: datetime, cohort: Cohort) -> str:
    """A time as the cohort's clock has it: all who read a post read the same."""
    return f"{at.astimezone(ZoneInfo(cohort.zone)):%A %d %B, %H:%M %Z}"


def lettered(round_: Round, number: int, item: Item) -> list[tuple[str, Option]]:
    """The options as the round's post shows them to everybody, each with its letter."""
    return asking.lettered(item, round_.id, number)


def worded(scene: Scene, round_: Round, asked: tuple[tuple[str, str], ...]) -> list[Item] | Worded:
    """Items of a round as they were worded when it was posted, whatever became of them since; one
    that nobody knows any more is left out.
    """
    course = scene.library.courses.get(round_.course)
    known = {item.wording: item for item in course.items} if course else {}
    missing = tuple(wording for _, wording in asked if wording not in known)
    if missing:
        rows = scene.rows(look := Worded(missing), Kept)
        if rows is None:
            return look
        kept = [Item.model_validate_json(row.body) for row in rows]
        known |= {item.wording: item for item in kept}
    # Under the ids of then, which the order of the options hangs on.
    return [known[w].model_copy(update={"id": item}) for item, w in asked if w in known]


# -- answering -------------------------------------------------------------------------------


def pressed(scene: Scene, what: str) -> Turn | Look:
    """A button of a question, pressed by anybody at any time: "r-ROUND-NUMBER-OPTION"."""
    parts = re.fullmatch(r"r-([0-9a-f]+)-([0-9]{1,2})-([a-f])", what)
    if parts is None:
        return _whisper(scene, scene.say("round.unknown"))
    found = scene.rows(look := Rounds("", parts[1]), Round)
    if found is None:
        return look
    if not found or int(parts[2]) >= len(found[0].items):
        return _whisper(scene, scene.say("round.unknown"))
    return _answered(scene, found[0], int(parts[2]), parts[3])


def _answered(scene: Scene, round_: Round, number: int, option_id: str) -> Turn | Look:
    mine = [m.cohort for m in scene.by.cohorts if m.cohort.id == round_.cohort]
    if not mine:
        return _stranger(scene, round_)
    if scene.at >= round_.closes and not round_.closed:
        return _whisper(scene, scene.say("round.over"))
    items = worded(scene, round_, (round_.items[number],))
    if isinstance(items, Worded):
        return items
    if round_.closed:
        return _whisper(scene, _after(scene, round_, number, items))
    letters = {o.id: (letter, o) for i in items for letter, o in lettered(round_, number, i)}
    if option_id not in letters:
        return _whisper(scene, scene.say("round.unknown"))
    letter, option = letters[option_id]
    text = _taken(scene, letter, option, day(round_.closes, mine[0]))
    vote = Voted(round_.id, number, option.id, option.correct)
    turn = scene.turn(Message(text, whisper=True), records=(vote,))
    return replace(turn, about=round_.course)


def _whisper(scene: Scene, text: str) -> Turn:
    return scene.turn(Message(shortened(text, WHISPER), whisper=True))


def _stranger(scene: Scene, round_: Round) -> Turn | Look:
    """For whom the question is, and how to become one of them."""
    found = scene.rows(look := Cohorts((round_.cohort,)), Cohort)
    if found is None:
        return look
    if not found:
        return _whisper(scene, scene.say("round.not-in-any"))
    return _whisper(scene, scene.say("round.not-in", title=plain(found[0].title, 60)))


def _after(scene: Scene, round_: Round, number: int, items: list[Item]) -> str:
    """What is whispered once the right answer was posted."""
    right = [letter for i in items for letter, o in lettered(round_, number, i) if o.correct]
    return scene.say("round.closed", letter=right[0]) if right else scene.say("round.shut")


def _taken(scene: Scene, letter: str, option: Option, when: str) -> str:
    """That an answer is in, with as much of its words as fit; the same for right and wrong."""
    words = re.sub(r"[*`]", "", option.text)
    room = WHISPER - len(scene.say("round.in", letter=letter, option="", when=when))
    return scene.say("round.in", letter=letter, option=shortened(words, room), when=when)


# -- closing ---------------------------------------------------------------------------------


def close(scene: Scene, cohort: Cohort, round_id: str) -> Turn | Look:
    """Close a round: post what was right and how many chose what, and pay those who knew it.

    One that is closed stays so; where the course is gone or the cohort archived, nothing is said.
    """
    found = scene.rows(look := Rounds("", round_id), Round)
    if found is None:
        return look
    opened = [each for each in found if each.cohort == cohort.id and not each.closed]
    if not opened:
        return scene.turn()
    round_ = opened[0]
    shut = Asked(replace(round_, closed=True))
    if round_.course not in scene.library.courses:
        return scene.turn(records=(shut,))
    rows = scene.rows(asked := Votes(round_.id), Vote)
    if rows is None:
        return asked
    items = worded(scene, round_, round_.items)
    if isinstance(items, Worded):
        return items
    votes = _counted(round_, rows)
    messages = () if cohort.state == "archived" else _posts(scene, cohort, round_, items, votes)
    return scene.turn(*messages, records=(shut, *_won(scene, round_, votes)))


def _counted(round_: Round, votes: list[Vote]) -> list[Vote]:
    """One answer a person and question. Two linked accounts may have given one each: the wrong one
    counts then, or both together would always be right.
    """
    kept: dict[tuple[str, int], Vote] = {}
    for vote in votes:
        mine = vote.learner, vote.number
        if 0 <= vote.number < len(round_.items) and (mine not in kept or not vote.right):
            kept[mine] = vote
    return list(kept.values())


def _won(scene: Scene, round_: Round, votes: list[Vote]) -> list[Won]:
    """What each right answer pays: nothing where its item has paid in a round before."""
    points = scene.library.courses[round_.course].points.right
    return [
        Won(v.learner, round_.id, round_.items[v.number][0], 0 if v.before else points)
        for v in votes
        if v.right
    ]


def _posts(
    scene: Scene, cohort: Cohort, round_: Round, items: list[Item], votes: list[Vote]
) -> tuple[Message, ...]:
    title = plain(cohort.title, 60)
    head = "round.result-week" if round_.kind == "week" else "round.result"
    numbers = {item: n for n, (item, _) in enumerate(round_.items)}
    parts = [_tally(scene, round_, numbers[item.id], item, votes) for item in items]
    texts = into_messages([scene.say(head, title=title), *parts]) if parts else []
    posts = [Message(text, to=round_.place) for text in texts]
    if round_.kind == "round" and cohort.board == "all" and votes:
        posts.append(replace(_podium(scene, title, round_, votes), to=round_.place))
    return tuple(posts)


def _tally(scene: Scene, round_: Round, number: int, item: Item, votes: list[Vote]) -> str:
    """A question, how many chose what, and what is right and why."""
    options = lettered(round_, number, item)
    votes = [vote for vote in votes if vote.number == number]
    parts = [scene.say("round.stem", stem=asking.quoted(item.stem))]
    if not votes:
        parts.append(scene.say("round.nobody"))
    elif len(votes) < FEW:
        parts.append(scene.say("round.few"))
    else:
        parts.append("  \n".join(_counts(scene, options, votes)))
        parts.append(scene.say("round.answered", total=len(votes)))
    for letter, option in options:
        if option.correct:
            parts += [scene.say("round.right", letter=letter, option=option.text), option.feedback]
    return "\n\n".join(parts)


def _counts(scene: Scene, options: list[tuple[str, Option]], votes: list[Vote]) -> list[str]:
    """A line for each option: in words first, so that it reads well aloud; the bar comes last."""
    total = len(votes)
    lines = []
    for letter, option in options:
        count = sum(vote.option == option.id for vote in votes)
        lines.append(
            scene.say(
                "round.count",
                letter=letter,
                option=option.text,
                count=count,
                total=total,
                percent=round(100 * count / total),
                bar="█" * round(BAR * count / total),
            ).rstrip()
        )
    return lines


# -- the podium ------------------------------------------------------------------------------


def _podium(scene: Scene, title: str, round_: Round, votes: list[Vote]) -> Message:
    """Who had most right, as text and as a picture; those with as many share a rank."""
    ranks = _ranks(votes)
    head = scene.say("round.podium", title=title)
    if not ranks:
        return Message(scene.say("round.empty"))
    count = len(round_.items)
    shown = sorted({rank.rank for rank in ranks})
    lines = [_rank(scene, [r for r in ranks if r.rank == rank], count) for rank in shown]
    picture = BoardPicture(
        title=head.replace("*", ""),
        subtitle=scene.say("round.questions", count=count),
        ranks=tuple(r for rank in shown for r in [r for r in ranks if r.rank == rank][:NAMED]),
        points=scene.say("round.unit"),
    )
    first = ranks[0]
    alt = scene.say(
        "round.alt", title=picture.title, first=first.name, right=first.points, count=count
    )
    file = File("podium.png", alt, picture=picture)
    return Message("\n\n".join([head, "  \n".join(lines)]), files=(file,))


def _ranks(votes: list[Vote]) -> list[Rank]:
    """The first ranks of those who are shown; nobody is there without a right answer."""
    names = {v.learner: plain(v.alias) for v in votes if v.alias and not v.hidden}
    right = {who: sum(v.right for v in votes if v.learner == who) for who in names}
    scores = sorted(right.values(), reverse=True)
    ranks = [
        Rank(scores.index(right[who]) + 1, name, right[who])
        for who, name in names.items()
        if right[who]
    ]
    return sorted((r for r in ranks if r.rank <= PODIUM), key=lambda r: (r.rank, folded(r.name)))


def _rank(scene: Scene, ranks: list[Rank], count: int) -> str:
    names = ", ".join(rank.name for rank in ranks[:NAMED])
    if len(ranks) > NAMED:
        names = scene.say("round.more", names=names, more=len(ranks) - NAMED)
    first = ranks[0]
    return scene.say("round.rank", rank=first.rank, names=names, right=first.points, count=count)
