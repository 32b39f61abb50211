"""Syllabot delivers courses as conversations.

To read it, begin with `conversation` (the nouns), then `engine` and one of `flows` (what an event
leads to, pure), then `runner` (the shell round it), `store` and `adapters`. `course` is what
authors write; `__main__` is where all parts meet.
"""

__version__ = "0.1.0"
