"""/leaderboard: who has how many points, by names that people chose, without shaming anybody.

The first ten and one's own neighbours are shown, never the end of the list. Whoever is hidden sees
where they would be, and nobody else sees them.
"""

from dataclasses import replace
from typing import Final, Literal, get_args

from bot.conversation import (
    AtPlace,
    Board,
    BoardPicture,
    Choice,
    Cohort,
    Cohorts,
    File,
    Look,
    Message,
    Place,
    Rank,
    Standing,
    Turn,
)
from bot.flows import public
from bot.flows.groups.people import folded, shown_title
from bot.flows.reference import plain
from bot.flows.scene import Scene
from bot.permissions import leads

Span = Literal["week", "month", "all"]
SPANS: Final[tuple[Span, ...]] = get_args(Span)

TOP: Final = 10


def leaderboard(scene: Scene, args: str) -> Turn | Look:
    """The board of the cohort at home here, else of one's own, else of the course."""
    words = args.casefold().split()
    span: Span = next((each for each in SPANS if each in words), "week")
    whole = "course" in words and scene.by.place.private
    cohort = None if whole else _cohort(scene, [word for word in words if word not in SPANS])
    if isinstance(cohort, AtPlace | Cohorts):
        return cohort
    if cohort is None and not scene.by.place.private:
        return public.invite(scene)
    if not scene.course.modules and cohort is None:
        return scene.turn(Message(scene.say("cohort.no-course")))
    return shown(scene, cohort, span)


def _cohort(scene: Scene, words: list[str]) -> Cohort | AtPlace | Cohorts | None:
    if scene.by.among is not None:
        here = scene.rows(look := AtPlace(scene.by.among), Cohort)
        if here is None:
            return look
        if here or not scene.by.place.private:
            return here[0] if here else None
    mine = _own(scene)
    if isinstance(mine, Cohorts):
        return mine
    named = [each for each in mine if words and folded(each.title) == " ".join(words)]
    by_id = [each for each in mine if each.id in words]
    course = [each for each in mine if each.course == scene.course.id]
    return next(iter(named or by_id or course or mine), None)


def _own(scene: Scene) -> list[Cohort] | Cohorts:
    """The cohorts that somebody is in, then those that they lead."""
    found = [each.cohort for each in scene.by.cohorts]
    if led := leads(scene.by):
        rows = scene.rows(look := Cohorts(led), Cohort)
        if rows is None:
            return look
        found += [each for each in rows if each not in found]
    return [each for each in found if each.state != "archived"]


def pressed(scene: Scene, what: str) -> Turn | Look:
    """A button below a board: "board-SPAN-COHORT", or "course" in place of the cohort."""
    word, _, owner = what.removeprefix("board-").partition("-")
    span: Span = next((each for each in SPANS if each == word), "week")
    mine = _own(scene)
    if isinstance(mine, Cohorts):
        return mine
    return shown(scene, next((each for each in mine if each.id == owner), None), span)


def shown(scene: Scene, cohort: Cohort | None, span: Span) -> Turn | Look:
    """A board as one learner may see it; where others read along, as all may."""
    if cohort is not None and cohort.board == "off":
        return scene.turn(Message(scene.say("board.off", title=cohort.title)))
    for_all = not scene.by.place.private or not _belongs(scene, cohort)
    rows = _rows(scene, cohort, span, "" if for_all else scene.by.learner)
    if not isinstance(rows, list):
        return rows
    if for_all and cohort is not None and cohort.board == "near":
        return scene.turn(Message(scene.say("board.near-only", title=cohort.title)))
    near = cohort is not None and cohort.board == "near"
    mine = "" if for_all else scene.by.learner
    message = page(scene, cohort, span, rows, mine=mine, near=near)
    if not scene.by.place.private:
        return scene.turn(message)
    return scene.turn(replace(message, choices=_ways(scene, cohort, span)))


def _belongs(scene: Scene, cohort: Cohort | None) -> bool:
    """Whether somebody has a place of their own on a board; others see there what all may see."""
    return cohort is None or any(each.cohort.id == cohort.id for each in scene.by.cohorts)


def _rows(scene: Scene, cohort: Cohort | None, span: Span, who: str) -> list[Standing] | Look:
    """A page of a board with the place of `who`, "" for nobody's."""
    board = f"cohort:{cohort.id}" if cohort else f"course:{scene.course.id}"
    rows = scene.rows(look := Board(board, span, who, scene.at), Standing)
    return look if rows is None else rows


