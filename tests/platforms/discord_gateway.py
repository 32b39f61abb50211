"""Discord's gateway: sessions, what was dispatched in them, and the sockets they come through.

A session outlives its socket: what is dispatched meanwhile waits, and RESUME delivers it. What is
dispatched while there is no session at all is lost, as it is in reality.
"""

import asyncio
import json
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from tests.platforms import discord_rules as rules
from tests.platforms.discord_rules import Json

GUILDS, MEMBERS, PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = MEMBERS | PRESENCES | MESSAGE_CONTENT
ALL_INTENTS = (1 << 26) - 1
KEPT = 5000  # events of a session that a RESUME can ask for

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME = 0, 1, 2, 3, 4, 6
RECONNECT, REQUEST_MEMBERS, INVALID, HELLO, ACK = 7, 8, 9, 10, 11


class Signal:
    """Wakes everybody who waits for something to happen."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def move(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self) -> None:
        await self._event.wait()


@dataclass(slots=True, eq=False)
class Session:
    """What a bot identified for. `sent` are the events with their numbers, for a RESUME."""

    id: str
    intents: int
    shard: list[int]
    number: int = 0
    sent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=KEPT))
    socket: "Socket | None" = None


class Socket:
    """One websocket of a bot's. Frames are queued, so that people can act without waiting."""

    def __init__(self, ws: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.ws, self.transport = ws, transport
        self.session: Session | None = None
        self.acks, self.closing = True, False
        self.frames = 0
        self._since = asyncio.get_running_loop().time()
        self._queue: asyncio.Queue[str | int | asyncio.Future[None]] = asyncio.Queue()
        self._pings: dict[bytes, asyncio.Future[None]] = {}
        self._writer = asyncio.create_task(self._write())

    def send(self, op: int, data: object, **more: object) -> None:
        self.put(json.dumps({"op": op, "d": data, **more}))

    def put(self, frame: str) -> None:
        self._queue.put_nowait(frame)

    def close(self, code: int) -> None:
        """After everything that was sent before."""
        self.closing = True
        self._queue.put_nowait(code)

    def abort(self) -> None:
        """The connection is gone without a word."""
        if self.transport:
            self.transport.abort()

    async def heard(self) -> None:
        """Until the bot has dealt with every frame so far: it answers a ping only after them."""
        if self._writer.done():
            return
        heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(heard)
        await heard

    def pong(self, data: bytes) -> None:
        if (heard := self._pings.pop(data, None)) and not heard.done():
            heard.set_result(None)

    def too_fast(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now > self._since + 60:
            self._since, self.frames = now, 0
        self.frames += 1
        return self.frames > rules.FRAMES_PER_MINUTE

    def end(self) -> None:
        self._writer.cancel()
        while not self._queue.empty():
            if isinstance(one := self._queue.get_nowait(), asyncio.Future) and not one.done():
                one.set_result(None)
        for heard in self._pings.values():
            if not heard.done():
                heard.set_result(None)
        if self.session and self.session.socket is self:
            self.session.socket = None

    async def _write(self) -> None:
        try:
            while True:
                one = await self._queue.get()
                if isinstance(one, str):
                    await self.ws.send_str(one)
                elif isinstance(one, int):
                    await self.ws.close(code=one)
                else:
                    name = uuid.uuid4().bytes
                    self._pings[name] = one
                    await self.ws.ping(name)
        except (ConnectionError, RuntimeError):
            self.end()


class Gateway:
    """All sockets and sessions of the one bot."""

    def __init__(self, token: str, moved: Signal) -> None:
        self.token, self.moved = token, moved
        self.sockets: list[Socket] = []
        self.live: dict[str, Session] = {}
        self.connects = self.sessions = self.identifies = self.resumes = 0
        self.resumed: list[str] = []
        self.lost: list[tuple[str, Json]] = []
        self.refuse = 0
        self.heartbeat_interval = 41.25
        self.heartbeats = 0
        self.privileged = 0  # intents that were granted in the developer portal
        self.url = ""
        self.breaches: list[str] = []
        self.mistakes: list[str] = []
        self.closes: list[int] = []  # the codes with which this side closed
        self.ready: Callable[[Session], Json] = lambda session: {}
        self.greet: Callable[[Session], list[tuple[str, Json]]] = lambda session: []
        self.members: Callable[[Json], list[Json]] = lambda asked: []
        self.event_check: Callable[[str, object], None] | None = None
        self.frame_check: Callable[[Json], list[str]] | None = None

    # What the world uses

    @property
    def connected(self) -> bool:
        """A bot is there and listens."""
        return any(session.socket for session in self.live.values())

    def intends(self, intent: int) -> bool:
        return any(session.intents & intent for session in self.live.values())

    def emit(self, name: str, payload: Json, intent: int = 0) -> bool:
        """Dispatch to each session that wants it; False where there was none."""
        if self.event_check:
            self.event_check(name, payload)
        wanting = [one for one in self.live.values() if not intent or one.intents & intent]
        if not wanting:
            if not self.live and intent != GUILDS:
                self.lost.append((name, payload))
            return False
        data = json.dumps(payload)
        for session in wanting:
            self._dispatch(session, name, data)
        return True

    async def heard(self) -> None:
        for socket in list(self.sockets):
            await socket.heard()

    # What goes wrong

    def disconnect(self, code: int | None = None) -> None:
        """Every socket is cut: without a word, or with this close code."""
        for socket in list(self.sockets):
            if code is None:
                socket.abort()
            else:
                self._close(socket, code)

    def invalidate(self, *, resumable: bool = False) -> None:
        for socket in list(self.sockets):
            if socket.session and not resumable:
                self.live.pop(socket.session.id, None)
            socket.send(INVALID, resumable)

    def ask_reconnect(self) -> None:
        for socket in list(self.sockets):
            socket.send(RECONNECT, None)

    def forget(self) -> None:
        """No session can be resumed any more."""
        self.live.clear()

    def mute(self) -> None:
        """The sockets of now take frames and never confirm a heartbeat."""
        for socket in self.sockets:
            socket.acks = False

    def rubbish(self, name: str, payload: object) -> None:
        """Dispatch an event that no check has seen."""
        for session in self.live.values():
            self._dispatch(session, name, json.dumps(payload))

    def stop(self) -> None:
        self.disconnect()

    # The protocol

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        self.connects += 1
        if self.refuse > 0:
            self.refuse -= 1
            self.moved.move()
            return web.Response(status=503, text="no gateway today")
        ws = web.WebSocketResponse(
            autoping=False, max_msg_size=rules.FRAME_BYTES, compress=False, timeout=0.5
        )
        await ws.prepare(request)
        transport = request.transport
        socket = Socket(ws, transport if isinstance(transport, asyncio.Transport) else None)
        self.sockets.append(socket)
        socket.send(HELLO, {"heartbeat_interval": round(self.heartbeat_interval * 1000)})
        self.moved.move()
        try:
            async for message in ws:
                self._hear(socket, message)
        except Exception as error:
            self.mistakes.append(f"gateway: {error!r}")
            raise
        finally:
            self._left(socket, ws.close_code)
        return ws

    def _left(self, socket: Socket, code: int | None) -> None:
        if socket in self.sockets:
            self.sockets.remove(socket)
        goodbye = code in (1000, 1001) and not socket.closing  # the bot's own
        if goodbye and socket.session and socket.session.socket is socket:
            self.live.pop(socket.session.id, None)
        socket.end()
        self.moved.move()

    def _hear(self, socket: Socket, message: WSMessage) -> None:
        if message.type is WSMsgType.PONG:
            socket.pong(bytes(message.data))
            return
        if message.type is not WSMsgType.TEXT:
            return
        try:
            frame = json.loads(message.data)
            op, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            self._breach(socket, 4002, f"no frame: {message.data!r:.200}")
            return
        if op != HEARTBEAT and socket.too_fast():
            self._breach(socket, 4008, "more than 120 frames a minute")
            return
        if self.frame_check and (complaints := self.frame_check(frame)):
            self._breach(socket, 4002, "; ".join(complaints))
            return
        self._obey(socket, op, data)
        self.moved.move()

    def _obey(self, socket: Socket, op: int, data: Any) -> None:
        match op:
            case 1:
                self.heartbeats += 1
                if socket.acks:
                    socket.send(ACK, None)
            case 2:
                self._identify(socket, data)
            case 6:
                self._resume(socket, data)
            case _ if socket.session is None:
                self._breach(socket, 4003, f"op {op} before IDENTIFY")
            case 8:
                for chunk in self.members(data):
                    self._dispatch(socket.session, "GUILD_MEMBERS_CHUNK", json.dumps(chunk))
            case 3 | 4:
                pass
            case _:
                self._breach(socket, 4001, f"op {op} is none of a bot's")

    def _identify(self, socket: Socket, data: Json) -> None:
        self.identifies += 1
        if socket.session:
            self._breach(socket, 4005, "IDENTIFY twice")
            return
        if data["token"] != self.token:
            self._close(socket, 4004)
            return
        intents = data["intents"]
        if not isinstance(intents, int) or intents & ~ALL_INTENTS:
            self._breach(socket, 4013, f"intents {intents}")
            return
        if intents & PRIVILEGED & ~self.privileged:
            self._breach(socket, 4014, f"privileged intents {intents & PRIVILEGED}")
            return
        shard = data.get("shard")
        session = Session(uuid.uuid4().hex, intents, shard if isinstance(shard, list) else [0, 1])
        for other in [one for one in self.live.values() if one.shard == session.shard]:
            if other.socket is None:
                del self.live[other.id]
        self.live[session.id] = session
        self.sessions += 1
        session.socket, socket.session = socket, session
        self._tell(session, "READY", self.ready(session))
        for name, payload in self.greet(session):
            self._tell(session, name, payload)

    def _resume(self, socket: Socket, data: Json) -> None:
        self.resumes += 1
        session = self.live.get(str(data["session_id"]))
        if data["token"] != self.token:
            self._close(socket, 4004)
            return
        at = data["seq"]
        known = session is not None and isinstance(at, int)
        if not known or (session.sent and at < session.sent[0][0] - 1):  # type: ignore[union-attr]
            socket.send(INVALID, False)
            return
        assert session is not None and isinstance(at, int)
        if at > session.number:
            self._breach(socket, 4007, f"seq {at} was never sent")
            return
        if session.socket:
            session.socket.session = None
            session.socket.close(4000)
        session.socket, socket.session = socket, session
        for number, frame in session.sent:
            if number > at:
                socket.put(frame)
        self.resumed.append(session.id)
        self._dispatch(session, "RESUMED", '{"_trace": []}')

    def _tell(self, session: Session, name: str, payload: Json) -> None:
        if self.event_check:
            self.event_check(name, payload)
        self._dispatch(session, name, json.dumps(payload))

    def _dispatch(self, session: Session, name: str, data: str) -> None:
        session.number += 1
        frame = f'{{"op":0,"s":{session.number},"t":"{name}","d":{data}}}'
        session.sent.append((session.number, frame))
        if session.socket:
            session.socket.put(frame)

    def _close(self, socket: Socket, code: int) -> None:
        self.closes.append(code)
        if code in (4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014) and socket.session:
            self.live.pop(socket.session.id, None)
        socket.close(code)

    def _breach(self, socket: Socket, code: int, what: str) -> None:
        self.breaches.append(f"gateway {code}: {what}")
        self._close(socket, code)
