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
    # lab: what the persona says without a model; .1 to .3 are frames, chosen by learner and turn
    "unit.lab": "Lab: {title}",
    "unit.exam": "Exam: {title}",
    "lab.enter": "**Lab: {title}**\n\n*{role}*\n\n{task}",
    "lab.write": "Write in your own words.",
    "lab.tally": "{dots} {counted} of {needed} exchanges",
    "lab.starter": "Use an example",
    "lab.show-me": "Show me",
    "lab.finish": "Finish",
    "lab.neither": "Neither of them",
    "lab.again-button": "Talk once more",
    "lab.pump.1": "{text}",
    "lab.pump.2": "Let me ask you something. {text}",
    "lab.pump.3": "Here is my question. {text}",
    "lab.hint.1": "A hint: {text}",
    "lab.hint.2": "Perhaps this helps. {text}",
    "lab.hint.3": "Look at it from this side. {text}",
    "lab.prompt.1": "{text}\n\n{options}",
    "lab.prompt.2": "Choose the one that fits. {text}\n\n{options}",
    "lab.prompt.3": "Which would you say? {text}\n\n{options}",
    "lab.assert.1": "Then let me put it into words. {text}\n\nNow you, with a new case: {transfer}",
    "lab.assert.2": "Here is how I see it. {text}\n\nTry it on another case: {transfer}",
    "lab.assert.3": "I will show you this step. {text}\n\nAnd how about this one? {transfer}",
    "lab.reflect.1": "I think you are on to this: *{idea}* Let us test it.",
    "lab.reflect.2": "If I hear you right: *{idea}* Let me check.",
    "lab.reflect.3": "That sounds to me like this: *{idea}* One question on it.",
    "lab.confirm.1": "Are you saying one of these?\n\n{options}",
    "lab.confirm.2": "Let me see if I follow. Are you saying …\n\n{options}",
    "lab.confirm.3": "I want to be sure of it. Are you saying …\n\n{options}",
    "lab.correct.1": "{text}",
    "lab.correct.2": "Let us stop at this point. {text}",
    "lab.correct.3": "Thank you for saying it so clearly. {text}",
    "lab.right.1": "That holds. {text}",
    "lab.right.2": "Yes. {text}",
    "lab.right.3": "Well seen. {text}",
    "lab.wrong.1": "Not that one. {text}",
    "lab.wrong.2": "I would not go there. {text}",
    "lab.wrong.3": "Let us look again. {text}",
    "lab.card": "{text}\n\n(From the card “{card}” in “{lesson}”.)",
    "lab.unanswered.1": "That is not in my notes, and I would rather not guess.",
    "lab.unanswered.2": "I have nothing on that, so I will not invent anything.",
    "lab.unanswered.3": "My notes do not say. I only answer from what I have.",
    "lab.refuse.1": "I ask before I tell. If you want this step explained, say `show me`.",
    "lab.refuse.2": "You will get further by trying first. Say `show me` and I explain this step.",
    "lab.refuse.3": "I would rather hear you think. And `show me` always gets you this step.",
    "lab.rules.1": "What counts here is what you say about the data; I cannot be told to change that.",
    "lab.rules.2": "I take that as words, not as an instruction. Back to our question.",
    "lab.rules.3": "That is not mine to change. Let us stay with the data.",
    "lab.nod.1": "Good. Tell me a little more, in a sentence of your own.",
    "lab.nod.2": "I am listening. What makes you say so?",
    "lab.nod.3": "Go on, with a reason if you can.",
    "lab.choose.1": "Choose a letter here, or put it in your own words.",
    "lab.choose.2": "Which one, A, B or C? Your own words will do as well.",
    "lab.choose.3": "Pick the letter that fits, or tell me in a sentence.",
    "lab.cheer.1": "That is all right, this one is not easy. One step at a time.",
    "lab.cheer.2": "No harm done. Let me make it smaller.",
    "lab.cheer.3": "Being stuck is part of it. Try it like this.",
    "lab.unclear.listed": "I see words, but not yet what you say with them. Make it one sentence, please.",
    "lab.unclear.repeated": "We had that already. What would you add?",
    "lab.unclear.echo": "Those are nearly my words. How would you put it?",
    "lab.distress": (
        "That sounds heavy, and it matters more than any course. I am only a course program, so "
        "please talk to somebody who can be there for you: a friend, family, a doctor, or a crisis "
        "line. At findahelpline.com you find one for your country, free and at any hour. If you "
        "are in danger now, call your emergency number. Nothing you just wrote is kept here, and "
        "nothing here counts against you. The lab will wait."
    ),
    "lab.taken.1": "Thank you, that is a case worth keeping. On to the next.",
    "lab.taken.2": "I follow you. Let us move on.",
    "lab.taken.3": "Good, keep that in mind. Next.",
    "lab.again.1": "My question still stands: {text}",
    "lab.again.2": "So, back to this: {text}",
    "lab.again.3": "And here we were: {text}",
    "lab.extend.1": "Change one detail of your dataset. Does your answer change, and why?",
    "lab.extend.2": "Take one more case of your own. What would you say about it now?",
    "lab.extend.3": "Where would you meet this outside the course? Give me a case, and a reason.",
    "lab.not-yet.1": "Not quite yet: a few thoughts of your own are still missing.",
    "lab.not-yet.2": "Almost. Give me a little more of your own thinking first.",
    "lab.not-yet.3": "We are not there yet. A sentence with a reason counts.",
    "lab.summary.1": "We can close here. Before I do: sum it up in two sentences of your own.",
    "lab.summary.2": "Time to close. What do you take with you? Two sentences, in your words.",
    "lab.summary.3": "Last thing: tell me in two sentences what you found out.",
    "lab.summary-again.1": "Two sentences of your own, please. They need not be perfect.",
    "lab.summary-again.2": "In your own words: what did you find out?",
    "lab.summary-again.3": "Just what stays with you, in a sentence or two.",
    "lab.over.1": "Thank you. Here is what we talked about.",
    "lab.over.2": "Good. Here is my list.",
    "lab.over.3": "A good talk. This is what I noted.",
    "lab.short.1": "We stop here for today. The lab is not finished yet; you can begin it again at any time.",
    "lab.short.2": "Let us leave it at that. To finish the lab, begin it again when you like.",
    "lab.short.3": "Enough for now. The lab stays open, and you can start it afresh.",
    "lab.shown": "You showed that you see this:",
    "lab.revisit": "Worth another look:",
    "lab.count.short": "(That was too short to count. Add your reason, and it counts.)",
    "lab.count.repeated": "(That did not count, since it repeats itself. Say something new, and it counts.)",
    "lab.count.listed": "(A list of words does not count. A sentence does.)",
    "lab.count.echo": "(My own words do not count. Yours do.)",
    "lab.count.elsewhere": "(That did not count, as far as I can tell it is about something else. Tie it to your data, and it counts.)",
    # a model that may word what a persona says
    "consent.ask": (
        "One thing before we begin. Who should find the words for {persona}?\n\n"
        "**A language model of {company}.** It understands more of what you write. {company} then "
        "gets what you write in labs and what was answered there, and which topics of this course "
        "you found hard; never your name or your account. As a rule {company} deletes it within "
        "{days} days.\n\n"
        "**The course itself.** Nothing leaves this bot. It knows fewer words, and says so.\n\n"
        "Either way the lab asks the same of you, and we keep your talks for {kept} days. You can "
        "change your mind at any time with /privacy."
    ),
    "consent.choose": "Please choose one of the two first; then we begin.",
    "consent.new": "What that button agreed to has changed, so nothing was decided. /privacy tells you how it is now.",
    "consent.yes": "Use the model of {company}",
    "consent.no": "Without a model",
    "alone.budget": (
        "(The model's share for now is used up, so the course itself speaks from here on. "
        "The lab goes on just the same.)"
    ),
    "alone.slow": "(The model took too long, so this reply is the course's own. Your words are kept.)",
    "alone.busy": "(The model is busy right now, so this reply is the course's own. Your words are kept.)",
    "alone.lost": "(The model's answer was cut off, so this reply is the course's own. Your words are kept.)",
    "alone.refused": "(The model did not want to answer that, so this reply is the course's own. It is nothing you did.)",
    "alone.unfit": "(The model's answer did not fit the lab, so this reply is the course's own.)",
    "alone.stopped": "(We were interrupted, so this reply is the course's own. Your words are kept.)",
    "alone.other": "(The model could not be reached, so this reply is the course's own. Your words are kept.)",
    "privacy.kept": (
        "**What is kept about you here:** your place, your answers and your points, until you "
        "delete them, and what was said in labs, for {kept} days. No other learner sees it. /export gives you a copy, "
        "/forget deletes everything."
    ),
    "privacy.groups": (
        "**In your groups** the instructors see how far you are, your scores, and which ideas were "
        "hard; never what you write in labs, unless you send it with /share. On leaderboards the "
        "others see the name that you chose and your points; /alias hides you."
    ),
    "privacy.model": (
        "**In labs a language model of {company} finds the words.** {company} gets what you write "
        "there and what was answered, and which topics of this course you found hard; never your name or your account. As a rule "
        "{company} deletes it within {days} days."
    ),
    "privacy.tutor": (
        "**In labs the course itself finds the words**, and nothing leaves this bot. If you like, a "
        "language model of {company} can do it: {company} then gets what you write there and what was answered, also "
        "in a lab that is open now, and which topics of this course you found hard; never your name or your account. As a rule {company} "
        "deletes it within {days} days."
    ),
    "privacy.none": "No language model is used here, so nothing leaves this bot.",
    "privacy.on": "From now on the model finds the words in your labs.",
    "privacy.off": "From now on the course itself finds the words in your labs.",
    "usage.none": "No language model is used here, so there is nothing to count.",
    "usage.title": "**What the model in your labs has used**",
    "usage.day": "Today: {tokens} tokens, about ${cost}.",
    "usage.month": "This month: {tokens} tokens, about ${cost}.",
    "usage.share": "{line} That is {percent} % of your share, which is renewed on {when}.",
    "usage.empty": "Everybody's share together is used up for now, so the course itself speaks in labs. It is renewed on {when}.",
    "usage.what": "(A token is about three quarters of a word, of yours or of the answers. Quizzes and lessons use none.)",
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
    # commands
    "help.title": "What you can ask for at any time:",
    "help.line": "/{name}: {what}",
    "help.example": "{line}, for example “{example}”",
    "command.start": "the first screen",
    "command.continue": "where you are",
    "command.menu": "all parts of the course",
    "option.start": "Which course",
    "option.join": "The code of your invitation",
    "option.open": "Which lesson, quiz, lab or test",
    "option.glossary": "Which term",
    "option.leaderboard": "week, month or all; course for the whole course",
    "option.alias": "A name, or off",
    "option.remind": "When, such as daily 19:00; or off",
    "option.report": "What is wrong",
    "option.share": "Which lab",
    "option.certificate": "Your full name",
    "option.verify": "The code of the certificate",
    "option.leave": "Which group",
    "option.link": "The code from your other account",
    "option.cohort": "What to do; help lists it",
    "option.post": "What and when, such as leaderboard weekly friday 17:00",
    "option.round": "How many questions, and for how long, such as 5 3m",
    "option.zone": "A city in your time zone",
    "command.open": "a part of the course by its name",
    "command.progress": "what you have done",
    "command.glossary": "a term in plain words",
    "command.cards": "the study deck, card by card",
    "command.sources": "where the facts come from",
    "command.zone": "your time zone",
    "command.privacy": "what is kept about you, and what a model is sent",
    "command.usage": "how much of a model your labs have used",
    "command.leaderboard": "points, by names that people chose",
    "command.alias": "your name on leaderboards, or none",
    "command.remind": "have me remind you, when you like",
    "command.report": "something is wrong with a question",
    "command.share": "show a lab talk to your instructors",
    "command.certificate": "a certificate for what you have done",
    "command.verify": "check a certificate by its code",
    "command.join": "follow an invitation",
    "command.leave": "leave a group",
    "command.link": "learn with a second account",
    "command.cohort": "your groups, and what instructors do with them",
    "command.post": "for instructors: what is posted, and when",
    "command.round": "for instructors: questions for everybody, at once",
    "command.export": "a file with all that is kept about you",
    "command.forget": "delete all that is kept about you",
    "command.help": "what you can ask for",
    "help.choices": "To choose, press a button, or type its number or letter.",
    "glossary.entry": "**{term}**: {definition}",
    "glossary.from": "From “{unit}”.",
    "glossary.all": "Terms of this course. Ask for one with “/glossary” and the term.",
    "glossary.none": "This course has no glossary yet.",
    "glossary.close": "There is no “{asked}” in the glossary. Did you mean {terms}?",
    "glossary.nearest": "There is no “{asked}” in the glossary. The nearest term is:",
    "glossary.unknown": "There is no “{asked}” in the glossary. /glossary lists all terms.",
    "glossary.or": " or ",
    "open.near": "I am not sure which part “{asked}” is. Did you mean {units}?",
    "open.or": " or ",
    "open.unknown": "There is no part like “{asked}”. /menu shows all of them. Here is where you are.",
    "sources.title": "Sources of “{unit}”:",
    "sources.course": "Sources of this course:",
    "sources.none": "No sources are listed here.",
    "deck.none": "This course has no study deck yet.",
    "deck.front": "**Card {number} of {count}** · {tag}\n\n{front}",
    "deck.back": "**Card {number} of {count}** · {tag}\n\n*{front}*\n\n{back}",
    "deck.source": "Source: {source}",
    "deck.show": "Show the answer",
    "deck.next": "Next card",
    "deck.tags": "The topics are {tags}. Ask for one with “/cards” and the topic.",
    "deck.unknown": "There is no topic “{asked}” in the study deck.",
    "zone.now": (
        "Your time zone is {zone}. To set another, write a city or a zone’s name after it, "
        "for example “/zone Berlin” or “/zone America/New_York”."
    ),
    "zone.set": "Your time zone is {zone} now, where it is {now}.",
    "zone.near": "I know no such time zone. Did you mean “/zone {zone}”?",
    "zone.unknown": (
        "I know no such time zone. Write the nearest large city after it, for example "
        "“/zone Berlin”, or a name such as “America/New_York”."
    ),
    "export.text": "Here is all that is kept about you, as a file that you can open with any editor.",
    "export.left-out": (
        "Which option of a question is right, how your answers were marked in an exam that you have "
        "not passed yet, and what a model was told to ask you in a lab that you have not done yet."
    ),
    "export.alt": "Everything kept about you, in the JSON format",
    "forget.ask": (
        "This deletes everything kept about you: your place, your answers, your points, "
        "in every course. It cannot be undone. /export gives you a copy first. Delete it?"
    ),
    "forget.yes": "Yes, delete everything",
    "forget.no": "No, keep it",
    "forget.done": "Done. Nothing about you is kept any more. Whenever you like, /start begins anew.",
    "forget.kept": "Nothing was deleted.",
    "reload.done": "The new content is in use.",
    "reload.kept": "The new content has faults ({count}), so the old one stays in use:\n\n{faults}",
    # invitations, and where others read along
    "public.invite": "Learning is between you and me. Press the button, and we go on in our own chat.",
    "public.aside": "Open our chat",
    "public.help": "Here, where others read along, you can ask for:",
    "settled.chosen": "Your choice: {label}",
    # out of place
    "lost.wordless": "I can only read written words. Here is where you are.",
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
    "discord.reply": "Reply",
    "discord.wrote": "You wrote: {words}",
    "discord.words": "Your words",
    "discord.choose": "Choose…",
    "discord.aside": "Go on in direct messages",
    "discord.went": "We go on in your direct messages: {link}",
    "discord.shut": (
        "Discord does not let me write to you. Open this server's menu, then Privacy Settings, "
        "and allow direct messages. Or go on right here: only you can see this."
    ),
    "discord.again": "That did not open in time. Please press Reply once more.",
    "discord.waited": (
        "This had waited for you, since Discord does not let me write to you. To have such messages "
        "sooner, allow direct messages in this server's Privacy Settings."
    ),
    "discord.twice": "Those words had arrived already, so nothing was counted twice.",
    "terminal.thinks": "One moment, an answer is being thought of …",
    "terminal.hint": "Type a number or a letter to choose, /help for more, Ctrl-D to leave.",
    "terminal.letters": "Answer with {letters}.",
    "terminal.or": " or ",
    "terminal.bye": "See you soon! Your progress is kept, unless you deleted it.",
    "picture.words": "[picture: {alt}]",
    "terminal.file": "Saved as {path}.",
    "terminal.post": "Posted to {chat}:",
}
