"""How much a bot may ask for: buckets of routes, one for everything, and a count of the invalid."""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache

# Interactions and their follow-ups do not count towards the limit of everything.
UNCOUNTED = ("POST /interactions/", "/webhooks/")
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_token")
PLENTY = 1_000_000, 1.0

PER_ROUTE: dict[str, tuple[int, float]] = {
    "POST /channels/{channel_id}/messages": (5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": (5, 5.0),
    "DELETE /channels/{channel_id}/messages/{message_id}": (5, 1.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": (5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": (5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original": (5, 2.0),
    "POST /channels/{channel_id}/typing": (5, 5.0),
    "POST /channels/{channel_id}/threads": (50, 300.0),
}


@dataclass(slots=True)
class Bucket:
    """One window of time: how much is left in it, and when it ends."""

    left: int
    until: float


@dataclass(slots=True)
class Limits:
    """All buckets. `routes` and `everything` are how many requests in how many seconds."""

    routes: dict[str, tuple[int, float]] = field(default_factory=lambda: dict(PER_ROUTE))
    everything: tuple[int, float] = (50, 1.0)
    on: bool = False
    _buckets: dict[tuple[str, ...], Bucket] = field(default_factory=dict, repr=False)

    def ask(
        self, template: str, ids: dict[str, str], now: float, wall: float
    ) -> tuple[dict[str, str], float, bool]:
        """Headers for the answer, how long to wait (0: go on), and whether everything waits."""
        most, span = self.routes.get(template, PLENTY) if self.on else PLENTY
        if not self.on:
            return headers(template, most, most - 1, span, wall), 0.0, False
        if not any(part in template for part in UNCOUNTED):
            everything = self._bucket(("",), *self.everything, now)
            if everything.left <= 0:
                return {"X-RateLimit-Global": "true"}, everything.until - now, True
            everything.left -= 1
        major = [ids[name] for name in MAJOR if name in ids]
        bucket = self._bucket((template, *major), most, span, now)
        wait = bucket.until - now if bucket.left <= 0 else 0.0
        bucket.left = max(bucket.left - 1, 0)
        return headers(template, most, bucket.left, bucket.until - now, wall), wait, False

    def _bucket(self, key: tuple[str, ...], most: int, span: float, now: float) -> Bucket:
        found = self._buckets.get(key)
        if found is None or found.until <= now:
            found = self._buckets[key] = Bucket(most, now + span)
        return found


def headers(template: str, most: int, left: int, after: float, wall: float) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(most),
        "X-RateLimit-Remaining": str(left),
        "X-RateLimit-Reset": f"{wall + after:.3f}",
        "X-RateLimit-Reset-After": f"{after:.3f}",
        "X-RateLimit-Bucket": _name(template),
    }


@lru_cache(maxsize=200)
def _name(template: str) -> str:
    return hashlib.sha256(template.encode()).hexdigest()[:32]
