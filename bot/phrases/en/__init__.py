"""English, by what is talked about. Warm, short, plain; Markdown subset."""

from bot.phrases.en import (
    boards,
    certificates,
    cohorts,
    insight,
    learning,
    linking,
    posts,
    regrading,
    reminders,
    reporting,
    rounds,
    times,
)

PARTS = (
    learning,
    cohorts,
    boards,
    posts,
    rounds,
    reminders,
    insight,
    certificates,
    linking,
    reporting,
    regrading,
    times,
)

TEXT: dict[str, str] = {key: text for part in PARTS for key, text in part.TEXT.items()}
