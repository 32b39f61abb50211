"""Times as people write them: into what can be kept, and back into words.

Nothing here guesses: what may mean two things is an `Unclear`, which says how to write it. Read
the modules in this order: words, clocks, week, dates, rules. All names are imported from here.
"""

from bot.flows.when.clocks import clock, local_of, span, spoken, utc, written
from bot.flows.when.dates import moment
from bot.flows.when.rules import Times, recurring, split
from bot.flows.when.week import days
from bot.flows.when.words import Say, Unclear

__all__ = [
    "Say",
    "Times",
    "Unclear",
    "clock",
    "days",
    "local_of",
    "moment",
    "recurring",
    "span",
    "split",
    "spoken",
    "utc",
    "written",
]
