"""Which flow answers an event, and which unit comes next: the pure heart of Syllabot.

`aim` finds the session that an event is for; `step` takes it and the event to a Turn, or to a
Look that the runner answers before it steps again. Same input, same output: no clock, no chance,
no store. What an event means is decided here, what a unit does with it in `flows`.
"""

import difflib
from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import (
    AtHome,
    Brief,
    Changed,
    Choice,
    Commanded,
    Done,
    Event,
    Failed,
    Kept,
    Key,
    Known,
    Look,
    Message,
    Parked,
    Pressed,
    Profile,
    Record,
    Reload,
    Replied,
    Said,
    Session,
    Shut,
    Talking,
    Turn,
    Unsent,
    What,
    Woke,
    pick,
)
from bot.course.model import Course, Library, Points, Unit
from bot.flows import account, consent, deck, find, home, public, reference, streak, units, usage
from bot.flows.groups import joining, posts, together
from bot.flows.scene import Scene
from bot.flows.suggest import suggest
from bot.permissions import COMMANDS, PUBLIC, TOGETHER, leads, may

FAULTS = 10
"""How many faults of new content are shown in a chat; `syllabot check` shows them all."""

LOBBY = Course("", "", "", "en", "free", (), Points())
"""Stands for the choice among courses: where a learner is before one is chosen."""


ANYWHERE = (
    *("zone", "export", "forget", "privacy", "usage", "help"),
    *("join", "leave", "alias", "link", "verify", "cohort", "post", "round", "leaderboard"),
)
"""Commands about oneself and about groups, which need no course."""

INVITED_ONLY = (*(name for name in ANYWHERE if name != "leaderboard"), "start", "reload")
"""What somebody may ask for who is in no cohort, where only cohorts may learn."""

STRANGERS = ("r-", "leave-", "alias-", "link-")
"""How the buttons begin that such a person may press."""


def aim(
    library: Library,
    learner: str,
    profile: Profile,
    sessions: Mapping[str, Session],
    what: What,
) -> tuple[Session, What]:
    """Which of a learner's sessions an event is for, and what it means there.

    A typed number, letter or word that stands for a choice is the press of that choice, which
    may lead to another course. A model's answer is for the session that awaits it.
    """

    def session_for(what: What) -> Session:
        if isinstance(what, Replied | Failed):
            for each in sessions.values():
                if each.waiting and each.waiting.id == what.ask:
                    return each
        course = course_for(library, profile, what)
        return sessions.get(course) or start(learner, course)

    session = session_for(what)
    # A talk is made of words, so there a letter stands only for the button that bears it.
    places = not isinstance(session.state, Talking)
    meant = pick(session.offered, what.text, places=places) if isinstance(what, Said) else None
    if meant is None:
        return session, what
    pressed = Pressed(meant.key)
    return session_for(pressed), pressed


def heeds(what: What) -> bool:
    """Whether something that is done where others read along can be meant for us at all."""
    return not isinstance(what, Commanded) or what.name in COMMANDS


def is_together(what: What) -> bool:
    """Whether this is a command about a group, which may be given in its midst."""
    return isinstance(what, Commanded) and what.name in TOGETHER


def start(subject: str, course: str) -> Session:
    """A place in `course` ("" for the choice among courses) where nothing is open yet."""
    return Session(subject, course)


def course_for(library: Library, profile: Profile, what: What) -> str:
    """The course that an event is about: a button's own, one named with /start, or the current.

    "" where several courses are on offer and none is chosen.
    """
    match what:
        case Pressed(text):
            key = Key.parse(text)
            named = key.course if key else ""
        case Commanded("start" | "join", args):
            named = args.strip().casefold()
        case Woke(job):
            named = job.course
        case _:
            named = ""
    for candidate in (named, profile.course):
        if candidate in library.courses:
            return candidate
    return next(iter(library.courses)) if len(library.courses) == 1 else ""


def complete(
    library: Library, profile: Profile, command: str, text: str
) -> tuple[tuple[str, str], ...]:
    """What may be meant by `text`, typed so far after `command`: pairs of a label and a value."""
    course = library.courses.get(course_for(library, profile, Said(text)))
    return suggest(library, course, command, text, profile.language)


