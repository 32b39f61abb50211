"""Labs with a model: what our side adds, what a lab costs, and two hundred at once.

The model is the local server of the tests, which answers at once and counts tokens and cache hits
by exact prefix, at four bytes a token; real tokens differ, and so do real seconds. Beside our turn,
in the same run, the same questions by the bare package.
"""

import asyncio
import json
import re
import sys

from bot.conversation import Tokens
from bot.models import PRICES
from tests.platforms.claude_server import Answer, ClaudeServer, Request

ROUNDS = 3
LABS = 200
HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"
ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth".split()
REPLY = (
    "You say where your recordings come from, and that is worth a lot. You have not yet said what "
    "would make you put one record on one shelf and another record on the next. Think of a single "
    "voice, and of the moment in which it came to be. Somebody might have stood at a microphone, "
    "or nobody might have. Keep to that one voice for now, since the whole set can wait. "
)


def main() -> None:
    asyncio.run(compared())


async def compared() -> None:
    async with ClaudeServer() as server:
        server.answer = said
        print("labs: against a local server that answers at once, not the real service")
        await added(server)
        await at_once(server)
        assert server.breaches == server.mistakes == []


def said(request: Request) -> Answer:
    """A reply as long as a good one, with the question that the note wants."""
    talk = request.body["messages"]
    name = talk[2]["content"][0]["text"].split()[3]
    time = ORDINALS[sum(message["role"] == "assistant" for message in talk) % len(ORDINALS)]
    note = talk[-1]["content"]
    lead = f"For the {time} time you speak of set {name}"
    if corrected := re.search(r"at the very claim: (.*) Evidence:", note):
        lead += " " + " ".join(corrected[1].replace("?", ".").split()[:25]) + "."
    if "Ask nothing" in note:
        return Answer(text=f"{lead} I want to be sure that I follow you.")
    return Answer(text=f"{lead} {REPLY if not corrected else ''}What decides it?")


async def child(server: ClaudeServer, kind: str, labs: int) -> dict[str, float]:
    command = (sys.executable, "-m", "benchmarks.labs_ours", kind, server.url, str(labs))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert process.returncode == 0
    found: dict[str, float] = json.loads(out)
    return found


async def added(server: ClaudeServer) -> None:
    """One learner at a time; aim: under 30 ms more than the bare package."""
    rounds = [await child(server, "alone", 10) for _ in range(ROUNDS)]
    told = {name: [one[name] for one in rounds] for name in rounds[0]}
    print("  one lab at a time: from a learner's words to the reply; aim: under 30 ms added")
    for name, kind in (("a turn of ours", "turn"), ("the bare package", "bare")):
        p50, p99 = spread(told[f"{kind}_p50"]), spread(told[f"{kind}_p99"])
        print(f"    {name:18} p50 {p50} ms, p99 {p99} ms")
    ratio = [ours / bare for ours, bare in zip(told["turn_p50"], told["bare_p50"], strict=True)]
    more = spread(told["added_p50"])
    print(f"    added              p50 {more} ms; a turn is {spread(ratio)} times the bare call")


async def at_once(server: ClaudeServer) -> None:
    """Many labs in one process; aim: none lost, under 350 MB, over 90 % from the cache."""
    server.requests.clear()
    found = await child(server, "many", LABS)
    print(
        f"  {LABS} labs of six exchanges at once, in one process; aim: no turn lost, under 350 MB\n"
        f"    {found['turns']:.0f} turns in {found['seconds']:.1f} s, {found['lost']:.0f} lost, "
        f"{found['failed']:.0f} calls failed; p50 {found['p50']:.0f}, p99 {found['p99']:.0f} ms; "
        f"{found['peak_mb']:.0f} MB at most"
    )
    share, later = cache_share(server.requests)
    print(f"    read from the cache: {share:.1%} of all input, {later:.1%} from the second turn on")
    cost(found)


def cache_share(requests: list[Request]) -> tuple[float, float]:
    """The share of input tokens that came from the cache: of all, and of later turns."""
    read = asked = read_later = asked_later = 0
    for request in requests:
        usage = request.usage
        if usage is None:
            continue
        read, asked = read + usage.cache_read_input_tokens, asked + usage.prompt
        if sum(message["role"] == "assistant" for message in request.body["messages"]) > 1:
            read_later += usage.cache_read_input_tokens
            asked_later += usage.prompt
    return read / asked, read_later / asked_later


def cost(found: dict[str, float]) -> None:
    """1,000 labs at the prices that are set by default, as they were, and without a cache."""
    share = 1000 / found["labs"]
    asked = found["fresh"] + found["written"] + found["cached"]
    print(
        "  1,000 labs of six exchanges, at four bytes a token, all writes at the price of an hour"
    )
    for name in (HAIKU, SONNET):
        plain = PRICES[name].of(Tokens(fresh=int(asked), answer=int(found["answer"])))
        parts = Tokens(
            fresh=int(found["fresh"]),
            kept=int(found["written"]),
            cached=int(found["cached"]),
            answer=int(found["answer"]),
        )
        with_cache = PRICES[name].of(parts)
        dear, cheap = plain * share / 1e9, with_cache * share / 1e9
        ratio = f"{dear / cheap:.1f} times"
        print(f"    {name:18} ${cheap:.2f} with the cache, ${dear:.2f} without: {ratio}")
    print(f"    as it was charged  ${found['cost'] * share:.2f} ({HAIKU})")


def spread(values: list[float]) -> str:
    low, middle, high = min(values), sorted(values)[len(values) // 2], max(values)
    return f"{middle:.1f} ({low:.1f} to {high:.1f})"


if __name__ == "__main__":
    main()
