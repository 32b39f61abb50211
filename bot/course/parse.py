"""From YAML to nodes, with a problem for all that a course should not hold.

The events of PyYAML's C parser are put together here, not by `yaml.compose` or `yaml.load`: no tag
is ever acted on, no alias expanded, and depth costs no stack. Anchors, aliases, merge keys, tags
and every trap of `traps` are refused, with a place and a cure.
"""

import re
from dataclasses import dataclass, field

import yaml

from bot.course import traps
from bot.course.nodes import Node
from bot.course.problem import START, Mark, Problem, error, shown

LOADER: type[yaml.CSafeLoader] | type[yaml.SafeLoader] = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)
DEPTH = 20
_UNSEEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse(file: str, text: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """The top node of a file, None where YAML cannot read it, and all that is wrong with it."""
    unseen = _UNSEEN.search(text)
    if unseen:
        at = unseen.start()
        place = Mark(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        return None, (error(file, place, _unseen(unseen.group())),)
    reader = _Reader(file, text)
    top = reader.read(text)
    return top, tuple(reader.problems)


def _unseen(character: str) -> str:
    if character == "\0":
        return "a NUL byte stands here, so this is no text file: save it as UTF-8 text"
    return f"an invisible character (U+{ord(character):04X}) stands here: delete it"


@dataclass(slots=True)
class _Open:
    """A list or a group of keys that is still being read."""

    mark: Mark
    key: Mark
    entries: list[Node] = field(default_factory=list)
    pairs: dict[str, Node] | None = None
    name: str | None = None
    name_mark: Mark | None = None
    fault: bool = False

    def node(self) -> Node:
        """The node that has been read."""
        value = tuple(self.entries) if self.pairs is None else self.pairs
        return Node(self.mark, value, self.key, fault=self.fault)


class _Reader:
    """Puts the nodes of one file together and gathers what is wrong on the way."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = text.splitlines()
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []
        self.top: Node | None = None

    def read(self, text: str) -> Node | None:
        try:
            for event in yaml.parse(text, Loader=LOADER):
                if not self._take(event):
                    return None
        except yaml.YAMLError as fault:
            self._tell(*traps.syntax(fault, self.lines))
            return None
        except (ValueError, OverflowError):
            # The loader in pure Python lets chr() fail on an escape such as "\UFFFFFFFF".
            self._tell(START, "an escape in this file names no character: write it as itself")
            return None
        if self.top is None:
            self._tell(START, "this file is empty: write its keys, or delete it")
        return self.top or Node(START, fault=True)

    def _tell(self, mark: Mark, text: str) -> None:
        self.problems.append(error(self.file, mark, text))

    def _take(self, event: yaml.Event) -> bool:
        """Takes one event in; False when there is no sense in reading on."""
        start = event.start_mark
        mark = Mark(start.line + 1, start.column + 1) if start else START
        match event:
            case yaml.ScalarEvent():
                self._scalar(event, mark, fault=self._refused(event, mark))
            case yaml.AliasEvent():
                self._tell(mark, f"`*{event.anchor}` repeats another place: write it out, "
                           "or put text that begins with * in quotes")  # fmt: skip
                self._add(Node(mark, None, self._key(mark), fault=True))
            case yaml.CollectionStartEvent():
                return self._open(event, mark, fault=self._refused(event, mark))
            case yaml.CollectionEndEvent():
                self._add(self.stack.pop().node())
            case yaml.DocumentStartEvent() if self.top is not None:
                self._tell(mark, "a second document begins here: remove `---`, "
                           "or move what follows to a file of its own")  # fmt: skip
                return False
        return True

    def _refused(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, mark: Mark) -> bool:
        """Whether a value is written with YAML's means of repetition or of running code."""
        if event.anchor is not None:
            self._tell(mark, f"`&{event.anchor}` names this place for repetition: write it out "
                       "where it is needed, or put text that begins with & in quotes")  # fmt: skip
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._tell(mark, f"{shown(tag)} is a YAML tag, which courses do not use: "
                       "remove it, or put text that begins with ! in quotes")  # fmt: skip
        return event.anchor is not None or event.tag is not None

    def _open(self, event: yaml.CollectionStartEvent, mark: Mark, *, fault: bool) -> bool:
        if len(self.stack) >= DEPTH:
            self._tell(mark, f"this is nested more than {DEPTH} levels deep: nothing in a course "
                       "is; look for an unclosed [ or {")  # fmt: skip
            return False
        pairs: dict[str, Node] | None = {} if isinstance(event, yaml.MappingStartEvent) else None
        self.stack.append(_Open(mark, self._key(mark), pairs=pairs, fault=fault))
        return True

    def _key(self, mark: Mark) -> Mark:
        return (self.stack[-1].name_mark if self.stack else None) or mark

    def _scalar(self, event: yaml.ScalarEvent, mark: Mark, *, fault: bool) -> None:
        raw: str = event.value
        value, why = traps.plain(raw) if event.implicit[0] else (raw, "")
        if self._awaits_key():
            # A key is judged when it is added; what is told of a value would mislead here.
            name = raw if isinstance(value, str) and not why else None
            self._add(Node(mark, name, mark, raw, fault=fault))
            return
        if event.style == '"' and _UNSEEN.search(raw):
            why = "an escape in this text makes an invisible character: remove it"
        if why:
            self._tell(mark, why)
        body = self._body(mark) if event.style == "|" else 0
        self._add(Node(mark, value, self._key(mark), raw, body, fault or bool(why)))

    def _body(self, mark: Mark) -> int:
        """The column in which the text of a | block begins that is opened at `mark`."""
        first = next((line for line in self.lines[mark.line :] if line.strip()), "")
        return len(first) - len(first.lstrip()) + 1

    def _awaits_key(self) -> bool:
        if not self.stack or self.stack[-1].pairs is None:
            return False
        return self.stack[-1].name_mark is None

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.top = node
            return
        parent = self.stack[-1]
        if parent.pairs is None:
            parent.entries.append(node)
        elif parent.name_mark is None:
            parent.name_mark = node.mark
            parent.name = self._name(node, parent)
        else:
            if parent.name is not None:
                parent.pairs[parent.name] = node
            parent.name = parent.name_mark = None

    def _name(self, node: Node, parent: _Open) -> str | None:
        """The key that `node` spells; None, with a problem told, where it cannot be one."""
        known = parent.pairs.get(str(node.value)) if parent.pairs else None
        if node.fault:
            parent.fault = True
            return None
        if not isinstance(node.value, str):
            what = f"{shown(node.raw)} cannot be a key" if node.raw else "this cannot be a key"
            cure = "keys are words such as `title`; put it in quotes if you mean it"
            parent.fault = True
        elif node.value == "<<":
            what, cure = "`<<` takes over keys from another place", "write them out here"
            parent.fault = True
        elif not node.value.isprintable():
            what, cure = "an escape makes an invisible character in this key", "remove it"
        elif known:
            what = f"{shown(node.value)} is written twice, first on line {known.key.line}"
            cure = "keep one of the two"
        else:
            return node.value
        self._tell(node.mark, f"{what}: {cure}")
        return None
