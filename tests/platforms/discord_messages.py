"""What the bot's requests do to messages; those of interactions come in elsewhere."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.platforms import discord_component_rules as component_rules
from tests.platforms import discord_json as form
from tests.platforms import discord_rules as rules
from tests.platforms.discord_places import Channel
from tests.platforms.discord_rules import Json, Refused, Rejected, Upload
from tests.platforms.discord_shown import File, Shown, listed, walk
from tests.platforms.discord_world import World

CREATE = rules.SUPPRESS_EMBEDS | rules.SILENT | rules.VOICE | rules.V2
EDIT = rules.SUPPRESS_EMBEDS | rules.V2
KEPT_FLAGS = rules.EPHEMERAL | rules.SILENT | rules.V2 | rules.SUPPRESS_EMBEDS


@dataclass(slots=True)
class Ask:
    """One request: its route with the parameters of the path, and what came along."""

    template: str
    ids: dict[str, str]
    query: dict[str, str] = field(default_factory=dict)
    data: Json = field(default_factory=dict)
    uploads: dict[int, Upload] = field(default_factory=dict)

    def id(self, name: str) -> int:
        value = self.ids[name]
        if not value.isdecimal():
            raise Rejected(f'Value "{value}" is not snowflake.', (name,), "NUMBER_TYPE_COERCE")
        return int(value)


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: JSON with a status; None goes back as nothing, with 204."""

    body: object
    status: int = 200


Handler = Callable[[Ask], Reply | object]


@dataclass(slots=True)
class Attachment:
    """A file on the CDN."""

    name: str
    content: bytes = field(repr=False)