def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
    """What `event` leads to in `session`; a Look where the store must be asked first.

    The answer to a Look comes back as Known, wrapped round the event that asked; the whole event
    is then taken again, which is safe since nothing here is changed or written.
    """
    scene = _scene(library, session, event)
    while isinstance(event, Known):
        event = event.of
    if not event.by.place.private and not isinstance(event.what, Woke | Unsent | Shut):
        return _in_public(scene, event.what)
    outcome = _turn(scene, event.what)
    return _settled(scene, outcome, event.what) if isinstance(outcome, Turn) else outcome


def brief(library: Library, session: Session, event: Event | Known) -> Brief | Look | None:
    """What a model is told to answer the Ask of `session`, which `event` led to; a Look as `step`
    has it. None where nothing is asked.
    """
    return units.brief(_scene(library, session, event))


def unfit(library: Library, session: Session, event: Event, told: Brief, text: str) -> str:
    """Why a model's `text` cannot be shown, told to the model; "" where it can."""
    return units.unfit(_scene(library, session, event), told, text)


def _scene(library: Library, session: Session, event: Event | Known) -> Scene:
    known = []
    while isinstance(event, Known):
        known.append((event.look, event.rows))
        event = event.of
    course = library.courses.get(session.course, LOBBY)
    return Scene(library, course, session, event.by, event.at, tuple(known))


def _in_public(scene: Scene, what: What) -> Turn | Look:
    """Where others read along nothing is said about anybody, and nothing of theirs is changed."""
    nobody = replace(scene, session=start("", scene.course.id))
    match what:
        case Commanded("help"):
            outcome: Turn | Look = public.help_text(nobody)
        case Commanded(name) if name in PUBLIC and scene.course is not LOBBY:
            outcome = _commanded(nobody, what)
        case Commanded(name) if name in TOGETHER and (scene.by.learner or name == "leaderboard"):
            outcome = _commanded(nobody, what)
            outcome = outcome if name == "leaderboard" else public.aside(scene, outcome)
        case Commanded(name) if name in COMMANDS:
            outcome = public.invite(nobody)
        case Pressed(text):
            key = Key.parse(text)
            answer = together.pressed(nobody, key.what) if key and key.what[:2] == "r-" else None
            outcome = answer or public.invite(nobody)
        case _:
            return scene.turn()
    return replace(outcome, session=scene.session) if isinstance(outcome, Turn) else outcome


def _turn(scene: Scene, what: What) -> Turn | Look:
    match what:
        case Woke(job):
            return together.woke(scene, job)
        case Unsent():
            return posts.unsent(scene, what)
        case Shut():
            return posts.shut(scene, what)
        case Commanded() | Pressed() | Said() if _is_stranger(scene, what):
            return _shown_out(scene, what)
        case _:
            return _asked_for(scene, what)


def _is_stranger(scene: Scene, what: What) -> bool:
    """Whether only cohorts may learn, and this is somebody of none in this course."""
    by, course = scene.by, scene.course
    if by.access == "open" or course is LOBBY or leads(by) or may(by, "reload"):
        return False
    if any(each.cohort.course == course.id for each in by.cohorts):
        return False
    invited = isinstance(what, Commanded) and (what.name in INVITED_ONLY)
    return not invited or (isinstance(what, Commanded) and what.name == "start" and not what.args)


def _shown_out(scene: Scene, what: What) -> Turn | Look:
    """The way in is an invitation; what is kept about them can be deleted all the same."""
    key = Key.parse(what.key) if isinstance(what, Pressed) else None
    if key and key.what in (account.KEEP, account.FORGET):
        return _asked_for(scene, what)
    if key and key.what.startswith(STRANGERS) and (answer := together.pressed(scene, key.what)):
        return answer
    return scene.turn(Message(scene.say("access.invited-only")))


def _asked_for(scene: Scene, what: What) -> Turn | Look:
    unit = scene.session.unit
    if unit and unit not in scene.course.units:
        return _unit_gone(scene, what)
    match what:
        case Commanded():
            return _commanded(scene, what)
        case Pressed(text):
            return _pressed(scene, text)
        case Said(text):
            return _said(scene, text)
        case Replied(ask) | Failed(ask):
            waiting = scene.session.waiting
            # An answer that is no longer awaited is dropped.
            return units.answered(scene, what) if waiting and waiting.id == ask else scene.turn()
        case Woke() | Unsent() | Shut():
            return scene.turn()


