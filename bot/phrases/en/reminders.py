"""Reminders and notices."""

TEXT: dict[str, str] = {
    # how it is
    "remind.offer": "Shall I remind you now and then? Only if you like, and you can change it at any time.",
    "remind.none": "I do not remind you of anything at the moment.",
    "remind.now": "I remind you {days} at {time} ({zone}).",
    "remind.due-on": "I also tell you a day before something is due in your group, and when a part opens.",
    "remind.due-alone": "I write to you only a day before something is due in your group, and when a part opens.",
    "remind.resting": "Until {when} I keep quiet.",
    "remind.quiet-now": "Between {begin} and {end} I never remind you.",
    "remind.how": (
        "You can also write:\n\n"
        "- “/remind daily 19:00”, “/remind weekdays 7pm” or “/remind mon wed fri 18:30”\n"
        "- “/remind deadlines on”: only before something is due\n"
        "- “/remind quiet 22-8”: your quiet hours\n"
        "- “/remind snooze 3 days”: a break\n"
        "- “/remind off”: no more reminders"
    ),
    # buttons
    "remind.button-daily": "Every evening at 18:00",
    "remind.button-three": "Mon, Wed, Fri at 18:00",
    "remind.button-due": "Only before something is due",
    "remind.button-off": "No more reminders",
    "remind.button-no": "No, thank you",
    "remind.button-snooze": "Not for three days",
    # days
    "remind.every-day": "every day",
    "remind.weekdays": "from Monday to Friday",
    "remind.weekend": "on Saturday and Sunday",
    "remind.on-days": "on {days}",
    # a change
    "remind.set": "I will remind you {days} at {time} ({zone}). The first one comes on {first}.",
    "remind.zone": "Is that your time? Write “/zone” and a large city near you, and I go by its clocks.",
    "remind.off": "I will not remind you any more. “/remind” is there whenever you want it again.",
    "remind.due-set": "I will tell you a day before something is due in your group, and when a part opens.",
    "remind.due-off": "I will not tell you any more before something is due.",
    "remind.quiet-set": "Between {begin} and {end} I will not remind you.",
    "remind.quiet-off": "You have no quiet hours now.",
    "remind.snoozed": "Enjoy the break. I keep quiet until {when}.",
    "remind.snooze-off": "The break is over: I remind you again as before.",
    # what cannot be
    "remind.unclear": "I could not read “{words}” as days and a time.",
    "remind.within-quiet": (
        "{time} is in your quiet hours, {begin} to {end}. Choose another time, or change them "
        "with “/remind quiet 22-8” or “/remind quiet off”."
    ),
    "remind.quiet-over-time": (
        "Your reminders come at {time}, which would be in those quiet hours. Choose another time "
        "for them first, as in “/remind daily 19:00”."
    ),
    "remind.quiet-nothing": "These quiet hours begin and end at the same time. “/remind quiet 22-8” would be a whole night.",
    "remind.deadlines-how": "Write “/remind deadlines on” or “/remind deadlines off”.",
    "remind.snooze-how": (
        "How long shall I keep quiet? Write “/remind snooze 3 days” or “/remind snooze 2 weeks”, up "
        "to a year. “/remind snooze off” ends a break."
    ),
    # by the clock
    "remind.hello": "Hello! Do you have a few minutes for **{course}** today? **{unit}** is waiting for you.",
    "remind.last": "This is my last reminder until you are back, so that I do not bother you. You are welcome at any time.",
    "remind.go": "Go on",
    # what is due
    "notice.due": (
        "**{module}** is due on {when} ({zone}) in “{title}”. You have done {done} of {total} parts."
    ),
    "notice.opened": "**{module}** is open now in “{title}”.",
    "notice.open": "**{module}** is open now.",
    "notice.go": "Open: {module}",
    "notice.no-more": "Do not tell me any more",
}
