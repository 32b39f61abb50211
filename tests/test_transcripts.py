"""Every conversation in tests/transcripts, under every driver that can play it."""

from pathlib import Path

import pytest

from bot.commands.replay import DRIVERS, fits, perform
from bot.replay.script import Conversation, Script, scripts

from .conftest import SHIPPED

FOLDER = Path(__file__).parent / "transcripts"


def every() -> list[object]:
    return [
        pytest.param(script, conversation, driver, id=f"{conversation.name}-{driver}")
        for script in scripts([FOLDER])
        for conversation in script.conversations
        for driver in DRIVERS
        if fits(script, driver)
    ]


@pytest.mark.parametrize(("script", "conversation", "driver"), every())
async def test_a_conversation_goes_as_written(
    script: Script, conversation: Conversation, driver: str
) -> None:
    await perform(script, conversation, driver, None if script.course else SHIPPED)


def test_no_two_conversations_share_a_name() -> None:
    names = [each.name for script in scripts([FOLDER]) for each in script.conversations]
    assert sorted(names) == sorted(set(names))
