"""The people, the chats and what is in them: what a bot's updates tell of, and what it changes.

What people do becomes an update; what the bot does becomes a `Change`. `Methods` work on the same
chats through `reachable`, `thread`, `head` and `changed`.
"""

import copy
import re
import time

from tests.platforms import telegram_rules as rules
from tests.platforms.telegram_chats import Change, Chat, Json, Kind, Shown
from tests.platforms.telegram_feed import Feed, Refused

OWNER = 1  # who makes groups, topics and upgrades, where a test names nobody
SERVICE = frozenset(
    "new_chat_members left_chat_member new_chat_title group_chat_created migrate_to_chat_id "
    "migrate_from_chat_id supergroup_chat_created pinned_message forum_topic_created "
    "forum_topic_closed forum_topic_reopened".split()
)
# TDLib's rule for what is a command: not in the middle of a word, a path or a tag.
COMMAND = re.compile(r"(?<![\w/<>])/(\w{1,64})(?:@(\w{3,32}))?(?![\w/<>])", re.ASCII)


class World:
    """Scripted people and what they do; the bot's methods work on the same chats."""

    def __init__(self, username: str, feed: Feed) -> None:
        self.username = username
        self.feed = feed
        self.bot: Json = {
            "id": 4242,
            "is_bot": True,
            "first_name": "Syllabot",
            "username": username,
        }
        self.people: dict[int, Json] = {}
        self.chats: dict[int, Chat] = {}
        self.changes: list[Change] = []
        self.callbacks: dict[str, str | None] = {}
        self.late_callbacks: set[str] = set()

    # Who and where

    def person(self, user: int, name: str, language: str = "en") -> None:
        """A person who has opened the private chat with the bot (its id is theirs)."""
        self.people[user] = {"id": user, "is_bot": False, "first_name": name}
        if language:
            self.people[user]["language_code"] = language
        chat = self.chats.setdefault(user, Chat(user, "private", name))
        chat.title, chat.started = name, True

    def group(self, chat: int, title: str, *, forum: bool = False) -> None:
        """A group that the bot is a member of, as a plain member in privacy mode."""
        assert chat < 0, "the id of a group is negative"
        large = forum or chat <= -1_000_000_000_000
        self.chats[chat] = Chat(chat, "supergroup" if large else "group", title, forum)

    def _user(self, user: int, *, private: bool) -> Json:
        """Made on first use. Who only wrote in a group has not opened the private chat."""
        if user not in self.people:
            self.person(user, "Owner" if user == OWNER else f"Person {user}")
            self.chats[user].started = private
        elif private:
            self.chats[user].started = True
        return self.people[user]

    def _place(self, chat: int) -> Chat:
        assert chat in self.chats, f"no chat {chat}: make it with group()"
        return self.chats[chat]

    def open_topic(self, chat: int, topic: int, name: str = "Topic") -> None:
        """A topic of a forum; say() and send() open theirs by themselves."""
        place = self._place(chat)
        assert place.forum, f"chat {chat} has no topics"
        place.topics[topic] = "open"
        place.last_id = max(place.last_id, topic)
        place.raw[topic] = {
            **self._head(place, topic, self._user(OWNER, private=False)),
            "message_thread_id": topic,
            "is_topic_message": True,
            "forum_topic_created": {"name": name, "icon_color": 7322096},
        }

    # What people do

    def say(
        self,
        user: int,
        text: str,
        *,
        chat: int | None = None,
        topic: int | None = None,
        reply_to: int | None = None,
        again: bool = False,
    ) -> int:
        """A person writes; the id of the update, 0 when the bot gets none.

        `again`: the update is delivered twice under one id.
        """
        text = text.strip()
        assert text, "nobody can send an empty message"
        payload: Json = {"text": text}
        if found := self._commands(text):
            payload["entities"] = found
        update = self._arrive(user, chat, topic, reply_to, payload)
        if again and update:
            self.feed.again(update)
        return update

    def send(
        self,
        user: int,
        *,
        chat: int | None = None,
        topic: int | None = None,
        reply_to: int | None = None,
        **payload: object,
    ) -> int:
        """A message of another kind: the payload is merged into the Message.

        `edited=True` makes it an edit: of `message_id`, or else of the person's last message.
        """
        if not payload.pop("edited", False):
            return self._arrive(user, chat, topic, reply_to, payload)
        place = self._place(user if chat is None else chat)
        mine = [one.id for one in place.shown.values() if one.user == user]
        number = payload.pop("message_id", None) or mine[-1]
        assert isinstance(number, int)
        place.raw[number] = {**place.raw[number], **payload, "edit_date": int(time.time())}
        shown = place.shown[number]
        shown.text = str(payload.get("text", payload.get("caption", shown.text)))
        if not self._delivered(place, place.raw[number]):
            return 0
        return self.feed.emit("edited_message", place.raw[number])

    def press(
        self, user: int, data: str, *, chat: int | None = None, message: int | None = None
    ) -> int:
        """Tap the newest button with this data, even one that an edit took away since.

        Where no message has it, the tap is forged: it names the bot's newest message.
        """
        place = self._place(user if chat is None else chat)
        if message is None:
            message = self._button(place, data)
        number = str(4_000_000_000_000_000_000 + len(self.callbacks))
        self.callbacks[number] = None
        shown = place.shown[message]
        tapped: Json = place.raw[message]
        if shown.deleted:
            tapped = {"chat": place.json(), "message_id": message, "date": 0}
        return self.feed.emit(
            "callback_query",
            {
                "id": number,
                "from": self._user(user, private=place.type == "private"),
                "message": tapped,
                "chat_instance": str(place.id * 7919),
                "data": data,
            },
        )

    def _button(self, place: Chat, data: str) -> int:
        mine = [one for one in reversed(place.shown.values()) if one.by_bot and not one.deleted]
        assert mine, f"the bot has no message in chat {place.id}"
        for one in mine:
            for row in (*one.rows, *one.original_rows):
                if any(button.data == data for button in row):
                    return one.id
        return mine[0].id

    def again(self, update_id: int) -> None:
        """The same update is delivered once more, under the same id."""
        self.feed.again(update_id)

    def delete(self, chat: int, message: int) -> None:
        """A person deletes a message, the bot's or their own."""
        self._place(chat).shown[message].deleted = True

    def old_callbacks(self) -> None:
        """No tap made so far can be answered any more."""
        self.late_callbacks.update(self.callbacks)

    # What stands in the bot's way

    def block(self, user: int) -> None:
        person = self._user(user, private=True)
        self.chats[user].blocked = True
        self.membership(self.chats[user], person, "member", "kicked")

    def unblock(self, user: int) -> None:
        person = self._user(user, private=True)
        self.chats[user].blocked = False
        self.membership(self.chats[user], person, "kicked", "member")

    def kick(self, chat: int) -> None:
        self._place(chat).kicked = True
        owner = self._user(OWNER, private=False)
        self.membership(self._place(chat), owner, "member", "kicked")

    def invite(self, user: int, chat: int) -> None:
        """A person adds the bot to a group: a service message and a change of membership."""
        place = self._place(chat)
        place.kicked = place.left = False
        self.membership(place, self._user(user, private=False), "left", "member")
        self.send(user, chat=chat, new_chat_members=[self.bot])

    def upgrade(self, chat: int, to: int) -> None:
        """The group becomes a supergroup; the service messages of both are delivered."""
        place = self._place(chat)
        self.group(to, place.title)
        self.chats[to].admins = set(place.admins)
        self.send(OWNER, chat=chat, migrate_to_chat_id=to)
        place.moved_to = to
        self.send(OWNER, chat=to, migrate_from_chat_id=chat)

    def close_topic(self, chat: int, topic: int) -> None:
        self._place(chat).topics[topic] = "closed"

    def delete_topic(self, chat: int, topic: int) -> None:
        place = self._place(chat)
        place.topics[topic] = "deleted"
        for one in place.shown.values():
            one.deleted = one.deleted or one.topic == topic

    def forbid(self, chat: int) -> None:
        """The bot's right to send anything in this group is taken away."""
        self._place(chat).forbidden = True

    def forget_chat(self, chat: int) -> None:
        self._place(chat).gone = True

    def promote(self, chat: int, user: int) -> None:
        """This person is an administrator of the group."""
        self._user(user, private=False)
        self._place(chat).admins.add(user)

    # What people see

    def chat(self, chat: int) -> list[Shown]:
        """The messages that are still there, oldest first."""
        return [one for one in self._place(chat).shown.values() if not one.deleted]

    def changed(self, kind: Kind, message: Shown, before: str = "") -> None:
        self.changes.append(Change(kind, copy.copy(message), before))

    # Where the bot's methods come in

    def reachable(self, chat: object) -> Chat:
        """The chat, if the bot may do anything there at all."""
        place = self.chats.get(chat) if isinstance(chat, int) else None
        if place is None or place.gone:
            raise Refused(400, "Bad Request: chat not found")
        if place.moved_to:
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=place.moved_to,
            )
        if not place.started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        if place.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if place.kicked:
            raise Refused(403, f"Forbidden: bot was kicked from the {place.type} chat")
        if place.left:
            raise Refused(403, f"Forbidden: bot is not a member of the {place.type} chat")
        return place

    def thread(self, place: Chat, topic: object) -> int | None:
        """The topic to write to; General has no number of its own."""
        if topic is None:
            return None
        if not place.forum or topic == 1 or not isinstance(topic, int):
            raise rules.Rejected("message thread not found")
        state = place.topics.get(topic, "deleted")
        if state == "deleted":
            raise Refused(400, "Bad Request: message thread not found")
        if state == "closed":
            raise Refused(400, "Bad Request: TOPIC_CLOSED")
        return topic

    def head(self, place: Chat, topic: int | None, reply_to: int | None) -> Json:
        """The beginning of a message of the bot's, with the next number of the chat."""
        place_in = self._thread_json(place, topic, reply_to)
        return {**self._head(place, place.next_id(), self.bot), **place_in}

    def _head(self, place: Chat, number: int, sender: Json) -> Json:
        return {
            "message_id": number,
            "from": sender,
            "chat": place.json(),
            "date": int(time.time()),
        }

    def _thread_json(self, place: Chat, topic: int | None, reply_to: int | None) -> Json:
        """Topic and reply. In a topic everything replies to the topic's first message.

        A supergroup without topics gives its threads of replies a number too; writing there with
        that number is refused, as Telegram does.
        """
        found: Json = {}
        if topic is not None:
            found = {"message_thread_id": topic, "is_topic_message": True}
            reply_to = topic if reply_to is None else reply_to
        if reply_to is None:
            return found
        replied = dict(place.raw[reply_to])
        replied.pop("reply_to_message", None)
        found["reply_to_message"] = replied
        if topic is None and place.type == "supergroup" and not place.forum:
            found["message_thread_id"] = replied.get("message_thread_id", reply_to)
        return found

    def _arrive(
        self, user: int, chat: int | None, topic: int | None, reply_to: int | None, payload: Json
    ) -> int:
        place_id = user if chat is None else chat
        sender = self._user(user, private=place_id == user)
        place = self._place(place_id)
        if topic is not None and topic not in place.topics:
            self.open_topic(place.id, topic)
        number = place.next_id()
        message = {
            **self._head(place, number, sender),
            **self._thread_json(place, topic, reply_to),
            **payload,
        }
        place.raw[number] = message
        if not SERVICE & payload.keys():
            place.shown[number] = self._seen(place, number, topic, user, reply_to, payload)
        return self.feed.emit("message", message) if self._delivered(place, message) else 0

    def _seen(
        self,
        place: Chat,
        number: int,
        topic: int | None,
        user: int,
        reply_to: int | None,
        payload: Json,
    ) -> Shown:
        text = str(payload.get("text", payload.get("caption", "")))
        return Shown(number, place.id, topic, False, text, [], [], user=user, reply_to=reply_to)

    def _delivered(self, place: Chat, message: Json) -> bool:
        """Privacy mode: commands that may be the bot's, replies to it, and service messages."""
        if place.type == "private":
            return True
        if place.kicked or place.left:
            return False
        if SERVICE & message.keys():
            return True
        replied = message.get("reply_to_message")
        if isinstance(replied, dict) and replied.get("from") == self.bot:
            return True
        command = COMMAND.match(str(message.get("text", message.get("caption", ""))))
        if command is None:
            return False
        return (command[2] or self.username).lower() == self.username.lower()

    def _commands(self, text: str) -> list[Json]:
        return [
            {
                "type": "bot_command",
                "offset": rules.utf16(text[: found.start()]),
                "length": len(found[0]),
            }
            for found in COMMAND.finditer(text)
        ]

    def membership(self, place: Chat, by: Json, old: str, new: str) -> None:
        """The update that tells the bot what became of its place in a chat."""

        def member(status: str) -> Json:
            until: Json = {"until_date": 0} if status == "kicked" else {}
            return {"user": self.bot, "status": status, **until}

        self.feed.emit(
            "my_chat_member",
            {
                "chat": place.json(),
                "from": by,
                "date": int(time.time()),
                "old_chat_member": member(old),
                "new_chat_member": member(new),
            },
        )
