"""The JSON in which Discord tells of people, guilds, channels, applications and components."""

import itertools
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from tests.platforms import discord_component_rules as kinds
from tests.platforms.discord_rules import Json
from tests.platforms.discord_shown import listed, walk

EPOCH = 1_420_070_400_000
VIEW, SEND, SEND_IN_THREADS = 1 << 10, 1 << 11, 1 << 38
# React, embed, attach, read back, foreign emojis, commands, open threads of both kinds.
MEMBER = VIEW | SEND | SEND_IN_THREADS | sum(1 << bit for bit in (6, 14, 15, 16, 18, 31, 35, 36))
ADMINISTRATOR = MEMBER | 1 << 3
FILE_LIMIT = 10 * 1024**2

TEXT_CHANNEL, DM, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 11, 12
THREADS = frozenset({10, PUBLIC_THREAD, PRIVATE_THREAD})

_numbers = itertools.count()
_last = 0


def snowflake() -> int:
    """A new id, larger than all before; the time is in its upper bits."""
    global _last
    _last = max(_last + 1, (int(time.time() * 1000) - EPOCH) << 22 | next(_numbers) & 0xFFF)
    return _last


def now() -> str:
    return datetime.now(UTC).isoformat()


JOINED = "2026-01-01T00:00:00+00:00"


def user(number: int, name: str, *, bot: bool = False) -> Json:
    return {
        "id": str(number),
        "username": "".join(filter(str.isalnum, name.lower())) or f"user{number}",
        "global_name": None if bot else name,
        "discriminator": "0001" if bot else "0",
        "avatar": None,
        "bot": bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def member(person: Json | None, *, roles: Iterable[int] = (), permissions: int = 0) -> Json:
    found: Json = {
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": [str(one) for one in roles],
        "joined_at": JOINED,
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
    }
    if person is not None:
        found["user"] = person
    if permissions:
        found["permissions"] = str(permissions)
    return found


def role(number: int, name: str, permissions: int, position: int = 0) -> Json:
    return {
        "id": str(number),
        "name": name,
        "description": None,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": position,
        "permissions": str(permissions),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def guild(number: int, name: str, roles: list[Json], owner: int, locale: str) -> Json:
    empty = dict.fromkeys(
        "icon description home_header splash discovery_splash banner application_id afk_channel_id "
        "system_channel_id widget_channel_id max_presences vanity_url_code rules_channel_id "
        "safety_alerts_channel_id public_updates_channel_id incidents_data hub_type".split()
    )
    zero = dict.fromkeys(
        "system_channel_flags verification_level default_message_notifications mfa_level "
        "explicit_content_filter premium_tier premium_subscription_count nsfw_level".split(),
        0,
    )
    return {
        **empty,
        **zero,
        "id": str(number),
        "name": name,
        "owner_id": str(owner),
        "features": [],
        "region": "deprecated",
        "afk_timeout": 300,
        "widget_enabled": False,
        "roles": roles,
        "emojis": [],
        "stickers": [],
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "preferred_locale": locale,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
    }


def joined(number: int, name: str, permissions: int) -> Json:
    """A server as the bot finds it in the list of its own."""
    return {
        "id": str(number),
        "name": name,
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": str(permissions),
        "features": [],
    }


def application(number: int, name: str, flags: int, bot: Json) -> Json:
    return {
        "id": str(number),
        "name": name,
        "icon": None,
        "description": "",
        "type": None,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(1, "Owner"),
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "bot": bot,
        "bot_public": True,
        "bot_require_code_grant": False,
        "integration_types_config": {"0": {}, "1": {}},
    }


def embed(one: Json, attachments: Mapping[str, Json]) -> Json:
    """As it comes back."""
    found: Json = {"type": "rich", **one}
    if fields := listed(one.get("fields")):
        found["fields"] = [{"inline": False, **each} for each in fields]
    for key in ("image", "thumbnail"):
        if one.get(key):
            address = _address(one[key], attachments)
            found[key] = {name: address[name] for name in ("url", "proxy_url")}
    return found


# Components, as they come back


def resolved(components: list[Json], attachments: Mapping[str, Json]) -> list[Json]:
    """What was sent, with ids and defaults filled in and attachment:// replaced by addresses."""
    taken = {one["id"] for one in walk(components) if one.get("id")}
    free = (number for number in itertools.count(1) if number not in taken)
    return [_component(one, free, attachments) for one in components]


def _component(one: Json, free: Any, attachments: Mapping[str, Json]) -> Json:
    found = {key: value for key, value in one.items() if value is not None}
    found["id"] = one.get("id") or next(free)
    if "components" in found:
        inner = listed(found["components"])
        found["components"] = [_component(each, free, attachments) for each in inner]
    if isinstance(accessory := found.get("accessory"), dict):
        found["accessory"] = _component(accessory, free, attachments)
    match one["type"]:
        case kind if kind in kinds.SELECTS:
            found = {"min_values": 1, "max_values": 1, **found}
        case kinds.THUMBNAIL:
            found = _media(found, attachments)
        case kinds.GALLERY:
            found["items"] = [_media(item, attachments) for item in listed(found["items"])]
        case kinds.FILE:
            file = _address(found["file"], attachments)
            attached = attachments.get(str(file.get("attachment_id")), {})
            name, size = attached.get("filename"), attached.get("size")
            found = {"spoiler": False, **found, "file": file, "name": name, "size": size}
        case kinds.SEPARATOR:
            found = {"divider": True, "spacing": 1, **found}
        case kinds.CONTAINER:
            found = {"accent_color": None, "spoiler": False, **found}
    return found


def _media(item: Json, attachments: Mapping[str, Json]) -> Json:
    media = _address(item["media"], attachments)
    described = item.get("description")
    return {"spoiler": False, **item, "media": media, "description": described}


def _address(media: object, attachments: Mapping[str, Json]) -> Json:
    assert isinstance(media, dict)
    if "attachment_id" in media:  # sent back as it once came
        return media
    url = str(media["url"])
    if not url.startswith("attachment://"):
        return {"id": str(snowflake()), "url": url, "proxy_url": url}
    named = url.removeprefix("attachment://")
    one = next(each for each in reversed(attachments.values()) if each["filename"] == named)
    found = {key: one[key] for key in ("url", "proxy_url", "content_type") if key in one}
    return {"id": str(snowflake()), **found, "attachment_id": one["id"]}
