"""Requests and answers held against the Bot API's own description, where that data is at hand.

The data lies outside the project (`../shared/specs`, or the folder that SYLLABOT_SPECS names) and
is read, never copied. `Spec` is stricter than Telegram: what it does not know is a complaint.
"""

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.platforms.telegram_files import Upload

FILE = "telegram_botapi_10.0_paulsonoflars.json"


def specs() -> Path | None:
    """The folder with the platforms' specs, if there is one on this machine."""
    named = os.environ.get("SYLLABOT_SPECS")
    beside = Path(__file__).resolve().parents[3] / "shared" / "specs"
    folder = Path(named) if named else beside
    return folder if (folder / FILE).is_file() else None


class Spec:
    """Complaints about a request or an answer; none when it fits."""

    def __init__(self, path: Path) -> None:
        data = json.loads(path.read_text("utf-8"))
        self.methods: dict[str, Any] = data["methods"]
        self.types: dict[str, Any] = data["types"]
        self._fields: dict[str, dict[str, Any]] = {}

    def request(self, method: str, data: dict[str, Any]) -> list[str]:
        if method not in self.methods:
            return [f"there is no method {method}"]
        fields = {one["name"]: one for one in self.methods[method].get("fields", [])}
        attached = {name for name, value in data.items() if isinstance(value, Upload)}
        sent = {name: value for name, value in data.items() if name in fields}
        unknown = data.keys() - fields.keys() - attached
        complaints = [f"{method} has no parameter {name}" for name in sorted(unknown)]
        return complaints + self._object(method, fields, sent)

    def answer(self, method: str, result: object) -> list[str]:
        return self._any(f"{method}'s answer", self.methods[method]["returns"], result)

    def update(self, update: object) -> list[str]:
        return self._any("update", ["Update"], update)

    def _object(self, at: str, fields: dict[str, Any], sent: dict[str, Any]) -> list[str]:
        complaints = [
            f"{at}: {name} is missing"
            for name, one in fields.items()
            if one["required"] and name not in sent
        ]
        for name, value in sent.items():
            if name not in fields:
                complaints.append(f"{at} has no {name}")
            else:
                complaints += self._any(f"{at}.{name}", fields[name]["types"], value)
        return complaints

    def _any(self, at: str, types: list[str], value: object) -> list[str]:
        """The complaints of the type that fits best."""
        found = [self._one(at, kind, value) for kind in types]
        return min(found, key=len)

    def _one(self, at: str, kind: str, value: object) -> list[str]:
        wrong = [f"{at}: {type(value).__name__} is no {kind}", f"{at} is wrong altogether"]
        match kind:
            case "String":
                return [] if isinstance(value, str) else wrong
            case "Integer":
                return [] if type(value) is int else wrong
            case "Float":
                return [] if type(value) in (int, float) else wrong
            case "Boolean":
                return [] if isinstance(value, bool) else wrong
            case "InputFile":
                return [] if isinstance(value, Upload) else wrong
            case _:
                return self._compound(at, kind, value, wrong)

    def _compound(self, at: str, kind: str, value: object, wrong: list[str]) -> list[str]:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                return wrong
            inner = kind.removeprefix("Array of ")
            return [
                say for i, one in enumerate(value) for say in self._one(f"{at}[{i}]", inner, one)
            ]
        if not isinstance(value, dict):
            return wrong
        if subtypes := self.types[kind].get("subtypes"):
            return self._any(at, subtypes, value)
        return self._object(f"{at} ({kind})", self._fields_of(kind), value)

    def _fields_of(self, kind: str) -> dict[str, Any]:
        if kind not in self._fields:
            listed = self.types[kind].get("fields", [])
            self._fields[kind] = {one["name"]: one for one in listed}
        return self._fields[kind]


@lru_cache(maxsize=2)
def load(folder: Path) -> Spec:
    """The description of Bot API 10.0, which is what python-telegram-bot 22.8 speaks."""
    return Spec(folder / FILE)
