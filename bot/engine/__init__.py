"""Which flow answers an event, and which unit comes next: the pure heart of Syllabot.

`aim` finds the session that an event is for; `step` takes it and the event to a Turn, or to a
Look that the runner answers before it steps again. Same input, same output: no clock, no chance,
no store. What an event means is decided here, what a unit does with it in `flows`.

Read the modules in this order: aiming, stepping, deeds, navigation, settling, preparing. What
others use is imported from here.
"""

from bot.engine.aiming import aim, complete, course_for, heeds, is_together, start
from bot.engine.navigation import LOBBY
from bot.engine.preparing import prepare
from bot.engine.stepping import brief, step, unfit

__all__ = [
    "LOBBY",
    "aim",
    "brief",
    "complete",
    "course_for",
    "heeds",
    "is_together",
    "prepare",
    "start",
    "step",
    "unfit",
]
