"""Reports of wrong questions, and talks that are shared."""

TEXT: dict[str, str] = {
    "report.button": "Report this question",
    "report.ask": (
        "What is wrong with this question?\n\n> {stem}\n\nChoose below, or say it in your own words: "
        "“/report” and then what you noticed. Your answers stay as they are."
    ),
    "report.key": "The right answer is another one",
    "report.unclear": "It is hard to understand",
    "report.typo": "There is a slip of the pen",
    "report.no": "Nothing, go back",
    "report.none": (
        "No question is open here, so I do not know which one you mean. Open the quiz or the exam "
        "it is from, then write /report."
    ),
    "report.kept": "Nothing was reported.",
    "report.known": "You told about this question already, thank you. Is there more? Write “/report” and then what it is.",
    "report.sent": "Thank you for telling! Your instructors have it now, with your name on boards.",
    "report.noted": "Thank you for telling! It is noted for whoever runs the course.",
    "report.told": "{name} in “{title}” says that something is wrong with a question.",
    "report.where": "**{unit}**, question {item}:",
    "report.stem": "> {stem}",
    "report.option-right": "**{letter}.** {text} (marked as right)",
    "report.chose": "Their answer: **{letter}**.",
    "report.open": "They have not answered it yet.",
    "report.why": "What they say: {why}.",
    "report.words": "In their words: “{words}”",
    "report.then": (
        "“/cohort item {item}” shows how the group answers it. Should another answer be right, correct the "
        "course, and “/cohort regrade {item}” then marks the answers anew."
    ),
    # -- a talk that is shared --
    "share.no-group": "A talk can be shared with the instructors of a group, and you are in none in this course. Nothing was sent.",
    "share.how": "Which talk would you like to share? Open the lab, or write its name, like “/share {unit}”.",
    "share.no-labs": "This course has no labs, so there is no talk to share.",
    "share.unknown": "I do not know a lab called “{asked}”. Nothing was sent.",
    "share.which": "Which of these labs do you mean?",
    "share.empty": "There is no talk in “{unit}” that I could share. Nothing was sent.",
    "share.nobody": "No instructor of “{title}” can be reached at the moment. Nothing was sent.",
    "share.ask": (
        "Share your talk in “{unit}” with the instructors of “{title}”? They get what you and "
        "{persona} said, {count} of your lines in all, with your name on boards. What they have got cannot be taken back."
    ),
    "share.yes": "Yes, share it",
    "share.no": "No, keep it to myself",
    "share.kept": "Nothing was shared.",
    "share.sent": "Your instructors have your talk in “{unit}” now.",
    "share.told": "{name} in “{title}” shares a talk with you: “{unit}”. It is in the file.",
    "share.alt": "A talk in “{unit}”, as text.",
    "share.head": "{unit}: a talk of {name} with {persona}, shared on {when}",
    "share.line": "{who}: {words}",
}
