"""The course in botbuilder-dialogs: a waterfall with choice prompts, and MemoryStorage.

The state of the dialog is the conversation's, the score is the user's; both are saved at the end
of each turn, as the samples of the library do.
"""

from copy import deepcopy
from typing import Any

from botbuilder.core import (
    BotAdapter,
    ConversationState,
    MemoryStorage,
    TurnContext,
    UserState,
)
from botbuilder.dialogs import (
    ComponentDialog,
    DialogExtensions,
    DialogTurnResult,
    WaterfallDialog,
    WaterfallStepContext,
)
from botbuilder.dialogs.choices import Choice, ListStyle
from botbuilder.dialogs.prompts import ChoicePrompt, PromptOptions
from botbuilder.schema import (
    ActionTypes,
    Activity,
    ActivityTypes,
    CardAction,
    ChannelAccount,
    ConversationAccount,
    ResourceResponse,
    SuggestedActions,
)

from benchmarks.peers.script import FIRST_QUESTION, SCORE, TURNS, Script
from benchmarks.peers.worker import HALFWAY, Job, Platform, run, turn

CHANNEL = "peers"
WATERFALL, PROMPT = "waterfall", "prompt"


class Course(ComponentDialog):
    """A step of the waterfall for each turn of the conversation."""

    def __init__(self, script: Script, user: UserState) -> None:
        super().__init__("course")
        self.script = script
        self.scores = user.create_property("score")
        prompt = ChoicePrompt(PROMPT)
        prompt.style = ListStyle.suggested_action
        questions = [self.next_question] * (len(script.items) - 1)
        cards = [self.card] * len(script.cards)
        steps = [self.overview, *cards, self.first_question, *questions, self.score, self.finish]
        self.add_dialog(prompt)
        self.add_dialog(WaterfallDialog(WATERFALL, steps))
        self.initial_dialog_id = WATERFALL

    async def overview(self, step: WaterfallStepContext) -> DialogTurnResult:
        return await self._ask(step, 1, self.script.overview)

    async def card(self, step: WaterfallStepContext) -> DialogTurnResult:
        return await self._ask(step, step.index + 1, self.script.cards[step.index - 1])

    async def first_question(self, step: WaterfallStepContext) -> DialogTurnResult:
        step.values["given"] = []
        question = self.script.question(0)
        return await self._ask(step, FIRST_QUESTION, self.script.opening, question)

    async def next_question(self, step: WaterfallStepContext) -> DialogTurnResult:
        said, given = self._taken(step)
        question = self.script.question(len(given))
        return await self._ask(step, FIRST_QUESTION + len(given), said, question)

    async def score(self, step: WaterfallStepContext) -> DialogTurnResult:
        said, given = self._taken(step)
        await self.scores.set(step.context, self.script.right(given))
        return await self._ask(step, SCORE, said, self.script.score(given))

    async def finish(self, step: WaterfallStepContext) -> DialogTurnResult:
        message = Activity(type=ActivityTypes.message, text=self.script.goodbye)
        message.suggested_actions = _actions(self.script.buttons(TURNS))
        await step.context.send_activity(message)
        return await step.end_dialog()

    def _taken(self, step: WaterfallStepContext) -> tuple[str, list[str]]:
        """An answer is kept; what is said to it, and all answers so far."""
        given: list[str] = step.values["given"]
        option = step.result.value.rpartition("-")[2]
        said = self.script.feedback(len(given), option)
        given.append(option)
        return said, given

    async def _ask(self, step: WaterfallStepContext, number: int, *texts: str) -> DialogTurnResult:
        for text in texts[:-1]:
            await step.context.send_activity(Activity(type=ActivityTypes.message, text=text))
        choices = [
            Choice(value=value, action=_button(label, value))
            for label, value in self.script.buttons(number)
        ]
        prompt = Activity(type=ActivityTypes.message, text=texts[-1])
        return await step.prompt(PROMPT, PromptOptions(prompt=prompt, choices=choices))


