"""A lab as its author wrote it: a persona, the ideas to be found, and all that is said about them.

One file feeds the tutor that needs no model and the persona that has one: the moves are the same.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from bot.course.base import Line, Part, Slug, Text, Title

Spoken = Annotated[str, StringConstraints(min_length=1, max_length=600, strip_whitespace=True)]
"""What the persona says in one go: about 90 words, so that a reply with a question stays short."""


class Persona(Part):
    """Who talks: `role` is a line, `character` what they care about and push back on."""

    name: Title
    role: Line
    character: Text


class Answer(Part):
    """One answer to a closed prompt; `feedback` says why it is right or not."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-d]$")]
    text: Line
    correct: bool = False
    feedback: Spoken


class Prompt(Part):
    """A closed question: the only thing, beside a confirmed idea, that shows an idea is there."""

    ask: Spoken
    answers: Annotated[tuple[Answer, ...], Field(min_length=2, max_length=4)]


class Wrong(Part):
    """A plausible wrong statement of an idea, and the misconception that it comes from."""

    text: Line
    misconception: Slug


class Expectation(Part):
    """One idea that the lab is about, with everything needed to lead somebody to it.

    `idea` is shown in the checklist at the end; `paraphrases` and `colloquial` (4 to 8 together)
    are ways in which learners say it. The ladder is pump, two hints, prompt, assertion with
    transfer question.
    """

    id: Slug
    idea: Line
    paraphrases: Annotated[tuple[Line, ...], Field(min_length=2, max_length=6)]
    colloquial: Annotated[tuple[Line, ...], Field(min_length=2, max_length=4)]
    wrong: Annotated[tuple[Wrong, ...], Field(min_length=2, max_length=2)]
    why: Spoken
    pump: Spoken
    hints: Annotated[tuple[Spoken, ...], Field(min_length=2, max_length=2)]
    prompt: Prompt
    assertion: Spoken
    transfer: Spoken


class Held(Part):
    """A misconception of this lab: how it sounds, what to say, and the evidence that speaks."""

    id: Slug
    signs: Annotated[tuple[Line, ...], Field(min_length=2, max_length=6)]
    correction: Spoken
    evidence: Spoken


class Faq(Part):
    """A question that learners ask, in several wordings, with its answer."""

    asked: Annotated[tuple[Line, ...], Field(min_length=1, max_length=6)]
    answer: Spoken


class Criterion(Part):
    """What a judge looks for in the transcript; never a gate."""

    id: Slug
    criterion: Line
    evidence: Line
    points: Annotated[int, Field(ge=1, le=5)]


class Lab(Part):
    """File lab.yaml: a conversation with a persona about a task, three counted exchanges long."""

    id: Slug
    title: Title
    persona: Persona
    task: Text
    starter: Spoken
    greeting: Spoken
    exchanges: Annotated[int, Field(ge=3, le=10)] = 3
    objectives: Annotated[tuple[Slug, ...], Field(min_length=1)]
    expectations: Annotated[tuple[Expectation, ...], Field(min_length=2, max_length=8)]
    misconceptions: Annotated[tuple[Held, ...], Field(min_length=1)]
    faq: Annotated[tuple[Faq, ...], Field(min_length=1)]
    rubric: Annotated[tuple[Criterion, ...], Field(min_length=1)]
