"""Words of somebody who needs a person now, and no lesson.

A pattern a line, for a folded line of small letters with plain apostrophes. Where it is unclear the
kind message is sent: whoever is only tired reads it for nothing, which harms less than a question
put to somebody who is not safe. It knows English, and one sentence in a few other languages.
"""

import re

_LINES = r"""
# to die, or not to be
\bkill(?:ing)? my ?self\b(?! laughing)
\b(?:hang|shoot|stab|drown|poison|burn)(?:ing)? my ?self\b
\bi .{0,30}\bjump (?:off|from) (?:a|the|this) (?:bridge|roof|building|balcony|cliff)\b
\bkms\b
\bunalive (?:me|my ?self)\b
\b(?:want(?:ed)?(?: to| 2)?|wanna) (?:die|be dead|stop existing|not exist)\b(?! laughing| of)
\bi .{0,20}\b(?:want(?:ed)? to|wanna) (?:disappear|vanish)(?: forever)?\W*$
\bsleep and never wake up\b|\bwould(?:n't| not) wake up\b
\b(?:don'?t|do not|no longer) (?:want to|wanna|wish to) (?:live|exist|be alive|wake up)\b
\b(?:don'?t|do not|no longer) (?:want to|wanna) (?:be here|go on)(?: any ?more| any longer|\W*$)
\b(?:i|i'?m|me|my) .{0,30}\bsuicid(?:e|al)\b(?! (?:note|post|data|text|record|rate|case|classif))
\bsuicidal (?:thought|feeling)s? again\b|\bthinking (?:about|of) suicide\b
\bsuicide is (?:the|my) only\b
\bend(?:ing)? (?:it all|my life)\b|\bend it (?:tonight|today)\b|\bi'?m going to end it\W*$
\bnothing to live for\b
\bthinking (?:about|of) ending (?:it|things)\b
\bi just want (?:it|this) all to (?:stop|end)\b
\bfeel(?:ing)? like dying\b|\bdying inside\b
\bi wish i (?:was|were) dead\b|\bi wish i (?:wasn'?t|weren'?t|was not) (?:here|alive)\b
\bnever been born\b|\brather be dead\b|\bi should (?:just )?die\b
\bbetter off (?:dead|without me)\b
\bif i (?:live|lived) or (?:die|died)\b
# despair
\bno (?:reason|point|sense) (?:to|in) (?:live|living|life)\b
\bpoint (?:of|in) living\b
\b(?:reason|point) to live\b|\b(?:no|see a) reason to go on\b|\bthere'?s no point any ?more\b
\blife (?:isn'?t|is not) worth\b
\bi (?:just |really )?can'?t go on\b(?! until| before| to | without| with (?:the|this))
\b(?:nobody|no ?one) would (?:miss me|care if i)
\bwould be (?:happier|better)(?: off)? (?:without me\b|if i was gone)
\bi hate (?:my life|myself)\b|\bnothing matters any ?more\W*$
\bi have (?:no ?one|nobody) left\b(?! to)
\bi feel (?:so |really |completely )?(?:hopeless|worthless|numb|empty and)
# harm to oneself
\b(?:hurt(?:ing)?|harm(?:ing|ed)?|cut(?:ting)?) my ?self\b|\bi .{0,20}self[- ]?harm
\bcut(?:ting)? my (?:arm|wrist|leg|thigh|skin)|\b(?:started|been) cutting again\b
\brelapsed and cut\b
\bdo something (?:stupid |bad )?to my ?self\b
\b(?:took|taken|swallowed) (?:too many|all (?:of )?my|\d+|a bunch of) (?:pills|tablets)
\b(?:took|taken|swallowed) a whole (?:pack|bottle) of\b
\b(?:want to|wanna|going to|gonna|might) overdose\b|\bi overdosed\b
\bi'?m (?:standing )?on (?:a|the) (?:bridge|ledge|roof)\W*$
\bi(?:'ve| have) stopped eating\b|\bthrow(?:ing)? up (?:my food|on purpose)\b
# breaking down
\bi(?:'?m| am) having a (?:mental |nervous )?breakdown\b|\bi .{0,25}panic attack\b
\bi'?m breaking down\b
\bi'?m (?:completely |totally |just )?falling apart\b
\bi can'?t cope\b|\bcan'?t stop crying\b
\bi can'?t take it any ?more\b|\bi can'?t breathe\b
\bi(?:'?m| am| feel) (?:just |really )?so depressed\b|\bcrying all day\b
# at the hands of others, and losses
\b(?:{who}) (?:hits?|beats?|punched|hurts?|abuses?|raped|touches) me\b(?! with| to )
\b(?:{who}) is (?:hitting|beating|hurting|abusing) me\b(?! with| to )
\bi(?:'m| am) not safe\b
\bi(?: was|'ve been| have been| got) (?:raped|assaulted|abused|molested)\b|\bi'?m being abused\b
\bi(?:'m| am) going to hurt (?:somebody|someone|people|him|her|them)\b
\bmy (?:\w+ )?(?:{kin}) (?:just )?(?:died|passed away|killed (?:him|her)self)\b
\bmy (?:\w+ )?(?:{kin}) took (?:his|her|their) own life\b
# in other languages
\bich will (?:nicht mehr leben|sterben|mich umbringen)\b|\bje veux me tuer\b|\bje veux mourir\b
\bquiero morir
\bvoglio morire\b|\bquero morrer\b|\bik wil dood\b
"""
_KIN = (
    "dad|mum|mom|father|mother|husband|wife|partner|boyfriend|girlfriend|brother|sister|son|daughter"
    "|child|baby|friend|grandma|grandpa|grandmother|grandfather|uncle|aunt|cousin|ex|stepdad"
    "|stepfather"
)
_WHO = f"he|she|they|somebody|someone|my (?:\\w+ )?(?:{_KIN})"


def _joined() -> str:
    lines = (line for line in _LINES.splitlines() if line and not line.startswith("#"))
    return "|".join(lines).replace("{who}", _WHO).replace("{kin}", _KIN)


_DISTRESS = re.compile(_joined(), re.IGNORECASE)


def in_distress(line: str) -> bool:
    """Whether somebody who writes `line`, with plain apostrophes, may need a person now."""
    return bool(_DISTRESS.search(line))
