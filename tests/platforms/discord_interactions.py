"""What people start and the bot answers: first responses, and what may follow them for a while."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.platforms import discord_command_rules as command_rules
from tests.platforms import discord_component_rules as component_rules
from tests.platforms import discord_json as form
from tests.platforms import discord_rules as rules
from tests.platforms.discord_messages import Ask, Handler, Messages, Reply
from tests.platforms.discord_places import Channel
from tests.platforms.discord_rules import Json, Refused, Rejected, Upload
from tests.platforms.discord_shown import Modal, Shown, modal
from tests.platforms.discord_world import World

COMMAND, COMPONENT, COMPLETION, SUBMITTED = 2, 3, 4, 5
PONG, MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9
MAY = rules.SUPPRESS_EMBEDS | rules.SILENT | rules.VOICE | rules.V2 | rules.EPHEMERAL

UNKNOWN_INTERACTION = 404, 10062, "Unknown interaction"
ACKNOWLEDGED = 400, 40060, "Interaction has already been acknowledged."
UNKNOWN_WEBHOOK = 404, 10015, "Unknown Webhook"
INVALID_TOKEN = 401, 50027, "Invalid Webhook Token"
UNKNOWN_MESSAGE = 404, 10008, "Unknown Message"


@dataclass(slots=True)
class Interaction:
    """One thing a person did. `answered` is the type of the first response, 0 before it."""

    id: int
    type: int
    user: int
    place: Channel
    at: float
    token: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    name: str = ""
    message: int | None = None  # where the component stands
    answered: int = 0
    original: int | None = None  # the message that the first response made or names
    choices: list[Json] = field(default_factory=list)
    modal: Modal | None = None
    dead: bool = False  # its token is no longer valid
    guest: bool = False  # the bot is no member of the guild
    followups: int = 0
    started_by: "Interaction | None" = None  # a modal's


class Interactions:
    """All interactions, and the requests that answer them."""

    def __init__(self, world: World, messages: Messages) -> None:
        self.world, self.messages = world, messages
        self.all: dict[int, Interaction] = {}
        self.by_token: dict[str, Interaction] = {}
        self.acknowledged: dict[int, float] = {}
        self.pending: dict[int, float] = {}  # when each becomes too late
        self.failed: list[int] = []  # people were told that the app did not respond
        self.shown: dict[int, list[Interaction]] = {}  # whose modals each person saw
        self.deadline, self.token_life = rules.FIRST_RESPONSE, rules.TOKEN_LIFE
        hook = "/webhooks/{webhook_id}/{webhook_token}"
        self.table: dict[str, Handler] = {
            "POST /interactions/{interaction_id}/{interaction_token}/callback": self._respond,
            f"POST {hook}": self._follow_up,
            f"GET {hook}/messages/@original": self._get,
            f"PATCH {hook}/messages/@original": self._edit,
            f"DELETE {hook}/messages/@original": self._delete,
            f"GET {hook}/messages/{{message_id}}": self._get,
            f"PATCH {hook}/messages/{{message_id}}": self._edit,
            f"DELETE {hook}/messages/{{message_id}}": self._delete,
        }

    # What people do

    def start(
        self, kind: int, user: int, place: Channel, data: Json, **more: object
    ) -> Interaction:
        """Dispatch an interaction. `more`: see the fields of `Interaction`."""
        world = self.world
        one = Interaction(form.snowflake(), kind, user, place, world.time(), **more)  # type: ignore[arg-type]
        one.guest = place.guild is not None and not place.guild.joined
        self.all[one.id] = self.by_token[one.token] = one
        payload = self._payload(one, data)
        world.events[one.id] = "INTERACTION_CREATE", payload, 0
        if world.gateway.emit("INTERACTION_CREATE", payload):
            self.pending[one.id] = one.at + self.deadline
        else:
            self.failed.append(one.id)
        return one

    def _payload(self, one: Interaction, data: Json) -> Json:
        world, place, guild = self.world, one.place, one.place.guild
        found: Json = {
            "id": str(one.id),
            "application_id": str(world.application),
            "type": one.type,
            "token": one.token,
            "version": 1,
            "locale": world.locales.get(one.user, "en-US"),
            "channel_id": str(place.id),
            "channel": {**place.json(world.application), "permissions": str(form.MEMBER)},
            "app_permissions": str(place.app_permissions()),
            "attachment_size_limit": form.FILE_LIMIT,
            "entitlements": [],
            "authorizing_integration_owners": self._owners(one),
            "data": data,
        }
        if one.message is not None:
            found["message"] = place.raw[one.message]
        if guild is None:
            return {**found, "context": 1, "user": world.people[one.user]}
        return {
            **found,
            "context": 0,
            "guild_id": str(guild.id),
            "guild_locale": guild.locale,
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "member": world.member(guild, one.user, may=True),
        }

    def _owners(self, one: Interaction) -> Json:
        if one.guest:
            return {"1": str(one.user)}
        return {"0": str(one.place.guild.id if one.place.guild else 0)}

    def expire_tokens(self) -> None:
        """No interaction so far can be answered any more."""
        for one in self.all.values():
            one.dead = True

    # What a test waits for

    def unanswered(self) -> list[int]:
        """Those whose first response may still come."""
        now = self.world.time()
        for number, until in list(self.pending.items()):
            if until < now:
                self.ignore(number)
                self.failed.append(number)
        return list(self.pending)

    def ignore(self, interaction: int) -> None:
        self.pending.pop(interaction, None)

    def tried(self, ask: Ask) -> None:
        """A first response came in, fit or not: nobody waits for another, if it is in time."""
        self.unanswered()
        if ask.ids["interaction_id"].isdecimal():
            self.ignore(ask.id("interaction_id"))

    # The first response

    def _respond(self, ask: Ask) -> Reply | object:
        one = self.all.get(ask.id("interaction_id"))
        now = self.world.time()
        if one is None or one.token != ask.ids["interaction_token"] or one.dead:
            raise Refused(*UNKNOWN_INTERACTION)
        taken = now - one.at
        if one.answered:
            raise Refused(*ACKNOWLEDGED)
        if taken > self.deadline:
            raise Refused(*UNKNOWN_INTERACTION)
        self.world.place(one.place.id)
        made = self._first(one, ask.data, ask.uploads)
        self.acknowledged[one.id] = taken
        if ask.query.get("with_response") not in ("1", "true", "True"):
            return None
        return self._told(one, made)

    def _first(self, one: Interaction, asked: Json, uploads: dict[int, Upload]) -> Shown | None:
        """Carry out a first response; the message it made, if it made one."""
        kind = asked.get("type")
        data = rules.mapping(asked.get("data") or {}, ("data",))
        component = one.type == COMPONENT or (one.type == SUBMITTED and one.message is not None)
        if kind not in (MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL):
            raise Rejected(f"{kind} is no type of a response", ("type",), "BASE_TYPE_CHOICES")
        if (kind == CHOICES) != (one.type == COMPLETION):
            said = "Choices answer an autocompletion, and nothing else does"
            raise Rejected(said, ("type",), "INTERACTION_RESPONSE_TYPE_INVALID")
        if kind in (DEFER_UPDATE, UPDATE) and not component:
            said = "There is no message of a component to update"
            raise Rejected(said, ("type",), "INTERACTION_RESPONSE_TYPE_INVALID")
        if kind == MODAL and one.type == SUBMITTED:
            said = "A modal cannot answer a modal"
            raise Rejected(said, ("type",), "INTERACTION_RESPONSE_TYPE_INVALID")
        made = None
        match kind:
            case 4:
                made = self._message(one, data, uploads)
                one.original = made.id
            case 5:
                flags = rules.flags(data.get("flags"), rules.EPHEMERAL, ("data", "flags"))
                if extra := {key for key, value in data.items() if value} - {"flags"}:
                    said = f"A deferred reply carries no {sorted(extra)}"
                    raise Rejected(said, ("data",), "INTERACTION_DEFERRED_DATA")
                made = self._loading(one, flags)
                one.original = made.id
            case 6:
                one.original = one.message
            case 7:
                assert one.message is not None
                if one.place.shown[one.message].deleted:
                    raise Refused(*UNKNOWN_MESSAGE)
                made = self._inside_data(
                    lambda: self.messages.change(one.place, one.message or 0, data, uploads)
                )
                one.original = made.id
            case 8:
                choices = rules.objects(data.get("choices"), ("data", "choices"), rules.CHOICES)
                command_rules.choices_of(choices, ("data", "choices"))
                one.choices = choices
            case _:
                component_rules.modal(data)
                one.modal = modal(data, one.id)
                self.shown.setdefault(one.user, []).append(one)
        assert isinstance(kind, int)
        one.answered = kind
        return made

    def _inside_data(self, act: Callable[[], Shown]) -> Shown:
        """Complaints name the place in the request, which is inside of "data"."""
        try:
            return act()
        except Rejected as rejected:
            rejected.at = ("data", *rejected.at)
            raise

    def _message(self, one: Interaction, data: Json, uploads: dict[int, Upload]) -> Shown:
        asked = data.get("flags")
        only = one.user if isinstance(asked, int) and asked & rules.EPHEMERAL else None
        return self._inside_data(
            lambda: self.messages.new(
                one.place, data, uploads, may=MAY, head=self._head(one), only=only
            )
        )

    def _loading(self, one: Interaction, flags: int) -> Shown:
        raw = {**self.messages.blank(one.place, flags | rules.LOADING), **self._head(one)}
        only = one.user if flags & rules.EPHEMERAL else None
        return self.world.post(one.place, raw, [], [], only)

    def _head(self, one: Interaction) -> Json:
        """What a message that answers an interaction carries."""
        person = self.world.people[one.user]
        about: Json = {
            "id": str(one.id),
            "type": one.type,
            "user": person,
            "authorizing_integration_owners": self._owners(one),
        }
        found: Json = {
            "application_id": str(self.world.application),
            "webhook_id": str(self.world.application),
            "interaction_metadata": about,
        }
        if one.type == COMMAND:
            about |= {"name": one.name, "command_type": 1}
            found["type"] = 20
            found["interaction"] = {"id": str(one.id), "type": 2, "name": one.name, "user": person}
        elif one.type == COMPONENT:
            about["interacted_message_id"] = str(one.message)
        elif one.type == SUBMITTED and one.started_by:
            about["triggering_interaction_metadata"] = self._head(one.started_by)[
                "interaction_metadata"
            ]
        return found

    def _told(self, one: Interaction, made: Shown | None) -> Json:
        about: Json = {"id": str(one.id), "type": one.type}
        if one.original is not None:
            about |= {
                "response_message_id": str(one.original),
                "response_message_loading": one.answered == DEFER,
                "response_message_ephemeral": (
                    one.place.shown[one.original].ephemeral_for is not None
                ),
            }
        found: Json = {"interaction": about}
        if made is not None and one.answered in (MESSAGE, UPDATE):
            found["resource"] = {"type": one.answered, "message": one.place.raw[made.id]}
        return found

    # Afterwards

    def _known(self, ask: Ask) -> Interaction:
        if ask.ids["webhook_id"] != str(self.world.application):
            raise Refused(*UNKNOWN_WEBHOOK)
        one = self.by_token.get(ask.ids["webhook_token"])
        if one is None or one.dead or self.world.time() > one.at + self.token_life:
            raise Refused(*INVALID_TOKEN)
        if not one.answered:
            raise Refused(*UNKNOWN_WEBHOOK)
        self.world.place(one.place.id)
        return one

    def _follow_up(self, ask: Ask) -> object:
        """A further message; after a deferred reply the first one takes its place."""
        one = self._known(ask)
        original = one.place.shown.get(one.original or 0)
        if original and original.loading and not original.deleted:
            data = {key: value for key, value in ask.data.items() if key != "flags"}
            flags = rules.flags(ask.data.get("flags"), MAY) & rules.V2
            if flags:
                data["flags"] = flags
            self.messages.change(one.place, original.id, data, ask.uploads)
            return one.place.raw[original.id]
        if one.guest and one.followups >= rules.FOLLOWUPS_OF_USER_APPS:
            said = "Maximum number of follow up messages for this interaction reached"
            raise Refused(400, 40094, said)
        asked = ask.data.get("flags")
        only = one.user if isinstance(asked, int) and asked & rules.EPHEMERAL else None
        shown = self.messages.new(
            one.place, ask.data, ask.uploads, may=MAY, head=self._head(one), only=only
        )
        one.followups += 1
        return one.place.raw[shown.id]

    def _named(self, ask: Ask) -> tuple[Interaction, Shown]:
        one = self._known(ask)
        number = ask.id("message_id") if "message_id" in ask.ids else one.original
        found = one.place.shown.get(number or 0)
        if found is None or found.deleted or found.user != self.world.application:
            raise Refused(*UNKNOWN_MESSAGE)
        if not self._belongs(one, found):
            raise Refused(*UNKNOWN_MESSAGE)
        return one, found

    def _belongs(self, one: Interaction, shown: Shown) -> bool:
        """A token leads to the messages of its interaction, and to that of its component."""
        about = one.place.raw[shown.id].get("interaction_metadata")
        mine = isinstance(about, dict) and about["id"] == str(one.id)
        return mine or shown.id in (one.original, one.message)

    def _get(self, ask: Ask) -> object:
        one, shown = self._named(ask)
        return one.place.raw[shown.id]

    def _edit(self, ask: Ask) -> object:
        one, shown = self._named(ask)
        self.messages.change(one.place, shown.id, ask.data, ask.uploads)
        return one.place.raw[shown.id]

    def _delete(self, ask: Ask) -> None:
        one, shown = self._named(ask)
        self.world.remove(one.place, shown.id)
