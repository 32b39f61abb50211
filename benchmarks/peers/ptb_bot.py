"""The course in python-telegram-bot: a ConversationHandler, user_data, and PicklePersistence.

The variants are "default" (everything as the library has it: written once a minute) and "flush"
(written after each update, once, which is as often as it can be). One update at a time, as the
library asks for where there is a ConversationHandler.
"""

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseUpdateProcessor,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    ExtBot,
    PicklePersistence,
)

from benchmarks.peers.script import BEGIN, FIRST_QUESTION, NEXT, SCORE, TURNS, Script, position
from benchmarks.peers.telegram_stub import Stub
from benchmarks.peers.worker import TOKEN, Job, Platform, run, update

OVERVIEW, READING, QUIZ, RESULT = "overview", "reading", "quiz", "score"
NAME = "course"
Context = ContextTypes.DEFAULT_TYPE


class Course:
    """The handlers, as somebody who knows the library writes them."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def handler(self) -> "ConversationHandler[Context]":
        return ConversationHandler(
            entry_points=[CommandHandler("start", self.start)],
            states={
                OVERVIEW: [CallbackQueryHandler(self.begin, pattern=f"^{BEGIN}$")],
                READING: [CallbackQueryHandler(self.onward, pattern=f"^{NEXT}$")],
                QUIZ: [CallbackQueryHandler(self.answered, pattern=r"^m1-l1-q\d-[a-d]$")],
                RESULT: [CallbackQueryHandler(self.finish, pattern=f"^{NEXT}$")],
            },
            fallbacks=[],
            allow_reentry=True,
            name=NAME,
            persistent=True,
        )

    async def start(self, change: Update, context: Context) -> str:
        context.user_data.clear()
        await self._say(change, 1, self.script.overview)
        return OVERVIEW

    async def begin(self, change: Update, context: Context) -> str:
        await change.callback_query.answer()
        context.user_data["card"] = 0
        await self._say(change, 2, self.script.cards[0])
        return READING

    async def onward(self, change: Update, context: Context) -> str:
        await change.callback_query.answer()
        card = context.user_data["card"] + 1
        if card < len(self.script.cards):
            context.user_data["card"] = card
            await self._say(change, 2 + card, self.script.cards[card])
            return READING
        context.user_data["given"] = []
        await self._say(change, FIRST_QUESTION, self.script.opening, self.script.question(0))
        return QUIZ

    async def answered(self, change: Update, context: Context) -> str:
        await change.callback_query.answer()
        given = context.user_data["given"]
        item, _, option = change.callback_query.data.rpartition("-")
        if len(given) == len(self.script.items) or item != self.script.items[len(given)].id:
            return QUIZ  # a button of an older question
        said = self.script.feedback(len(given), option)
        given.append(option)
        turn = FIRST_QUESTION + len(given)
        if len(given) < len(self.script.items):
            await self._say(change, turn, said, self.script.question(len(given)))
            return QUIZ
        context.user_data["right"] = self.script.right(given)
        await self._say(change, SCORE, said, self.script.score(given))
        return RESULT

    async def finish(self, change: Update, context: Context) -> int:
        await change.callback_query.answer()
        context.user_data["done"] = True
        await self._say(change, TURNS, self.script.goodbye)
        return ConversationHandler.END

    async def _say(self, change: Update, turn: int, *texts: str) -> None:
        """The buttons stand below the last of the texts."""
        buttons = [
            [InlineKeyboardButton(label, callback_data=value)]
            for label, value in self.script.buttons(turn)
        ]
        for text in texts[:-1]:
            await change.effective_chat.send_message(text)
        await change.effective_chat.send_message(
            texts[-1], reply_markup=InlineKeyboardMarkup(buttons)
        )


class Processor(BaseUpdateProcessor):
    """One update at a time; says when it is done, and before that writes, if it is to."""

    def __init__(self, peer: "Ptb") -> None:
        super().__init__(1)
        self._peer = peer

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        await coroutine
        if self._peer.flushing:
            await self._peer.application.update_persistence()
            await self._peer.persistence.flush()
        assert isinstance(update, Update)
        self._peer.going_on.pop(update.update_id).set_result(None)


class Ptb:
    def __init__(self, job: Job, script: Script, platform: Platform) -> None:
        self._file = Path(job.folder) / "bot.pickle"
        self._script, self._platform = script, platform
        self.flushing = job.variant == "flush"
        self._newer = False
        self.going_on: dict[int, asyncio.Future[None]] = {}

    async def open(self) -> bool:
        """A file that was cut off in the middle is put aside: nothing of it can be read."""
        try:
            await self._start()
        except TypeError:
            self._file.rename(self._file.with_suffix(".broken"))
            await self._start()
            return False
        return True

    async def _start(self) -> None:
        self.persistence: PicklePersistence[Any, Any, Any] = PicklePersistence(
            self._file, on_flush=self.flushing
        )
        stub = Stub(self._platform)
        self.application: Application[Any, Any, Any, Any, Any, Any] = (
            ApplicationBuilder()
            .bot(ExtBot(TOKEN, request=stub, get_updates_request=stub))
            .updater(None)
            .persistence(self.persistence)
            .concurrent_updates(Processor(self))
            .build()
        )
        self.application.add_handler(Course(self._script).handler())
        await self.application.initialize()
        await self.application.start()

    async def feed(self, learner: int, turn: int, data: str) -> None:
        change = Update.de_json(update(learner, turn, data), self.application.bot)
        done = asyncio.get_running_loop().create_future()
        self.going_on[change.update_id] = done
        await self.application.update_queue.put(change)
        await done
        self._newer = True

    async def stands(self, learner: int) -> int:
        if self._newer:  # only then does the persistence know the states of conversations
            await self.application.update_persistence()
            self._newer = False
        who = learner + 1000
        data = self.application.user_data.get(who, {})
        state = (await self.persistence.get_conversations(NAME)).get((who, who))
        if state is None:
            state = "done" if data.get("done") else ""
        return position(str(state), data.get("card", 0), len(data.get("given", ())))

    async def put(self, learners: range) -> None:
        """Through the library's own reading at a start: a file is written, and read."""
        if not learners:
            return
        await self.close()
        self._newer = False
        for who in (learner + 1000 for learner in learners):
            await self.persistence.update_user_data(who, {"card": 3, "given": ["a", "b"]})
            await self.persistence.update_conversation(NAME, (who, who), QUIZ)
        await self.persistence.flush()
        await self._start()

    async def close(self) -> None:
        await self.application.stop()
        await self.application.shutdown()


if __name__ == "__main__":
    run(Ptb)
