"""Claude, or any server that speaks the Messages API, as a persona's words.

Nothing outside this module knows the `anthropic` package; it is imported only where a key is set,
since that takes a second and 40 MB. The prompt stands in the order of the cache: what all labs
share, what all learners of one share (both kept for an hour, since learners think for longer than
five minutes), and the talk, whose newest end is marked by the service itself.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import httpx2
from anthropic import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncAnthropic,
    Omit,
    omit,
)
from anthropic.types import (
    CacheControlEphemeralParam,
    MessageDeltaUsage,
    MessageParam,
    OutputConfigParam,
    RawMessageStreamEvent,
    RefusalStopDetails,
    TextBlockParam,
    ThinkingConfigParam,
    Usage,
)

from bot.conversation import Brief, Speech, Tokens
from bot.personas.base import Meter, Price, Silent, worst_input

READ = 10.0
"""Seconds without a word after which a stream has stalled."""

CONNECT = 5.0

WAIT = 1.0
"""Seconds after which a busy service is asked again that does not say when."""

MOST_TOKENS = 10**9
"""More than any call takes; what is said beyond it is a slip of the service, not a bill."""

LETTERS = 4
"""Letters of English for a token, roughly."""

_HOUR: Final[CacheControlEphemeralParam] = {"type": "ephemeral", "ttl": "1h"}
_MINUTES: Final[CacheControlEphemeralParam] = {"type": "ephemeral"}
_SENTENCE_END = re.compile(r"[.!?…][”\"’)]?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Way:
    """How a model wants to be asked.

    `most` are the tokens of an answer at most; `notes`: it takes system messages among the others,
    which only some models do (https://platform.claude.com/docs/en/build-with-claude/
    mid-conversation-system-messages).
    """

    most: int = 700
    thinking: ThinkingConfigParam | Omit = omit
    output: OutputConfigParam | Omit = omit
    notes: bool = False


WAYS: Final[Mapping[str, Way]] = {
    # A reply of 120 words needs no thinking; where it cannot be switched off, it needs room.
    "claude-haiku-5-5": Way(thinking={"type": "disabled"}, notes=True),
    "claude-sonnet-5-5": Way(most=2000, output={"effort": "low"}, notes=True),
    "claude-opus-5-5": Way(most=2000, output={"effort": "low"}, notes=True),
    "claude-opus-4-8": Way(notes=True),
}


class Claude:
    """See `base.Persona`. `prices` are by model, in the order in which they are tried."""

    def __init__(self, key: str, url: str, prices: Mapping[str, Price]) -> None:
        self._prices = prices
        # Everything is given, so that nothing is taken from the environment or a file.
        self._client = AsyncAnthropic(
            api_key=key,
            base_url=url,
            timeout=httpx2.Timeout(READ, connect=CONNECT),
            open_telemetry=False,
            max_retries=0,  # each try is paid for by itself, so it is begun by whoever pays
        )

    @property
    def models(self) -> tuple[str, ...]:
        """Their names, the first choice first."""
        return tuple(self._prices)

    def price(self, model: str) -> Price:
        """What a model costs. Raises KeyError for one that was not named."""
        return self._prices[model]

    def worst(self, model: str, brief: Brief) -> Tokens:
        """All input of the dearest kind, which is written to the cache, and the longest answer."""
        size, most, price = worst_input(brief), _way(model).most, self._prices[model]
        kinds = Tokens(fresh=size), Tokens(written=size), Tokens(kept=size)
        return replace(max(kinds, key=price.of), answer=most)

    async def word(self, model: str, brief: Brief, meter: Meter) -> str:
        """The reply to a brief. Raises Silent."""
        heard = _Heard(meter)
        try:
            await self._listen(model, brief, heard)
        except APIError as problem:
            raise _silent(problem) from problem
        except (httpx2.HTTPError, ValueError, RecursionError) as problem:
            raise Silent("lost", "again", f"the stream broke: {problem!r}") from problem
        return heard.reply()

    async def close(self) -> None:
        """Let go of the network."""
        await self._client.close()

    async def _listen(self, model: str, brief: Brief, heard: "_Heard") -> None:
        way = _way(model)
        stream = await self._client.messages.create(
            model=model,
            max_tokens=way.most,
            system=[_block(brief.rules), _block(brief.lab)],
            messages=list(_messages(brief.talk, notes=way.notes)),
            cache_control=_MINUTES,
            thinking=way.thinking,
            output_config=way.output,
            stream=True,
        )
        async with stream:
            async for event in stream:
                try:
                    heard.take(event)
                except (AttributeError, TypeError) as problem:
                    # The library hands on whatever it is sent as the type that it expects.
                    raise ValueError(f"the stream says nothing known: {problem}") from problem


def _way(model: str) -> Way:
    return WAYS.get(model, Way())


def _block(text: str) -> TextBlockParam:
    return {"type": "text", "text": text, "cache_control": _HOUR}


def _messages(talk: tuple[Speech, ...], *, notes: bool) -> Iterator[MessageParam]:
    """The talk as turns. A model that takes no notes finds each in the learner's turn."""
    said: list[TextBlockParam] = []
    for speech in talk:
        if speech.by == "learner":
            said = [{"type": "text", "text": speech.text}]
        if speech.by == "note" and not notes:
            said.append({"type": "text", "text": f"<note>\n{speech.text}\n</note>"})
            continue
        if speech.by != "learner" and said:
            yield {"role": "user", "content": said}
            said = []
        if speech.by == "note":
            yield {"role": "system", "content": speech.text}
        elif speech.by == "persona":
            yield {"role": "assistant", "content": speech.text}
    if said:
        yield {"role": "user", "content": said}


