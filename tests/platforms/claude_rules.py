"""What the service does not take in a request: pure checks, from the outside in.

The service refuses what it does not know, so this does too. Stricter than the service, on purpose:
no conversation may end with an assistant's turn or begin with one, whatever the model.
"""

import json
import re
from collections.abc import Collection
from typing import Any

from tests.platforms import claude_content as content
from tests.platforms.claude_content import Kinds, Rejected, check_fields
from tests.platforms.claude_models import DEEP, EFFORTS, Model, model
from tests.platforms.claude_prompt import Block, Json, blocks

BYTES = 32 * 1024**2
USER_ID = 256
BUDGET = 1_024
SAMPLING = frozenset({"temperature", "top_p", "top_k"})

NULL = type(None)
COUNTED: Kinds = {
    "cache_control": (dict, NULL),
    "output_config": (dict,),
    "speed": (str, NULL),
    "system": (str, list),
    "thinking": (dict,),
    "tool_choice": (dict,),
    "tools": (list,),
}
ALLOWED: Kinds = {
    **COUNTED,
    "container": (str, dict, NULL),
    "diagnostics": (dict, NULL),
    "inference_geo": (str, NULL),
    "metadata": (dict,),
    "service_tier": (str,),
    "stop_sequences": (list,),
    "stream": (bool,),
}
NEEDED: Kinds = {"model": (str,), "messages": (list,)}
THINKING: dict[str, tuple[Kinds, Kinds]] = {
    "adaptive": ({}, {"display": (str, NULL)}),
    "enabled": ({"budget_tokens": (int,)}, {"display": (str, NULL)}),
    "disabled": ({}, {}),
    "between_tools": ({}, {}),
}
CHOICES: dict[str, Kinds] = {"auto": {}, "any": {}, "none": {}, "tool": {"name": (str,)}}
CUSTOM_TOOL: Kinds = {
    "type": (str, NULL),
    "description": (str,),
    "cache_control": (dict, NULL),
    "strict": (bool,),
    "allowed_callers": (list,),
    "defer_loading": (bool,),
    "eager_input_streaming": (bool, NULL),
    "input_examples": (list,),
}
TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
# A quick look; whether a pair is whole is then asked of the encoder.
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def parsed(raw: bytes) -> Any:
    """The JSON of a body."""
    try:
        body = json.loads(raw, parse_constant=_no_constant)
        if SURROGATE.search(raw):
            json.dumps(body, ensure_ascii=False).encode()
    except ValueError as error:
        raise Rejected(f"The request body is not valid JSON: {error}") from None
    return body


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def check(body: Any, known: Collection[str], *, counting: bool = False) -> list[Block]:
    """The blocks of a request that the service takes."""
    if isinstance(body, dict) and (sampled := sorted(SAMPLING & body.keys())):
        raise Rejected(f"{sampled[0]}: `{sampled[0]}` is not supported in this API version")
    needed = NEEDED if counting else {**NEEDED, "max_tokens": (int,)}
    check_fields("", body, needed, COUNTED if counting else ALLOWED)
    if body["model"] not in known:
        raise Rejected(f"model: {body['model']}", 404)
    facts = model(body["model"])
    _check_settings(body)
    _check_length(body, facts)
    _check_thinking(body, facts)
    _check_output(body, facts)
    _check_tools(body, facts)
    content.check_system(body.get("system"))
    content.check_messages(body["messages"], facts)
    content.check_mark("cache_control", body.get("cache_control"))
    row = blocks(body)
    content.check_marks(body, row)
    if (size := sum(one.tokens for one in row)) > facts.window:
        raise Rejected(f"prompt is too long: {size} tokens > {facts.window} maximum")
    return row


def _tag(at: str, data: Json, known: Collection[str]) -> str:
    kind = str(data.get("type"))
    if kind not in known:
        raise Rejected(f"{at}: Input tag '{kind}' does not match any of the expected tags")
    return kind


def _check_settings(body: Json) -> None:
    check_fields("metadata.", body.get("metadata", {}), {}, {"user_id": (str, NULL)})
    if len(body.get("metadata", {}).get("user_id") or "") > USER_ID:
        raise Rejected(f"metadata.user_id: String should have at most {USER_ID} characters")
    if body.get("service_tier", "auto") not in ("auto", "standard_only"):
        raise Rejected("service_tier: Input should be 'auto' or 'standard_only'")
    if (body.get("speed") or "standard") not in ("fast", "standard"):
        raise Rejected("speed: Input should be 'fast' or 'standard'")
    for one in body.get("stop_sequences", ()):
        if not isinstance(one, str) or not one.strip():
            raise Rejected("stop_sequences: each stop sequence must contain non-whitespace")


