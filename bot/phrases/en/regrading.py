"""Marking answers anew, after a key was put right: for instructors, and for those concerned."""

TEXT: dict[str, str] = {
    "regrade.how": (
        "Which question was put right? Write its name, as in “/cohort regrade {item}”. "
        "“/cohort item” shows the names."
    ),
    "regrade.unknown": (
        "There is no question with the name “{asked}” in this course. “/cohort item” shows the names."
    ),
    "regrade.archived": "“{title}” is archived, so nothing changes there any more.",
    "regrade.item": "**{item}**, {unit}\n\n> {stem}\n\nThe right answer is now {option}) {text}",
    "regrade.nothing": "Nothing changes. By the key of today, every finished answer in “{title}” has its right mark.",
    "regrade.already": "Nothing changes. That is done already.",
    "regrade.only-losses": (
        "Nobody in “{title}” gains anything by marking anew. Those below would only lose, "
        "and they keep what they have unless you say otherwise."
    ),
    "regrade.counts": "Answers in “{title}” that become right: {right}. Answers that become wrong: {wrong}.",
    "regrade.passes": "Exam passes gained: {gained}. Exam passes lost: {lost}.",
    "regrade.gone": (
        "Some answers keep their mark, since the option that was chosen, or the part that it was "
        "in, is not in the course any more: {n}."
    ),
    "regrade.midway": (
        "People who are in the middle of an attempt with this question: {n}. That attempt keeps "
        "its marks until it is finished; do this once more then."
    ),
    "regrade.line": "- {name}: {changes}",
    "regrade.line-marks": "another mark, and the same results",
    "regrade.between": ", ",
    # -- what changes for somebody, in a line of its own or among others
    "regrade.first": "{new} of {out_of} right at the first try (before: {old})",
    "regrade.best": "{new} of {out_of} right at best (before: {old})",
    "regrade.gained": "the exam is passed now",
    "regrade.lost": "the exam does not count as passed any more",
    "regrade.more": "{points} points more",
    "regrade.fewer": "{points} points fewer",
    "regrade.certificate": "the certificate {code} is not valid any more",
    # -- the choice
    "regrade.ask-keep": "Nobody loses anything by this. Whoever sees a change gets a message.",
    "regrade.ask-lose": (
        "You can change only what helps: then nobody loses a mark, a pass or points. Or you can "
        "change everything, also what takes something away. Whoever sees a change gets a message."
    ),
    "regrade.do": "Mark anew",
    "regrade.do-keep": "Change only what helps",
    "regrade.do-all": "Change everything",
    "regrade.do-not": "Leave it as it is",
    "regrade.kept": "Nothing was marked anew.",
    "regrade.stale": (
        "The course has changed since that button was shown, so nothing was marked anew. Write "
        "“/cohort regrade” and the name of the question once more."
    ),
    "regrade.done": "Done. People whose answers are marked anew: {n}. Messages to those who see a change: {told}.",
    "regrade.done-withdrawn": "Certificates that are not valid any more: {n}.",
    # -- to a learner; never which question, nor what is right
    "regrade.told": (
        "One question in “{unit}” was marked wrongly. The mistake was in the course, not yours, "
        "and your instructors have put it right:"
    ),
    "regrade.told-line": "- {effect}",
    "regrade.told-passed": "Well done!",
    "regrade.told-sorry": "We are sorry about this. If you have questions, please ask your instructors.",
    "regrade.withdrawn": "the exam was marked anew",
}