# -- what somebody does ----------------------------------------------------------------------


def _commanded(scene: Scene, deed: Commanded) -> Turn | Look:
    if deed.name not in COMMANDS:
        return scene.turn(Message(_unknown_command(scene, deed.name)))
    # A group's commands ask for themselves, once they know which group is meant.
    if deed.name not in TOGETHER and not may(scene.by, deed.name):
        return scene.turn(Message(scene.say("lost.forbidden", name=deed.name)))
    if deed.name == "reload":
        return _reloaded(scene)
    if deed.name == "join" or (deed.name == "start" and deed.args.strip()):
        return joining.by_code(scene, deed.args)
    if scene.course is LOBBY and deed.name not in ANYWHERE:
        return home.courses(scene)
    if deed.name == "privacy":
        return consent.privacy(scene)
    if deed.name == "usage":
        return usage.usage(scene)
    if deed.name == "continue":
        return _current(scene)
    if deed.name == "open":
        return _opened(scene, deed.args)
    answer = (
        together.command(scene, deed)
        or home.command(scene, deed)
        or reference.command(scene, deed)
        or deck.command(scene, deed)
        or account.command(scene, deed)
    )
    if answer is not None:
        return answer
    raise LookupError(f"no flow answers the command {deed.name!r}")


def _reloaded(scene: Scene) -> Turn | Look:
    """Teach from the content on disk; where that has faults, from what was there before."""
    faults = scene.answered(Reload())
    if faults is None:
        return Reload()
    told = [row.body for row in faults if isinstance(row, Kept)]
    if not told:
        return scene.turn(Message(scene.say("reload.done")))
    shown = "\n".join(f"- `{fault}`" for fault in told[:FAULTS])
    return scene.turn(Message(scene.say("reload.kept", count=len(told), faults=shown)))


def _unknown_command(scene: Scene, name: str) -> str:
    shown = reference.plain(name)
    near = difflib.get_close_matches(name.casefold(), COMMANDS, n=1, cutoff=0.6)
    if near:
        return scene.say("lost.command-near", name=shown, near=near[0])
    return scene.say("lost.command", name=shown)


def _said(scene: Scene, text: str) -> Turn | Look:
    if not text.strip():
        return _again(scene, "lost.wordless")
    if not scene.session.offered:
        return _commanded(scene, Commanded("start"))
    handled = units.handle(scene, Said(text))
    if handled:
        return handled
    word = text.strip().casefold()
    if word in ("help", "menu", "start", "continue", "progress"):
        return _commanded(scene, Commanded(word))
    return _again(scene, "lost.said")


def _pressed(scene: Scene, text: str) -> Turn | Look:
    """A press of a button; a repeat of the one just taken changes nothing and says nothing.

    Unless it leads back from another course: then it is no slip of the finger.
    """
    session = scene.session
    if text == session.last:
        here = scene.by.profile.course == scene.course.id
        return scene.turn() if here else _current(scene)
    key = Key.parse(text)
    if key and key.what.startswith((consent.SWITCH_ON, consent.SWITCH_OFF)):
        return _switched(scene, key.what)
    if key and not _is_of_course(scene, key) and (answer := together.pressed(scene, key.what)):
        return answer
    if key is None or key.course != scene.course.id:
        return _again(scene, "lost.unknown")
    outcome = _navigated(scene, key)
    if outcome is None:
        if key.turn != session.turn:
            return _again(scene, "lost.old" if key.turn < session.turn else "lost.unknown")
        outcome = units.handle(scene, key) or _again(scene, "lost.unknown")
    if isinstance(outcome, Turn) and outcome.session and outcome.session.turn > session.turn:
        return replace(outcome, session=replace(outcome.session, last=text))
    return outcome


