"""What each model takes and refuses: facts about the service, and nothing else.

They come from its documentation and from what others saw it answer in autumn 2026. A model that a
test adds by name is taken to be like the newest ones.
"""

from dataclasses import dataclass, replace

EFFORTS = ("low", "medium", "high", "xhigh", "max")
# With thinking off, or only between tools, these are refused.
DEEP = frozenset({"xhigh", "max"})


@dataclass(frozen=True, slots=True)
class Model:
    most: int = 128_000  # the largest max_tokens
    window: int = 1_000_000  # tokens that a prompt may have
    floor: int = 1_024  # tokens below which no prefix is cached
    thinking: frozenset[str] = frozenset({"adaptive", "disabled"})
    effort: bool = True
    notes: bool = True  # messages with the role "system"
    forced: bool = True  # tool_choice "any" or "tool"


ALWAYS = Model(thinking=frozenset({"adaptive"}), forced=False)
NO_NOTES = Model(notes=False)
BUDGET = replace(NO_NOTES, thinking=frozenset({"adaptive", "disabled", "enabled"}))
OLD = Model(
    most=64_000,
    window=200_000,
    thinking=frozenset({"enabled", "disabled"}),
    effort=False,
    notes=False,
)

MODELS = {
    "claude-haiku-5-5": Model(floor=512),
    "claude-sonnet-5-5": replace(ALWAYS, thinking=frozenset({"adaptive", "between_tools"})),
    "claude-opus-5-5": ALWAYS,
    "claude-fable-5-2": ALWAYS,
    "claude-fable-5-1": ALWAYS,
    "claude-fable-5": ALWAYS,
    "claude-mythos-5-2": ALWAYS,
    "claude-mythos-5-1": ALWAYS,
    "claude-mythos-5": ALWAYS,
    "claude-mythos-preview": replace(ALWAYS, notes=False),
    "claude-opus-5": Model(),
    "claude-opus-4-8": Model(),
    "claude-opus-4-7": NO_NOTES,
    "claude-opus-4-6": BUDGET,
    "claude-sonnet-5": NO_NOTES,
    "claude-sonnet-4-6": BUDGET,
    "claude-haiku-4-5": replace(OLD, floor=4_096),
    "claude-haiku-4-5-20251001": replace(OLD, floor=4_096),
    "claude-opus-4-5": replace(OLD, effort=True),
    "claude-opus-4-5-20251101": replace(OLD, effort=True),
    "claude-sonnet-4-5": OLD,
    "claude-sonnet-4-5-20250929": OLD,
}


def model(name: str) -> Model:
    return MODELS.get(name, Model())
