"""`syllabot serve` on both platforms in a process of its own, for the soak.

python -m benchmarks.soak_ours API GATEWAY CDN [hasty] serve ARGUMENTS. Learners get their ids in
the order in which they come, so that a run beside it can have the same ones. `hasty` sends as fast
as the server takes it.
"""

import sys
from itertools import count

from benchmarks.discord_echo import talk_to
from bot.__main__ import main as syllabot
from bot.adapters import telegram_pace
from bot.commands import running


def learner_id(number: int) -> str:
    """The id of whoever comes as the `number`th, from 1 on."""
    return f"{number:016x}"


def main() -> None:
    api, gateway, cdn, *rest = sys.argv[1:]
    talk_to(api, gateway, cdn)
    numbers = count(1)
    running.mint = lambda: learner_id(next(numbers))
    if rest[0] == "hasty":
        rest.pop(0)
        quick = telegram_pace.Limits(total_seconds=0.0001, chat_burst=1e6, total_burst=1e6)
        telegram_pace.Limits = lambda: quick  # type: ignore[assignment, misc]
    sys.exit(syllabot(rest))


if __name__ == "__main__":
    main()
