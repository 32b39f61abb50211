"""The people, the guilds and the channels: what stands there, and who sees it.

What people do is in `discord_people`; the bot's requests work on the same channels through
`place`, `message` and `changed`.
"""

import asyncio
import re
from collections.abc import Iterable

from tests.platforms import discord_gateway as gate
from tests.platforms import discord_json as form
from tests.platforms.discord_gateway import Gateway, Session
from tests.platforms.discord_places import Channel, Guild
from tests.platforms.discord_rules import EPHEMERAL, Json, Refused
from tests.platforms.discord_shown import Change, File, Kind, Shown, copied, read

UNKNOWN_CHANNEL = 404, 10003, "Unknown Channel"
UNKNOWN_MESSAGE = 404, 10008, "Unknown Message"


class World:
    """Guilds, channels and people, as the bot's requests and the people themselves find them."""

    def __init__(self, application: int, gateway: Gateway) -> None:
        self.application = application
        self.gateway = gateway
        self.bot = form.user(application, "Syllabot", bot=True)
        self.portal: Json = {}  # what its owner set in the developer portal
        self.people: dict[int, Json] = {}
        self.locales: dict[int, str] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.dms: dict[int, int] = {}
        self.changes: list[Change] = []
        self.events: dict[int, tuple[str, Json, int]] = {}  # what again() repeats
        gateway.ready, gateway.greet, gateway.members = self._ready, self._greet, self._chunks

    # Who and where

    def person(self, user: int, name: str, locale: str = "en-US") -> None:
        self.people[user] = form.user(user, name)
        self.locales[user] = locale

    def guild(
        self,
        guild: int,
        name: str,
        members: Iterable[int] = (),
        *,
        locale: str = "en-US",
        joined: bool = True,
    ) -> None:
        """A server with these members. `joined` False: the bot is none of them."""
        place = Guild(guild, name, locale, {*members}, joined=joined)
        self.guilds[guild] = place
        for user in members:
            self._user(user)
        if joined:
            self.gateway.emit("GUILD_CREATE", self._guild_create(place), gate.GUILDS)

    def channel(
        self, guild: int, channel: int, name: str, *, private: Iterable[int] | None = None
    ) -> None:
        """A text channel; with `private` only these people, the admins and the bot read it."""
        place = self._guild(guild)
        readers = None if private is None else {*private}
        made = Channel(channel, form.TEXT_CHANNEL, name, place, private=readers)
        self._add(made, "CHANNEL_CREATE")

    def thread(
        self,
        channel: int,
        thread: int,
        name: str,
        *,
        private: Iterable[int] | None = None,
        owner: int = 0,
    ) -> None:
        """A thread of a text channel; with `private` a private one that these people are in."""
        parent = self._channel(channel)
        kind = form.PUBLIC_THREAD if private is None else form.PRIVATE_THREAD
        readers = parent.private if private is None else {*private}
        made = Channel(thread, kind, name, parent.guild, parent=channel, private=readers)
        made.owner = owner
        self._add(made, "THREAD_CREATE", newly_created=True)

    def _add(self, made: Channel, event: str, **more: object) -> None:
        assert made.id not in self.channels, f"there is a channel {made.id} already"
        assert made.guild is not None
        self.channels[made.id] = made
        made.guild.channels.add(made.id)
        if made.guild.joined:
            self.gateway.emit(event, {**made.json(self.application), **more}, gate.GUILDS)

    def dm(self, user: int) -> int:
        """The channel of the private chat with this person, made on first use."""
        if user not in self.dms:
            number = form.snowflake()
            self.dms[user] = number
            self.channels[number] = Channel(number, form.DM, person=self._user(user))
        return self.dms[user]

    def role(self, guild: int, role: int, name: str, members: Iterable[int] = ()) -> None:
        place = self._guild(guild)
        place.roles[role] = form.role(role, name, 0, len(place.roles) + 1)
        for user in members:
            place.held.setdefault(user, set()).add(role)
        told: Json = {"guild_id": str(guild), "role": place.roles[role]}
        self.gateway.emit("GUILD_ROLE_CREATE", told, gate.GUILDS)

    def join(self, guild: int, user: int) -> None:
        """A person becomes a member of the guild."""
        self._user(user)
        self._guild(guild).members.add(user)

    def leave(self, guild: int, user: int) -> None:
        self._guild(guild).members.discard(user)

    def promote(self, guild: int, user: int) -> None:
        """This person is an administrator of the guild."""
        self.join(guild, user)
        self._guild(guild).admins.add(user)

    def _user(self, user: int) -> Json:
        """Made on first use."""
        if user not in self.people:
            self.person(user, f"Person {user}")
        return self.people[user]

    def _guild(self, guild: int) -> Guild:
        assert guild in self.guilds, f"no guild {guild}: make it with guild()"
        return self.guilds[guild]

    def _channel(self, channel: int) -> Channel:
        assert channel in self.channels, f"no channel {channel}: make it with channel()"
        return self.channels[channel]

    # What stands in the bot's way

    def close_dm(self, user: int) -> None:
        """This person takes no private messages from the bot."""
        self._channel(self.dm(user)).closed = True

    def open_dm(self, user: int) -> None:
        self._channel(self.dm(user)).closed = False

    def forbid(self, channel: int, *, see: bool = False) -> None:
        """The bot may not write here any more; with `see` it may not even look."""
        self._channel(channel).forbidden = "see" if see else "send"
        self._updated(channel)

    def permit(self, channel: int) -> None:
        self._channel(channel).forbidden = ""
        self._updated(channel)

    def archive(self, thread: int, *, locked: bool = False) -> None:
        """The thread is archived; a locked one only a moderator opens again."""
        place = self._channel(thread)
        assert place.is_thread, f"{thread} is no thread"
        place.archived, place.locked = True, locked
        self._updated(thread)

    def _updated(self, channel: int) -> None:
        place = self._channel(channel)
        event = "THREAD_UPDATE" if place.is_thread else "CHANNEL_UPDATE"
        self.gateway.emit(event, place.json(self.application), gate.GUILDS)

    def delete_channel(self, channel: int) -> None:
        place = self.channels.pop(channel)
        for user, number in list(self.dms.items()):
            if number == channel:
                del self.dms[user]
        if place.guild is None:
            return
        place.guild.channels.discard(channel)
        told = place.json(self.application)
        event = "THREAD_DELETE" if place.is_thread else "CHANNEL_DELETE"
        self.gateway.emit(event, told, gate.GUILDS)
        for one in [one for one in self.channels.values() if one.parent == channel]:
            self.delete_channel(one.id)

    def remove_from_guild(self, guild: int) -> None:
        """Somebody removes the bot from the guild."""
        self._guild(guild).joined = False
        self.gateway.emit("GUILD_DELETE", {"id": str(guild)}, gate.GUILDS)

    def delete(self, channel: int, message: int) -> None:
        """A person deletes a message, the bot's or their own."""
        place = self._channel(channel)
        place.shown[message].deleted = True
        self.told(place, "MESSAGE_DELETE", message)

    # What people see

    def seen(self, user: int, channel: int | None = None) -> list[Shown]:
        """What this person sees there now, oldest first; None: in their private chat."""
        place = self._channel(self.dm(user) if channel is None else channel)
        if not place.sees(user):
            return []
        return [
            one
            for one in place.shown.values()
            if not one.deleted and one.ephemeral_for in (None, user)
        ]

    def changed(self, kind: Kind, message: Shown, before: str = "") -> None:
        self.changes.append(Change(kind, copied(message), before))

    # Where the bot's requests come in

    def place(self, channel: int) -> Channel:
        """The channel, if there is one."""
        found = self.channels.get(channel)
        if found is None:
            raise Refused(*UNKNOWN_CHANNEL)
        return found

    def message(self, place: Channel, message: int) -> Shown:
        """A message that still stands there."""
        found = place.shown.get(message)
        if found is None or found.deleted:
            raise Refused(*UNKNOWN_MESSAGE)
        return found

    def post(
        self, place: Channel, raw: Json, files: list[File], pings: list[str], only: int | None
    ) -> Shown:
        """A message of the bot's appears; a loading one is nothing new to see yet."""
        author = raw["author"]
        assert isinstance(author, dict)
        number = int(str(raw["id"]))
        shown = Shown(number, place.id, bool(author["bot"]), "", pings=pings, ephemeral_for=only)
        shown.user = int(author["id"])
        place.raw[number], place.shown[number], place.files[number] = raw, shown, files
        read(shown, raw, files)
        shown.original_rows, shown.original_selects = shown.rows, shown.selects
        if place.type == form.PRIVATE_THREAD and place.private is not None and place.guild:
            called = {int(one[2:-1]) for one in pings if re.fullmatch(r"<@\d+>", one)}
            place.private |= called & place.guild.members  # who is named there is invited
        if not shown.loading:
            self.changed("new", shown)
            self.told(place, "MESSAGE_CREATE", number)
        return shown

    def edit(self, place: Channel, raw: Json, files: list[File], pings: list[str]) -> Shown:
        """A message of the bot's changes."""
        number = int(str(raw["id"]))
        shown = place.shown[number]
        before = copied(shown)
        place.raw[number], place.files[number] = raw, files
        shown.pings = pings
        read(shown, raw, files)
        for row in shown.rows:
            if row not in shown.original_rows:
                shown.original_rows = [*shown.original_rows, row]
        for select in shown.selects:
            if select not in shown.original_selects:
                shown.original_selects = [*shown.original_selects, select]
        if before.loading:
            if not shown.loading:
                self.changed("new", shown)
                self.told(place, "MESSAGE_CREATE", number)
            return shown
        if shown.text != before.text:
            self.changed("text", shown, before.text)
        elif shown.looks() != before.looks():
            self.changed("components", shown, before.text)
        self.told(place, "MESSAGE_UPDATE", number)
        return shown

    def remove(self, place: Channel, message: int) -> None:
        """The bot deletes a message."""
        shown = place.shown[message]
        shown.deleted = True
        self.changed("deleted", shown, shown.text)
        self.told(place, "MESSAGE_DELETE", message)

    def told(self, place: Channel, event: str, message: int) -> None:
        """The bot hears of a message, its own ones too; not of what one person alone sees."""
        shown = place.shown[message]
        intent = gate.GUILD_MESSAGES if place.guild else gate.DIRECT_MESSAGES
        if shown.flags & EPHEMERAL or (place.guild and not place.guild.joined):
            return
        guild: Json = {"guild_id": str(place.guild.id)} if place.guild else {}
        if event == "MESSAGE_DELETE":
            gone: Json = {"id": str(message), "channel_id": str(place.id)}
            self.gateway.emit(event, {**gone, **guild}, intent)
            return
        payload = {**place.raw[message], **guild}
        if not shown.author_bot:
            payload = self._as_heard(place, payload)
            if place.guild:
                payload["member"] = self.member(place.guild, shown.user, alone=True)
            self.events[message] = event, payload, intent
        self.gateway.emit(event, payload, intent)

    def _as_heard(self, place: Channel, raw: Json) -> Json:
        """A person's message as far as the bot may read it."""
        mentions, replied = raw["mentions"], raw.get("referenced_message")
        assert isinstance(mentions, list)
        if (
            place.guild is None
            or self.gateway.intends(gate.MESSAGE_CONTENT)
            or self.bot in mentions
            or (isinstance(replied, dict) and replied["author"] == self.bot)
        ):
            return raw
        return {**raw, "content": "", "attachments": [], "embeds": [], "components": []}

    def member(self, guild: Guild, user: int, *, alone: bool = False, may: bool = False) -> Json:
        """A membership; `alone` without the person, `may` with their permissions."""
        person = None if alone else self.bot if user == self.application else self._user(user)
        permissions = guild.permissions(user) if may else 0
        return form.member(person, roles=guild.held.get(user, ()), permissions=permissions)

    # What the gateway tells at the beginning

    def _ready(self, session: Session) -> Json:
        joined = [one for one in self.guilds.values() if one.joined]
        return {
            "v": 10,
            "user": {**self.bot, "verified": True, "mfa_enabled": False, "email": None},
            "guilds": [{"id": str(one.id), "unavailable": True} for one in joined],
            "session_id": session.id,
            "resume_gateway_url": self.gateway.url,
            "shard": session.shard,
            "application": {"id": str(self.application), "flags": 0, "flags_new": "0"},
        }

    def _greet(self, session: Session) -> list[tuple[str, Json]]:
        joined = [one for one in self.guilds.values() if one.joined]
        if not session.intents & gate.GUILDS:
            return []
        return [("GUILD_CREATE", self._guild_create(one)) for one in joined]

    def _guild_create(self, guild: Guild) -> Json:
        channels = [self.channels[one] for one in sorted(guild.channels)]
        empty = (
            "voice_states presences stage_instances guild_scheduled_events soundboard_sounds"
        ).split()
        seen = [one for one in channels if one.forbidden != "see"]
        return {
            **guild.json(),
            **{key: [] for key in empty},
            "joined_at": form.JOINED,
            "large": False,
            "unavailable": False,
            "member_count": len(guild.members) + 1,
            "members": [self.member(guild, self.application)],
            "channels": [one.json(self.application) for one in seen if not one.is_thread],
            "threads": [
                one.json(self.application) for one in seen if one.is_thread and not one.archived
            ],
        }

    def _chunks(self, asked: Json) -> list[Json]:
        """Members of a guild, as op 8 asks for them."""
        guild = self.guilds.get(int(str(asked["guild_id"])))
        if guild is None:
            return []
        wanted = asked.get("user_ids")
        users = sorted(guild.members)
        if isinstance(wanted, list):
            users = [one for one in users if str(one) in map(str, wanted)]
        nonce: Json = {"nonce": asked["nonce"]} if asked.get("nonce") else {}
        parts = [users[at : at + 1000] for at in range(0, len(users), 1000)] or [[]]
        return [
            {
                "guild_id": str(guild.id),
                "members": [self.member(guild, one) for one in part],
                "chunk_index": index,
                "chunk_count": len(parts),
                **nonce,
            }
            for index, part in enumerate(parts)
        ]

    def time(self) -> float:
        return asyncio.get_running_loop().time()
