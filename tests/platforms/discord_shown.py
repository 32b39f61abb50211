"""A channel as its people see it: messages, what can be pressed in them, and modals."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tests.platforms import discord_component_rules as kinds
from tests.platforms import discord_rules as rules
from tests.platforms.discord_rules import Json

Kind = Literal["new", "text", "components", "deleted"]


@dataclass(slots=True)
class Button:
    """What a person can press; `custom_id` comes back then."""

    label: str
    custom_id: str = ""
    url: str = ""
    style: int = 2
    disabled: bool = False
    emoji: str = ""


@dataclass(slots=True)
class Select:
    """A menu; of `options` these are label and value."""

    custom_id: str
    options: list[tuple[str, str]] = field(default_factory=list)
    placeholder: str = ""
    disabled: bool = False
    min_values: int = 1
    max_values: int = 1
    type: int = kinds.STRING_SELECT


class File(NamedTuple):
    name: str
    description: str
    content: bytes


@dataclass(slots=True)
class Shown:
    """One message as a person sees it in a channel."""

    id: int
    channel: int
    author_bot: bool
    text: str  # or all the texts of its components, in order, a line each
    rows: list[list[Button]] = field(default_factory=list)  # a section's button is a row too
    selects: list[Select] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    alts: list[str] = field(default_factory=list)  # of its pictures: "" where there is none
    ephemeral_for: int | None = None  # nobody else sees it
    deleted: bool = False
    flags: int = 0
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    accent: int | None = None
    pings: list[str] = field(default_factory=list)  # whom it calls: <@user>, <@&role>, @everyone
    original_rows: list[list[Button]] = field(default_factory=list)  # an old client shows them
    original_selects: list[Select] = field(default_factory=list)
    user: int = 0  # who wrote it
    reply_to: int | None = None

    def looks(self) -> tuple[object, ...]:
        """All that a person could see change, but for the text."""
        visible = self.rows, self.selects, self.files, self.alts, self.accent, self.embeds
        return *visible, self.flags

    @property
    def loading(self) -> bool:
        """The bot "is thinking"."""
        return bool(self.flags & rules.LOADING)

    @property
    def silent(self) -> bool:
        return bool(self.flags & rules.SILENT)

    @property
    def v2(self) -> bool:
        return bool(self.flags & rules.V2)


@dataclass(frozen=True, slots=True)
class Change:
    """Something people saw the bot do; the message is a copy from that moment."""

    kind: Kind
    message: Shown
    before: str = ""  # the text before an edit


@dataclass(frozen=True, slots=True)
class Field:
    """Something to fill in. `options` are label and value."""

    custom_id: str
    type: int
    label: str
    description: str = ""
    value: str = ""
    placeholder: str = ""
    required: bool = True
    min_length: int = 0
    max_length: int = rules.INPUT_VALUE
    long: bool = False
    options: tuple[tuple[str, str], ...] = ()
    min_values: int = 1
    max_values: int = 1


@dataclass(frozen=True, slots=True)
class Modal:
    """A dialog that was shown to a person."""

    title: str
    custom_id: str
    fields: list[Field]
    texts: list[str]
    components: list[Json]
    interaction: int


def copied(shown: Shown) -> Shown:
    """As it is now: what an edit replaces is replaced as a whole, so this need not go deep."""
    return copy.copy(shown)


# From JSON


def listed(value: object) -> list[Json]:
    return value if isinstance(value, list) else []


def walk(components: object) -> Iterator[Json]:
    """Every component at any depth, in the order a person reads them."""
    for one in listed(components):
        yield one
        yield from walk(one.get("components"))
        for key in ("accessory", "component"):
            if isinstance(one.get(key), dict):
                yield from walk([one[key]])


def read(shown: Shown, message: Json, files: list[File]) -> None:
    """Fill in what stands in the JSON of a message."""
    components = listed(message.get("components"))
    shown.components, shown.embeds = components, listed(message.get("embeds"))
    shown.flags = _int(message.get("flags"))
    shown.rows, shown.selects, shown.alts, shown.accent = [], [], [], None
    texts = [str(message.get("content") or "")]
    attached: set[str] = set()
    for one in walk(components):
        match one.get("type"):
            case kinds.ROW:
                held = [_button(item) for item in listed(one["components"]) if _is_button(item)]
                if held:
                    shown.rows.append(held)
            case kinds.SECTION:
                accessory = one["accessory"]
                if isinstance(accessory, dict) and _is_button(accessory):
                    shown.rows.append([_button(accessory)])
            case kinds.TEXT:
                texts.append(str(one["content"]))
            case kinds.GALLERY:
                for item in listed(one["items"]):
                    _picture(shown, item, "media", attached)
            case kinds.THUMBNAIL:
                _picture(shown, one, "media", attached)
            case kinds.FILE:
                attached.add(_attached(one["file"]))
            case kinds.CONTAINER:
                accent = one.get("accent_color")
                shown.accent = accent if isinstance(accent, int) else shown.accent
            case kind if kind in kinds.SELECTS:
                shown.selects.append(_select(one))
    shown.text = "\n".join(filter(None, texts))
    if shown.v2:
        shown.files = [
            file
            for file, one in zip(files, listed(message.get("attachments")), strict=True)
            if str(one["id"]) in attached
        ]
        return
    shown.files = files
    shown.alts += [
        file.description
        for file, one in zip(files, listed(message.get("attachments")), strict=True)
        if str(one["content_type"]).startswith("image/")
    ]


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _is_button(one: Json) -> bool:
    return one.get("type") == kinds.BUTTON


def _picture(shown: Shown, one: Json, key: str, attached: set[str]) -> None:
    shown.alts.append(str(one.get("description") or ""))
    attached.add(_attached(one[key]))


def _attached(media: object) -> str:
    return str(media.get("attachment_id", "")) if isinstance(media, dict) else ""


def _button(one: Json) -> Button:
    emoji = one.get("emoji")
    return Button(
        str(one.get("label") or ""),
        str(one.get("custom_id") or ""),
        str(one.get("url") or ""),
        _int(one.get("style")),
        bool(one.get("disabled")),
        str(emoji.get("name") or "") if isinstance(emoji, dict) else "",
    )


def _select(one: Json) -> Select:
    lowest, highest = one.get("min_values"), one.get("max_values")
    return Select(
        str(one["custom_id"]),
        options_of(one),
        str(one.get("placeholder") or ""),
        bool(one.get("disabled")),
        lowest if isinstance(lowest, int) else 1,
        highest if isinstance(highest, int) else 1,
        _int(one["type"]),
    )


def options_of(one: Json) -> list[tuple[str, str]]:
    return [(str(each["label"]), str(each["value"])) for each in listed(one.get("options"))]


def modal(data: Json, interaction: int) -> Modal:
    components = listed(data["components"])
    fields, texts = [], []
    for top in components:
        match top["type"]:
            case kinds.TEXT:
                texts.append(str(top["content"]))
            case kinds.LABEL:
                held = top["component"]
                assert isinstance(held, dict)
                described = str(top.get("description") or "")
                fields.append(_field(held, str(top["label"]), described))
            case _:
                one = listed(top["components"])[0]
                fields.append(_field(one, str(one["label"])))
    return Modal(str(data["title"]), str(data["custom_id"]), fields, texts, components, interaction)


def _field(one: Json, label: str, described: str = "") -> Field:
    most, lowest, highest = one.get("max_length"), one.get("min_values"), one.get("max_values")
    required = one.get("required")
    return Field(
        str(one["custom_id"]),
        _int(one["type"]),
        label,
        described,
        str(one.get("value") or ""),
        str(one.get("placeholder") or ""),
        required if isinstance(required, bool) else True,
        _int(one.get("min_length")),
        most if isinstance(most, int) else rules.INPUT_VALUE,
        one.get("style") == 2,
        tuple(options_of(one)),
        lowest if isinstance(lowest, int) else 1,
        highest if isinstance(highest, int) else 1,
    )