def _button(label: str, value: str) -> CardAction:
    return CardAction(type=ActionTypes.im_back, title=label, value=value)


def _actions(buttons: list[tuple[str, str]]) -> Any:
    return SuggestedActions(to=[], actions=[_button(*each) for each in buttons])


class Adapter(BotAdapter):
    """A channel without a network."""

    def __init__(self, platform: Platform) -> None:
        super().__init__()
        self._platform = platform

    async def send_activities(
        self, context: TurnContext, activities: list[Activity]
    ) -> list[ResourceResponse]:
        return [self._sent(context, activity) for activity in activities]

    def _sent(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        if activity.type != ActivityTypes.message:
            return ResourceResponse(id="")  # a trace, or the end of a conversation
        shown = activity.suggested_actions.actions if activity.suggested_actions else ()
        learner = int(context.activity.conversation.id)
        values = [action.value for action in shown]
        return ResourceResponse(id=str(self._platform.shows(learner, activity.text, values)))

    async def update_activity(self, context: TurnContext, activity: Activity) -> None:
        raise NotImplementedError

    async def delete_activity(self, context: TurnContext, reference: Any) -> None:
        raise NotImplementedError


class Botbuilder:
    def __init__(self, _: Job, script: Script, platform: Platform) -> None:
        self._script, self._platform = script, platform

    async def open(self) -> bool:
        self._storage = MemoryStorage()
        self._conversations = ConversationState(self._storage)
        self._users = UserState(self._storage)
        self._adapter = Adapter(self._platform)
        self._course = Course(self._script, self._users)
        self._dialog = self._conversations.create_property("DialogState")
        return True

    async def feed(self, learner: int, turn: int, data: str) -> None:
        context = TurnContext(self._adapter, activity(learner, turn, data))
        await self._adapter.run_pipeline(context, self._turn)

    async def _turn(self, context: TurnContext) -> None:
        await DialogExtensions.run_dialog(self._course, context, self._dialog)
        await self._conversations.save_changes(context)
        await self._users.save_changes(context)

    async def stands(self, learner: int) -> int:
        conversation, user = keys(learner)
        found = await self._storage.read([conversation, user])
        stack = _stack(found.get(conversation))
        if stack:
            return 1 + int(_step(stack))
        return TURNS if "score" in (found.get(user) or {}) else 0

    async def put(self, learners: range) -> None:
        """One walks there, and what is kept of that one is kept of the others too."""
        if not learners:
            return
        first = learners[0]
        for number in range(1, HALFWAY + 1):
            await turn(self, self._platform, first, number)
        model = (await self._storage.read([keys(first)[0]]))[keys(first)[0]]
        for learner in learners[1:]:
            await self._storage.write({keys(learner)[0]: deepcopy(model)})

    async def close(self) -> None: ...


def activity(learner: int, turn: int, data: str) -> Activity:
    """An update as a channel sends it: /start, or the value of a button."""
    return Activity(
        type=ActivityTypes.message,
        id=f"{learner}-{turn}",
        channel_id=CHANNEL,
        service_url="https://peers.invalid",
        from_property=ChannelAccount(id=str(learner), name="Learner"),
        recipient=ChannelAccount(id="bot", name="Bot"),
        conversation=ConversationAccount(id=str(learner)),
        text=data or "/start",
    )


def keys(learner: int) -> tuple[str, str]:
    """Under which the states of a conversation and of a user are kept."""
    return f"{CHANNEL}/conversations/{learner}", f"{CHANNEL}/users/{learner}"


def _stack(state: Any) -> list[Any]:
    """The dialogs that are open in a conversation: the course, and what is open in it."""
    dialogs = (state or {}).get("DialogState")
    return dialogs.dialog_stack if dialogs else []


def _step(stack: list[Any]) -> Any:
    """Which step of the waterfall somebody stands on."""
    inner = stack[0].state["dialogs"].dialog_stack
    waterfall = next(dialog for dialog in inner if dialog.id == WATERFALL)
    return waterfall.state["stepIndex"]


if __name__ == "__main__":
    run(Botbuilder)