class Messages:
    """Messages are made and changed here, whoever asks for it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cdn = ""
        self.attached: dict[int, Attachment] = {}
        one, all_of_them = (
            "/channels/{channel_id}/messages/{message_id}",
            "/channels/{channel_id}/messages",
        )
        self.table: dict[str, Handler] = {
            f"POST {all_of_them}": self._post,
            f"GET {all_of_them}": self._list,
            f"GET {one}": self._get,
            f"PATCH {one}": self._patch,
            f"DELETE {one}": self._delete,
            "POST /channels/{channel_id}/typing": self._typing,
        }

    # For channels and for interactions

    def new(
        self,
        place: Channel,
        data: Json,
        uploads: dict[int, Upload],
        *,
        may: int = CREATE,
        head: Json | None = None,
        only: int | None = None,
        flags: int = 0,
        replied_to: int | None = None,
    ) -> Shown:
        """Make a message of what was sent. `head` goes into its JSON; `flags` it has anyway."""
        given = rules.flags(data.get("flags"), may) | flags
        old: Json = {**self.blank(place, given), **(head or {})}
        raw, files = self._composed(place, old, data, uploads, [])
        pings = self._pings(raw, data, replied_to)
        return self.world.post(place, raw, files, pings, only)

    def change(self, place: Channel, message: int, data: Json, uploads: dict[int, Upload]) -> Shown:
        """Edit a message of the bot's; what was not sent stays as it is."""
        old = place.raw[message]
        before = old["flags"]
        assert isinstance(before, int)
        given = rules.flags(data.get("flags"), EDIT | before)  # the library repeats what is set
        if before & rules.V2 and data.get("flags") is not None and not given & rules.V2:
            said = "The IS_COMPONENTS_V2 flag cannot be removed from a message"
            raise Rejected(said, ("flags",), "MESSAGE_FLAGS_CANNOT_UNSET_COMPONENTS_V2")
        loading = before & rules.LOADING
        held: Json = {**old, "flags": (before & KEPT_FLAGS | given) & ~rules.LOADING}
        held["edited_timestamp"] = None if loading else form.now()
        raw, files = self._composed(place, held, data, uploads, place.files[message])
        return self.world.edit(place, raw, files, self._pings(raw, data, None))

    def blank(self, place: Channel, flags: int) -> Json:
        """A message with nothing in it yet."""
        return {
            "id": str(form.snowflake()),
            "channel_id": str(place.id),
            "author": self.world.bot,
            "type": 0,
            "content": "",
            "timestamp": form.now(),
            "edited_timestamp": None,
            "tts": False,
            "pinned": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "components": [],
            "flags": flags,
        }

    def _composed(
        self,
        place: Channel,
        old: Json,
        data: Json,
        uploads: dict[int, Upload],
        files: list[File],
    ) -> tuple[Json, list[File]]:
        raw = dict(old)
        flags = raw["flags"]
        assert isinstance(flags, int)
        if "content" in data:
            raw["content"] = rules.content(data)
        if data.get("poll") is not None:
            raise Rejected("There are no polls on this server", ("poll",), "NOT_HERE")
        raw["tts"] = rules.flag(data, "tts", ()) or raw["tts"]
        rules.allowed_mentions(data.get("allowed_mentions"))
        stickers = rules.array(data.get("sticker_ids"), ("sticker_ids",), rules.STICKERS)
        files = self._attach(place, raw, data, uploads, files)
        attachments = {str(one["id"]): one for one in listed(raw["attachments"])}
        if "embeds" in data:
            names = [str(one["filename"]) for one in attachments.values()]
            checked = rules.embeds(data["embeds"], files=names)
            raw["embeds"] = [form.embed(one, attachments) for one in checked]
        if "components" in data:
            names = [str(one["filename"]) for one in attachments.values()]
            v2 = bool(flags & rules.V2)
            checked = component_rules.components(data["components"], v2=v2, files=names)
            raw["components"] = form.resolved(checked, attachments)
        rules.whole({**raw, "sticker_ids": stickers})
        return raw, files

    def _attach(
        self,
        place: Channel,
        raw: Json,
        data: Json,
        uploads: dict[int, Upload],
        files: list[File],
    ) -> list[File]:
        """Put the files that stay and those that came into the JSON; their content goes back."""
        before = dict(
            zip((int(str(one["id"])) for one in listed(raw["attachments"])), files, strict=True)
        )
        said = data.get("attachments")
        if not uploads and said is None:
            return files
        rules.uploads(uploads, said, before, ())
        described = {rules.snowflake(one["id"], ()): one for one in listed(said)}
        held = [
            (one, before[int(str(one["id"]))])
            for one in listed(raw["attachments"])
            if said is None or int(str(one["id"])) in described
        ]
        for number, upload in sorted(uploads.items()):
            about = described.get(number, {})
            name = rules.file_name(str(about.get("filename") or upload.name))
            alt = str(about.get("description") or "")
            file = File(name, alt, upload.content)
            held.append((self.attachment(place, file), file))
        raw["attachments"] = [one for one, _ in held]
        return [file for _, file in held]

    def attachment(self, place: Channel, file: File) -> Json:
        """Put a file on the CDN."""
        number = form.snowflake()
        self.attached[number] = Attachment(file.name, file.content)
        url = f"{self.cdn}/attachments/{place.id}/{number}/{file.name}"
        found: Json = {
            "id": str(number),
            "filename": file.name,
            "size": len(file.content),
            "url": url,
            "proxy_url": url,
            "content_type": mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        }
        return {**found, "description": file.description} if file.description else found

    def _pings(self, raw: Json, data: Json, replied_to: int | None) -> list[str]:
        texts = [str(raw["content"])]
        texts += [str(one["content"]) for one in walk(raw["components"]) if one["type"] == 10]
        pings = rules.pings("\n".join(texts), data.get("allowed_mentions"), replied_to)
        self.mention(raw, pings)
        return pings

    def mention(self, raw: Json, pings: list[str]) -> None:
        """Put those who are called into the JSON of a message."""
        people = {str(self.world.application): self.world.bot}
        for one in pings:
            if one.startswith("<@") and (user := self.world.people.get(int(one.strip("<@&>")))):
                people[str(user["id"])] = user
        raw["mentions"] = [people[one[2:-1]] for one in pings if one[2:-1] in people]
        raw["mention_roles"] = [one[3:-1] for one in pings if one.startswith("<@&")]
        raw["mention_everyone"] = any(one.startswith("@") for one in pings)

    # Requests

    def _post(self, ask: Ask) -> object:
        place = self.world.place(ask.id("channel_id"))
        place.writable()
        nonce = rules.nonce(ask.data.get("nonce"))
        head: Json = {"nonce": ask.data["nonce"]} if nonce else {}
        if nonce and rules.flag(ask.data, "enforce_nonce", ()) and nonce in place.nonces:
            return place.raw[self.world.message(place, place.nonces[nonce]).id]
        author = None
        if ask.data.get("message_reference") is not None:
            more, author = self._reference(place, rules.mapping(ask.data["message_reference"], ()))
            head |= more
        place.archived = False
        shown = self.new(place, ask.data, ask.uploads, head=head, replied_to=author)
        if head.get("message_reference"):
            reference = head["message_reference"]
            assert isinstance(reference, dict)
            shown.reply_to = int(str(reference["message_id"]))
        if nonce:
            place.nonces[nonce] = shown.id
        return place.raw[shown.id]

    def _reference(self, place: Channel, reference: Json) -> tuple[Json, int | None]:
        """What a reply carries, and whom it calls."""
        at = ("message_reference",)
        number = rules.snowflake(reference.get("message_id"), (*at, "message_id"))
        found = place.shown.get(number)
        if found is None or found.deleted:
            if reference.get("fail_if_not_exists") is False:
                return {}, None
            raise Rejected("Unknown message", at, "REPLIES_UNKNOWN_MESSAGE")
        replied = {
            key: value for key, value in place.raw[number].items() if key != "referenced_message"
        }
        kept: Json = {"type": 0, "channel_id": str(place.id), "message_id": str(number)}
        if place.guild:
            kept["guild_id"] = str(place.guild.id)
        return {"type": 19, "message_reference": kept, "referenced_message": replied}, found.user

    def _list(self, ask: Ask) -> object:
        place = self.world.place(ask.id("channel_id"))
        place.open_to_bot()
        most = int(ask.query.get("limit", 50))
        before, after = int(ask.query.get("before", 2**63)), int(ask.query.get("after", 0))
        found = [
            place.raw[one.id]
            for one in place.shown.values()
            if not one.deleted and one.ephemeral_for is None and after < one.id < before
        ]
        found = found[:most] if "after" in ask.query else found[-most:]
        return found[::-1]

    def _get(self, ask: Ask) -> object:
        place, shown = self._named(ask)
        return place.raw[shown.id]

    def _patch(self, ask: Ask) -> object:
        place, shown = self._named(ask)
        if place.archived:
            raise Refused(400, 50083, "Thread is archived")
        if shown.user != self.world.application:
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        self.change(place, shown.id, ask.data, ask.uploads)
        return place.raw[shown.id]

    def _delete(self, ask: Ask) -> None:
        place, shown = self._named(ask)
        if shown.user != self.world.application:
            if place.guild is None:
                raise Refused(403, 50003, "Cannot execute action on a DM channel")
            raise Refused(403, 50013, "Missing Permissions")
        self.world.remove(place, shown.id)

    def _named(self, ask: Ask) -> tuple[Channel, Shown]:
        place = self.world.place(ask.id("channel_id"))
        place.open_to_bot()
        shown = self.world.message(place, ask.id("message_id"))
        if shown.ephemeral_for is not None:  # only its interaction's token leads there
            raise Refused(404, 10008, "Unknown Message")
        return place, shown

    def _typing(self, ask: Ask) -> None:
        self.world.place(ask.id("channel_id")).writable()
