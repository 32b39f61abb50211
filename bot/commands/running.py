"""What `play` and `serve` share: the program with its file and its model, and how to refuse."""

import asyncio
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot import engine
from bot.adapters.base import Adapter
from bot.config import Config
from bot.conversation import Picture, Terms
from bot.course.lab import Lab
from bot.course.load import load
from bot.course.model import Library
from bot.flows.usage import DOLLAR
from bot.models import ModelConfig
from bot.personas.base import Persona
from bot.phrases import say
from bot.runner import Runner
from bot.store import Commit, Store
from bot.thinking import Thinker
from bot.tutor.prompt import LONGEST, brief
from bot.watch import Watch


def refused(text: str, code: int) -> int:
    """Say why there is nothing to run; the exit code."""
    print(text, file=sys.stderr)
    return code


def now() -> datetime:
    return datetime.now(UTC)


def mint() -> str:
    """A fresh id for a learner."""
    return secrets.token_hex(8)


def reading(content: Path) -> Callable[[], tuple[Library | None, tuple[str, ...]]]:
    """What reads the content anew; see `Runner`."""

    def read() -> tuple[Library | None, tuple[str, ...]]:
        library, problems = load(content)
        if library:
            engine.prepare(library)
        return library, tuple(map(str, problems))

    return read


def reload_on_hangup(runner: Runner, tell: Callable[[str], object]) -> None:
    """SIGHUP re-reads the content, as a server's operator expects."""
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none
    if hangup is None:
        return
    tasks: set[asyncio.Task[None]] = set()

    async def reload() -> None:
        faults = await runner.reload()
        key = "reload.kept" if faults else "reload.done"
        tell(say("en", key, count=len(faults), faults="\n".join(faults)))

    def begin() -> None:
        task = asyncio.ensure_future(reload())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    asyncio.get_running_loop().add_signal_handler(hangup, begin)


def terms(settings: Config) -> Terms:
    """What learners are told: of a model only where there is a key for one."""
    models = settings.models
    if not settings.anthropic_api_key:
        return Terms(models.kept)
    return Terms(models.kept, models.company, models.days, models.budgets)


def persona(settings: Config) -> Persona | None:
    """The model, where there is a key: imported here, so that nobody else loads its package."""
    if not settings.anthropic_api_key:
        return None
    from bot.personas.claude import Claude

    models = settings.models
    return Claude(settings.anthropic_api_key, models.url, dict(models.prices))


@asynccontextmanager
async def program(
    settings: Config,
    library: Library,
    content: Path,
    db: Path,
    adapters: Mapping[str, Adapter],
    tell: Callable[[str], object],
    *,
    operators: frozenset[str] = frozenset(),
    observe: Callable[[Commit], object] | None = None,
    watch: Watch | None = None,
) -> AsyncIterator[tuple[Runner, Store]]:
    """All that teaches, over the file `db`, until it is left; `operators` come to those set.

    What the operator should know at the start goes to `tell`. Raises StoreError.
    """
    async with AsyncExitStack() as closing:
        model = persona(settings)
        if model:
            closing.push_async_callback(model.close)
            for sentence in too_small(settings.models, model, library):
                tell(sentence)
        store = await Store.open(db)
        closing.push_async_callback(store.close)
        runner = Runner(
            library,
            store,
            adapters,
            clock=now,
            mint=mint,
            observe=observe,
            read=reading(content),
            operators=settings.operators | operators,
            thinker=_thinker(settings, model, store, watch) if model else None,
            terms=terms(settings),
            access=settings.access,
            draw=drawn,
            watch=watch,
        )
        yield runner, store


def _thinker(settings: Config, model: Persona, store: Store, watch: Watch | None) -> Thinker:
    return Thinker(model, store, settings.models.budgets, now, watch=watch)


def drawn(picture: Picture) -> bytes:
    """A picture's PNG. What draws is read at the first one: it takes half a second and memory."""
    from bot.views.shown import shown

    return shown(picture)


def too_small(models: ModelConfig, model: Persona, library: Library) -> list[str]:
    """Budgets that one question is too dear for, each in a sentence: nobody would ever be asked."""
    briefs = [
        brief(unit, course.misconceptions, (), "x" * LONGEST, "")
        for course in library.courses.values()
        for unit in course.units.values()
        if isinstance(unit, Lab)
    ]
    found: list[str] = []
    for name in model.models if briefs else ():
        worst = max((model.worst(name, each) for each in briefs), key=lambda each: each.total)
        cost = model.price(name).of(worst)
        for budget in models.budgets:
            if 0 < budget.tokens < worst.total or 0 < budget.cost < cost:
                which, most = f"{budget.whose}/{budget.per}", f"{worst.total:,} tokens"
                found.append(
                    f"The budget {which} is too small for one question to {name}, which can take "
                    f"{most} or ${cost / DOLLAR:.4f}: it is never asked."
                )
    return found
