"""What Discord does not take among the components of messages and of modals."""

from collections.abc import Callable, Collection

from tests.platforms import discord_rules as rules
from tests.platforms.discord_rules import At, Json, Rejected, needed, number, objects, optional

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 17, 18, 19, 21, 22, 23
SELECTS = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})
FIELDS = SELECTS | {TEXT_INPUT, FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX}
IN_CONTAINERS = frozenset({ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR})
IN_MESSAGES = IN_CONTAINERS | {CONTAINER}
IN_MODALS = frozenset({ROW, LABEL, TEXT})
LINK_STYLE, PREMIUM_STYLE = 5, 6


class Checked:
    """One message's or modal's components: what must be unique, and what is counted."""

    def __init__(self, *, v2: bool, modal: bool = False, files: Collection[str] = ()) -> None:
        self.v2, self.modal, self.files = v2, modal, files
        self.custom_ids: set[str] = set()
        self.ids: set[int] = set()
        self.count = self.characters = 0
        self._checks: dict[int, Callable[[Json, At], None]] = {
            ROW: self._row,
            BUTTON: self._button,
            TEXT_INPUT: self._text_input,
            SECTION: self._section,
            TEXT: self._text,
            THUMBNAIL: self._media,
            GALLERY: self._gallery,
            FILE: self._file,
            SEPARATOR: self._separator,
            CONTAINER: self._container,
            LABEL: self._label,
            FILE_UPLOAD: self._upload,
            RADIO: self._radio,
            CHECKBOXES: self._checkboxes,
            CHECKBOX: self._checkbox,
            **dict.fromkeys(SELECTS, self._select),
        }

    def all(self, listed: list[Json], at: At, may: Collection[int]) -> None:
        for index, one in enumerate(listed):
            self.one(one, (*at, index), may)

    def one(self, one: Json, at: At, may: Collection[int]) -> None:
        kind = one.get("type")
        if not isinstance(kind, int) or kind not in may:
            said = f'Value of field "type" must be one of ({", ".join(map(str, sorted(may)))}).'
            raise Rejected(said, (*at, "type"), "UNION_TYPE_CHOICES")
        self.count += 1
        if one.get("id"):
            self._unique_id(number(one["id"], (*at, "id"), 0, 2**31 - 1), at)
        self._checks[kind](one, at)

    def _unique_id(self, given: int, at: At) -> None:
        if given in self.ids:
            raise Rejected(
                "Component id cannot be duplicated", (*at, "id"), "COMPONENT_ID_DUPLICATED"
            )
        self.ids.add(given)

    def _custom_id(self, one: Json, at: At) -> None:
        given = needed(one, "custom_id", at, rules.CUSTOM_ID)
        if given in self.custom_ids:
            said = "Component custom id cannot be duplicated"
            raise Rejected(said, (*at, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED")
        self.custom_ids.add(given)

    # In messages

    def _row(self, one: Json, at: At) -> None:
        place = (*at, "components")
        held = objects(one.get("components"), place, rules.ROW, 1)
        if self.modal:
            if len(held) > 1:
                raise Rejected("A row of a modal holds one text input", place, "COMPONENT_LAYOUT")
            self.all(held, place, {TEXT_INPUT})
            return
        self.all(held, place, {BUTTON, *SELECTS})
        if len(held) > 1 and any(item["type"] in SELECTS for item in held):
            said = "The specified component exceeds the maximum width"
            raise Rejected(said, place, "COMPONENT_LAYOUT_WIDTH_EXCEEDED")

    def _button(self, one: Json, at: At) -> None:
        style = number(one.get("style"), (*at, "style"), 1, 6)
        label = optional(one, "label", at, rules.LABEL)
        emoji = one.get("emoji")
        if emoji is not None:
            self._emoji(emoji, (*at, "emoji"))
        rules.flag(one, "disabled", at)
        if style == PREMIUM_STYLE:
            raise Rejected("No SKU is sold here", (*at, "sku_id"), "BUTTON_COMPONENT_INVALID_SKU")
        if not label.strip() and not emoji:
            said = "A button must have a label or emoji"
            raise Rejected(said, at, "BUTTON_COMPONENT_MISSING_LABEL_OR_EMOJI")
        if style != LINK_STYLE:
            if one.get("url"):
                said = "A url and custom id cannot both be specified"
                raise Rejected(said, at, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE")
            self._custom_id(one, at)
            return
        if one.get("custom_id"):
            said = "A custom id and url cannot both be specified"
            raise Rejected(said, at, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE")
        if not one.get("url"):
            raise Rejected("A url is required", (*at, "url"), "BASE_TYPE_REQUIRED")
        url = rules.string(one["url"], (*at, "url"), rules.URL, 1)
        if not url.startswith("discord://"):
            rules.link(url, (*at, "url"))

    def _emoji(self, emoji: object, at: At) -> None:
        given = rules.mapping(emoji, at)
        if given.get("id") is None and not optional(given, "name", at, 32).strip():
            raise Rejected("Invalid emoji", at, "COMPONENT_INVALID_EMOJI")
        name = given.get("name")
        if given.get("id") is None and isinstance(name, str) and name.isascii():
            raise Rejected("Invalid emoji", (*at, "name"), "COMPONENT_INVALID_EMOJI")

    def _select(self, one: Json, at: At) -> None:
        self._custom_id(one, at)
        optional(one, "placeholder", at, rules.PLACEHOLDER)
        rules.flag(one, "disabled", at)
        if self.modal and one.get("disabled"):
            said = "A select of a modal cannot be disabled"
            raise Rejected(said, (*at, "disabled"), "COMPONENT_DISABLED_IN_MODAL")
        options = rules.OPTIONS
        if one["type"] == STRING_SELECT:
            options = len(self._options(one, at, rules.OPTIONS, 1))
        self._range(one, at, rules.OPTIONS, options)

    def _options(self, one: Json, at: At, most: int, least: int) -> list[Json]:
        options = objects(one.get("options"), (*at, "options"), most, least)
        values: set[str] = set()
        for index, option in enumerate(options):
            place = (*at, "options", index)
            needed(option, "label", place, rules.OPTION)
            optional(option, "description", place, rules.OPTION)
            value = needed(option, "value", place, rules.OPTION)
            if value in values:
                said = "The specified option value is already used"
                raise Rejected(said, (*place, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED")
            values.add(value)
            if option.get("emoji") is not None:
                self._emoji(option["emoji"], (*place, "emoji"))
        return options

    def _range(self, one: Json, at: At, most: int, options: int) -> None:
        lowest, highest = one.get("min_values"), one.get("max_values")
        least = 1 if lowest is None else number(lowest, (*at, "min_values"), 0, most)
        top = 1 if highest is None else number(highest, (*at, "max_values"), 1, most)
        if least > top and lowest is not None:
            said = "min_values must not be larger than max_values"
            raise Rejected(said, (*at, "min_values"), "SELECT_COMPONENT_MIN_VALUES_TOO_LARGE")
        if max(top, least) > options:
            said = f"Must be {options} or fewer: there are no more options"
            raise Rejected(said, (*at, "max_values"), "SELECT_COMPONENT_MAX_VALUES_TOO_LARGE")

    def _section(self, one: Json, at: At) -> None:
        texts = objects(one.get("components"), (*at, "components"), rules.SECTION, 1)
        self.all(texts, (*at, "components"), {TEXT})
        accessory = rules.mapping(one.get("accessory"), (*at, "accessory"))
        self.one(accessory, (*at, "accessory"), {BUTTON, THUMBNAIL})

    def _text(self, one: Json, at: At) -> None:
        self.characters += rules.length(needed(one, "content", at, rules.DISPLAY_CHARACTERS))

    def _media(self, one: Json, at: At) -> None:
        """A thumbnail, or an item of a gallery."""
        optional(one, "description", at, rules.MEDIA_DESCRIPTION, 1)
        rules.flag(one, "spoiler", at)
        rules.media(one.get("media"), (*at, "media"), self.files)

    def _gallery(self, one: Json, at: At) -> None:
        items = objects(one.get("items"), (*at, "items"), rules.GALLERY, 1)
        for index, item in enumerate(items):
            self._media(item, (*at, "items", index))

    def _file(self, one: Json, at: At) -> None:
        rules.flag(one, "spoiler", at)
        url = rules.media(one.get("file"), (*at, "file"), self.files)
        if not url.startswith("attachment://"):
            said = "Must be an attachment:// reference"
            code = "UNFURLED_MEDIA_ITEM_ATTACHMENT_REFERENCE_REQUIRED"
            raise Rejected(said, (*at, "file", "url"), code)

    def _separator(self, one: Json, at: At) -> None:
        rules.flag(one, "divider", at)
        if one.get("spacing") is not None:
            number(one["spacing"], (*at, "spacing"), 1, 2)

    def _container(self, one: Json, at: At) -> None:
        if one.get("accent_color") is not None:
            number(one["accent_color"], (*at, "accent_color"), 0, 0xFFFFFF)
        rules.flag(one, "spoiler", at)
        held = objects(one.get("components"), (*at, "components"), rules.COMPONENTS, 1)
        self.all(held, (*at, "components"), IN_CONTAINERS)

    # In modals

    def _label(self, one: Json, at: At) -> None:
        needed(one, "label", at, rules.FIELD_LABEL)
        optional(one, "description", at, rules.FIELD_DESCRIPTION, 1)
        held = rules.mapping(one.get("component"), (*at, "component"))
        if held.get("label"):
            said = "A field inside a label has no label of its own"
            raise Rejected(said, (*at, "component", "label"), "COMPONENT_LABEL_IN_LABEL")
        self.one(held, (*at, "component"), FIELDS)

    def _text_input(self, one: Json, at: At) -> None:
        self._custom_id(one, at)
        number(one.get("style"), (*at, "style"), 1, 2)
        if at[-1] != "component":
            needed(one, "label", at, rules.FIELD_LABEL)
        optional(one, "placeholder", at, rules.INPUT_PLACEHOLDER)
        rules.flag(one, "required", at)
        least, most = 0, rules.INPUT_VALUE
        if one.get("min_length") is not None:
            least = number(one["min_length"], (*at, "min_length"), 0, rules.INPUT_VALUE)
        if one.get("max_length") is not None:
            most = number(one["max_length"], (*at, "max_length"), 1, rules.INPUT_VALUE)
        if least > most:
            said = "min_length must not be larger than max_length"
            raise Rejected(said, (*at, "min_length"), "TEXT_INPUT_MIN_LENGTH_TOO_LARGE")
        value = optional(one, "value", at, rules.INPUT_VALUE)
        if value and not least <= rules.length(value) <= most:
            said = f"Must be between {least} and {most} in length."
            raise Rejected(said, (*at, "value"), "BASE_TYPE_BAD_LENGTH")

    def _upload(self, one: Json, at: At) -> None:
        self._custom_id(one, at)
        self._range(one, at, rules.CHOICE_OPTIONS, rules.CHOICE_OPTIONS)

    def _radio(self, one: Json, at: At) -> None:
        self._custom_id(one, at)
        self._options(one, at, rules.CHOICE_OPTIONS, 2)

    def _checkboxes(self, one: Json, at: At) -> None:
        self._custom_id(one, at)
        options = self._options(one, at, rules.CHOICE_OPTIONS, 1)
        if one.get("max_values") is not None or one.get("min_values") is not None:
            self._range(one, at, rules.CHOICE_OPTIONS, len(options))

    def _checkbox(self, one: Json, at: At) -> None:
        self._custom_id(one, at)
        rules.flag(one, "default", at)


def components(
    value: object, *, v2: bool, files: Collection[str] = (), at: At = ("components",)
) -> list[Json]:
    """The components of a message; `files` are the names that attachment:// may refer to."""
    listed = objects(value, at, rules.COMPONENTS if v2 else rules.ROWS)
    checked = Checked(v2=v2, files=files)
    checked.all(listed, at, IN_MESSAGES if v2 else {ROW})
    if checked.count > rules.COMPONENTS and v2:
        said = f"A message has at most {rules.COMPONENTS} components, not {checked.count}"
        raise Rejected(said, at, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED")
    if checked.characters > rules.DISPLAY_CHARACTERS:
        said = (
            "The total size of displayable text in this message's components exceeds the maximum"
            f" size of {rules.DISPLAY_CHARACTERS}"
        )
        raise Rejected(said, at, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED")
    return listed


def modal(data: Json, at: At = ("data",)) -> None:
    needed(data, "title", at, rules.MODAL_TITLE)
    needed(data, "custom_id", at, rules.CUSTOM_ID)
    place = (*at, "components")
    listed = objects(data.get("components"), place, rules.MODAL_COMPONENTS, 1)
    Checked(v2=True, modal=True).all(listed, place, IN_MODALS)
