"""The Bot API's methods round the messages: the bot itself, its menu, its chats, its updates."""

import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from tests.platforms import telegram_rules as rules
from tests.platforms.telegram_chats import Chat, Json, scope_key
from tests.platforms.telegram_feed import Refused, Webhook
from tests.platforms.telegram_params import chat_of, string
from tests.platforms.telegram_rules import Rejected
from tests.platforms.telegram_world import World

RIGHTS = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
    "can_restrict_members can_promote_members can_change_info can_invite_users can_post_stories "
    "can_edit_stories can_delete_stories"
).split()


class Account:
    """What belongs to the bot and to no message, on decoded parameters."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.table: dict[str, Callable[[Json], object]] = {
            "getMe": self.get_me,
            "setMyCommands": self.set_commands,
            "getMyCommands": self.get_commands,
            "deleteMyCommands": self.delete_commands,
            "setMyDescription": self.set_description,
            "getMyDescription": self.get_description,
            "setMyShortDescription": self.set_short_description,
            "getMyShortDescription": self.get_short_description,
            "getChat": self.get_chat,
            "getChatMember": self.get_member,
            "getChatAdministrators": self.get_administrators,
            "leaveChat": self.leave_chat,
            "getWebhookInfo": self.webhook_info,
        }
        self.waiting: dict[str, Callable[[Json], Awaitable[object]]] = {
            "setWebhook": self.set_webhook,
            "deleteWebhook": self.delete_webhook,
        }

    # The bot itself

    def get_me(self, data: Json) -> Json:
        can = {"can_join_groups": True, "can_read_all_group_messages": False}
        return {**can, "supports_inline_queries": False, **self.world.bot}

    def set_commands(self, data: Json) -> bool:
        listed = rules.commands(data.get("commands"))
        self.commands[self._command_key(data)] = listed
        return True

    def get_commands(self, data: Json) -> list[Json]:
        return self.commands.get(self._command_key(data), [])

    def delete_commands(self, data: Json) -> bool:
        self.commands.pop(self._command_key(data), None)
        return True

    def _command_key(self, data: Json) -> tuple[str, str]:
        scope = rules.scope(data.get("scope"))
        return scope_key(scope), rules.language(string(data, "language_code"))

    def set_description(self, data: Json) -> bool:
        text = rules.short(string(data, "description"), 512, "description")
        self.descriptions[rules.language(string(data, "language_code"))] = text
        return True

    def get_description(self, data: Json) -> Json:
        return {"description": self.descriptions.get(string(data, "language_code"), "")}

    def set_short_description(self, data: Json) -> bool:
        text = rules.short(string(data, "short_description"), 120, "short description")
        self.short_descriptions[rules.language(string(data, "language_code"))] = text
        return True

    def get_short_description(self, data: Json) -> Json:
        known = self.short_descriptions
        return {"short_description": known.get(string(data, "language_code"), "")}

    # Chats

    def get_chat(self, data: Json) -> Json:
        place = self.world.reachable(chat_of(data))
        gifts = (
            "unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels"
        )
        return {
            **place.json(),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts.split(), False),
        }

    def get_member(self, data: Json) -> Json:
        place = self.world.reachable(chat_of(data))
        user = data.get("user_id")
        if not isinstance(user, int) or user not in self.world.people:
            raise Refused(400, "Bad Request: PARTICIPANT_ID_INVALID")
        return self._member(place, user)

    def get_administrators(self, data: Json) -> list[Json]:
        place = self.world.reachable(chat_of(data))
        if place.type == "private":
            raise Rejected("there are no administrators in the private chat")
        return [self._member(place, user) for user in sorted(place.admins)]

    def _member(self, place: Chat, user: int) -> Json:
        person = self.world.people[user]
        if user in place.admins:
            return {"user": person, "status": "administrator", **dict.fromkeys(RIGHTS, False)}
        return {"user": person, "status": "member"}

    def leave_chat(self, data: Json) -> bool:
        place = self.world.reachable(chat_of(data))
        if place.type == "private":
            raise Rejected("chat member status can't be changed in private chats")
        place.left = True
        self.world.membership(place, self.world.bot, "member", "left")
        return True

    # Webhook

    async def set_webhook(self, data: Json) -> bool:
        address, token = string(data, "url"), string(data, "secret_token")
        if token or "secret_token" in data:
            rules.secret(token)
        if address and urlsplit(address).scheme not in ("http", "https"):
            raise Rejected("bad webhook: an HTTPS URL must be provided for webhook")
        connections = data.get("max_connections", 40)
        if not isinstance(connections, int) or not 1 <= connections <= 100:
            raise Rejected("bad webhook: max_connections must be 1-100")
        kinds = _kinds(data)
        feed = self.world.feed
        feed.allow(kinds)
        drop = data.get("drop_pending_updates") is True
        hook = Webhook(address, token, tuple(kinds or ()), connections, drop, "certificate" in data)
        await feed.set_webhook(hook if address else None, drop=drop)
        return True

    async def delete_webhook(self, data: Json) -> bool:
        await self.world.feed.set_webhook(None, drop=data.get("drop_pending_updates") is True)
        return True

    def webhook_info(self, data: Json) -> Json:
        feed = self.world.feed
        hook = feed.webhook
        info: Json = {
            "url": hook.url if hook else "",
            "has_custom_certificate": bool(hook and hook.certificate),
            "pending_update_count": len(feed.queue),
        }
        if hook:
            info["max_connections"] = hook.max_connections
        if hook and feed.last_error:
            info |= {"last_error_date": int(time.time()), "last_error_message": feed.last_error}
        if feed.allowed:
            info["allowed_updates"] = sorted(feed.allowed)
        return info

    async def get_updates(self, data: Json) -> bytes:
        """The answer as it goes out: updates are kept as bytes."""
        limit, seconds = data.get("limit", 100), data.get("timeout", 0)
        if not isinstance(limit, int) or not 1 <= limit <= 100:
            raise Rejected("limit must be 1-100")
        if not isinstance(seconds, int | float) or seconds < 0:
            raise Rejected("timeout must be positive")
        offset = data.get("offset", 0)
        assert isinstance(offset, int)
        self.world.feed.allow(_kinds(data))
        return await self.world.feed.poll(offset, limit, seconds)


def _kinds(data: Json) -> list[str] | None:
    kinds = data.get("allowed_updates")
    if kinds is None:
        return None
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise Rejected("can't parse allowed updates")
    return kinds
