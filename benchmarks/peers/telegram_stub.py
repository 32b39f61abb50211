"""python-telegram-bot's requests answered in the same process; used by that peer and by ours."""

import json
from typing import Any

from telegram.request import BaseRequest, RequestData

from benchmarks.peers.worker import ME, Platform, learner_of, sent


class Stub(BaseRequest):
    """Telegram, without a network."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002
        request_data: RequestData | None = None,
        *timeouts: object,  # noqa: ARG002
        **named: object,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        if name == "getMe":
            result: Any = ME
        elif name == "sendMessage" or (name == "editMessageText" and _buttons(request_data)):
            assert request_data
            result = self._message(request_data.parameters, _buttons(request_data))
        else:
            result = True
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def _message(self, said: dict[str, Any], buttons: list[str]) -> dict[str, Any]:
        chat = int(said["chat_id"])
        number = self._platform.shows(learner_of(chat), said["text"], buttons)
        return sent(chat, number, said["text"])


def _buttons(data: RequestData | None) -> list[str]:
    """The values of the buttons of a message; a page that is turned has some, a settled one not."""
    markup = (data.parameters.get("reply_markup") if data else None) or {}
    if isinstance(markup, str):
        markup = json.loads(markup)
    rows = markup.get("inline_keyboard", ())
    return [button["callback_data"] for row in rows for button in row]
