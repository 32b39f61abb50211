"""The least that python-telegram-bot can do, in a process of its own: what our bot is held against.

python -m benchmarks.telegram_echo URL AT_ONCE. It says what it is told, and a press of Next or
Back edits the message to another card. It keeps nothing. It takes one update at a time, as the
library does by default, or so many AT_ONCE.
"""

import sys

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

TOKEN = "4242:TEST"  # noqa: S105
BUTTONS = InlineKeyboardMarkup(
    [[InlineKeyboardButton(name.capitalize(), callback_data=name) for name in ("next", "back")]]
)
CARDS = {
    name: f"The card to go {name} to.\n\n" + "Words to read. " * 25 for name in ("next", "back")
}


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    message = update.effective_message
    assert message and message.text
    buttons = BUTTONS if message.text == "/start" else None
    await context.bot.send_message(message.chat_id, message.text, reply_markup=buttons)


async def turn(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:  # noqa: ARG001
    query = update.callback_query
    assert query and query.data
    await query.answer()
    await query.edit_message_text(CARDS[query.data], reply_markup=BUTTONS)


def main() -> None:
    url, at_once = sys.argv[1:]
    application = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{url}/bot")
        .concurrent_updates(int(at_once))
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.add_handler(CallbackQueryHandler(turn))
    application.run_polling()


if __name__ == "__main__":
    main()
