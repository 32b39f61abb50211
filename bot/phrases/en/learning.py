"""The way through a course: home, menu, lessons, quizzes, exams."""

TEXT: dict[str, str] = {
    # home
    "home.welcome": (
        "**{title}**\n\n{summary}\n\n"
        "You read short cards, answer a few questions, and get a reason for every answer. "
        "Your place is kept after each step, so you can leave whenever you like. "
        "/help lists what else you can ask for."
    ),
    "home.back": "Welcome back to **{title}**.",
    "home.module": "**{title}**: {done} of {total} done",
    "home.part-done": "That part is done. Where would you like to go next?",
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
    "menu.extra": "- {unit}: open, for those who want more",
    "menu.locked": "- {unit}: opens after “{before}”",
    "menu.resume": "Back to where I was",
    "unit.lesson": "{label} · {title}",
    "unit.reading": "Reading: {title}",
    "unit.quiz": "Quiz: {title}",
    "progress.title": "**Your progress in {title}**",
    "progress.module": "**{title}**: {done} of {total} done",
    "progress.quiz": "- {unit}: {first} of {total} at the first try",
    "progress.lab": "- {unit}: {best} of {total} ideas shown",
    "progress.exam": "- {unit}: passed with {best} of {total}",
    "progress.quiz-best": "- {unit}: {first} of {total} at the first try, {best} at best",
    "progress.points": "Points: {points}",
    "progress.streak": "Days in a row: {days}",
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
    "unit.lab": "Lab: {title}",
    "unit.exam": "Exam: {title}",
    # exam
    "exam.rules": (
        "**Exam: {title}**\n\n"
        "{count} questions, {needed} right to pass. You hear nothing about your answers before the "
        "end. You may leave at any time and go on at the same question. If it does not work out, "
        "the next attempt opens {hours} hours later, with other questions where there are any."
    ),
    "exam.begin": "Begin the exam",
    "exam.place": "**{title} · question {number} of {count}**",
    "exam.passed": "**Passed, with {right} of {count} right.** Here is each question with its reason.",
    "exam.passed-mended": "**Passed.** A question here was marked wrongly at first, and with the right marks you have passed. Here is each question with its reason.",
    "exam.failed-mended": "A question here was marked wrongly at first. With the right marks this attempt is not enough, and we are sorry about that.",
    "exam.failed": "**{right} of {count} right.** {needed} are needed, so not this time.",
    "exam.objectives": "Where you stand:",
    "exam.objective": "- {text} {right} of {count}",
    "exam.lessons": "Worth reading again: {lessons}.",
    "exam.wrong": "About the answers that did not fit:",
    "exam.wrong-item": "> {stem}\n\nYou chose: {option}\n\n{feedback}",
    "exam.chosen": "You chose: {option}\n\n{feedback}",
    "exam.opens": "The next attempt opens on {when}.",
    "exam.wait": "Not yet: the next attempt opens on {when}. Until then you can read the lessons again.",
    "exam.again": "Try again",
}