@dataclass(slots=True)
class _Heard:
    """What a stream has said so far."""

    meter: Meter
    text: str = ""
    stop: str | None = None
    details: RefusalStopDetails | None = None

    def take(self, event: RawMessageStreamEvent) -> None:
        """Take in what the service says next."""
        match event.type:
            case "message_start":
                self.meter.tokens, self.meter.told = _tokens(event.message.usage), True
            case "content_block_delta" if event.delta.type == "text_delta":
                self.text += event.delta.text
                # Should the stream break, this much was written; at its end we are told exactly.
                answer = max(self.meter.tokens.answer, len(self.text) // LETTERS)
                self.meter.tokens = replace(self.meter.tokens, answer=answer)
            case "message_delta":
                self.stop = event.delta.stop_reason
                self.details = event.delta.stop_details
                self.meter.tokens = _tokens(event.usage, self.meter.tokens)
            case _:
                pass

    def reply(self) -> str:
        """The whole reply. Raises Silent for one that cannot be used."""
        # Halves of pairs are no text to any platform or file; JSON can spell them.
        text = self.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
        match self.stop:
            case "end_turn" | "stop_sequence" if text:
                return text
            case "max_tokens" if ends := list(_SENTENCE_END.finditer(text)):
                return f"{text[: ends[-1].end()]} …"
            case "refusal":
                category = self.details.category if self.details else None
                raise Silent("refused", "other", f"refused: {category}")
            case None:
                raise Silent("lost", "again", "the stream ended before the answer did")
            case _:
                raise Silent("other", "again", f"no words, and stopped for {self.stop}")


def _tokens(usage: Usage | MessageDeltaUsage, before: Tokens = Tokens()) -> Tokens:  # noqa: B008
    """What the service says it took; what it says nothing of is as it was `before`."""
    kept = before.kept
    if isinstance(usage, Usage) and usage.cache_creation:
        kept = _or(usage.cache_creation.ephemeral_1h_input_tokens, kept)
    return Tokens(
        fresh=_or(usage.input_tokens, before.fresh),
        written=max(_or(usage.cache_creation_input_tokens, before.written + kept) - kept, 0),
        kept=kept,
        cached=_or(usage.cache_read_input_tokens, before.cached),
        answer=_or(usage.output_tokens, before.answer),
    )


def _or(number: object, before: int) -> int:
    """A number of tokens as the service tells it; `before` where it tells none, or nonsense."""
    return number if type(number) is int and 0 <= number < MOST_TOKENS else before


def _silent(problem: APIError) -> Silent:
    """Why the service gave no answer, and whether it may give one later."""
    detail = f"{type(problem).__name__}: {problem.message}"
    match problem:
        case APITimeoutError():
            free = isinstance(problem.__cause__, httpx2.ConnectTimeout | httpx2.PoolTimeout)
            return Silent("slow", "" if free else "again", detail, free=free)
        case APIConnectionError():
            free = isinstance(problem.__cause__, httpx2.ConnectError)
            return Silent("other", "later", detail, free=free, wait=WAIT)
        case APIStatusError(status_code=200):  # an error in the middle of a stream
            return Silent("lost", "again", detail)
        case APIStatusError(status_code=code) if code == 429 or code >= 500:
            return Silent("busy", "later", detail, free=True, wait=_wait(problem))
        case _:
            return Silent("other", detail=detail, free=isinstance(problem, APIStatusError))


def _wait(problem: APIStatusError) -> float:
    """How long the service wants us to wait, in seconds."""
    headers = problem.response.headers
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        with suppress(KeyError, ValueError):
            return max(0.0, float(headers[name]) / unit)
    return WAIT
