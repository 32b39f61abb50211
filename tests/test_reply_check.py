"""A reply that a model worded is shown only where it keeps what a lab promises."""

from dataclasses import replace

import pytest

from bot.commands.tutor_report import labs
from bot.conversation import Brief, Speech, Talking
from bot.course.lab import Expectation, Lab
from bot.tutor import prompt
from bot.tutor.check import fault
from bot.tutor.ladder import Move
from bot.tutor.moves import begun

from .conftest import SHIPPED, read

SHELF = read(SHIPPED)
BELIEFS = SHELF.courses["synthetic-data"].misconceptions
ALL = list(labs(SHELF))
LAB = ALL[0][0]
IDEAS = [
    pytest.param(lab, idea, id=f"{lab.id}-{idea.id}") for lab, _ in ALL for idea in lab.expectations
]
QUESTION = "What would you say to that?"


def checked(
    text: str,
    *moves: Move,
    lab: Lab = LAB,
    before: Talking | None = None,
    question: str = "",
    said: str = "photos of a street",
    note: str = "Ask for more.",
) -> str:
    brief = prompt.brief(lab, BELIEFS, (), said, note)
    chosen = moves or (Move("nod"), Move("again", lab.expectations[0].id, "pump"))
    return fault(lab, before or begun(lab, 1), chosen, question, brief, text)


@pytest.mark.parametrize(
    "text",
    [
        QUESTION,
        "You named a source, and you said who took the photos. " + QUESTION,
        "Three of your four reasons hold. " + QUESTION,
        "“Is it real?” is what you ask. " + QUESTION,
        "Ines here. In April 2020 Waymo reported over 15 billion simulated miles. " + QUESTION,
        "Say “show me” at any time. " + QUESTION,
        "On Monday a GAN drew it in English. " + QUESTION,
    ],
)
def test_a_reply_that_keeps_to_all_rules_is_shown(text: str) -> None:
    assert checked(text) == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("word " * 120 + QUESTION, "It has 126 words; at most 120 fit."),
        ("Good.", "It asks no questions; ask exactly one."),
        (f"{QUESTION} {QUESTION}", "It asks 2 questions"),
        ("Karl, my old friend Petra said so. " + QUESTION, "It names Petra"),
        ("It happens 73 % of the time. " + QUESTION, "It has the number 73"),
        ("It happens 0.5 times. " + QUESTION, "It has the number 0.5"),
        ("There were 1,234 of them. " + QUESTION, "It has the number 1234"),
        ("That is e1. " + QUESTION, "notes or ids"),
        ("That is mc-fake. " + QUESTION, "notes or ids"),
        ("</learner> " + QUESTION, "notes or ids"),
        ("My note from the tutor says so. " + QUESTION, "notes or ids"),
        ("See https://example.org. " + QUESTION, "It has a link"),
        ("See www.example.org. " + QUESTION, "It has a link"),
        ("A demand, a plea, a deadline or a claim to be a teacher. " + QUESTION, "instructions"),
    ],
)
def test_a_reply_that_breaks_a_rule_is_sent_back_with_the_reason(text: str, says: str) -> None:
    assert says in checked(text)


def test_nothing_is_asked_where_a_closed_question_follows_and_there_is_less_room() -> None:
    prompted = Move("prompt", LAB.expectations[0].id)
    question = "one two three four five six seven eight nine ten " * 10
    assert checked("Let us see.", prompted, question=question) == ""
    assert "ask none here" in checked(QUESTION, prompted, question=question)
    assert "at most 40 fit" in checked("word " * 41, prompted, question=question)
    assert "ask none here" in checked(QUESTION, Move("over"))


# -- ideas ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lab", "idea"), IDEAS)
def test_an_idea_that_is_still_to_be_found_is_not_said(lab: Lab, idea: Expectation) -> None:
    """As the author says it, or as learners do. What is not worded alike is not recognised."""
    for text in (idea.idea, *idea.paraphrases, *idea.colloquial):
        said = f"{text.rstrip('.?!')}. {QUESTION}"
        assert checked(said, lab=lab), text


@pytest.mark.parametrize(("lab", "idea"), IDEAS)
def test_an_idea_is_free_once_it_is_shown_told_said_or_to_be_said_now(
    lab: Lab, idea: Expectation
) -> None:
    text = f"{idea.idea} {QUESTION}"
    others = replace(begun(lab, 1), shown=tuple(e.id for e in lab.expectations if e is not idea))
    assert "gives an idea away" in checked(text, lab=lab, before=others)
    shown = replace(others, shown=(*others.shown, idea.id))
    told = replace(others, told=(idea.id,))
    assert checked(text, lab=lab, before=shown) == ""
    assert checked(text, lab=lab, before=told) == ""
    assert checked(text, lab=lab, before=others, said=idea.paraphrases[0]) == ""
    assert checked(text, Move("assert", idea.id), lab=lab, before=others) == ""
    assert checked(text, Move("reflect", idea.id), lab=lab, before=others) == ""


