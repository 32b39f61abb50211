"""Markdown as Telegram shows it: whatever is written arrives, whole and as it was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.adapters.markdown import formatted
from bot.adapters.plain import plain
from bot.adapters.telegram_text import TEXT, entities
from bot.adapters.text import SPANS, Formatted, divided, literal, units

PIECES = (
    *("word", "two words", "**bold**", "*leaning*", "`code`", "**bold `code` bold**", "***both***"),
    *("[a link](https://example.org/?a=1&b=2)", "😀", "**😀 e\u0301**", "a_b_c", "<b>", "$5 || 6"),
    *("&amp;", "\\*no\\*", "[x](javascript:a)", "*", "**", "`", "|", "~~x~~", "@all", "# x"),
)
INLINE = st.sampled_from(PIECES)
LINE = st.lists(INLINE, min_size=1, max_size=6).map(" ".join)
BLOCK = st.one_of(
    LINE,
    st.lists(LINE, min_size=1, max_size=3).map(lambda lines: "\n".join(f"- {x}" for x in lines)),
    st.lists(LINE, min_size=1, max_size=3).map(lambda lines: "\n".join(f"1. {x}" for x in lines)),
    st.lists(LINE, min_size=1, max_size=3).map(lambda lines: "\n".join(f"> {x}" for x in lines)),
    LINE.map(lambda line: f"```python\n{line}\n\n  {line}\n```"),
)
MARKDOWN = st.lists(BLOCK, min_size=1, max_size=8).map("\n\n".join)


def words(text: str) -> str:
    """Text as it is compared: without marks of lists and quotes, and without white space."""
    return "".join(text.replace("•", "").replace("- ", "").replace("> ", "").split())


def utf16(text: str, entity: MessageEntity) -> str:
    """What an entity covers. Raises UnicodeDecodeError where it cuts a character in two."""
    raw = text.encode("utf-16-le")
    return raw[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le")


def lawful(part: Formatted, limit: int) -> None:
    """Everything that Telegram asks of a text and its entities."""
    assert part.text == part.text.strip() and part.text
    assert units(part.text) <= limit and len(part.text) <= limit
    assert len(part.spans) <= SPANS
    for entity in entities(part):
        assert utf16(part.text, entity).strip()
    for span in part.spans:
        assert 0 <= span.start < span.end <= len(part.text)
        for other in part.spans:
            apart = other.end <= span.start or span.end <= other.start
            within = other.start <= span.start and span.end <= other.end
            around = span.start <= other.start and other.end <= span.end
            assert apart or within or around, "entities cross"
            verbatim = {span.kind, other.kind} & {"code", "pre"}
            if span is not other and verbatim and "blockquote" not in {span.kind, other.kind}:
                assert apart, "code holds or is held"


@given(MARKDOWN)
def test_every_word_of_the_markdown_arrives_and_entities_are_lawful(markdown: str) -> None:
    part = formatted(markdown)
    lawful(part, TEXT * 100)
    links = [span.extra for span in part.spans if span.kind == "text_link"]
    expected = plain(markdown)
    for link in links:
        expected = expected.replace(f" ({link})", "", 1)
    assert words(part.text) == words(expected)


@given(st.text(min_size=1))
def test_whatever_a_learner_writes_arrives_as_it_was_written(text: str) -> None:
    assert literal(text).text == text.strip()


@given(MARKDOWN, st.integers(40, 400))
def test_a_long_text_is_divided_and_nothing_is_lost(markdown: str, limit: int) -> None:
    whole = formatted(markdown)
    parts = divided(whole, limit)
    for part in parts:
        lawful(part, limit)
    assert "".join("".join(part.text.split()) for part in parts) == "".join(whole.text.split())
    kinds = {kind: marked(whole, kind) for kind in {span.kind for span in whole.spans}}
    for kind, text in kinds.items():
        assert "".join(marked(part, kind) for part in parts) == text


def marked(part: Formatted, kind: str) -> str:
    """All characters of a kind, without white space."""
    spans = [span for span in part.spans if span.kind == kind]
    return "".join("".join(part.text[s.start : s.end].split()) for s in spans)


@given(st.text(alphabet="a😀e\u0301👩\u200d🔬 \n", min_size=1, max_size=300), st.integers(8, 40))
def test_no_character_is_cut_in_two(text: str, limit: int) -> None:
    parts = divided(literal(text), limit)
    assert all(units(part.text) <= limit for part in parts)
    assert "".join("".join(part.text.split()) for part in parts) == "".join(text.split())


def test_a_code_block_that_fits_into_a_message_is_never_cut() -> None:
    code = "\n".join(f"line {number}" for number in range(200))
    text = "A sentence before it. " * 150
    parts = divided(formatted(f"{text}\n\n```\n{code}\n```\n\nAfter it."), TEXT)
    assert len(parts) == 2
    assert [marked(part, "pre") for part in parts] == ["", "".join(code.split())]


def test_a_code_block_longer_than_a_message_goes_on_in_the_next() -> None:
    code = "\n".join(f"line {number}" for number in range(900))
    parts = divided(formatted(f"```python\n{code}\n```"), TEXT)
    assert [span.kind for part in parts for span in part.spans] == ["pre"] * len(parts)
    assert all(entities(part)[0].language == "python" for part in parts)
    assert all(part.text.startswith("line ") for part in parts)


def test_a_text_is_cut_between_paragraphs_rather_than_within() -> None:
    first, second = "One. " * 500, "Two. " * 500
    parts = divided(formatted(f"{first}\n\n{second}"), TEXT)
    assert [part.text for part in parts] == [first.strip(), second.strip()]


def test_more_entities_than_a_message_takes_go_on_in_the_next() -> None:
    parts = divided(formatted(" ".join(f"**{n}** x" for n in range(250))), TEXT)
    assert sum(len(part.spans) for part in parts) == 250
    for part in parts:
        lawful(part, TEXT)


@pytest.mark.parametrize(
    ("markdown", "text", "spans"),
    [
        ("**a `x` b**", "a x b", [("bold", "a "), ("code", "x"), ("bold", " b")]),
        ("a\nb  \nc", "a b\nc", []),
        ("- a\n- b\n  - c", "• a\n• b\n  • c", []),
        ("3. a\n4. b", "3. a\n4. b", []),
        ("> a\n> > b", "a\n\nb", [("blockquote", "a\n\nb")]),
        ("[a](https://x.org)", "a", [("text_link", "a")]),
        ("[a](ftp://x.org)", "a (ftp://x.org)", []),
        ("[`open()`](https://x.org/a)", "open()", [("text_link", "open()")]),
        ("[a](https://localhost/x)", "a (https://localhost/x)", []),
        ("[a](https://x.org:99999/)", "a (https://x.org:99999/)", []),
        ("[a](http://a..b)", "a (http://a..b)", []),
        ("<u>a</u> ~~b~~ ||c||", "<u>a</u> ~~b~~ ||c||", []),
        ("😀 **b**", "😀 b", [("bold", "b")]),
    ],
)
def test_the_subset_is_shown_as_it_is_meant(
    markdown: str, text: str, spans: list[tuple[str, str]]
) -> None:
    part = formatted(markdown)
    assert part.text == text
    assert [(str(s.kind), part.text[s.start : s.end]) for s in part.spans] == spans
