"""Syllabot delivers courses as conversations.

To read it, begin with `conversation` (the nouns), then `engine` and one of `flows` (what an event
leads to; pure, as are `tutor` for labs, `permissions`, `schedule` and `phrases`), then `runner`
(the shell round it) with `turns`, `tending`, `outbox`, `asks` and `thinking`, `store` and
`adapters`. `course` is what authors write, `views` draws, `personas` are models, `replay` plays
conversations as tests. `__main__` and `commands` are where all parts meet. What keeps it running
and lets one look at it (`logs`, `watch`, `metrics`, `health`, `backups`, `memory`, `doctor`) can be
read last.
"""

__version__ = "0.1.0"