def _is_of_course(scene: Scene, key: Key) -> bool:
    """Whether a button names something of the course, whatever its author called that."""
    course, what = scene.course, key.what
    if key.course != course.id:
        return False
    named = what in course.units or any(what == module.id for module in course.modules)
    return named or any(what.startswith(f"{item.id}-") for item in course.items)


def _navigated(scene: Scene, key: Key) -> Turn | Look | None:
    """A way to somewhere, good whenever it was shown; None for a button of the open prompt."""
    modules = {module.id: module for module in scene.course.modules}
    match key.what:
        case home.MENU:
            return home.menu(scene)
        case home.COURSES:
            return home.courses(scene)
        case home.START:
            return home.welcome(scene)
        case home.RESUME:
            return _current(scene)
        case account.KEEP:
            return _again(scene, "forget.kept")
        case account.FORGET if key.turn == scene.session.turn:
            return account.forget(scene)
        case what if what in modules:
            return home.module_menu(scene, modules[what])
        case what if what in scene.course.units:
            return _wanted(scene, scene.course.units[what])
        case what if what.startswith(deck.PREFIXES):
            return deck.pressed(scene, what)
        case _:
            return None


def _switched(scene: Scene, what: str) -> Turn | Look:
    """Who words a persona's replies from now on, and so also the one that is awaited."""
    agreed = what.startswith(consent.SWITCH_ON)
    if agreed and not consent.is_newest(scene, what):
        return _again(scene, "consent.new")
    profile = consent.answer(scene, agreed=agreed)
    scene = replace(scene, by=replace(scene.by, profile=profile))
    settled = None if agreed else units.settled(scene)
    if settled and settled.session:
        told = Message(scene.say("privacy.off"))
        records = (Changed(profile), *settled.records)
        return replace(settled, messages=(told, *settled.messages), records=records)
    turn = _again(scene, "privacy.on" if agreed else "privacy.off")
    if not isinstance(turn, Turn):
        return turn
    return replace(turn, records=(Changed(profile), *turn.records))


# -- units -----------------------------------------------------------------------------------


def _wanted(scene: Scene, unit: Unit) -> Turn | Look:
    """Open a unit that somebody chose, if it is open to them."""
    if unit.id == scene.session.unit:
        return _current(scene)
    before, opens = scene.before(unit.id), scene.opens(unit.id)
    if before is not None or opens is not None:
        visits = scene.visits()
        if isinstance(visits, Done):
            return visits
        if opens is not None and unit.id not in visits:
            return _again(scene, "lost.dated", unit=scene.name(unit), when=scene.local(opens))
        if before is not None and not scene.is_open(unit.id, visits):
            names = {"unit": scene.name(unit), "before": scene.name(before)}
            return _again(scene, "lost.locked", **names)
    return units.enter(scene, unit)


def _opened(scene: Scene, asked: str) -> Turn | Look:
    """Open the unit that somebody names; ask which one is meant where that is not clear."""
    if not asked.strip():
        return home.menu(scene)
    called = find.called(scene, asked)
    if len(called) == 1:
        return _wanted(scene, called[0])
    near = called or find.near(scene, asked)
    if near:
        return find.which(scene, asked, near)
    return _again(scene, "open.unknown", asked=reference.plain(asked))


def _current(scene: Scene) -> Turn | Look:
    """The current prompt once more; at home, the first screen."""
    shown = units.show(scene)
    if shown is not None:
        return shown
    return home.courses(scene) if scene.course is LOBBY else home.welcome(scene)


def _again(scene: Scene, why: str, **values: str | int) -> Turn | Look:
    """A kind sentence, and the current choices again."""
    current = _current(scene)
    if not isinstance(current, Turn):
        return current
    return replace(current, messages=(Message(scene.say(why, **values)), *current.messages))


