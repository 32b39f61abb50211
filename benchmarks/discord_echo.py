"""Two echo bots of discord.py, each in a process of its own: what our bot is held against.

python -m benchmarks.discord_echo API GATEWAY CDN [book]. They answer a slash command with a message
that its sender alone sees, and a press of Next or Back by editing that message to another card.
The barest one reads interactions itself, and hears and remembers as little as our bot; the one by
the book is written as the library's documentation has it, with a command tree and views.
"""

import asyncio
import sys

import discord
import yarl
from discord import ButtonStyle, Interaction, InteractionType, app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route

TOKEN = "test-token"  # noqa: S105
INTENTS = discord.Intents(guilds=True, dm_messages=True)
TERM = {"type": 3, "name": "term", "description": "A word"}
COMMANDS = [
    {"type": 1, "name": name, "description": "Says a card", "options": options}
    for name, options in (("start", []), ("glossary", [TERM]))
]
WORD = "**The word**: what it means, in a sentence that is about as long as that of a course."
CARDS = {
    name: f"**The card to go {name} to**\n\n" + "Words to read. " * 25
    for name in ("start", "next", "back")
}


def talk_to(api: str, gateway: str, cdn: str) -> None:
    """discord.py knows no other way to a server that is not Discord's own."""
    Route.BASE = api
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    discord.Asset.BASE = cdn


class Echo(discord.Client):
    """It answers interactions."""

    def __init__(self) -> None:
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )

    async def setup_hook(self) -> None:
        await self.http.bulk_upsert_global_commands(self.application_id, COMMANDS)

    async def on_interaction(self, interaction: Interaction) -> None:
        if interaction.type is InteractionType.component:
            await interaction.response.edit_message(view=card(interaction.data["custom_id"]))
        else:
            view = card(interaction.data["name"])
            await interaction.response.send_message(view=view, ephemeral=True)


def card(name: str) -> ui.LayoutView:
    """A card with its buttons; a word has none."""
    view = ui.LayoutView(timeout=None)
    shown = ui.Container(ui.TextDisplay(CARDS.get(name, WORD)))
    if name in CARDS:
        shown.add_item(ui.ActionRow(*map(button, ("next", "back"))))
    view.add_item(shown)
    view.stop()  # else the library would keep it, for ever
    return view


def button(key: str) -> ui.Button[ui.LayoutView]:
    return ui.Button(label=key.capitalize(), custom_id=key, style=ButtonStyle.secondary)


class ByTheBook(discord.Client):
    """The library finds the command and the button."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        self.tree.command(name="start", description="Says a card")(start)
        self.tree.command(name="glossary", description="Says a card")(glossary)
        await self.tree.sync()


async def start(interaction: Interaction) -> None:
    await interaction.response.send_message(view=Pages("start"), ephemeral=True)


async def glossary(interaction: Interaction, term: str) -> None:  # noqa: ARG001
    await interaction.response.send_message(view=Pages("word"), ephemeral=True)


class Pages(ui.LayoutView):
    """A card with its buttons; a word has none."""

    def __init__(self, name: str) -> None:
        super().__init__(timeout=None)
        shown = ui.Container(ui.TextDisplay(CARDS.get(name, WORD)))
        if name in CARDS:
            shown.add_item(ui.ActionRow(Turn("next"), Turn("back")))
        self.add_item(shown)


class Turn(ui.Button[Pages]):
    def __init__(self, key: str) -> None:
        super().__init__(label=key.capitalize(), custom_id=key, style=ButtonStyle.secondary)

    async def callback(self, interaction: Interaction) -> None:
        await interaction.response.edit_message(view=Pages(self.custom_id))


def main() -> None:
    *addresses, how = (*sys.argv[1:], "") if len(sys.argv) < 5 else sys.argv[1:]
    talk_to(*addresses)
    asyncio.run((ByTheBook() if how else Echo()).start(TOKEN))


if __name__ == "__main__":
    main()
