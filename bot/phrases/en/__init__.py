"""English, by what is talked about. Warm, short, plain; Markdown subset."""

from bot.phrases.en import (
    boards,
    certificates,
    cohorts,
    commands,
    insight,
    labs,
    learning,
    linking,
    platforms,
    posts,
    regrading,
    reminders,
    reporting,
    rounds,
    times,
)

PARTS = (
    learning,
    labs,
    commands,
    platforms,
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
