"""The bot's own affairs: who it is, its commands, and the channels it asks for or opens."""

from tests.platforms import discord_command_rules as command_rules
from tests.platforms import discord_gateway as gate
from tests.platforms import discord_json as form
from tests.platforms import discord_rules as rules
from tests.platforms.discord_messages import Ask, Handler, Reply
from tests.platforms.discord_people import People
from tests.platforms.discord_places import Channel, Guild
from tests.platforms.discord_rules import Json, Refused

# Message content, members and presences, each for bots in fewer than 10,000 guilds.
GRANTED = {gate.MESSAGE_CONTENT: 1 << 19, gate.MEMBERS: 1 << 15, gate.PRESENCES: 1 << 13}
AUTO_ARCHIVE = (60, 1440, 4320, 10080)


class Account:
    """Handlers of everything that is neither a message nor an interaction."""

    def __init__(self, world: People) -> None:
        self.world = world
        every, one = (
            "/applications/{application_id}/commands",
            "/applications/{application_id}/commands/{command_id}",
        )
        guild = "/applications/{application_id}/guilds/{guild_id}/commands"
        self.table: dict[str, Handler] = {
            "GET /users/@me": self._me,
            "GET /oauth2/applications/@me": self._application,
            "GET /applications/@me": self._application,
            "GET /users/@me/guilds": self._mine,
            "GET /gateway": lambda ask: {"url": world.gateway.url},
            "GET /gateway/bot": self._gateway,
            f"GET {every}": lambda ask: self._list(ask),
            f"PUT {every}": self._replace,
            f"POST {every}": self._create,
            f"GET {one}": lambda ask: self._command(ask),
            f"PATCH {one}": self._change,
            f"DELETE {one}": self._remove,
            f"GET {guild}": lambda ask: self._list(ask),
            f"PUT {guild}": self._replace,
            f"POST {guild}": self._create,
            f"GET {guild}/{{command_id}}": lambda ask: self._command(ask),
            f"PATCH {guild}/{{command_id}}": self._change,
            f"DELETE {guild}/{{command_id}}": self._remove,
            "POST /users/@me/channels": self._open_dm,
            "GET /users/{user_id}": self._person,
            "GET /guilds/{guild_id}": lambda ask: self._guild(ask).json(),
            "GET /guilds/{guild_id}/members/{user_id}": self._member,
            "GET /guilds/{guild_id}/channels": self._channels,
            "GET /channels/{channel_id}": self._channel,
            "PATCH /channels/{channel_id}": self._edit_channel,
            "DELETE /channels/{channel_id}": self._delete_channel,
            "POST /channels/{channel_id}/threads": self._thread,
            "POST /channels/{channel_id}/messages/{message_id}/threads": self._thread,
            "PUT /channels/{channel_id}/thread-members/{user_id}": self._invite,
            "DELETE /channels/{channel_id}/thread-members/{user_id}": self._uninvite,
        }

    # Who it is

    def _me(self, ask: Ask) -> object:
        return {**self.world.bot, "mfa_enabled": True, "locale": "en-US", "verified": True}

    def _application(self, ask: Ask) -> object:
        flags = sum(
            flag for intent, flag in GRANTED.items() if self.world.gateway.privileged & intent
        )
        found = form.application(self.world.application, "Syllabot", flags, self.world.bot)
        return {**found, **self.world.portal}

    def _mine(self, ask: Ask) -> object:
        """The servers that the bot is in, with what it may do there."""
        known = [one for one in self.world.guilds.values() if one.joined]
        return [form.joined(one.id, one.name, one.granted) for one in known]

    def _gateway(self, ask: Ask) -> object:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
        return {"url": self.world.gateway.url, "shards": 1, "session_start_limit": limit}

    # Commands

    def _scope(self, ask: Ask) -> list[Json]:
        if ask.ids["application_id"] != str(self.world.application):
            raise Refused(
                403, 20012, "You are not authorized to perform this action on this application"
            )
        if "guild_id" not in ask.ids:
            return self.world.commands
        return self.world.guild_commands.setdefault(self._guild(ask).id, [])

    def _list(self, ask: Ask) -> object:
        if ask.query.get("with_localizations") in ("true", "1"):
            return self._scope(ask)
        return [
            {key: value for key, value in one.items() if not key.endswith("_localizations")}
            for one in self._scope(ask)
        ]

    def _replace(self, ask: Ask) -> object:
        held = self._scope(ask)
        asked = command_rules.commands(ask.data)
        ids = {(one["type"], one["name"]): one["id"] for one in held}
        held[:] = [
            self._kept(one, ids.get((one.get("type") or 1, one["name"])), ask) for one in asked
        ]
        return held

    def _create(self, ask: Ask) -> Reply:
        held = self._scope(ask)
        command_rules.command(ask.data)
        kind = ask.data.get("type") or 1
        for index, one in enumerate(held):
            if (one["type"], one["name"]) == (kind, ask.data["name"]):
                held[index] = self._kept(ask.data, one["id"], ask)
                return Reply(held[index])
        command_rules.commands([*held, ask.data])
        held.append(self._kept(ask.data, None, ask))
        return Reply(held[-1], 201)

    def _kept(self, asked: Json, number: object, ask: Ask) -> Json:
        """A command as it comes back."""
        permissions = asked.get("default_member_permissions")
        found: Json = {
            "name_localizations": None,
            "description": "",
            "description_localizations": None,
            "contexts": None,
            "integration_types": [0],
            "nsfw": False,
            **{key: value for key, value in asked.items() if value is not None},
            "id": number or str(form.snowflake()),
            "application_id": str(self.world.application),
            "version": str(form.snowflake()),
            "type": asked.get("type") or 1,
            "default_member_permissions": None if permissions is None else str(permissions),
        }
        return {**found, "guild_id": ask.ids["guild_id"]} if "guild_id" in ask.ids else found

    def _command(self, ask: Ask) -> Json:
        for one in self._scope(ask):
            if one["id"] == ask.ids["command_id"]:
                return one
        raise Refused(404, 10063, "Unknown application command")

    def _change(self, ask: Ask) -> object:
        one = self._command(ask)
        changed = {**one, **ask.data}
        command_rules.command(changed)
        one.update(self._kept(changed, one["id"], ask))
        return one

    def _remove(self, ask: Ask) -> None:
        self._scope(ask).remove(self._command(ask))

    # People and guilds

    def _open_dm(self, ask: Ask) -> object:
        user = rules.snowflake(ask.data.get("recipient_id"), ("recipient_id",))
        if user not in self.world.people:
            raise Refused(400, 50033, "Invalid Recipient(s)")
        return self.world.channels[self.world.dm(user)].json(self.world.application)

    def _person(self, ask: Ask) -> object:
        if ask.ids["user_id"] == str(self.world.application):
            return self.world.bot
        found = self.world.people.get(ask.id("user_id"))
        if found is None:
            raise Refused(404, 10013, "Unknown User")
        return found

    def _guild(self, ask: Ask) -> Guild:
        found = self.world.guilds.get(ask.id("guild_id"))
        if found is None:
            raise Refused(404, 10004, "Unknown Guild")
        if not found.joined:
            raise Refused(403, 50001, "Missing Access")
        return found

    def _member(self, ask: Ask) -> object:
        guild, user = self._guild(ask), ask.id("user_id")
        if user not in guild.members and user != self.world.application:
            raise Refused(404, 10007, "Unknown Member")
        return self.world.member(guild, user)

    def _channels(self, ask: Ask) -> object:
        held = [self.world.channels[one] for one in sorted(self._guild(ask).channels)]
        return [one.json(self.world.application) for one in held if not one.is_thread]

    # Channels

    def _place(self, ask: Ask) -> Channel:
        place = self.world.place(ask.id("channel_id"))
        place.open_to_bot()
        return place

    def _channel(self, ask: Ask) -> object:
        return self._place(ask).json(self.world.application)

    def _edit_channel(self, ask: Ask) -> object:
        """A bot without special rights can edit its own threads, and open what is not locked."""
        place = self._place(ask)
        opens = ask.data.keys() == {"archived"} and ask.data["archived"] is False
        mine = place.owner in (0, self.world.application)
        if not place.is_thread or place.locked or not (mine or opens):
            raise Refused(403, 50013, "Missing Permissions")
        if "archived" in ask.data:
            place.archived = rules.flag(ask.data, "archived", ())
        if "locked" in ask.data:
            place.locked = rules.flag(ask.data, "locked", ())
        place.name = rules.optional(ask.data, "name", (), 100, 1) or place.name
        told = place.json(self.world.application)
        self.world.gateway.emit("THREAD_UPDATE", told, gate.GUILDS)
        return told

    def _delete_channel(self, ask: Ask) -> object:
        place = self._place(ask)
        if place.guild is not None:
            raise Refused(403, 50013, "Missing Permissions")
        return place.json(self.world.application)  # a private chat is closed, and opens again

    def _thread(self, ask: Ask) -> Reply:
        place = self._place(ask)
        place.writable()
        if place.guild is None or place.is_thread:
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        name = rules.needed(ask.data, "name", (), 100)
        minutes = ask.data.get("auto_archive_duration") or 4320
        if minutes not in AUTO_ARCHIVE:
            said = f"Value must be one of {AUTO_ARCHIVE}."
            raise rules.Rejected(said, ("auto_archive_duration",), "BASE_TYPE_CHOICES")
        number = form.snowflake()
        kind = ask.data.get("type", form.PRIVATE_THREAD)
        if "message_id" in ask.ids:
            number, kind = self.world.message(place, ask.id("message_id")).id, form.PUBLIC_THREAD
        private = kind == form.PRIVATE_THREAD
        self.world.thread(
            place.id, number, name, private=() if private else None, owner=self.world.application
        )
        made = self.world.channels[number]
        made.archive_minutes = int(str(minutes))
        return Reply(made.json(self.world.application), 201)

    def _invite(self, ask: Ask) -> None:
        place = self._place(ask)
        user = self._someone(ask)
        if place.private is not None and user is not None:
            place.private.add(user)

    def _uninvite(self, ask: Ask) -> None:
        place = self._place(ask)
        user = self._someone(ask)
        if place.private is not None and user is not None:
            place.private.discard(user)

    def _someone(self, ask: Ask) -> int | None:
        """A person of the guild; None: the bot itself, which is there anyway."""
        if ask.ids["user_id"] in ("@me", str(self.world.application)):
            return None
        user, guild = ask.id("user_id"), self._place(ask).guild
        if guild is None or user not in guild.members:
            raise Refused(404, 10007, "Unknown Member")
        return user
