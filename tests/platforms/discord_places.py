"""Guilds, channels, threads and private chats, with what keeps the bot from writing there."""

from dataclasses import dataclass, field

from tests.platforms import discord_json as form
from tests.platforms.discord_rules import Json, Refused
from tests.platforms.discord_shown import File, Shown


@dataclass(slots=True)
class Guild:
    """A server. `joined`: the bot is a member of it."""

    id: int
    name: str
    locale: str
    members: set[int] = field(default_factory=set)
    admins: set[int] = field(default_factory=set)
    roles: dict[int, Json] = field(default_factory=dict)
    held: dict[int, set[int]] = field(default_factory=dict)  # the roles of people
    channels: set[int] = field(default_factory=set)
    joined: bool = True
    granted: int = form.MEMBER  # the bot's permissions, before those of a channel

    def json(self) -> Json:
        roles = [form.role(self.id, "@everyone", form.MEMBER), *self.roles.values()]
        return form.guild(self.id, self.name, roles, 1, self.locale)

    def permissions(self, user: int) -> int:
        return form.ADMINISTRATOR if user in self.admins else form.MEMBER


@dataclass(slots=True)
class Channel:
    """Where messages stand. `person` is who a private chat is with; `parent` has this thread."""

    id: int
    type: int
    name: str = ""
    guild: Guild | None = None
    person: Json | None = None
    parent: int | None = None
    private: set[int] | None = None  # who may read; None: every member
    owner: int = 0
    shown: dict[int, Shown] = field(default_factory=dict)
    raw: dict[int, Json] = field(default_factory=dict)
    files: dict[int, list[File]] = field(default_factory=dict)
    nonces: dict[str, int] = field(default_factory=dict)
    closed: bool = False  # this person takes no private messages from the bot
    forbidden: str = ""  # "send" or "see": which right the bot lacks
    archived: bool = False
    locked: bool = False
    archive_minutes: int = 4320
    allowed: int = 0  # the bot's permissions, where forbidden

    @property
    def guild_id(self) -> int | None:
        return self.guild.id if self.guild else None

    @property
    def is_thread(self) -> bool:
        return self.type in form.THREADS

    def sees(self, user: int) -> bool:
        """This person can read here."""
        if self.guild is None:
            return self.person is not None and self.person["id"] == str(user)
        if self.private is not None and user not in self.private | self.guild.admins:
            return False
        return user in self.guild.members

    def json(self, bot: int) -> Json:
        found: Json = {"id": str(self.id), "type": self.type, "flags": 0}
        found["last_message_id"] = str(next(reversed(self.raw))) if self.raw else None
        if self.guild is None:
            return {**found, "recipients": [self.person]}
        found |= {
            "guild_id": str(self.guild.id),
            "name": self.name,
            "parent_id": str(self.parent) if self.parent else None,
            "rate_limit_per_user": 0,
        }
        if not self.is_thread:
            denied = self._denied(bot)
            more: Json = {"position": 0, "topic": None, "nsfw": False}
            return {**found, **more, "permission_overwrites": denied}
        count = len(self.raw)
        metadata: Json = {
            "archived": self.archived,
            "archive_timestamp": form.JOINED,
            "auto_archive_duration": self.archive_minutes,
            "locked": self.locked,
            "create_timestamp": form.JOINED,
        }
        if self.type == form.PRIVATE_THREAD:
            metadata["invitable"] = False
        mine = {"id": str(self.id), "user_id": str(bot), "join_timestamp": form.JOINED, "flags": 1}
        return {
            **found,
            "owner_id": str(self.owner or bot),
            "thread_metadata": metadata,
            "message_count": count,
            "member_count": len(self.private or ()) + 1,
            "total_message_sent": count,
            "member": mine,
        }

    def _denied(self, bot: int) -> list[Json]:
        """The overwrites of the channel's permissions."""
        found: list[Json] = []
        assert self.guild is not None
        if self.private is not None:
            everyone = str(self.guild.id)
            found.append({"id": everyone, "type": 0, "allow": "0", "deny": str(form.VIEW)})
            may = form.VIEW | form.SEND
            for one in (*sorted(self.private), bot):
                found.append({"id": str(one), "type": 1, "allow": str(may), "deny": "0"})
        if self.forbidden:
            lost = form.VIEW if self.forbidden == "see" else form.SEND
            found = [one for one in found if one["id"] != str(bot)]
            found.append({"id": str(bot), "type": 1, "allow": "0", "deny": str(lost)})
        return found

    def app_permissions(self) -> int:
        """What the bot may do here, as an interaction tells it."""
        if self.forbidden == "see":
            return 0
        lost = form.SEND | form.SEND_IN_THREADS if self.forbidden == "send" else 0
        return form.MEMBER & ~lost

    def open_to_bot(self) -> None:
        """The bot can read what stands here, or it is told why not."""
        if self.guild and (not self.guild.joined or self.forbidden == "see"):
            raise Refused(403, 50001, "Missing Access")

    def writable(self) -> None:
        """The bot can write here, or it is told why not."""
        self.open_to_bot()
        if self.closed:
            raise Refused(403, 50007, "Cannot send messages to this user")
        if self.forbidden:
            raise Refused(403, 50013, "Missing Permissions")
        if self.locked:
            raise Refused(400, 50083, "Thread is archived")
