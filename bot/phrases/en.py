"""English. Warm, short, plain; no emoji as the only carrier of meaning; Markdown subset."""

TEXT: dict[str, str] = {
    # home
    "home.welcome": (
        "**{title}**\n\n{summary}\n\n"
        "You read short cards, answer a few questions, and get a reason for every answer. "
        "Your place is kept after each step, so you can leave whenever you like. "
        "/help lists what else you can ask for."
    ),
    "home.back": "Welcome back to **{title}**.",
    "home.module": "**{title}** · {done} of {total} done",
    "home.finished": "That was the last part of **{title}**. Well done!",
    "home.all-done": "You have done everything in this course. You can open any part again.",
    "home.begin": "Begin: {unit}",
    "home.continue": "Go on: {unit}",
    "home.menu": "All parts",
    "home.courses": "Other courses",
    "home.choose-course": "Which course would you like to open?",
    "home.no-course": "There is no course here yet. Whoever runs this bot can add one.",
    # menu and progress
    "menu.title": "**{title}**",
    "menu.modules": "Choose a module.",
    "menu.done": "- {unit}: done",
    "menu.here": "- {unit}: you are here",
    "menu.open": "- {unit}: open",
    "menu.locked": "- {unit}: opens after “{before}”",
    "menu.resume": "Back to where I was",
    "unit.lesson": "{label} · {title}",
    "unit.quiz": "Quiz: {title}",
    "progress.title": "**Your progress in {title}**",
    "progress.module": "**{title}**: {done} of {total} done",
    "progress.quiz": "- {unit}: {first} of {total} at the first try",
    "progress.quiz-best": "- {unit}: {first} of {total} at the first try, {best} at best",
    "progress.points": "Points: {points}",
    "progress.none": "Nothing finished yet. Every start is a good one.",
    # lesson
    "lesson.place": "**{label} {card}/{cards}**",
    "lesson.heading": "**{title}**\n\n*{question}*",
    "lesson.heading-minutes": "**{title}** · about {minutes} min\n\n*{question}*",
    "lesson.next": "Next",
    "lesson.back": "Back",
    "lesson.go": "Go on: {unit}",
    "lesson.end": "Finish",
    "callout.insight": "Key idea",
    "callout.caution": "Take care",
    "callout.note": "Note",
    # quiz
    "quiz.enter": (
        "**Quiz: {title}**\n\n"
        "{count} questions. After each answer you hear why it is right or not. "
        "You can take the quiz again as often as you like."
    ),
    "quiz.enter-one": "**Quiz: {title}**\n\nOne question, and you hear why your answer fits or not.",
    "quiz.place": "**Question {number} of {count}**",
    "quiz.option": "**{letter}.** {text}",
    "quiz.right": "**Right.** {feedback}",
    "quiz.wrong": "**Not quite.** You chose: {option}\n\n{feedback}",
    "quiz.belief": "The idea that often leads there: *{belief}*",
    "quiz.edited": (
        "This question was corrected while it was open, so your answer was not counted. "
        "Here is the new version."
    ),
    "quiz.removed": "That question was taken out of the course, so nothing was counted.",
    "quiz.score": "**{right} of {count} right.**",
    "quiz.all-right": "Everything right!",
    "quiz.first": "At your first try it was {first} of {count}.",
    "quiz.missed": "What to look at again:",
    "quiz.missed-item": "> {stem}\n\nThe answer is: {option}\n\n{feedback}",
    "quiz.retake": "Take it again",
    # commands
    "help.title": "What you can ask for at any time:",
    "help.start": "/start: the first screen",
    "help.continue": "/continue: where you are",
    "help.menu": "/menu: all parts of the course",
    "help.progress": "/progress: what you have done",
    "help.glossary": "/glossary: a term in plain words, for example “/glossary {term}”",
    "help.glossary-plain": "/glossary: the terms of the course in plain words",
    "help.sources": "/sources: where the facts come from",
    "help.export": "/export: a file with all that is kept about you",
    "help.forget": "/forget: delete all that is kept about you",
    "help.choices": "To choose, press a button, or type its number or letter.",
    "glossary.entry": "**{term}**: {definition}",
    "glossary.from": "From “{unit}”.",
    "glossary.all": "Terms of this course. Ask for one with “/glossary” and the term.",
    "glossary.none": "This course has no glossary yet.",
    "glossary.close": "There is no “{asked}” in the glossary. Did you mean {terms}?",
    "glossary.nearest": "There is no “{asked}” in the glossary. The nearest term is:",
    "glossary.unknown": "There is no “{asked}” in the glossary. /glossary lists all terms.",
    "glossary.or": " or ",
    "sources.title": "Sources of “{unit}”:",
    "sources.course": "Sources of this course:",
    "sources.none": "No sources are listed here.",
    "export.text": "Here is all that is kept about you, as a file that you can open with any editor.",
    "export.alt": "Everything kept about you, in the JSON format",
    "forget.ask": (
        "This deletes everything kept about you: your place, your answers, your points, "
        "in every course. It cannot be undone. /export gives you a copy first. Delete it?"
    ),
    "forget.yes": "Yes, delete everything",
    "forget.no": "No, keep it",
    "forget.done": "Done. Nothing about you is kept any more. Whenever you like, /start begins anew.",
    "forget.kept": "Nothing was deleted.",
    # out of place
    "lost.said": "I did not quite get that. Here is where you are; you can choose below.",
    "lost.old": "That button belongs to an earlier step, so nothing was changed. Here you are now.",
    "lost.unknown": "I do not know that button. Here is where you are.",
    "lost.locked": "“{unit}” opens after “{before}”. Here is where you are.",
    "lost.command": "I do not know “/{name}”. /help lists what I can do.",
    "lost.command-near": "I do not know “/{name}”. Did you mean /{near}? /help lists what I can do.",
    "lost.forbidden": "“/{name}” is for those who run this course. /help lists what is open to you.",
    "lost.moved": "The course has changed since you were here, so you go on with “{unit}”.",
    "lost.moved-home": "The course has changed since you were here. Choose where to go on.",
    "ours.failed": (
        "Something went wrong on our side. Your place is kept; please try that once more."
    ),
    # terminal
    "terminal.hint": "Type a number or a letter to choose, /help for more, Ctrl-D to leave.",
    "terminal.letters": "Answer with {letters}.",
    "terminal.or": " or ",
    "terminal.bye": "Your place is kept. See you soon!",
    "terminal.picture": "[picture: {alt}]",
    "terminal.file": "Saved as {path}.",
    "terminal.post": "Posted to {chat}:",
}
