"""The Markdown subset as plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.plain import plain


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**bold**, *italic* and `code`", "bold, italic and code"),
        ("one\ntwo", "one two"),
        ("one  \ntwo", "one\ntwo"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("[here](https://example.org/a_b)", "here (https://example.org/a_b)"),
        ("- one\n- two\n  - three\n- four", "- one\n- two\n  - three\n- four"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("- one\n\n  more\n- two", "- one\n\n  more\n- two"),
        ("> said\n>\n> again", "> said\n>\n> again"),
        ("```py\nx = 1\n\ny = '*'\n```", "    x = 1\n    \n    y = '*'"),
        ("<b>&amp;</b>", "<b>&</b>"),
        ("2 \\* 3", "2 * 3"),
        ("", ""),
        ("-", ""),
    ],
)
def test_marks_go_and_words_stay(markdown: str, text: str) -> None:
    assert plain(markdown) == text


@given(st.text(max_size=200))
def test_nothing_that_can_be_written_fails(markdown: str) -> None:
    assert isinstance(plain(markdown), str)
