"""What is posted by the clock."""

TEXT: dict[str, str] = {
    "post.how": (
        "Write what to post and when, as in:\n\n"
        "- `/post leaderboard weekly friday 17:00`\n"
        "- `/post digest weekly monday 9:00`\n"
        "- `/post question weekly wednesday 12:00`\n"
        "- `/post report weekly monday 8:00` (to the instructors alone)\n"
        "- `/post announcement once 2026-12-01 9:00 We meet on Friday.`\n"
        "- `/post announcement now We meet on Friday.`\n\n"
        "“/post list” shows what is set."
    ),
    "post.none": "Nothing is set to be posted.",
    "post.list": "Posts of **{title}** (time zone {zone}):",
    "post.line": "{number}. {kind}: {said}{words}",
    "post.words": " (“{words}”)",
    "post.manage": "“/post try 1” shows the first one to you alone, “/post now 1” posts it at once, “/post stop 1” ends it.",
    "post.kind-leaderboard": "Leaderboard",
    "post.kind-digest": "Digest of the week",
    "post.kind-announcement": "Announcement",
    "post.kind-report": "Report for the instructors",
    "post.kind-question": "Question of the week",
    "post.set": "{kind}: {said}, for the first time on {first} ({zone}). It is number {number}; “/post try {number}” shows it to you now.",
    "post.nowhere": "The group has no home yet. Write “/cohort here” in the channel, topic or chat where it meets.",
    "post.no-words": "An announcement needs words, after the time.",
    "post.too-many-words": "I read a time and then “{words}”, with which I can do nothing. Only an announcement has words of its own.",
    "post.too-long": "That is too long for a post. {most} characters are the most.",
    "post.too-many": "There are {most} posts already. Stop one of them first.",
    "post.no-such": "There is no post “{number}”. “/post list” shows them with their numbers.",
    "post.stopped": "Post {number} is stopped.",
    "post.trying": "Only you see this. So it would be posted now:",
    "post.sent": "It is posted.",
    "post.unknown": (
        "We were interrupted while something was posted for “{title}”: “{words}”. I do not know whether "
        "it arrived, so I did not post it a second time. Please look; “/post now” and its number posts it again."
    ),
    "post.shut": (
        "I can no longer write where “{title}” meets: I was shut out there, or the place is gone. Nothing "
        "is posted until you write “/cohort here” in another place, or let me in again."
    ),
    "public.answered": "I have answered in our own chat.",
}
