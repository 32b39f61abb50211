"""What an instructor sees of a cohort, and what a learner is sent to encourage them."""

TEXT: dict[str, str] = {
    # people
    "insight.no-name": "Somebody without a name yet {n}",
    "insight.nobody": "Nobody is in **{title}** yet. /cohort code shows how to invite people.",
    "insight.more": "{names} and {n} more",
    "insight.more-lines": "…and {n} more.",
    # progress
    "insight.title": "**{title}**, {course}\n\nLearners: {n}. Parts of the course: {units}.",
    "insight.module": "- **{module}**: finished by {done} of {n}, begun by {begun}.",
    "insight.module-due": "{line} Due {when}.",
    "insight.module-opens": "{line} Opens {when}.",
    "insight.learner": "- {name}: {done} of {total} parts done{notes}",
    "insight.learner-new": "- {name}: not started yet{notes}",
    "insight.note-at": ", now at “{unit}”",
    "insight.note-late": ", late with {modules}",
    "insight.note-quiet": ", quiet for {days} days",
    "insight.not-started": "**Not started yet ({n}):** {names}",
    "insight.quiet": "**Quiet for seven days or more ({n}):** {names}",
    "insight.late": "**Late with a module ({n}):** {names}",
    "insight.all-well": "Everybody has started, nobody is late, and nobody has gone quiet.",
    "insight.way-on": "/cohort stuck shows who may need a hand.",
    "insight.days-quiet": "quiet for {days} days",
    "insight.map-rows": "The first {shown} of {n} learners, by name.",
    "insight.map-alt": (
        "A map of {title}: a row for each learner ({n}), a column for each part of the course "
        "({units}). Of {cells} fields {done} are done, {late} of them late, and {begun} are begun. "
        "The text of the message says the same in words."
    ),
    "insight.cell-done": "done",
    "insight.cell-late": "done late",
    "insight.cell-begun": "begun",
    "insight.cell-excused": "excused",
    "insight.cell-open": "not begun",
    "insight.cell-closed": "not open yet",
    "insight.column-quiz": "Quiz",
    "insight.column-lab": "Lab",
    "insight.column-exam": "Exam",
    "insight.column-reading": "Reading",
    # items
    "insight.items": "**The hardest questions of {title}**",
    "insight.items-line": "- {item}: {right} of {n} right at the first try. “{stem}”",
    "insight.items-few": "Those that fewer than {n} people answered come last.",
    "insight.items-how": "For one of them in detail: /cohort item {item}",
    "insight.items-none": "Nobody has answered a question in **{title}** yet.",
    "insight.item-unanswered": "Nobody has answered {item} yet. “{stem}”",
    "insight.item-unknown": (
        "There is no question with the name “{asked}” here. /cohort item lists the hardest ones "
        "with their names."
    ),
    "insight.item-near": "There is no question with the name “{asked}” here. Did you mean {near}?",
    "insight.or": " or ",
    "insight.item": "**{item}**, {unit}\n\n{stem}",
    "insight.option": "- {option}) {text}: chosen by {n}.",
    "insight.option-right": "- {option}) {text}: chosen by {n}. This is the right answer.",
    "insight.option-belief": "{line} It fits the idea: “{belief}”",
    "insight.facility": (
        "Learners: {n}. Right at the first try: {first}%; at the last try: {last}%."
    ),
    "insight.seconds": "Half of them took {seconds} seconds or less.",
    "insight.discrimination": (
        "How well it tells strong from weak: {value} (from -1 to 1; 0.2 and more is good)."
    ),
    "insight.no-discrimination": (
        "How well it tells strong from weak cannot be said: for that, learners have to differ both "
        "here and in the other questions of “{unit}”."
    ),
    "insight.too-few": (
        "Fewer than {n} people answered it together with others, too few to say how well it tells "
        "strong from weak."
    ),
    "insight.small": (
        "These are few people: until {n} have answered, each number here may still change a lot."
    ),
    "insight.negative": (
        "Take a look at the key: those who did well otherwise get this one wrong more often than "
        "the rest."
    ),
    "insight.low": (
        "It says little about who understood the rest: strong and weak learners answer it much "
        "alike. Perhaps its words mislead, or it is very easy or very hard."
    ),
    "insight.never": "Nobody chose {options}: perhaps too easy to rule out.",
    "insight.never-right": "Nobody chose the right answer: is the key right?",
    "insight.older": "{n} answers to other wordings of it are not counted here.",
    "insight.older-only": "These are answers to an older wording; nobody has met the new one yet.",
    # stuck
    "insight.stuck": "**Who may need a hand in {title}**",
    "insight.stuck-none": "Nobody seems stuck in **{title}** just now.",
    "insight.stuck-line": "- **{name}**: {reasons}",
    "insight.stuck-exam": "“{unit}” not passed {n} times",
    "insight.stuck-left": "stopped in “{unit}” {n} days ago",
    "insight.stuck-item": "wrong {n} times at {item}, “{stem}”",
    "insight.stuck-due": "has not begun “{module}”, which was due",
    "insight.stuck-how": "A button sends them a friendly hello, at most one a day.",
    # nudges
    "nudge.button": "Say hello to {name}",
    "nudge.how": (
        "Whom would you like to send a friendly hello? Write a name after it, as in "
        "/cohort nudge Ada; or /cohort nudge all for everybody who is stuck or has gone quiet."
    ),
    "nudge.unknown": "Nobody in **{title}** is called “{asked}”. /cohort members lists everybody.",
    "nudge.which": "Several people are called so. Whom do you mean?",
    "nudge.gone": "They are not in **{title}** any more, so nothing was sent.",
    "nudge.archived": (
        "**{title}** is archived, so nothing was sent. “/cohort reopen” brings it back; then you "
        "can say hello again."
    ),
    "nudge.nobody": "Nobody in **{title}** is stuck or has gone quiet. Nothing was sent.",
    "nudge.others": "Would somebody else be glad of a hello?",
    "nudge.sent": "A friendly hello is on its way to {names}.",
    "nudge.away": "{names}: cannot be reached at the moment, so nothing was sent.",
    "nudge.done": "{names}: nothing is left to do just now, so nothing was sent.",
    "nudge.again": "{names}: had a hello less than a day ago, so nothing more was sent.",
    "nudge.peace": "{names}: asked for a few days without messages, so nothing was sent.",
    "nudge.night": (
        "{names}: it is night there, or a time they asked to have quiet. Nothing was sent; please "
        "try again later."
    ),
    "nudge.hello": (
        "A friendly hello from **{title}**!\n\nYou are at **{unit}**, and your place is kept. A "
        "few quiet minutes are enough to go on. If something is in the way, tell your instructors: "
        "they are glad to help."
    ),
    "nudge.first": (
        "A friendly hello from **{title}**!\n\nYour first part, **{unit}**, is ready whenever you "
        "are, and takes only a few minutes."
    ),
    # the week
    "insight.week": "**A week of {title}**",
    "insight.week-active": "- People who learned: {n}",
    "insight.week-joined": "- New in the group: {n}",
    "insight.week-parts": "- Parts finished: {n}",
    "insight.week-answers": "- Questions answered: {n}",
    "insight.week-calm": "It was a calm week. The course is there whenever you are.",
    "insight.week-thanks": "Well done, everybody!",
    "insight.week-due": "- **{module}** is due {when}.",
    "insight.week-opens": "- **{module}** opens {when}.",
    "insight.week-stuck": "**May need a hand:**",
    "insight.week-hard": "**The hardest questions of the week:**",
    # exports
    "insight.export": (
        "Here is all of **{title}** ({n} learners): two tables for a spreadsheet, and both in one "
        "JSON file for programs. People stand there by their names on boards, times are UTC, and "
        "what was said in labs is not in it."
    ),
    "insight.export-progress": "A table: a row for each learner and each part of the course.",
    "insight.export-answers": "A table: a row for each answer to a question.",
    "insight.export-json": "Both tables as JSON.",
    "insight.export-packed": (
        "Because there is so much of it, the three files are packed into one ZIP file. Open it to "
        "find them."
    ),
    "insight.export-zip": "A ZIP file with two tables and both of them as JSON.",
}
