"""Writes a real conversation as a .chat file, so that it can be played again as a test."""

import os
import re
from pathlib import Path

from bot.adapters.plain import plain
from bot.conversation import Choice, Key, Message, pick
from bot.tutor.acts import Act, act_of


class Recorder:
    """Writes a real conversation as a .chat file, line by line, so that a crash loses nothing.

    The speaker is named by the learner's id: what is shuffled for one learner comes out alike.
    """

    def __init__(self, path: Path, content: Path, learner: str) -> None:
        self._learner = learner
        self._talking = self._private = False
        self._file = path.open("w", encoding="utf-8")
        self._offered: tuple[Choice, ...] = ()
        self._write(f"course: {os.path.relpath(content, path.parent)}", "* saved")

    def said(self, line: str) -> None:
        """Somebody typed this; a typed choice is written as the press it means.

        What somebody in distress tells a tutor is written nowhere.
        """
        self._private = self._talking and act_of(line) is Act.DISTRESS
        if self._private:
            return
        choice = pick(self._offered, line, places=not self._talking)
        key = Key.parse(choice.key) if choice else None
        said = f"[{key.what}]" if key else line.strip()
        self._write(f"@{self._learner} > {said}")

    def replied(self, messages: tuple[Message, ...]) -> None:
        """These messages were shown: the first line of each is kept to be compared."""
        for message in messages:
            self._offered = message.choices or self._offered
            self._talking = bool(message.speaker)
            if self._private:
                continue
            first = next(iter(plain(message.text).splitlines()), "")
            marked = re.match(r"[>+<!*#@{\\]|edit |restart|in group", first)
            self._write(f"\\{first}" if marked else first)

    def _write(self, *lines: str) -> None:
        self._file.writelines(f"{line}\n" for line in lines)
        self._file.flush()

    def close(self) -> None:
        """Close the file; nothing is written after that."""
        self._file.close()
