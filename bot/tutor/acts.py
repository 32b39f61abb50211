"""What somebody does with a line: say something, ask, nod, demand, or need help of another kind.

Patterns in order of weight: distress before everything, since it must never be met by a quiz.
"""

import re
from enum import Enum

from bot.tutor.distress import in_distress
from bot.tutor.words import content, words


class Act(Enum):
    """The kinds of line that the tutor tells apart."""

    DISTRESS = "distress"
    SHOW = "show me"
    FINISH = "finish"
    INSTRUCTION = "instruction to the tutor"
    DEMAND = "demand for the answer"
    FRUSTRATION = "frustration"
    STUCK = "does not know"
    ACKNOWLEDGEMENT = "acknowledgement"
    QUESTION = "question"
    NOISE = "no words"
    CONTRIBUTION = "contribution"


_PATTERNS: tuple[tuple[Act, str], ...] = (
    (Act.SHOW, r"^\W*(?:please )?show me\W*$|^\W*(?:please )?show (?:me )?(?:it|this)\W*$"),
    (Act.FINISH, r"^\W*(?:finish|i am done|i'?m (?:done|finished)|that'?s all|the end)\W*$"),
    (
        Act.INSTRUCTION,
        r"^\W*(?:system|admin|developer)\W*[\]:>]|\brepeat (?:everything|all) (?:above|before)\b"
        r"|\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}"
        r"\b(?:instruction|rule|prompt|everything|above|previous|told)"
        r"|\b(?:mark|count|grade|score|set|log|record) (?:me|this|it|that|my)\b.{0,40}"
        r"\b(?:done|complete|passed?|correct|finished|full|3|three)"
        r"|\byou are now\b|\bact as\b|\bpretend (?:to|that|you)\b|\bsystem prompt\b"
        r"|\bas (?:an?|the|your) (?:admin\w*|developer|instructor|teacher|tutor|operator|author"
        r"|creator|owner|professor|moderator)\b"
        r"|\bi(?: a|'?)m (?:your|the|an?) (?:admin\w*|developer"
        r"|instructor|teacher|operator|author|creator|owner|professor|moderator)\b"
        r"|\b(?:learner|student|user) has (?:understood|passed|finished|completed|shown|learn)"
        r"|\bpass (?:them|him|her|us|the (?:learner|student|user|test))\b"
        r"|\b(?:print|reveal|repeat|output|show)\b.{0,30}\b(?:prompt|rules?|instructions?|config)"
        r"|(?:^|\bplease |\bnow |\byou (?:must|should|have to) )(?:say|write|reply|respond|answer) "
        r"(?:only|with|just)\b|\bjailbreak\b"
        r"|\b(?:give|award) me (?:full |all |the )?(?:points|credit|marks?|score)\b"
        r"|\bpass me\b|\blet me (?:just )?(?:pass|through|go|finish|skip)\b"
        r"|\bso (?:that )?i pass\b|\bskip (?:this|the|to)\b"
        r"|\b(?:mark|count|finish|complete|end|close|pass|approve|accept|unlock)\b.{0,20}"
        r"\b(?:lab|exercise|exchange|exchanges|task|module|lesson|conversation|my answer)\b"
        r"|\b(?:you (?:must|should|have to|need to|will)|please) "
        r"(?:now )?(?:mark|count|accept|approve|give|grade|pass|finish|complete|agree)\b"
        r"|\bi (?:have )?(?:already |just )?(?:passed|completed|finished|answered|did) "
        r"(?:this|it|that|the|all|everything)\b|\b(?:new|updated) (?:rules?|instructions?)\b",
    ),
    (
        Act.DEMAND,
        r"\b(?:just|simply|pl(?:ea)?se?|plz) (?:tell|give|say|answer|explain)\b"
        r"|\b(?:tell|give|gimme|show) (?:me |us )?(?:just )?(?:the |an |your |all (?:the )?)?"
        r"(?:right |correct |full )?(?:answers?|solutions?|result)\b"
        r"|\bwhat(?:'?s| is| are) (?:the|your) (?:right |correct )?(?:answers?|solutions?)\b"
        r"|\b(?:i )?(?:need|want) (?:the|an?|your) (?:answers?|solutions?)\b"
        r"|\banswers? (?:pls|plz|please|now)\b|\bspoiler|\byou (?:say|tell) it\b"
        r"|\b(?:do|write|solve|answer|say) (?:it|this|that|everything) for me\b"
        r"|\bwhat (?:should|do|must|shall) i (?:say|write|answer|type|put|reply)\b"
        r"|\btell me what to (?:say|write|answer|type)\b|\bcopy (?:and|&|n) paste\b"
        r"|\b(?:can|could|will|would) (?:you|u) (?:just |please )?(?:tell|give|say|write)\b"
        r".{0,15}\banswers?\b|\b(?:example|sample|model|ideal) (?:answer|solution|text|reply)\b"
        r"|\b(?:i|we|me|to) (?:can |could |just )?copy\b|\bwhat do you want (?:me|to|from me)\b"
        r"|\b(?:write|give|make|do|answer|solve)\b.{0,30}\bfor me\b"
        r"|\b(?:list|name|tell|give|show)\b.{0,25}\b(?:ideas|criteria|expectations|checklist"
        r"|rubric|keywords?)\b|\bwhat (?:are|is) you(?:r)? (?:looking|checking|waiting)\b",
    ),
    (
        Act.FRUSTRATION,
        r"\bthis (?:is|s) (?:so )?(?:stupid|dumb|annoying|pointless|boring|useless|ridiculous)"
        r"|\bi(?:'?m| am) (?:so |too |such an? )?(?:stupid|dumb|idiot|lost|confused|frustrated)"
        r"|\bi hate (?:this|it)\b|\bwaste of time\b|\bi give up\b|\bwtf\b|\bffs\b|\bugh+\b"
        r"|\bthis makes no sense\b|\bi don'?t get (?:it|this)\b",
    ),
    (
        Act.ACKNOWLEDGEMENT,
        r"\bi (?:(?:totally|completely|fully|really|quite|just|do) )*agree with (?:you|all|every)"
        r"|\b(?:everything|all) (?:that )?you (?:said|say|wrote)\b"
        r"|\byou(?:'?re| are) (?:so |totally )?(?:right|smart|clever|great|the best"
        r"|awesome|amazing)\b|\bgreat (?:teacher|tutor|bot)\b",
    ),
)
_COMPILED = tuple((act, re.compile(pattern, re.IGNORECASE)) for act, pattern in _PATTERNS)
# Lines made of nothing but such words nod, or say that somebody is stuck. Sets, not patterns: a
# pattern of alternatives over a whole line can take minutes on a line made to hurt it.
_NOD = frozenset(
    """absolutely agree agreed aha ah all alright amen and awesome blah bla bro continue cool
    correct course does done exactly fine go good got great ha haha hahaha hello hey hi hm hmm i
    indeed interesting ipsum it k kk lol lorem makes man nah next nice no nope of oh ok okay okey
    okie on perfect please really right same see sense so sure test testing thank thanks that the
    this thx totally true ty understand understood very well wow yeah yep yes you yup""".split()
)
_LOST = frozenset("clue dunno hint huh idea idk help stuck sorry pass whatever".split())
_LOST_TOO = _LOST | frozenset(
    """a any anything am can't cant care clear come comes do don't dont have honestly i i'm im it
    just know me mind my no not nothing of one please really say so still sure that the think to
    well what who""".split()
)
_CHOOSING = frozenset(
    """answer choice choose definitely go guess i i'd i'll i'm id is it it's its letter maybe
    number one option pick probably say take that the think with would""".split()
)
_BEFORE = re.compile(r"\b(?:answer|choice|letter|number|option) a\b", re.IGNORECASE)
_CHOSEN = {
    **dict.fromkeys(("a", "first"), "a"),
    **dict.fromkeys(("b", "second"), "b"),
    **dict.fromkeys(("c", "third"), "c"),
}
_ASKING = re.compile(
    r"^\W*(?:(?:so|but|and|ok(?:ay)?|wait|hey|sorry|um+|quick question)\W+)*"
    r"(?:what|why|how|who|when|where|which|is|are|can|could|does|do|did|should|would|will|was|were"
    r"|wats|whats|hows)\b",
    re.IGNORECASE,
)


