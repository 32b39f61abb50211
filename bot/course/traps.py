"""Where YAML reads something other than its author wrote, and where it cannot read at all.

Both end in a plain sentence with the cure. What an unquoted word means is decided here and not by
PyYAML's resolver: what two readers of YAML understand differently is refused, never guessed.
"""

import re

import yaml

from bot.course.problem import Mark, shown

Scalar = str | int | float | bool | None

_QUOTE = "put it in quotes"
_PLAIN = "write a plain number"
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?([0-9]{1,18}\.[0-9]*|\.[0-9]+)")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_YES = {"yes": True, "on": True, "no": False, "off": False, "y": True, "n": False}
_NOTHING = {"", "~", "null", "Null", "NULL"}
_NUMBERS = (
    (
        r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?",
        "is read by YAML as a number counted in sixties",
    ),
    (r"[-+]?0[0-9_]+", "has a zero in front, so YAML reads it as an octal number"),
    (r"[-+]?0[xbo][0-9a-fA-F_]+", "is read by YAML as a number written in another base"),
    (
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
        r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}"
        r"(\.[0-9]*)?[ \t]*(Z|[-+][0-9]{1,2}(:?[0-9]{2})?)?",
        "is read by YAML as a date",
    ),
    (
        r"[-+]?([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9][0-9_]*)[eE][-+]?[0-9]+",
        "is a number to some readers of YAML and text to others",
    ),
    (r"[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?", "is read by YAML as a number without its _"),
    (r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "is read by YAML as a number"),
    (r"[-+]?[0-9]{19,}(\.[0-9]*)?", "is too large for a number"),
)
_ODD = tuple((re.compile(pattern), why) for pattern, why in _NUMBERS)


def plain(raw: str) -> tuple[Scalar, str]:
    """What an unquoted word means, and why it may not stand like this ("" where it may)."""
    if len(raw) > 5 and raw[0].isalpha():
        return raw, ""
    if raw in _NOTHING:
        return None, _nothing(raw)
    if raw in _TRUTH:
        return _TRUTH[raw], ""
    if raw.lower() in _YES and raw in (raw.lower(), raw.title(), raw.upper()):
        truth = _YES[raw.lower()]
        why = f"{shown(raw)} is read by YAML as true or false: "
        return truth, f'{why}write {str(truth).lower()}, or "{raw}" in quotes if it is text'
    if _INT.fullmatch(raw):
        return int(raw), ""
    if _FLOAT.fullmatch(raw):
        return float(raw), ""
    for pattern, why in _ODD:
        if pattern.fullmatch(raw):
            cure = _QUOTE if why.endswith("date") else f"{_QUOTE} if it is text, or {_PLAIN}"
            return None, f"{shown(raw)} {why}: {cure}"
    return raw, ""


def _nothing(raw: str) -> str:
    if raw:
        return f"{shown(raw)} means nothing at all in YAML: leave the line out, or {_QUOTE}"
    return (
        "nothing is written here: write the value, in quotes if it begins with #, "
        "or leave the line out"
    )


# -- what cannot be read at all ---------------------------------------------------------------

_STARTS = {
    "\t": "a tab stands where YAML wants spaces: replace it with spaces",
    "*": "`*` starts an alias in YAML: put text that begins with * in quotes, or write it below |",
    "`": "text cannot begin with a backtick in YAML: put it in quotes, or write it below |",
    "&": "`&` starts an anchor in YAML: put text that begins with & in quotes",
    "!": "`!` starts a tag in YAML: put text that begins with ! in quotes",
}
_AFTER = {
    "'": "text goes on after its closing quote: write '' for an apostrophe inside single quotes, "
    "or write the text below |",
    '"': 'text goes on after its closing quote: write \\" for a quote inside double quotes, '
    "or write the text below |",
    "]": "text that begins with [ is a list in YAML: put the whole text in quotes, "
    "or write it below |",
    "}": "text that begins with { is a group of keys in YAML: put the whole text in quotes, "
    "or write it below |",
}
_COLON = (
    "a colon with a space after it starts a new key: put the whole text in quotes, "
    "or write it below |"
)
_ALIGN = "this line does not line up with the lines above it: give it the same indentation"
_KEY = (
    "a key is not expected here: line it up with the keys above, and see that the line above "
    "has a space after its colon"
)
_SAYINGS = (
    ("could not find expected ':'", "this line is neither a key with a colon nor part of a text: "
     "add the colon, or indent it below the | it belongs to"),
    ("sequence entries are not allowed", "a list begins on the line below its key: "
     "move this - to a line of its own"),
    ("found unexpected end of stream", "the quote that opens here is never closed: "
     "close it, or write the text below |"),
    ("unknown escape character", "\\ has a meaning inside double quotes: write \\\\, "
     "or use single quotes"),
    ("invalid Unicode character escape", "this \\u does not name a character: "
     "write the character itself"),
    ("',' or ']'", "the list that opens with [ is not closed: close it with ], or put text "
     "that begins with [ in quotes"),
    ("',' or '}'", "the group that opens with { is not closed: close it with }, or put text "
     "that begins with { in quotes"),
    ("comment or", "text cannot stand on the line of | or >: begin it on the next line, "
     "or put it in quotes"),
    ("chomping", "text cannot stand on the line of | or >: begin it on the next line, "
     "or put it in quotes"),
    ("node content", "a value is missing here: write it"),
    ("<document start>", "this is not part of the keys above: line it up with them, or "
     "remove it"),
    ("directive", "lines that begin with % are not used in a course: remove them"),
    ("incompatible YAML document", "the %YAML line names a version we do not know: remove it"),
    ("undefined tag handle", _STARTS["!"]),
    ("block end", _ALIGN),
    ("did not find expected", _ALIGN),
)  # fmt: skip


def syntax(fault: yaml.YAMLError, lines: list[str]) -> tuple[Mark, str]:
    """A syntax error of PyYAML (either loader) as a place and a sentence."""
    if not isinstance(fault, yaml.MarkedYAMLError) or fault.problem_mark is None:
        return Mark(1, 1), "this is no YAML that we can read: save the file as plain UTF-8 text"
    said = fault.problem or ""
    mark, opened = fault.problem_mark, fault.context_mark
    context = fault.context or ""
    if opened and any(w in context for w in ("scalar", "alias", "anchor", "simple key")):
        # The place where the text begins helps more than the place where YAML gave up.
        mark = opened if "tab" not in said and "escape" not in said else mark
    line = lines[mark.line] if mark.line < len(lines) else ""
    return Mark(mark.line + 1, mark.column + 1), _sentence(said, line, mark.column)


def _sentence(said: str, line: str, column: int) -> str:
    here = line[column : column + 1]
    before = line[:column].rstrip()
    if "cannot start any token" in said or "tab character" in said:
        return _STARTS.get(here) or f"text cannot begin with {shown(here)} in YAML: {_QUOTE}"
    if "alphabetic or numeric" in said and here in _STARTS:
        return _STARTS[here]
    if "mapping" in said and "not allowed" in said:
        return _COLON if ": " in before else _KEY
    if ("expected key" in said or "block end" in said) and before[-1:] in _AFTER:
        return _AFTER[before[-1]]
    found = next((cure for words, cure in _SAYINGS if words in said), "")
    return found or "YAML cannot read on from here: look at the quotes, colons and indentation"
