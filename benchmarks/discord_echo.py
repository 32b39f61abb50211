"""The least that discord.py can do, in a process of its own: what our bot is held against.

python -m benchmarks.discord_echo API GATEWAY CDN. It answers a slash command with a message that
its sender alone sees, and a press of Next or Back by editing that message to another card. It
keeps nothing, and hears and remembers as little as our bot.
"""

import asyncio
import sys

import discord
import yarl
from discord import ButtonStyle, Interaction, InteractionType, ui
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


def main() -> None:
    talk_to(*sys.argv[1:])
    asyncio.run(Echo().start(TOKEN))


if __name__ == "__main__":
    main()
