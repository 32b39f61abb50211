"""The course in aiogram 3: states of its FSM, in MemoryStorage or in RedisStorage.

Updates are taken side by side, as the library does by default.
"""

import json
from typing import Any

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.base import BaseSession
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, StorageKey
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import SendMessage
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
)

from benchmarks.peers.script import BEGIN, FIRST_QUESTION, NEXT, SCORE, TURNS, Script, position
from benchmarks.peers.worker import TOKEN, Job, Platform, learner_of, run, sent, update


class Course(StatesGroup):
    overview = State()
    reading = State()
    quiz = State()
    score = State()


class Handlers:
    """As somebody who knows the library writes them: the state is saved, then it is answered."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def router(self) -> Router:
        router = Router()
        router.message.register(self.start, CommandStart())
        router.callback_query.register(self.begin, Course.overview, F.data == BEGIN)
        router.callback_query.register(self.onward, Course.reading, F.data == NEXT)
        router.callback_query.register(self.answered, Course.quiz, F.data.startswith("m1-l1-q"))
        router.callback_query.register(self.finish, Course.score, F.data == NEXT)
        return router

    async def start(self, message: Message, state: FSMContext) -> None:
        await state.set_data({})
        await state.set_state(Course.overview)
        await self._say(message, 1, self.script.overview)

    async def begin(self, query: CallbackQuery, state: FSMContext) -> None:
        await query.answer()
        await state.update_data(card=0)
        await state.set_state(Course.reading)
        await self._say(query.message, 2, self.script.cards[0])

    async def onward(self, query: CallbackQuery, state: FSMContext) -> None:
        await query.answer()
        card = (await state.get_data())["card"] + 1
        if card < len(self.script.cards):
            await state.update_data(card=card)
            await self._say(query.message, 2 + card, self.script.cards[card])
            return
        await state.update_data(given=[])
        await state.set_state(Course.quiz)
        await self._say(query.message, FIRST_QUESTION, self.script.opening, self.script.question(0))

    async def answered(self, query: CallbackQuery, state: FSMContext) -> None:
        await query.answer()
        given = (await state.get_data())["given"]
        item, _, option = query.data.rpartition("-")
        if len(given) == len(self.script.items) or item != self.script.items[len(given)].id:
            return  # a button of an older question
        said = self.script.feedback(len(given), option)
        given = [*given, option]
        turn = FIRST_QUESTION + len(given)
        if len(given) < len(self.script.items):
            await state.update_data(given=given)
            await self._say(query.message, turn, said, self.script.question(len(given)))
            return
        await state.update_data(given=given, right=self.script.right(given))
        await state.set_state(Course.score)
        await self._say(query.message, SCORE, said, self.script.score(given))

    async def finish(self, query: CallbackQuery, state: FSMContext) -> None:
        await query.answer()
        await state.update_data(done=True)
        await state.set_state(None)
        await self._say(query.message, TURNS, self.script.goodbye)

    async def _say(self, message: Message, turn: int, *texts: str) -> None:
        """The buttons stand below the last of the texts."""
        buttons = [
            [InlineKeyboardButton(text=label, callback_data=value)]
            for label, value in self.script.buttons(turn)
        ]
        for text in texts[:-1]:
            await message.answer(text)
        await message.answer(texts[-1], reply_markup=InlineKeyboardMarkup(inline_keyboard=buttons))


class Stub(BaseSession):
    """Telegram, without a network."""

    def __init__(self, platform: Platform) -> None:
        super().__init__()
        self._platform = platform

    async def close(self) -> None: ...

    async def make_request(self, bot: Bot, method: Any, *_: object, **named: object) -> Any:  # noqa: ARG002
        result: Any = True
        if isinstance(method, SendMessage):
            rows = method.reply_markup.inline_keyboard if method.reply_markup else ()
            buttons = [button.callback_data for row in rows for button in row]
            chat = int(method.chat_id)
            number = self._platform.shows(learner_of(chat), method.text, buttons)
            result = sent(chat, number, method.text)
        text = json.dumps({"ok": True, "result": result})
        return self.check_response(bot, method, 200, text).result

    async def stream_content(self, *args: object, **named: object) -> Any:
        raise NotImplementedError


class Aiogram:
    def __init__(self, job: Job, script: Script, platform: Platform) -> None:
        self._address = job.address
        self._script, self._platform = script, platform

    async def open(self) -> bool:
        self._storage = self._stored()
        self._bot = Bot(TOKEN, session=Stub(self._platform))
        self._dispatcher = Dispatcher(storage=self._storage)
        self._dispatcher.include_router(Handlers(self._script).router())
        return True

    def _stored(self) -> BaseStorage:
        if not self._address:
            return MemoryStorage()
        from aiogram.fsm.storage.redis import RedisStorage

        return RedisStorage.from_url(self._address)

    async def feed(self, learner: int, turn: int, data: str) -> None:
        change = Update.model_validate(update(learner, turn, data), context={"bot": self._bot})
        await self._dispatcher.feed_update(self._bot, change)

    async def stands(self, learner: int) -> int:
        data = await self._storage.get_data(self._key(learner))
        state = (await self._storage.get_state(self._key(learner)) or "").rpartition(":")[2]
        state = state or ("done" if data.get("done") else "")
        return position(state, data.get("card", 0), len(data.get("given", ())))

    def _key(self, learner: int) -> StorageKey:
        return StorageKey(self._bot.id, learner + 1000, learner + 1000)

    async def put(self, learners: range) -> None:
        for learner in learners:
            await self._storage.set_state(self._key(learner), Course.quiz)
            await self._storage.set_data(self._key(learner), {"card": 3, "given": ["a", "b"]})

    async def close(self) -> None:
        await self._storage.close()


if __name__ == "__main__":
    run(Aiogram)
