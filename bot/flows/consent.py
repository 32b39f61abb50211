"""Whether a model may word what personas say to a learner: asked before a word goes out.

What is sent, to whom, and how long it is kept is said first; whoever does not agree loses nothing
of a lab. The answer holds for the terms it was given on: new ones are asked about anew.
"""

import hashlib
from dataclasses import replace

from bot.conversation import Choice, Message, Profile, Turn
from bot.flows.scene import Scene

YES = "model-yes"
NO = "model-no"
"""Buttons in a lab, where the answer opens the talk."""

SWITCH_ON = "privacy-model"
SWITCH_OFF = "privacy-tutor"
"""Buttons of /privacy, good at any time."""


def given(scene: Scene) -> bool:
    """Whether this learner has agreed to the terms as they are."""
    terms, profile = scene.by.terms, scene.by.profile
    return bool(terms.company) and profile.consent and profile.asked == terms.name


def undecided(scene: Scene) -> bool:
    """Whether there is a model on terms that this learner was not asked about."""
    return bool(scene.by.terms.company) and scene.by.profile.asked != scene.by.terms.name


def question(scene: Scene, persona: str, why: str = "") -> Message:
    """Who shall word the replies of `persona`? `why` it is asked again: a phrase, "" at first."""
    text = scene.say("consent.ask", persona=persona, **_facts(scene))
    told = f"{scene.say(why)}\n\n{text}" if why else text
    off = scene.choice(NO, scene.say("consent.no"))
    return Message(told, (_yes(scene, YES), off))


def is_newest(scene: Scene, what: str) -> bool:
    """Whether a button that agrees was shown with the terms as they are."""
    return what.endswith(f"_{_mark(scene)}")


def answer(scene: Scene, *, agreed: bool) -> Profile:
    """The learner's profile with their answer."""
    return replace(scene.by.profile, consent=agreed, asked=scene.by.terms.name)


def privacy(scene: Scene) -> Turn:
    """What is kept and where it goes, with a button to change one's mind about a model."""
    parts = [scene.say("privacy.kept", kept=scene.by.terms.kept)]
    if scene.by.cohorts:
        parts.append(scene.say("privacy.groups"))
    choices: tuple[Choice, ...] = ()
    if scene.by.terms.company:
        agreed = given(scene)
        parts.append(scene.say("privacy.model" if agreed else "privacy.tutor", **_facts(scene)))
        off = scene.choice(SWITCH_OFF, scene.say("consent.no"))
        choices = (off,) if agreed else (_yes(scene, SWITCH_ON),)
    else:
        parts.append(scene.say("privacy.none"))
    return scene.turn(Message("\n\n".join(parts), choices))


def _yes(scene: Scene, what: str) -> Choice:
    """A button that agrees to these terms, and to none that come later."""
    label = scene.say("consent.yes", company=scene.by.terms.company)
    return scene.choice(f"{what}_{_mark(scene)}", label)


def _mark(scene: Scene) -> str:
    return hashlib.blake2b(scene.by.terms.name.encode(), digest_size=4).hexdigest()


def _facts(scene: Scene) -> dict[str, str | int]:
    terms = scene.by.terms
    return {"company": terms.company, "days": terms.days, "kept": terms.kept}