def _ways(scene: Scene, cohort: Cohort | None, span: Span) -> tuple[Choice, ...]:
    owner = cohort.id if cohort else "course"
    spans = [
        scene.choice(f"board-{each}-{owner}", scene.say(f"board.show-{each}"))
        for each in SPANS
        if each != span
    ]
    others = [
        scene.choice(f"board-{span}-{m.cohort.id}", m.cohort.title)
        for m in scene.by.cohorts
        if m.cohort.course == scene.course.id and m.cohort.id != owner
    ][:5]
    if cohort is not None and scene.course.modules:
        others.append(scene.choice(f"board-{span}-course", scene.say("board.whole-course")))
    return (*spans, *others)


def post(scene: Scene, cohort: Cohort, place: Place, span: Span = "week") -> Turn | Look:
    """The board as it is posted for all: the first ten, or that one can see one's own place."""
    if cohort.board == "off":
        return scene.turn()
    if cohort.board == "near":
        return scene.turn(Message(scene.say("board.near-post", title=cohort.title), to=place))
    rows = _rows(scene, cohort, span, "")
    if not isinstance(rows, list):
        return rows
    return scene.turn(replace(page(scene, cohort, span, rows, mine="", near=False), to=place))


def page(
    scene: Scene,
    cohort: Cohort | None,
    span: Span,
    rows: list[Standing],
    *,
    mine: str,
    near: bool,
) -> Message:
    """A board as text that reads well aloud, and as a picture. `mine` is whose line is marked, ""
    for nobody's; `near`: only their neighbours are shown.
    """
    title = scene.say(
        f"board.title-{span}", of=shown_title(cohort) if cohort else scene.course.title
    )
    ranks, gap = _ranks(scene, rows, mine, near=near)
    foot = _foot(scene, rows, mine)
    if not ranks:
        return Message("\n\n".join([title, scene.say("board.empty"), *foot]))
    lines = [_line(scene, rank) for rank in ranks]
    if gap:
        lines.insert(gap, scene.say("board.gap"))
    # Numbers that Markdown would count anew are none: those who share a place share its number.
    text = "\n\n".join([title, "  \n".join(lines), *foot])
    return Message(
        text, files=(_file(scene, title, ranks, gap, foot, cohort.zone if cohort else ""),)
    )


def _ranks(scene: Scene, rows: list[Standing], mine: str, *, near: bool) -> tuple[list[Rank], int]:
    """The lines that are shown, and where some are left out."""
    placed = [row for row in rows if row.points > 0]
    place = next((n for n, row in enumerate(placed) if row.learner == mine), None)
    if near:
        around = [] if place is None else placed[max(0, place - 2) : place + 3]
        return [_rank(scene, row, mine) for row in around], 0
    top = [row for row in placed if row.learner == mine or row.alias][:TOP]
    rest = placed[len(top) :] if place is not None and place >= len(top) else []
    rest = [row for row in rest if abs(placed.index(row) - (place or 0)) <= 2]
    broken = bool(rest) and rest[0].rank > top[-1].rank + 1
    return [_rank(scene, row, mine) for row in (*top, *rest)], len(top) if broken else 0


def _rank(scene: Scene, row: Standing, mine: str) -> Rank:
    name = plain(row.alias) if row.alias else scene.say("board.you")
    return Rank(row.rank, name, row.points, mine=bool(mine) and row.learner == mine)


def _line(scene: Scene, rank: Rank) -> str:
    key = "board.line-mine" if rank.mine else "board.line"
    return scene.say(key, rank=rank.rank, name=rank.name, points=rank.points)


def _foot(scene: Scene, rows: list[Standing], mine: str) -> list[str]:
    me = next((row for row in rows if row.learner == mine), None)
    if not mine or me is None:
        return []
    if me.points <= 0:
        return [scene.say("board.no-points")]
    if scene.by.profile.hidden or not scene.by.profile.alias:
        return [scene.say("board.hidden", rank=me.rank, points=me.points)]
    return [scene.say("board.mine", rank=me.rank, of=me.of, points=me.points)]


def _file(
    scene: Scene, title: str, ranks: list[Rank], gap: int, foot: list[str], zone: str
) -> File:
    heading = title.replace("*", "")
    picture = BoardPicture(
        title=heading,
        subtitle=scene.say("board.as-of", when=scene.local(scene.at, zone)),
        ranks=tuple(ranks),
        points=scene.say("board.points"),
        foot=" ".join(foot),
        gap=gap,
    )
    alt = scene.say(
        "board.alt", title=heading, first=ranks[0].name, points=ranks[0].points, count=len(ranks)
    )
    return File("leaderboard.png", alt, picture=picture)
