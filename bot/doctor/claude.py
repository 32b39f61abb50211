"""The model that may word the labs: whether its service takes the key and has the models."""

import asyncio
from typing import Final
from urllib.parse import quote

from pydantic import BaseModel

from bot.config import Config
from bot.doctor.asking import Answer, Clock, Service, read
from bot.doctor.finding import Finding, bare, failed, ok, warning
from bot.models import ModelConfig

VERSION: Final = "2026-10-21"
"""Of the interface, as the anthropic package asks for it."""

_KEY: Final = (
    "Make another one at platform.claude.com, under API keys, and see that ANTHROPIC_API_KEY_FILE "
    "holds it and nothing else. Labs are taught without a model meanwhile."
)


class Model(BaseModel):
    """A model that is there."""

    id: str


def service(settings: Config, clock: Clock) -> Service:
    """It is called after the company that learners are told of."""
    key = settings.anthropic_api_key
    headers = {"Authorization": f"Bearer {key}", "anthropic-version": VERSION}
    return Service(settings.models.company, settings.models.url, clock, headers, proxied=True)


async def check(service: Service, models: ModelConfig) -> list[Finding]:
    """Each model is asked for by its name, which costs nothing. Raises Trouble."""
    names = [name for name, _ in models.prices]
    paths = [f"/v1/models/{quote(name, safe='')}" for name in names]
    answers = await asyncio.gather(*map(service.get, paths))
    for answer in answers:
        if answer.status in (401, 403):
            raise service.refused(answer, _KEY)
    found = [_model(service, *each) for each in zip(names, answers, strict=True)]
    key = ok(f"{service.name} token", f"The key is taken at {bare(service.url)}.")
    return [key, *found]


def _model(service: Service, name: str, answer: Answer) -> Finding:
    check = f"{service.name} model"
    if answer.status != 404:
        read(service, Model, answer)
        return ok(check, f"{name} is there.")
    if service.url == ModelConfig().url:
        return failed(
            check,
            f"There is no model {name} for this key.",
            "Set SYLLABOT_MODEL or SYLLABOT_SECOND_MODEL to one that "
            "platform.claude.com/docs/en/models/overview names.",
        )
    return warning(
        check,
        f"{bare(service.url)} does not say that it has a model {name}.",
        "Compare the name with that server's own list, or try it: syllabot check-persona",
    )
