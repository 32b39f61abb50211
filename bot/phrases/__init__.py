"""Every sentence of the interface, as plain data: one module a language, all with the same keys.

`say` fills a sentence in; nothing else in the project writes words for learners.
"""

from bot.phrases import en

LANGUAGES: dict[str, dict[str, str]] = {"en": en.TEXT}
FALLBACK = "en"


def say(language: str, key: str, **values: str | int) -> str:
    """The sentence `key` in `language` (English where we do not speak it), with its values.

    Raises KeyError for a key or a value that the sentence does not have: a fault of ours.
    """
    return LANGUAGES.get(language, LANGUAGES[FALLBACK])[key].format(**values)
