"""Labs: what the persona says without a model, what is asked and told about one, and its use."""

TEXT: dict[str, str] = {
    # what the persona says without a model; .1 to .3 are frames, chosen by learner and turn
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
}
