"""Outside every unit: the first screen, the menu, progress, and help to find one's way."""

from dataclasses import replace

from bot.conversation import (
    Board,
    Choice,
    Commanded,
    Done,
    Look,
    Message,
    Standing,
    Turn,
    Visit,
)
from bot.course.items import Exam, Quiz
from bot.course.lab import Lab
from bot.course.model import Course, Module, Supplement, Unit
from bot.flows import streak
from bot.flows.scene import Scene, is_done

MENU = "menu"
COURSES = "courses"
RESUME = "continue"
START = "start"

LEARNING = (
    "start continue menu open progress leaderboard glossary cards sources alias remind report "
    "share certificate verify join leave link zone privacy usage export forget cohort"
).split()
"""The commands that /help lists, in its order."""

LEADING = ("post", "round")
"""Commands that only instructors have a use for."""

SCORED = Quiz | Lab | Exam | Supplement


def welcome(scene: Scene) -> Turn | Look:
    """The first screen: what the course is, where one stands, how to begin or go on."""
    visits = scene.visits()
    if isinstance(visits, Done):
        return visits
    course = scene.course
    if visits:
        text = scene.say("home.back", title=course.title)
    else:
        text = scene.say("home.welcome", title=course.title, summary=course.summary)
    return _home(scene, text, visits)


def finished(scene: Scene, module: Module) -> Turn | Look:
    """The screen after the last unit of a module; or after a part, where others are left."""
    visits = scene.visits()
    if isinstance(visits, Done):
        return visits
    every = all(is_done(unit, visits) for unit in module.required)
    text = scene.say("home.finished" if every else "home.part-done", title=module.title)
    return _home(scene, text, visits)


def menu(scene: Scene) -> Turn | Look:
    """All modules; or, where there is only one, all its units."""
    if len(scene.course.modules) == 1:
        return module_menu(scene, scene.course.modules[0])
    visits = scene.visits()
    if isinstance(visits, Done):
        return visits
    lines = [_module_line(scene, module, visits) for module in scene.course.modules]
    text = "\n\n".join([*lines, scene.say("menu.modules")])
    choices = [scene.choice(module.id, module.title) for module in scene.course.modules]
    return scene.turn(Message(text, (*choices, *ways_out(scene))))


def module_menu(scene: Scene, module: Module) -> Turn | Look:
    """The units of a module, each with how it stands; those that are open as choices."""
    visits = scene.visits()
    if isinstance(visits, Done):
        return visits
    lines = [_unit_line(scene, unit, visits) for unit in module.units]
    text = "\n\n".join([scene.say("menu.title", title=module.title), "\n".join(lines)])
    opened = [unit for unit in module.units if scene.is_open(unit.id, visits)]
    choices = [scene.choice(unit.id, scene.name(unit)) for unit in opened]
    return scene.turn(Message(text, (*choices, *ways_out(scene))))


def courses(scene: Scene) -> Turn:
    """The courses on offer."""
    offered = scene.library.courses.values()
    if not offered:
        return scene.turn(Message(scene.say("home.no-course")))
    return scene.turn(
        Message(
            scene.say("home.choose-course"),
            tuple(_course_choice(scene, course) for course in offered),
        )
    )


def progress(scene: Scene) -> Turn | Look:
    """What is done, module by module, with first tries beside best ones."""
    visits = scene.visits()
    if isinstance(visits, Done):
        return visits
    course = scene.course
    parts = [scene.say("progress.title", title=course.title)]
    for module in course.modules:
        parts += _module_progress(scene, module, visits)
    if any(visit.done for visit in visits.values()):
        days = scene.session.streak
        look = Board(f"course:{course.id}", "all", scene.by.learner, scene.at)
        standings = scene.rows(look, Standing)
        if standings is None:
            return look
        total = sum(each.points for each in standings if each.learner == scene.by.learner)
        parts.append(scene.say("progress.points", points=total))
        if days.length > 1 and streak.passed(days, scene.at, scene.by.profile.zone) <= 1:
            parts.append(scene.say("progress.streak", days=days.length))
    else:
        parts.append(scene.say("progress.none"))
    return scene.turn(Message("\n\n".join(parts), ways_out(scene, menu=True)))


def help_text(scene: Scene) -> Turn:
    """All that can be asked for, a line each."""
    term = next((t.term for lesson in scene.course.lessons() for t in lesson.terms), "")
    unit = next((unit.title for unit in scene.course.units.values()), "")
    named = {"zone": "Berlin", "open": unit, "glossary": term}
    examples = {name: f"/{name} {what}" for name, what in named.items() if what}
    left_out = [] if scene.course.deck else ["cards"]
    if not scene.by.terms.company:
        left_out.append("usage")
    names = [name for name in LEARNING if name not in left_out]
    lines = [f"- {_help_line(scene, name, examples.get(name, ''))}" for name in names]
    text = "\n\n".join([scene.say("help.title"), "\n".join(lines), scene.say("help.choices")])
    return scene.turn(Message(text))


