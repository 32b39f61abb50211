"""Requests, answers and events held against Discord's own description, where that data is at hand.

The data lies outside the project (`../shared/specs`, or the folder that SYLLABOT_SPECS names) and
is read, never copied. It knows types and most limits; what stands in prose alone is in the rules.
"""

import json
import os
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

REST, GATEWAY = "discord_openapi.json", "discord_gateway_derived.schema.json"
SNOWFLAKE = "#/components/schemas/SnowflakeType"
EVENTS = {
    "READY": "ready",
    "GUILD_CREATE": "guild_create",
    "MESSAGE_CREATE": "message_create",
    "MESSAGE_UPDATE": "message_update",
    "MESSAGE_DELETE": "message_delete",
    "INTERACTION_CREATE": "interaction_create",
    "THREAD_CREATE": "thread_create",
    "GUILD_MEMBERS_CHUNK": "members_chunk",
}

Check = Callable[[object, str], list[str]]
TYPES: dict[str, Callable[[object], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int,
    "number": lambda value: type(value) in (int, float),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


def specs() -> Path | None:
    """The folder with the platforms' specs, if there is one on this machine."""
    named = os.environ.get("SYLLABOT_SPECS")
    beside = Path(__file__).resolve().parents[3] / "shared" / "specs"
    folder = Path(named) if named else beside
    return folder if all((folder / name).is_file() for name in (REST, GATEWAY)) else None


class Schemas:
    """Checks made of JSON schemas, each once. `loose` takes whole numbers for snowflakes."""

    def __init__(self, document: Any, *, loose: bool = False) -> None:
        self.document, self.loose = document, loose
        self._made: dict[str, Check] = {}

    def named(self, reference: str) -> Check:
        """The check behind a $ref; made on first use, since schemas refer to each other."""
        if self.loose and reference == SNOWFLAKE:
            return _loose_snowflake

        def check(value: object, at: str) -> list[str]:
            if reference not in self._made:
                self._made[reference] = self.of(self._found(reference))
            return self._made[reference](value, at)

        return self._made.get(reference, check)

    def _found(self, reference: str) -> Any:
        found = self.document
        for key in reference.removeprefix("#/").split("/"):
            found = found[unquote(key).replace("~1", "/").replace("~0", "~")]
        return found

    def of(self, schema: Any) -> Check:
        checks = [
            make(self, schema)
            for key, make in KEYWORDS.items()
            if key in schema and not (key == "enum" and "const" in schema)
        ]

        def check(value: object, at: str) -> list[str]:
            found: list[str] = []
            for one in checks:
                found += one(value, at)
                if found and one is checks[0]:
                    break  # of another type altogether
            return found

        return check if len(checks) != 1 else checks[0]


def _loose_snowflake(value: object, at: str) -> list[str]:
    fine = type(value) is int or (isinstance(value, str) and value.isdecimal())
    return [] if fine else [f"{at}: {value!r} is no snowflake"]


def _type(_: Schemas, schema: Any) -> Check:
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    tests = [TYPES[name] for name in names]

    def check(value: object, at: str) -> list[str]:
        if any(test(value) for test in tests):
            return []
        return [f"{at}: {value!r:.60} is no {' or '.join(names)}"]

    return check


def _properties(schemas: Schemas, schema: Any) -> Check:
    checks = {key: schemas.of(one) for key, one in schema["properties"].items()}

    def check(value: object, at: str) -> list[str]:
        if not isinstance(value, dict):
            return []
        return [
            said
            for key, one in checks.items()
            if key in value
            for said in one(value[key], f"{at}.{key}")
        ]

    return check


def _additional(schemas: Schemas, schema: Any) -> Check:
    extra = schema["additionalProperties"]
    known = schema.get("properties", {})
    if not isinstance(extra, dict):
        return lambda value, at: []
    inner = schemas.of(extra)

    def check(value: object, at: str) -> list[str]:
        if not isinstance(value, dict):
            return []
        others = [key for key in value if key not in known]
        return [said for key in others for said in inner(value[key], f"{at}.{key}")]

    return check


def _required(_: Schemas, schema: Any) -> Check:
    def check(value: object, at: str) -> list[str]:
        if not isinstance(value, dict):
            return []
        return [f"{at}: {key} is missing" for key in schema["required"] if key not in value]

    return check


def _items(schemas: Schemas, schema: Any) -> Check:
    if isinstance(schema["items"], list):
        return lambda value, at: []
    inner = schemas.of(schema["items"])

    def check(value: object, at: str) -> list[str]:
        if not isinstance(value, list):
            return []
        return [said for index, one in enumerate(value) for said in inner(one, f"{at}[{index}]")]

    return check


def _reference(schemas: Schemas, schema: Any) -> Check:
    return schemas.named(schema["$ref"])


def _all_of(schemas: Schemas, schema: Any) -> Check:
    checks = [schemas.of(one) for one in schema["allOf"]]
    return lambda value, at: [said for one in checks for said in one(value, at)]


def _one_of(key: str) -> Callable[[Schemas, Any], Check]:
    def make(schemas: Schemas, schema: Any) -> Check:
        branches = schema[key]
        checks = [schemas.of(one) for one in branches]
        kinds = [_kind(schemas, one) for one in branches]

        def check(value: object, at: str) -> list[str]:
            kind = value.get("type") if isinstance(value, dict) else None
            best: list[str] | None = None
            for known, one in zip(kinds, checks, strict=True):
                if known is not None and kind is not None and kind not in known:
                    continue
                found = one(value, at)
                if not found:
                    return []
                best = found if best is None or len(found) < len(best) else best
            return best if best is not None else [f"{at}: nothing of type {kind} goes here"]

        return check

    return make


def _kind(schemas: Schemas, schema: Any) -> frozenset[int] | None:
    """Which "type" tells that this branch is meant; None where it does not tell."""
    if "$ref" in schema:
        return _kind(schemas, schemas._found(schema["$ref"]))
    kind = schema.get("properties", {}).get("type", {})
    while "$ref" in kind:
        kind = schemas._found(kind["$ref"])
    if "const" in kind:
        return frozenset({kind["const"]})
    values = kind.get("enum", ())
    return frozenset(values) if values and all(type(one) is int for one in values) else None


def _const(_: Schemas, schema: Any) -> Check:
    wanted = schema["const"]
    return lambda value, at: [] if value == wanted else [f"{at}: {value!r} is not {wanted!r}"]


def _enum(_: Schemas, schema: Any) -> Check:
    wanted = schema["enum"]
    return lambda value, at: [] if value in wanted else [f"{at}: {value!r} is none of {wanted}"]


def _bounds(key: str, fits: Callable[[Any, Any], bool], of: Any) -> Callable[[Schemas, Any], Check]:
    def make(_: Schemas, schema: Any) -> Check:
        limit = schema[key]

        def check(value: object, at: str) -> list[str]:
            other = not isinstance(value, of) or isinstance(value, bool)
            return [] if other or fits(value, limit) else [f"{at}: breaks {key} {limit}"]

        return check

    return make


def _pattern(_: Schemas, schema: Any) -> Check:
    wanted = re.compile(schema["pattern"])

    def check(value: object, at: str) -> list[str]:
        wrong = isinstance(value, str) and not wanted.search(value)
        return [f"{at}: {value!r} does not match {wanted.pattern}"] if wrong else []

    return check


KEYWORDS: dict[str, Callable[[Schemas, Any], Check]] = {
    "type": _type,
    "$ref": _reference,
    "const": _const,
    "enum": _enum,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "allOf": _all_of,
    "oneOf": _one_of("oneOf"),
    "anyOf": _one_of("anyOf"),
    "minLength": _bounds("minLength", lambda value, limit: len(value) >= limit, str),
    "maxLength": _bounds("maxLength", lambda value, limit: len(value) <= limit, str),
    "minItems": _bounds("minItems", lambda value, limit: len(value) >= limit, list),
    "maxItems": _bounds("maxItems", lambda value, limit: len(value) <= limit, list),
    "maxProperties": _bounds("maxProperties", lambda value, limit: len(value) <= limit, dict),
    "minimum": _bounds("minimum", lambda value, limit: value >= limit, int | float),
    "maximum": _bounds("maximum", lambda value, limit: value <= limit, int | float),
    "pattern": _pattern,
}


class Spec:
    """Complaints about requests, answers, events and frames; none where they fit."""

    def __init__(self, folder: Path) -> None:
        self._rest = json.loads((folder / REST).read_text("utf-8"))
        self._answers = Schemas(self._rest)
        self._requests = Schemas(self._rest, loose=True)
        gateway = json.loads((folder / GATEWAY).read_text("utf-8"))
        self._gateway = Schemas(gateway)
        self._events = {
            name: self._gateway.of(gateway["properties"][key]) for name, key in EVENTS.items()
        }
        self._frame = self._gateway.of(gateway["properties"]["send"])
        self._bodies: dict[str, Check | None] = {}
        self._results: dict[tuple[str, int], Check | None] = {}

    def request(self, template: str, data: object) -> list[str]:
        """`template` is a method and a path, as "GET /users/@me"."""
        if template not in self._bodies:
            body = (self._operation(template) or {}).get("requestBody")
            self._bodies[template] = self._made(self._requests, body)
        check = self._bodies[template]
        return check(data, "body") if check else []

    def answer(self, template: str, status: int, body: object) -> list[str]:
        key = template, status
        if key not in self._results:
            operation = self._operation(template)
            if operation is None:
                return [f"{template}: Discord has no such route"]
            result = operation["responses"].get(str(status))
            if result is None:
                return [f"{template}: Discord does not answer {status}"]
            self._results[key] = self._made(self._answers, result)
        check = self._results[key]
        return [f"{template}: {said}" for said in check(body, "answer")] if check else []

    def event(self, name: str, payload: object) -> list[str]:
        check = self._events.get(name)
        return check(payload, name) if check else []

    def frame(self, frame: object) -> list[str]:
        """discord.py sends numbers for ids and an old form of presence, which Discord takes."""
        data = frame.get("d") if isinstance(frame, dict) else None
        if isinstance(frame, dict) and isinstance(data, dict):
            data = {key: value for key, value in data.items() if key != "presence"}
            if frame.get("op") == 8:
                data["guild_id"] = str(data.get("guild_id"))
                data["user_ids"] = [str(one) for one in data.get("user_ids") or ()]
            frame = {**frame, "d": data}
        return self._frame(frame, "frame")

    def _operation(self, template: str) -> Any:
        method, _, path = template.partition(" ")
        return self._rest["paths"].get(path, {}).get(method.lower())

    def _made(self, schemas: Schemas, held: Any) -> Check | None:
        content = (held or {}).get("content")
        return schemas.of(content["application/json"]["schema"]) if content else None


@lru_cache(maxsize=2)
def load(folder: Path) -> Spec:
    """Discord's API 10, which is what discord.py 2.7 speaks."""
    return Spec(folder)