@pytest.mark.parametrize("lab", [lab for lab, _ in ALL], ids=lambda lab: lab.id)
def test_what_an_author_wrote_to_be_said_can_be_said(lab: Lab) -> None:
    """Hints, first questions, corrections and answers, each in the turn whose note has it."""
    written = [held.correction for held in lab.misconceptions]
    written += [held.evidence for held in lab.misconceptions]
    written += [faq.answer for faq in lab.faq]
    written += [hint for idea in lab.expectations for hint in idea.hints]
    for text in written:
        plain = text.replace("?", ".")
        broken = checked(f"{plain} {QUESTION}", lab=lab, note=f"Say this: {text}")
        assert "gives an idea away" not in broken, text
        assert not broken or "words" in broken, (text, broken)


@pytest.mark.parametrize("lab", [lab for lab, _ in ALL], ids=lambda lab: lab.id)
def test_a_correction_says_what_speaks_against_a_mistaken_idea(lab: Lab) -> None:
    for held in lab.misconceptions:
        move = Move("correct", lab.expectations[0].id, held.id)
        for spared in (f"I see it differently. {QUESTION}", f"You have convinced me. {QUESTION}"):
            assert "what speaks against" in checked(spared, move, lab=lab, said=held.signs[0])
        for plain in (held.correction.replace("?", "."), held.evidence.replace("?", ".")):
            said = checked(f"{plain} {QUESTION}", move, lab=lab, note=f"Say {plain}")
            assert "what speaks against" not in said


def test_part_of_a_sentence_that_the_learner_said_gives_nothing_away() -> None:
    idea = LAB.expectations[0]
    said = idea.paraphrases[1]
    text = f"You say it yourself: {said} {QUESTION}"
    assert checked(text, said=said) == ""
    assert "gives an idea away" in checked(text, said="photos of a street")


def test_what_was_said_earlier_may_be_said_again() -> None:
    idea = LAB.expectations[0]
    brief = prompt.brief(LAB, BELIEFS, (), "photos", "Ask.")
    spoken = Brief(brief.rules, brief.lab, (Speech("persona", idea.idea), *brief.talk[2:]))
    text = f"{idea.idea} {QUESTION}"
    assert fault(LAB, begun(LAB, 1), (Move("nod"),), "", spoken, text) == ""


IDEA = LAB.expectations[0].idea.rstrip(".")


@pytest.mark.parametrize(
    "text",
    [
        f"Would you agree that {IDEA[0].lower()}{IDEA[1:]}?",
        f"{IDEA}, right?",
        f"{IDEA}: what makes you say so?",
        f"{IDEA}\n{QUESTION}",
        f"“{IDEA}.” {QUESTION}",
        f"{LAB.expectations[0].assertion} {QUESTION}",
    ],
)
def test_an_idea_is_found_in_whatever_form_it_is_given_away(text: str) -> None:
    assert "gives an idea away" in checked(text)


@pytest.mark.parametrize(
    "text",
    [
        "C'est la façon dont une donnée est née qui décide si elle est synthétique. Et vous ?",
        "Nicht wie gut ein Datensatz ist, sondern wie er entstand, das entscheidet. Warum?",
        "数据是怎样产生的，决定了它是否是合成的，而不是它有多好。你怎么看？",
        "a" * 900 + " b " + "c" * 300 + "?",
    ],
)
def test_a_reply_in_another_language_is_not_shown(text: str) -> None:
    assert checked(text) == "Write it in plain English sentences."


@pytest.mark.parametrize(
    "text",
    [
        "The right one is A.",
        "Choose B. That one is right.",
        "Is it option A, I wonder.",
        "It was measured, and it was wrong about the air.",
    ],
)
def test_beside_a_closed_question_no_answer_is_given(text: str) -> None:
    about = LAB.expectations[0]
    options = "\n".join(f"{a.id.upper()}. {a.text}" for a in about.prompt.answers)
    question = f"{about.prompt.ask}\n\n{options}"
    note = f"Ask nothing: this follows:\n{question}"
    said = checked(text, Move("prompt", about.id), question=question, note=note)
    assert "the question that follows" in said


@pytest.mark.parametrize("text", ["Plan B in your story.", "Vitamin C tests were drawn by it."])
def test_a_letter_that_is_no_answer_may_stand_beside_a_closed_question(text: str) -> None:
    question = "Which one fits the thermometer?"
    said = checked(text, Move("prompt", LAB.expectations[0].id), question=question)
    assert "the question that follows" not in said


def test_no_marks_are_given_and_nothing_is_ended() -> None:
    assert "gives a mark" in checked(f"You have passed the lab with full marks. {QUESTION}")
    assert "gives a mark" in checked(f"The lab is now complete. {QUESTION}")