def _check_length(body: Json, facts: Model) -> None:
    wanted = body.get("max_tokens", 1)
    if wanted < 1:
        raise Rejected("max_tokens: Input should be greater than or equal to 1")
    if wanted > facts.most:
        raise Rejected(
            f"max_tokens: {wanted} > {facts.most}, which is the maximum allowed number of output "
            f"tokens for {body['model']}"
        )


def _check_thinking(body: Json, facts: Model) -> None:
    thinking = body.get("thinking")
    if thinking is None:
        return
    kind = _tag("thinking", thinking, THINKING)
    needed, allowed = THINKING[kind]
    check_fields("thinking.", thinking, {"type": (str,), **needed}, allowed)
    if thinking.get("display") not in (None, "summarized", "omitted"):
        raise Rejected("thinking.display: Input should be 'summarized' or 'omitted'")
    if kind not in facts.thinking:
        raise Rejected(f'"thinking.type.{kind}" is not supported for this model.')
    if kind == "enabled" and not BUDGET <= thinking["budget_tokens"] < body.get("max_tokens", 1e9):
        said = f"should be at least {BUDGET}, and less than max_tokens"
        raise Rejected(f"thinking.enabled.budget_tokens: Input {said}")


def _check_output(body: Json, facts: Model) -> None:
    output = body.get("output_config", {})
    allowed: Kinds = {"effort": (str, NULL), "format": (dict, NULL)}
    check_fields("output_config.", output, {}, allowed)
    effort = output.get("effort")
    if effort is not None and effort not in EFFORTS:
        raise Rejected(f"output_config.effort: Input should be one of {', '.join(EFFORTS)}")
    if effort is not None and not facts.effort:
        raise Rejected("This model does not support the effort parameter.")
    kind = body.get("thinking", {}).get("type")
    if effort in DEEP and kind in ("disabled", "between_tools"):
        raise Rejected(f'output_config.effort: {effort} is not supported with thinking "{kind}"')
    if (wanted := output.get("format")) is not None:
        needed: Kinds = {"type": (str,), "schema": (dict,)}
        check_fields("output_config.format.", wanted, needed, {})
        if wanted["type"] != "json_schema":
            raise Rejected("output_config.format.type: Input should be 'json_schema'")
        _check_schema(wanted["schema"])


def _check_schema(schema: Any) -> None:
    """Objects of a wanted answer are closed."""
    if isinstance(schema, list):
        for one in schema:
            _check_schema(one)
    if isinstance(schema, dict):
        if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
            said = "For 'object' type, 'additionalProperties' must be explicitly set to false"
            raise Rejected(f"output_config.format.schema: {said}")
        _check_schema(list(schema.values()))


def _check_tools(body: Json, facts: Model) -> None:
    tools = body.get("tools", [])
    for number, one in enumerate(tools):
        _check_tool(f"tools.{number}", one)
    names = [str(one.get("name")) for one in tools]
    if len(set(names)) < len(names):
        raise Rejected("tools: Tool names must be unique.")
    choice = body.get("tool_choice")
    if choice is None:
        return
    kind = _tag("tool_choice", choice, CHOICES)
    allowed: Kinds = {"disable_parallel_tool_use": (bool,)} if kind != "none" else {}
    check_fields("tool_choice.", choice, {"type": (str,), **CHOICES[kind]}, allowed)
    if not tools:
        raise Rejected("tool_choice: may only be specified while providing tools")
    if kind in ("any", "tool") and not facts.forced:
        raise Rejected('tool_choice: type "tool" and "any" are not supported for this model.')
    if kind == "tool" and choice["name"] not in names:
        raise Rejected(f"tool_choice: tool '{choice['name']}' not found in provided tools")


def _check_tool(at: str, one: Any) -> None:
    if not isinstance(one, dict):
        raise Rejected(f"{at}: Input should be a valid dictionary")
    content.check_mark(f"{at}.cache_control", one.get("cache_control"))
    if one.get("type") not in (None, "custom"):
        return  # a tool of the service's own; the specs know those
    check_fields(f"{at}.", one, {"name": (str,), "input_schema": (dict,)}, CUSTOM_TOOL)
    if not TOOL_NAME.fullmatch(one["name"]):
        raise Rejected(f"{at}.name: String should match pattern '{TOOL_NAME.pattern}'")
    if one["input_schema"].get("type") != "object":
        raise Rejected(f"{at}.input_schema.type: Input should be 'object'")
