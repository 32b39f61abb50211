"""How updates reach a bot: a queue, fetched by long polling or pushed to a webhook.

An update waits until it is confirmed: by a getUpdates with a later offset, or by a webhook's 2xx.
"""

import asyncio
import json
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientSession, ClientTimeout

# What a bot gets only when it asks for it by name.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Refused(Exception):
    """Telegram says no because of the state of the world: no mistake of the bot's."""

    def __init__(self, status: int, description: str, **parameters: int | float) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates are posted to, as setWebhook was told."""

    url: str
    secret_token: str = ""
    allowed_updates: tuple[str, ...] = ()
    max_connections: int = 40
    drop_pending_updates: bool = False
    certificate: bool = False


@dataclass(slots=True, eq=False)
class Waiting:
    """An update in the queue. `repeat`: a second delivery, which no earlier offset confirms."""

    id: int
    body: bytes
    repeat: bool = False
    handed_out: bool = False


@dataclass(slots=True)
class Feed:
    """The queue of updates and both ways out of it."""

    retry: float = 0.02  # seconds before a webhook is tried again
    next_id: int = 700_000_001
    queue: list[Waiting] = field(default_factory=list)
    emitted: dict[int, bytes] = field(default_factory=dict)
    allowed: frozenset[str] = frozenset()  # empty: everything but ON_REQUEST
    webhook: Webhook | None = None
    webhook_answers: list[int] = field(default_factory=list)
    last_error: str = ""
    moved: asyncio.Event = field(default_factory=asyncio.Event)  # set and replaced at each event
    _idle: asyncio.Event = field(default_factory=asyncio.Event)
    _more: asyncio.Event = field(default_factory=asyncio.Event)
    _poll: asyncio.Future[str] | None = None
    _pushing: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self._idle.set()

    def emit(self, kind: str, payload: dict[str, object]) -> int:
        """Queue an update; 0 when the bot did not ask for its kind."""
        if kind not in self.allowed if self.allowed else kind in ON_REQUEST:
            return 0
        number, self.next_id = self.next_id, self.next_id + 1
        self.emitted[number] = json.dumps({"update_id": number, kind: payload}).encode()
        self._add(Waiting(number, self.emitted[number]))
        return number

    def again(self, update: int) -> None:
        """Deliver an update once more, whatever was confirmed since."""
        self._add(Waiting(update, self.emitted[update], repeat=True))
        self.queue.sort(key=lambda waiting: waiting.id)

    def _add(self, waiting: Waiting) -> None:
        self.queue.append(waiting)
        self._idle.clear()
        self._more.set()
        self._end_poll("news")

    def _done(self, rest: list[Waiting]) -> None:
        self.queue = rest
        self.move()
        if not rest:
            self._more.clear()
            self._idle.set()

    def move(self) -> None:
        """Wake whoever waits for something to happen."""
        self.moved.set()
        self.moved = asyncio.Event()

    @property
    def polled(self) -> bool:
        """A long poll is waiting for news."""
        return self._poll is not None and not self._poll.done()

    async def settled(self, within: float = 10) -> None:
        """Until every update was confirmed."""
        try:
            await asyncio.wait_for(self._idle.wait(), within)
        except TimeoutError:
            stuck = [waiting.id for waiting in self.queue]
            raise AssertionError(f"updates nobody confirmed within {within} s: {stuck}") from None

    def allow(self, kinds: list[str] | None) -> None:
        """None leaves what was asked for before; an empty list goes back to the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    # Long polling

    async def poll(self, offset: int, limit: int, seconds: float) -> bytes:
        """The answer to one getUpdates, a JSON array."""
        if self.webhook:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active;"
                " use deleteWebhook to delete the webhook first",
            )
        self._end_poll("other getUpdates")
        self._confirm(offset)
        if not self.queue and seconds > 0:
            await self._news(seconds)
        batch = self.queue[:limit]
        for waiting in batch:
            waiting.handed_out = True
        return b"[" + b",".join(waiting.body for waiting in batch) + b"]"

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._done(self.queue[offset:])
        elif offset > 0 and self.queue:
            self._done(
                [
                    waiting
                    for waiting in self.queue
                    if waiting.id >= offset or (waiting.repeat and not waiting.handed_out)
                ]
            )

    async def _news(self, seconds: float) -> None:
        poll: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poll = poll
        self.move()
        try:
            async with asyncio.timeout(seconds):
                why = await poll
        except TimeoutError:
            return
        finally:
            if self._poll is poll:
                self._poll = None
        if why == "other getUpdates":
            raise Refused(
                409,
                "Conflict: terminated by other getUpdates request;"
                " make sure that only one bot instance is running",
            )
        if why == "setWebhook":
            raise Refused(409, "Conflict: terminated by setWebhook request")

    def _end_poll(self, why: str) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_result(why)

    # Webhook

    async def set_webhook(self, hook: Webhook | None, *, drop: bool = False) -> None:
        """Push to this address from now on; None goes back to polling."""
        if drop:
            self._done([])
        if hook == self.webhook and self._pushing:
            return
        await self._stop_pushing()
        self.webhook = hook
        if hook:
            self._end_poll("setWebhook")
        self.open()

    async def _push(self, hook: Webhook) -> None:
        async with ClientSession(timeout=ClientTimeout(total=60)) as session:
            while True:
                await self._more.wait()
                waiting = self.queue[0]
                status = await self._post(session, hook, waiting)
                self.webhook_answers.append(status)
                self.move()
                if 200 <= status < 300:
                    self._done([one for one in self.queue if one is not waiting])
                else:
                    self.last_error = f"Wrong response from the webhook: {status}"
                    await asyncio.sleep(self.retry)

    async def _post(self, session: ClientSession, hook: Webhook, waiting: Waiting) -> int:
        """The status of the answer; 0 when there was none."""
        headers = {"Content-Type": "application/json"}
        if hook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret_token
        try:
            async with session.post(hook.url, data=waiting.body, headers=headers) as answer:
                await answer.read()
                return answer.status
        except (ClientError, TimeoutError, OSError):
            return 0

    async def _stop_pushing(self) -> None:
        if self._pushing:
            self._pushing.cancel()
            await asyncio.gather(self._pushing, return_exceptions=True)
            self._pushing = None

    def open(self) -> None:
        """Go on pushing after a close."""
        if self.webhook and not self._pushing:
            self._pushing = asyncio.create_task(self._push(self.webhook))

    async def close(self) -> None:
        self._end_poll("stop")
        await self._stop_pushing()