def _unit_gone(scene: Scene, what: What) -> Turn | Look:
    """The open unit is not in the course any more: go on where the course says, or nearest."""
    course, session = scene.course, scene.session
    target = course.renamed.get(session.unit, "")
    if target in course.units:
        return _turn(replace(scene, session=replace(session, unit=target)), what)
    ahead = [course.renamed.get(unit, unit) for unit in session.ahead]
    unit = next((course.units[u] for u in ahead if u in course.units), None)
    lost = replace(session, unit="", state=AtHome(), turn=session.turn + 1, waiting=None)
    nowhere = replace(scene, session=lost)
    if unit is None:
        arrival, told = _current(nowhere), scene.say("lost.moved-home")
    else:
        arrival, told = units.enter(nowhere, unit), scene.say("lost.moved", unit=scene.name(unit))
    if not isinstance(arrival, Turn) or arrival.session is None:
        return arrival
    # Should a later edit bring the unit back, it goes on where it was.
    parked = Parked(session.unit, session.state)
    there = replace(scene, session=arrival.session)
    waited = units.unanswered(session)
    arrival = replace(arrival, records=(*waited, parked, *arrival.records))
    return _arrived(there, arrival, told, what)


def _arrived(scene: Scene, arrival: Turn, told: str, what: What) -> Turn | Look:
    """A place was moved by an edit: say so, then do what was asked if that is a command."""
    moved = Message(told)
    if not isinstance(what, Commanded) or what.name in ("start", "continue"):
        return replace(arrival, messages=(moved, *arrival.messages))
    turn = _turn(scene, what)
    if not isinstance(turn, Turn):
        return turn
    return replace(
        turn,
        messages=(moved, *turn.messages),
        records=(*arrival.records, *turn.records),
    )


# -- putting a turn together -----------------------------------------------------------------


def _settled(scene: Scene, turn: Turn, what: What) -> Turn | Look:
    """Follow `go`, remember the newest choices and the course, so that the Turn can leave."""
    if turn.go is not None and turn.session is not None:
        onward = _onward(replace(scene, session=turn.session), turn.go.unit)
        if not isinstance(onward, Turn):
            return onward
        turn = Turn(
            onward.session,
            (*turn.messages, *onward.messages),
            (*turn.records, *onward.records),
        )
    if turn.session is None:
        return turn
    session = replace(turn.session, offered=_offered(turn) or turn.session.offered)
    unasked = isinstance(what, Woke)
    if not unasked and session.reminded:
        session = replace(session, reminded=0)
    # These lead nobody back from another course.
    late = unasked or isinstance(what, Replied | Failed) or bool(turn.about)
    records = turn.records if late else (*turn.records, *_chosen_course(scene, turn.records))
    if streak.learned(records):
        zone = scene.by.profile.zone
        days, counted = streak.counted(session.streak, scene.course, scene.at, zone)
        session, records = replace(session, streak=days), (*records, *counted)
    return Turn(session, _with_choice(scene, turn, what), records, about=turn.about)


def _with_choice(scene: Scene, turn: Turn, what: What) -> tuple[Message, ...]:
    """The messages; a press that counted is named, to be left where its buttons were."""
    if not isinstance(what, Pressed) or turn.session is None or turn.session.last != what.key:
        return turn.messages
    label = next((c.label for c in scene.session.offered if c.key == what.key), "")
    if not label or not turn.messages or turn.messages[0].page:
        return turn.messages
    first, *others = turn.messages
    return (replace(first, chosen=scene.say("settled.chosen", label=label)), *others)


def _onward(scene: Scene, unit_id: str) -> Turn | Look:
    """From a finished unit to the named one, or the next of its module, or home."""
    here = scene.session.unit
    unit = scene.course.units.get(unit_id) or scene.after(here)
    if unit is not None:
        return units.enter(scene, unit)
    parked = (Parked(here, scene.session.state),)
    session = replace(scene.session, unit="", state=AtHome(), ahead=())
    turn = home.finished(replace(scene, session=session), scene.course.module_of[here])
    return replace(turn, records=(*parked, *turn.records)) if isinstance(turn, Turn) else turn


def _offered(turn: Turn) -> tuple[Choice, ...]:
    shown = [message.choices for message in turn.messages if message.choices and not message.to]
    return shown[-1] if shown else ()


def _chosen_course(scene: Scene, records: tuple[Record, ...]) -> tuple[Record, ...]:
    changed = [record.profile for record in records if isinstance(record, Changed)]
    profile = changed[-1] if changed else scene.by.profile
    if scene.course is LOBBY or profile.course == scene.course.id:
        return ()
    return (Changed(replace(profile, course=scene.course.id)),)
