"""One learner with several accounts."""

TEXT: dict[str, str] = {
    "link.code": (
        "To learn with your other account too, write this there, within {minutes} minutes: **/link {code}**. "
        "This account keeps everything, and what you did there counts as well."
    ),
    "link.linked": "Accounts linked to this one: {count}. Within a day “/link undo” takes that back.",
    "link.ask": (
        "Link this account to the one where you got the code? From then on both are one: the best of "
        "both counts, and nothing counts twice. For a day you can undo it."
    ),
    "link.yes": "Yes, link them",
    "link.no": "No",
    "link.kept": "Nothing was linked.",
    "link.done": "Done: your accounts are one now. “/link undo” takes it back within a day.",
    "link.unknown": "That code leads nowhere; it may be misspelt or older than ten minutes. Write /link on your other account for a new one.",
    "link.same": "That code is from this very account. Write it on your other one.",
    "link.others": "One of these accounts is linked already. Get the code on the one that was linked to, and write it here; or “/link undo” first.",
    "link.undone": "The accounts are separate again. What you did since they were linked stays with this one.",
    "link.too-late": "They were linked more than a day ago, so that cannot be undone any more.",
    "link.none": "No account is linked to this one.",
}