def _help_line(scene: Scene, name: str, example: str) -> str:
    line = scene.say("help.line", name=name, what=scene.say(f"command.{name}"))
    return scene.say("help.example", line=line, example=example) if example else line


def command(scene: Scene, deed: Commanded) -> Turn | Look | None:
    """Answer one of this flow's commands; None for any other."""
    match deed.name:
        case "start":
            return welcome(scene)
        case "menu":
            return menu(scene)
        case "progress":
            return progress(scene)
        case "help":
            return help_text(scene)
        case _:
            return None


def _home(scene: Scene, text: str, visits: dict[str, Visit]) -> Turn:
    lines = [_module_line(scene, module, visits) for module in scene.course.modules]
    onward = [c for m in scene.course.modules if (c := _onward(scene, m, visits))]
    if not onward:
        lines.append(scene.say("home.all-done"))
    menu_button = scene.choice(MENU, scene.say("home.menu"))
    choices = (*onward, menu_button, *_other_courses(scene))
    return scene.turn(Message("\n\n".join([text, *lines]), choices))


def _onward(scene: Scene, module: Module, visits: dict[str, Visit]) -> Choice | None:
    """The button that goes on in a module: its open unit, or else the first that is not done."""
    session = scene.session
    undone = [u for u in module.required if not is_done(u, visits)]
    here = [u for u in undone if u.id == session.unit]
    unit = next(iter(here or undone), None)
    if unit is None:
        return None
    key = "home.continue" if any(u.id in visits for u in module.units) else "home.begin"
    return scene.choice(unit.id, scene.say(key, unit=scene.name(unit)))


def _module_line(scene: Scene, module: Module, visits: dict[str, Visit]) -> str:
    return scene.say("home.module", title=module.title, **_counts(module, visits))


def _counts(module: Module, visits: dict[str, Visit]) -> dict[str, int]:
    done = sum(is_done(unit, visits) for unit in module.required)
    return {"done": done, "total": len(module.required)}


def _unit_line(scene: Scene, unit: Unit, visits: dict[str, Visit]) -> str:
    name = scene.name(unit)
    if unit.id == scene.session.unit:
        return scene.say("menu.here", unit=name)
    if is_done(unit, visits):
        return scene.say("menu.done", unit=name)
    if isinstance(unit, Supplement):
        return scene.say("menu.extra", unit=name)
    if scene.is_open(unit.id, visits):
        return scene.say("menu.open", unit=name)
    opens, before = scene.opens(unit.id), scene.before(unit.id)
    if opens is not None or before is None:
        return scene.say("menu.dated", unit=name, when=scene.local(opens or scene.at))
    return scene.say("menu.locked", unit=name, before=scene.name(before))


def ways_out(scene: Scene, *, menu: bool = False) -> tuple[Choice, ...]:
    """Buttons that lead on from what was only looked at: back, or to another course."""
    ways = [scene.choice(MENU, scene.say("home.menu"))] if menu else []
    if scene.session.unit:
        ways.append(scene.choice(RESUME, scene.say("menu.resume")))
    return (*ways, *_other_courses(scene))


def _other_courses(scene: Scene) -> tuple[Choice, ...]:
    if len(scene.library.courses) < 2:
        return ()
    return (scene.choice(COURSES, scene.say("home.courses")),)


def _course_choice(scene: Scene, course: Course) -> Choice:
    """A key that carries the other course, so that the runner loads that session."""
    return replace(scene, course=course).choice(START, course.title)


def _module_progress(scene: Scene, module: Module, visits: dict[str, Visit]) -> list[str]:
    line = scene.say("progress.module", title=module.title, **_counts(module, visits))
    scores = [
        _score_line(scene, unit, visits[unit.id])
        for unit in module.units
        if isinstance(unit, SCORED) and is_done(unit, visits)
    ]
    return [line, "\n".join(scores)] if scores else [line]


def _score_line(scene: Scene, unit: Unit, visit: Visit) -> str:
    match unit:
        case Lab():
            key = "progress.lab"
        case Exam():
            key = "progress.exam"
        case _:
            key = "progress.quiz-best" if visit.best > visit.first else "progress.quiz"
    return scene.say(
        key, unit=scene.name(unit), first=visit.first, best=visit.best, total=visit.out_of
    )
