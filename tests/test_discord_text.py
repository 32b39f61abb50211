"""Markdown as Discord shows it: whatever is written arrives, and means nothing else there."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.adapters.discord_components import Buttons, layout, name_of, settled
from bot.adapters.discord_shown import plain_texts, render
from bot.adapters.discord_text import LAYOUT, PLAIN, marked, size
from bot.adapters.markdown import formatted
from bot.adapters.text import BOLD, Formatted, Span, divided, literal, units
from bot.conversation import KEY_BYTES, Choice, File, Message

from .platforms import discord_component_rules as rules
from .test_telegram_text import MARKDOWN, words

# How Discord's clients read a message, in the order in which they try (simple-markdown's rules,
# as the client has them; see "Markdown Text 101" in Discord's help).
FENCE = re.compile(r"```(?:[\w+#.-]+\n|\n)?([\s\S]*?)\n?```")
ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
ADDRESS = re.compile(r"<(https?://[^>\s]+)>")
LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\(<([^>\s]*)>\)")
CODE = re.compile(r"(`{1,2})(?!`)([\s\S]*?[^`])\1(?!`)")
STRONG = re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")
LEAN = re.compile(
    r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b|\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"
)
MEANING = re.compile(
    r"(?m)^>|^#{1,3} |<[@#:/t]|<a?:|<id:|\|\||~~|(?<!:)//|@(?:everyone|here)|\[.*\]\("
)


def read(text: str) -> str:
    """The words that a person sees."""
    text = re.sub(r"(?m)^> ?", "", text).replace("\u200b", "")
    made, at = "", 0
    while at < len(text):
        for rule in (FENCE, ESCAPE, ADDRESS, LINK, CODE, STRONG, LEAN):
            if found := rule.match(text, at):
                made += _read_by(rule, found)
                at = found.end()
                break
        else:
            made += text[at]
            at += 1
    return made


def _read_by(rule: re.Pattern[str], found: re.Match[str]) -> str:
    match rule:
        case _ if rule in (FENCE, ESCAPE, ADDRESS):
            return found[1]
        case _ if rule is CODE:
            return found[2]
        case _ if rule is LEAN:
            return read(found[1] or found[2])
        case _:
            return read(found[1])


@given(MARKDOWN)
def test_every_word_of_the_markdown_arrives(markdown: str) -> None:
    whole = formatted(markdown)
    assert words(read(marked(whole))) == words(whole.text)


ODD = st.text(alphabet="ab1 \n\\*_~|`<>[]()#-•@:/.é😀", max_size=60)


@given(st.one_of(ODD, st.text(max_size=60)))
def test_whatever_a_learner_writes_shows_as_it_was_written(text: str) -> None:
    whole = literal(text)
    assert words(read(marked(whole))) == words(whole.text)


@given(ODD)
def test_nothing_that_a_learner_writes_means_anything_to_discord(text: str) -> None:
    bare = ADDRESS.sub("", ESCAPE.sub("x", marked(literal(text))))
    assert not re.search(r"[\\*_~|`<>\[\]]", bare)
    assert not re.search(r"(?m)^ *(#{1,3}|-#) ", bare)


@pytest.mark.parametrize(
    "text",
    [
        "<@1>",
        "<@&2>",
        "<#3>",
        "</start:4>",
        "<t:1:R>",
        "<:x:5>",
        "<id:guide>",
        "||s||",
        "> q",
        "# h",
    ],
)
def test_marks_that_only_discord_knows_are_taken_as_words(text: str) -> None:
    shown = marked(literal(text))
    assert read(shown).replace("\\", "") == text or read(shown) == text
    assert shown.startswith("\\")


@given(MARKDOWN, st.integers(60, 400))
def test_a_long_text_is_divided_within_the_limit_and_nothing_is_lost(
    markdown: str, limit: int
) -> None:
    whole = formatted(markdown)
    parts = divided(whole, limit, size)
    assert all(units(marked(part)) <= limit for part in parts if len(part.text) > 1)
    assert "".join("".join(part.text.split()) for part in parts) == "".join(whole.text.split())


@pytest.mark.parametrize("limit", [PLAIN, LAYOUT])
def test_a_code_block_is_not_cut_where_it_fits_and_closed_where_it_does_not(limit: int) -> None:
    short = "\n".join(f"line {number}" for number in range(150))
    before = "A sentence before it. " * (limit // 30)
    parts = divided(formatted(f"{before}\n\n```\n{short}\n```\n\nAfter."), limit, size)
    assert [marked(part).count("```") for part in parts] == [0, 2]
    long = "\n".join(f"line {number}" for number in range(1200))
    parts = divided(formatted(f"```python\n{long}\n```"), limit, size)
    assert len(parts) > 2
    assert all(marked(part).startswith("```python\n") for part in parts)
    assert all(marked(part).endswith("\n```") for part in parts)


def test_lists_quotes_and_links_are_discords_own() -> None:
    text = "- one\n- *two*\n\n> said\n\n[here](https://example.org/a_(b)) https://x.org/a_b."
    assert marked(formatted(text)) == (
        "- one\n- _two_\n\n> said\n\n[here](<https://example.org/a_(b)>) <https://x.org/a_b>."
    )


def test_a_link_that_poses_as_another_address_is_written_out() -> None:
    shown = marked(formatted("[https://bank.example](https://thief.example)"))
    assert "](" not in shown and "thief.example" in shown


def test_a_span_with_space_at_its_ends_is_marked_inside() -> None:
    assert marked(Formatted("a b c", (Span(BOLD, 1, 4),))) == "a **b** c"


# -- cards, whatever is written ------------------------------------------------------------------

KEYS = st.builds(
    lambda verb, n: f"{verb}.{n}.{n}.tiny", st.sampled_from(("next", "back", "a-b")), st.integers(0)
).filter(lambda key: len(key) <= KEY_BYTES)
LABELS = st.text(min_size=1, max_size=120).filter(str.strip)
CHOICES = st.lists(st.builds(Choice, KEYS, LABELS), max_size=40, unique_by=lambda c: c.key)
FILES = st.lists(
    st.builds(File, st.sampled_from(("a/b.png", "c d.png")), st.text(max_size=1500), st.just("0")),
    max_size=2,
    unique_by=lambda file: file.name,
)
LINES = st.text(max_size=300)
MESSAGES = st.builds(
    Message,
    text=st.one_of(st.text(min_size=1, max_size=9000), MARKDOWN).filter(str.strip),
    choices=CHOICES.map(tuple),
    write=LINES,
    files=FILES.map(tuple),
    speaker=LINES,
    role=LINES,
)


@given(MESSAGES, LINES, st.booleans())
@example(
    Message("Choose.", tuple(Choice(f"{n}.1.1.t", "l" * 40) for n in range(10)), "w"), "", True
)
@example(
    Message("Choose.", tuple(Choice(f"{n}.1.1.t", "l" * 40) for n in range(60)), "w"), "", True
)
def test_every_message_fits_into_what_discord_takes(
    message: Message, chosen: str, among: bool
) -> None:
    names = {name_of(file) for file in message.files}
    for card in render(message, 0x123456, among=among, aside=among):
        shown = layout(card).to_components()
        rules.components(shown, v2=True, files=names)
        rules.components(settled(shown, chosen).to_components(), v2=True, files=names)
        for text in plain_texts(card):
            assert 0 < units(text) <= PLAIN
        rules.components(Buttons(card).to_components(), v2=False, files=())
