"""Both ends of a turn: where its event came from, and what of it is kept. Pure."""

from dataclasses import dataclass, replace

from bot.conversation import Event, Message, Place, Role, Session, Shut, Turn, Unsent, Woke
from bot.schedule import next_due
from bot.store import Commit, Loaded


@dataclass(frozen=True, slots=True)
class Source:
    """Where an event came from: its id, its place, the message it answers, who may do more; see
    Caller for the others.
    """

    event: str
    place: Place
    reply_to: str = ""
    roles: frozenset[Role] = frozenset()
    direct: Place | None = None
    among: Place | None = None


def unseen(loaded: Loaded, *, together: bool) -> Loaded:
    """What may be known where others read along: nothing of where somebody is; only of what a
    group's command needs, the course.
    """
    profile = loaded.profile if together else replace(loaded.profile, course="")
    return replace(loaded, profile=profile, sessions={}, prompts={})


def committed(
    source: Source, event: Event, session: Session, turn: Turn, loaded: Loaded, *, public: bool
) -> Commit:
    """All of a turn that is kept. `public`: it answers where others read along."""
    job = event.what.job if isinstance(event.what, Woke) else None
    return Commit(
        event=source.event,
        at=event.at,
        learner=event.by.learner,
        course=session.course,
        place=source.place,
        reply_to=source.reply_to or _superseded(loaded, session, turn, source.place),
        session=turn.session,
        records=turn.records,
        messages=turn.messages if source.reply_to else _typed(turn.messages),
        keep=public or loaded.group or isinstance(event.what, Unsent | Shut),
        about=turn.about,
        slot=job,
        next_due=next_due(job, event.at) if job else None,
    )


def _superseded(loaded: Loaded, session: Session, turn: Turn, place: Place) -> str:
    """The newest prompt in this place, where what was typed leads to another one."""
    prompt = loaded.prompts.get(session.course)
    if prompt is None or prompt.place != place:
        return ""
    onward = turn.session is None or turn.session.turn > session.turn
    return prompt.ref if onward or any(message.choices for message in turn.messages) else ""


def _typed(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """What answers something typed stands below it: it turns no page, and words need no echo."""
    return tuple(
        replace(message, page=False, chosen="") if message.page or message.chosen else message
        for message in messages
    )
