"""What people do: commands, buttons, menus, modals and messages.

Each returns the id of the interaction or of the message. A real client sends no command that it
does not know and no modal that is not filled in, so those are errors of the test.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from tests.platforms import discord_command_rules as command_rules
from tests.platforms import discord_component_rules as kinds
from tests.platforms import discord_json as form
from tests.platforms import discord_rules as rules
from tests.platforms.discord_gateway import Gateway
from tests.platforms.discord_interactions import (
    COMMAND,
    COMPLETION,
    COMPONENT,
    SUBMITTED,
    Interactions,
)
from tests.platforms.discord_messages import Messages
from tests.platforms.discord_places import Channel
from tests.platforms.discord_rules import Json
from tests.platforms.discord_shown import Field, File, Modal, Select, Shown, listed, read, walk
from tests.platforms.discord_world import World

Value = str | int | float | bool | tuple[str, bytes]
Filled = Mapping[str, str | bool | Sequence[str]]
GUILD, BOT_DM = 0, 1


class People(World):
    """The world with people who do things in it."""

    def __init__(self, application: int, gateway: Gateway) -> None:
        super().__init__(application, gateway)
        self.messages = Messages(self)
        self.interactions = Interactions(self, self.messages)
        self.commands: list[Json] = []  # registered for everybody
        self.guild_commands: dict[int, list[Json]] = {}

    # Commands

    def command(self, user: int, name: str, channel: int | None = None, /, **options: Value) -> int:
        """A slash command, "group name" for one inside of another. None: in the private chat."""
        place = self._where(user, channel)
        known, path = self._command(user, place, name)
        data, leaf, chosen = self._command_data(known, path)
        for given in options:
            assert any(one["name"] == given for one in leaf), f"/{name} has no option {given}"
        resolved: Json = {}
        for one in leaf:
            if one["name"] in options:
                value = self._value(place, one, options[str(one["name"])], resolved)
                chosen.append({"name": one["name"], "type": one["type"], "value": value})
            else:
                assert not one.get("required"), f"/{name} needs its option {one['name']}"
        if resolved:
            data["resolved"] = resolved
        return self.interactions.start(COMMAND, user, place, data, name=name).id

    def complete(
        self,
        user: int,
        name: str,
        option: str,
        text: str,
        channel: int | None = None,
        **options: Value,
    ) -> int:
        """A person types into an option of a command; see `choices`."""
        place = self._where(user, channel)
        known, path = self._command(user, place, name)
        data, leaf, chosen = self._command_data(known, path)
        for one in leaf:
            if one["name"] == option:
                assert one.get("autocomplete"), f"/{name}'s {option} completes nothing"
                chosen.append({"name": option, "type": one["type"], "value": text, "focused": True})
            elif one["name"] in options:
                value = options[str(one["name"])]
                chosen.append({"name": one["name"], "type": one["type"], "value": value})
        assert any(one.get("focused") for one in chosen), f"/{name} has no option {option}"
        return self.interactions.start(COMPLETION, user, place, data, name=name).id

    def choices(self, interaction: int) -> list[tuple[str, str | int | float]]:
        """What was offered for what a person typed: names and values."""
        found = self.interactions.all[interaction].choices
        return [(str(one["name"]), one["value"]) for one in found]  # type: ignore[misc]

    def menu(self, user: int, place: Channel) -> list[Json]:
        """The commands that this person's client knows here."""
        guild = place.guild
        found = [*self.guild_commands.get(guild.id, [])] if guild else []
        return [one for one in (*found, *self.commands) if self._offered(user, place, one)]

    def _offered(self, user: int, place: Channel, command: Json) -> bool:
        types = command["integration_types"]
        if place.guild and not place.guild.joined and isinstance(types, list) and 1 not in types:
            return False
        contexts = command.get("contexts")
        here = GUILD if place.guild else BOT_DM
        if isinstance(contexts, list) and here not in contexts:
            return False
        if contexts is None and command.get("dm_permission") is False and not place.guild:
            return False
        needs = command.get("default_member_permissions")
        if needs is None or place.guild is None or user in place.guild.admins:
            return True
        has = place.guild.permissions(user)
        return str(needs) != "0" and has & int(str(needs)) == int(str(needs))

    def _command(self, user: int, place: Channel, name: str) -> tuple[Json, list[str]]:
        first, *path = name.split()
        for one in self.menu(user, place):
            if one["name"] == first and (one.get("type") or 1) == command_rules.CHAT_INPUT:
                return one, path
        known = [one["name"] for one in self.menu(user, place)]
        raise AssertionError(f"there is no command /{first} here: {known}")

    def _command_data(self, known: Json, path: list[str]) -> tuple[Json, list[Json], list[Json]]:
        """The interaction's data, the options that may be given, and where they go."""
        chosen: list[Json] = []
        data: Json = {"id": known["id"], "name": known["name"], "type": 1, "options": chosen}
        if "guild_id" in known:
            data["guild_id"] = known["guild_id"]
        leaf = listed(known.get("options"))
        for step in path:
            one = next((one for one in leaf if one["name"] == step), None)
            assert one and one["type"] in (1, 2), f"/{known['name']} has no {step} inside"
            inner: list[Json] = []
            chosen.append({"name": step, "type": one["type"], "options": inner})
            leaf, chosen = listed(one.get("options")), inner
        nested = any(one["type"] in (1, 2) for one in leaf)
        assert not nested, f"/{known['name']} is called by one of {[one['name'] for one in leaf]}"
        return data, leaf, chosen

    def _value(self, place: Channel, option: Json, value: Value, resolved: Json) -> object:
        name, kind = option["name"], option["type"]
        choices = listed(option.get("choices"))
        values = [one["value"] for one in choices]
        assert not choices or value in values, f"{name} is one of {values}"
        match kind:
            case command_rules.STRING:
                assert isinstance(value, str), f"{name} is a text"
                least, most = option.get("min_length") or 0, option.get("max_length") or 6000
                assert int(str(least)) <= len(value) <= int(str(most)), f"{name}: {least} to {most}"
            case command_rules.INTEGER | command_rules.NUMBER:
                assert isinstance(value, int | float) and not isinstance(value, bool)
                assert kind == command_rules.NUMBER or isinstance(value, int), f"{name} is whole"
                least, most = option.get("min_value"), option.get("max_value")
                assert least is None or value >= float(str(least)), f"{name} is {least} or more"
                assert most is None or value <= float(str(most)), f"{name} is {most} or less"
            case command_rules.BOOLEAN:
                assert isinstance(value, bool), f"{name} is true or false"
            case command_rules.ATTACHMENT:
                assert isinstance(value, tuple), f"{name} is a file: a name and its bytes"
                file = File(rules.file_name(value[0]), "", value[1])
                one = {**self.messages.attachment(place, file), "ephemeral": True}
                resolved.setdefault("attachments", {})[one["id"]] = one  # type: ignore[index]
                return one["id"]
            case _:
                assert isinstance(value, int), f"{name} is an id"
                self._resolve(place, kind, value, resolved)
                return str(value)
        return value

    def _resolve(self, place: Channel, kind: object, value: int, resolved: Json) -> None:
        def put(key: str, one: Json) -> None:
            resolved.setdefault(key, {})[str(value)] = one  # type: ignore[index]

        if kind == command_rules.CHANNEL:
            channel = self._channel(value)
            put("channels", {**channel.json(self.application), "permissions": str(form.MEMBER)})
        elif place.guild and value in place.guild.roles:
            put("roles", place.guild.roles[value])
        else:
            put("users", self._user(value))
            if place.guild and value in place.guild.members:
                held = self.member(place.guild, value, alone=True, may=True)
                put(
                    "members",
                    {key: one for key, one in held.items() if key not in ("deaf", "mute")},
                )

    # Components

    def press(
        self, user: int, custom_id: str, channel: int | None = None, message: int | None = None
    ) -> int:
        """Press the newest button with exactly this id, even one that an edit took away since.

        Where this person sees none, the press is forged: it names the bot's newest message. An id
        with a star at its end is that of the newest button whose id begins so.
        """
        place = self._where(user, channel)
        if custom_id.endswith("*"):
            custom_id = self._beginning(user, place, custom_id[:-1])
        if message is None:
            message = self._holder(
                user,
                place,
                lambda shown: any(
                    button.custom_id == custom_id
                    for row in (*shown.rows, *shown.original_rows)
                    for button in row
                ),
            )
        data: Json = {
            "component_type": kinds.BUTTON,
            "custom_id": custom_id,
            "id": _number(place, message, custom_id),
        }
        return self.interactions.start(COMPONENT, user, place, data, message=message).id

    def select(
        self,
        user: int,
        custom_id: str,
        values: Sequence[str] | Sequence[int],
        channel: int | None = None,
        message: int | None = None,
    ) -> int:
        """Choose from the newest menu with this id; the values need not be among its options."""
        place = self._where(user, channel)

        def menus(shown: Shown) -> list[Select]:
            held = (*shown.selects, *shown.original_selects)
            return [one for one in held if one.custom_id == custom_id]

        if message is None:
            message = self._holder(user, place, lambda shown: bool(menus(shown)))
        found = menus(place.shown[message])
        kind = found[0].type if found else kinds.STRING_SELECT
        data: Json = {
            "component_type": kind,
            "custom_id": custom_id,
            "id": _number(place, message, custom_id),
            "values": [str(one) for one in values],
        }
        if kind != kinds.STRING_SELECT:
            data["resolved"] = resolved = dict[str, object]()
            option = command_rules.CHANNEL if kind == kinds.CHANNEL_SELECT else command_rules.USER
            for one in values:
                self._resolve(place, option, int(one), resolved)
        return self.interactions.start(COMPONENT, user, place, data, message=message).id

    def _beginning(self, user: int, place: Channel, start: str) -> str:
        for shown in reversed(self.seen(user, place.id)):
            for row in (*shown.rows, *shown.original_rows):
                for button in row:
                    if button.custom_id.startswith(start):
                        return button.custom_id
        raise AssertionError(f"{user} sees no button {start}* in channel {place.id}")

    def _holder(self, user: int, place: Channel, holds: Callable[[Shown], bool]) -> int:
        mine = [one for one in reversed(self.seen(user, place.id)) if one.author_bot]
        assert mine, f"the bot has no message that {user} sees in channel {place.id}"
        return next((one.id for one in mine if holds(one)), mine[0].id)

    # Modals

    def modal(self, user: int) -> Modal | None:
        """The modal that was shown to this person last."""
        shown = self.interactions.shown.get(user)
        return shown[-1].modal if shown else None

    def submit(
        self,
        user: int,
        custom_id: str,
        filled: Filled,
        *,
        forged: bool = False,
    ) -> int:
        """Fill in and send a modal that was shown to this person; again, if need be.

        `filled`: a text for a text input, one value for a radio group, values for a menu or a
        checkbox group, True or False for a checkbox. `forged` skips what a client checks.
        """
        seen = {
            one.modal.custom_id: one for one in self.interactions.shown.get(user, ()) if one.modal
        }
        assert custom_id in seen, f"{user} was shown no modal {custom_id}, only {list(seen)}"
        shown = seen[custom_id]
        modal = shown.modal
        assert modal is not None
        if not forged:
            _fits(modal, filled)
        data: Json = {
            "custom_id": custom_id,
            "components": [self._sent(one, filled) for one in modal.components],
        }
        return self.interactions.start(
            SUBMITTED, user, shown.place, data, message=shown.message, started_by=shown
        ).id

    def _sent(self, one: Json, filled: Filled) -> Json:
        number = one.get("id") or 1
        match one["type"]:
            case kinds.ROW:
                inner = [self._sent(each, filled) for each in listed(one["components"])]
                return {"type": 1, "id": number, "components": inner}
            case kinds.LABEL:
                held = one["component"]
                assert isinstance(held, dict)
                return {"type": kinds.LABEL, "id": number, "component": self._sent(held, filled)}
            case kinds.TEXT:
                return {"type": kinds.TEXT, "id": number}
        found: Json = {"type": one["type"], "id": number, "custom_id": one["custom_id"]}
        value = filled.get(str(one["custom_id"]))
        match one["type"]:
            case kinds.TEXT_INPUT:
                found["value"] = str(one.get("value") or "") if value is None else value
            case kinds.RADIO:
                found["value"] = value
            case kinds.CHECKBOX:
                found["value"] = bool(value)
            case _:
                found["values"] = list(value) if isinstance(value, Sequence) else []
        return found

    # Messages

    def say(
        self,
        user: int,
        text: str,
        channel: int | None = None,
        *,
        files: Iterable[tuple[str, bytes]] = (),
        reply_to: int | None = None,
    ) -> int:
        """A message. None: in the private chat."""
        place = self._where(user, channel)
        text = text.strip()
        held = [File(rules.file_name(name), "", content) for name, content in files]
        assert text or held, "nobody can send an empty message"
        assert len(text) <= 4000, "nobody can send more than 4,000 characters"
        raw = {**self.messages.blank(place, 0), "author": self._user(user), "content": text}
        raw["attachments"] = [self.messages.attachment(place, one) for one in held]
        answered = None
        if reply_to is not None:
            answered = place.shown[reply_to].user
            raw |= {
                "type": 19,
                "message_reference": {
                    "type": 0,
                    "channel_id": str(place.id),
                    "message_id": str(reply_to),
                },
                "referenced_message": {
                    key: value
                    for key, value in place.raw[reply_to].items()
                    if key != "referenced_message"
                },
            }
        pings = rules.pings(text, None, answered)
        self.messages.mention(raw, pings)
        number = int(str(raw["id"]))
        shown = Shown(number, place.id, False, text, user=user, reply_to=reply_to, pings=pings)
        place.raw[number], place.shown[number], place.files[number] = raw, shown, held
        read(shown, raw, held)
        self.told(place, "MESSAGE_CREATE", number)
        return number

    def again(self, event: int) -> None:
        """The same event is dispatched once more, under the same id."""
        name, payload, intent = self.events[event]
        self.gateway.emit(name, payload, intent)

    def _where(self, user: int, channel: int | None) -> Channel:
        self._user(user)
        place = self._channel(self.dm(user) if channel is None else channel)
        assert place.sees(user), f"{user} does not see channel {channel}"
        return place

    # Waiting

    def ignore(self, interaction: int) -> None:
        """Nobody waits for the first response to this one."""
        self.interactions.ignore(interaction)

    def expire_tokens(self) -> None:
        """No interaction so far can be answered any more."""
        self.interactions.expire_tokens()


def _number(place: Channel, message: int, custom_id: str) -> object:
    """The number of a component in its message; 1 where it is gone from there."""
    held = walk(place.raw[message]["components"])
    return next((one["id"] for one in held if one.get("custom_id") == custom_id), 1)


def _fits(modal: Modal, filled: Filled) -> None:
    known = {one.custom_id for one in modal.fields}
    assert filled.keys() <= known, f"the modal has no field {filled.keys() - known}"
    for one in modal.fields:
        _field_fits(one, filled.get(one.custom_id, one.value))


def _field_fits(one: Field, value: object) -> None:
    if one.type == kinds.CHECKBOX:
        return
    assert value or not one.required, f"{one.custom_id} must be filled in"
    if one.type == kinds.TEXT_INPUT:
        assert isinstance(value, str)
        fits = one.min_length <= len(value) <= one.max_length or not value
        assert fits, f"{one.custom_id} takes {one.min_length} to {one.max_length} characters"
    elif value and one.options:
        values = [value] if isinstance(value, str) else value
        assert isinstance(values, Sequence)
        offered = [each for _, each in one.options]
        assert {*values} <= {*offered}, f"{one.custom_id} offers {offered}"
