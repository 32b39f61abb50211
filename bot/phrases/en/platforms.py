"""Where others read along, when something is out of place, and each platform's own words."""

TEXT: dict[str, str] = {
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
    # the platforms' own
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