def act_of(line: str) -> Act:
    """What `line` does. Never raises; what is not known to be anything else contributes."""
    plain = " ".join(line.replace("’", "'").split())
    if in_distress(plain):
        return Act.DISTRESS
    for act, pattern in _COMPILED:
        if pattern.search(plain):
            return act
    spoken = words(plain)
    if spoken and _LOST_TOO.issuperset(spoken) and (_LOST & set(spoken) or _unknowing(spoken)):
        return Act.STUCK
    if spoken and _NOD.issuperset(spoken):
        return Act.ACKNOWLEDGEMENT
    if not words(plain) or not content(plain):
        return Act.NOISE
    if plain.endswith("?") or (_ASKING.match(plain) and len(words(plain)) < 15):
        return Act.QUESTION
    return Act.CONTRIBUTION


def spoken_letter(line: str) -> str:
    """The letter a, b or c that `line` chooses ("I think it's the first one"), or ""."""
    spoken = words(line)
    letter = _CHOSEN.get(" ".join(word for word in spoken if word not in _CHOOSING), "")
    # "I'll take a guess" chooses nothing: that "a" is an article.
    article = "a" in spoken and spoken[-1] != "a" and not _BEFORE.search(line)
    return "" if article else letter


def _unknowing(spoken: list[str]) -> bool:
    """ "I don't know", "not sure", "what?": no knowing, in words that are harmless elsewhere."""
    line = " ".join(spoken)
    return line == "what" or any(
        each in line for each in ("don't know", "dont know", "not know", "not sure", "no idea")
    )
