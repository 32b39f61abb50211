"""The store: everything that is remembered, in one SQLite file.

Read `values` (what goes in and out), `store` (the door), `turns` with `groups`, `statements` with
`group_statements`, `traces` and `derived` (what a turn writes), `writer` (how turns share a
transaction), `underway` (what becomes of messages), `reader` with `gathered`, `replies`, `codes`
and `boards`; then `opening`, `upkeep`, `errors`; last `backup`, `restore`, and who stays forgotten:
`ledger`, `ledgers`, `forgetting`.
It refuses to decide anything: it keeps what the core returned.
"""

from bot.store.errors import Stale, StoreError
from bot.store.store import Store
from bot.store.values import Bill, Call, Commit, Loaded, Prompt, Used
from bot.store.window import answers, report

__all__ = [
    "Bill",
    "Call",
    "Commit",
    "Loaded",
    "Prompt",
    "Stale",
    "Store",
    "StoreError",
    "Used",
    "answers",
    "report",
]
