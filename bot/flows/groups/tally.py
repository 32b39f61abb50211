"""How a round is closed: its answers are counted, and those who knew what was right are paid.

It refuses to tell who chose what, and to tell numbers where a few answers would give somebody
away; who is hidden stays so.
"""

from dataclasses import replace
from typing import Final

from bot.conversation import (
    Asked,
    BoardPicture,
    Cohort,
    File,
    Look,
    Message,
    Rank,
    Round,
    Rounds,
    Turn,
    Vote,
    Votes,
    Won,
    Worded,
)
from bot.course.items import Item, Option
from bot.flows import asking
from bot.flows.groups.people import folded, shown_title
from bot.flows.groups.round_items import lettered, worded
from bot.flows.reference import plain
from bot.flows.scene import Scene
from bot.flows.verdict import into_messages

FEW: Final = 3
"""Below so many answers, numbers by option could tell who chose what."""

BAR: Final = 10
"""Blocks of the longest bar."""

PODIUM: Final = 3
"""Ranks that are named."""

NAMED: Final = 10
"""Names that one rank shows; a large group can be of one mind."""


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
    title = shown_title(cohort)
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
