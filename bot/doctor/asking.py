"""Asking a service over HTTP: once, with patience, and with every way to fail told apart."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

import aiohttp
from pydantic import BaseModel, ValidationError

from bot.doctor.finding import Finding, bare, failed, warning

PATIENCE: Final = 10.0
"""Seconds that an answer is waited for."""

SLOW: Final = 3.0
"""Seconds from which on an answer is slow: so long Discord waits for one of ours."""


Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `date` is the service's own time, `at` ours then, `took` in seconds."""

    status: int
    body: bytes
    date: datetime | None
    at: datetime
    took: float


@dataclass(frozen=True, slots=True)
class Told:
    """What a service's checks found, and its clock beside ours: (its name, ours, its own)."""

    findings: tuple[Finding, ...]
    clock: tuple[str, datetime, datetime] | None = None


class Trouble(Exception):
    """There is no use in asking this service further; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.said)
        self.finding = finding


@dataclass(slots=True)
class Service:
    """A service that is asked: its name, where it is, and what is sent along with each question.

    `proxied`: the proxy that the environment names is used, as our own program does there.
    """

    name: str
    url: str
    clock: Clock
    headers: Mapping[str, str]
    proxied: bool
    patience: float = PATIENCE
    first: Answer | None = None

    async def get(self, path: str) -> Answer:
        """Any answer, whatever its status. Raises Trouble where there is none."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(self.patience), trust_env=self.proxied
                ) as session,
                session.get(
                    self.url + path, headers=dict(self.headers), allow_redirects=False
                ) as got,
            ):
                body = await got.read()
                date = _date(got.headers.get("Date", ""))
                answer = Answer(got.status, body, date, self.clock(), loop.time() - begun)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as problem:
            raise Trouble(self._unreached(problem)) from problem
        self.first = self.first or answer
        return answer

    def refused(self, answer: Answer, remedy: str) -> Trouble:
        """The token or key is not taken."""
        said = f"{self.name} refuses it (its status {answer.status})."
        return Trouble(failed(f"{self.name} token", said, remedy))

    def other(self, answer: Answer) -> Trouble:
        """An answer that says nothing of us: the service is busy, in trouble, or another one."""
        check = f"{self.name} answer"
        if answer.status == 429:
            said = f"{self.name} was asked too often from here just now."
            return Trouble(warning(check, said, "Wait a minute and ask again."))
        said = f"{bare(self.url)} answers with status {answer.status}"
        if answer.status >= 500:
            return Trouble(
                warning(check, f"{said}: it is in trouble itself.", "Ask again in some minutes.")
            )
        remedy = f"See that {bare(self.url)} is the right address, and no proxy is in between."
        return Trouble(failed(check, f"{said}, which {self.name} never does here.", remedy))

    def told(self, findings: list[Finding]) -> Told:
        """All that was found, with how long the first answer took and what time it was there."""
        first = self.first
        if first is None:
            return Told(tuple(findings))
        if first.took > SLOW:
            said = f"{self.name} took {first.took:.1f} seconds to answer."
            remedy = "Look at this machine's network: people wait as long for each reply."
            findings = [warning(f"{self.name} speed", said, remedy), *findings]
        clock = (self.name, first.at, first.date) if first.date else None
        return Told(tuple(findings), clock)

    def _unreached(self, problem: Exception) -> Finding:
        reason, remedy = _reason(problem, self.patience)
        said = f"{self.name} cannot be reached at {bare(self.url)}: {reason}."
        return failed(f"{self.name} network", said, remedy)


async def examined(service: Service, check: Callable[[Service], Awaitable[list[Finding]]]) -> Told:
    """What `check` finds; where a question fails, that."""
    try:
        return service.told(await check(service))
    except Trouble as trouble:
        return service.told([trouble.finding])


Body = TypeVar("Body", bound=BaseModel)


def read(service: Service, kind: type[Body], answer: Answer) -> Body:
    """The body of a good answer. Raises Trouble for anything else."""
    if answer.status != 200:
        raise service.other(answer)
    try:
        return kind.model_validate_json(answer.body)
    except ValidationError:
        said = f"{bare(service.url)} answers what {service.name} never would."
        remedy = f"See that {bare(service.url)} is the right address, and no proxy is in between."
        raise Trouble(failed(f"{service.name} answer", said, remedy)) from None


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except ValueError:
        return None


def _reason(problem: Exception, patience: float) -> tuple[str, str]:
    """Why nothing came back, and what to do about it. The errors' own texts may name secrets."""
    network = "See that this machine is on the internet and that no firewall is in between"
    cause = problem.os_error if isinstance(problem, aiohttp.ClientConnectorError) else problem
    match cause:
        case TimeoutError():
            return f"there was no answer within {patience:.0f} seconds", f"{network}."
        case socket.gaierror():
            return (
                "its name is not known",
                "See that this machine is on the internet and that names are resolved "
                "(/etc/resolv.conf), and that the address is written right.",
            )
        case ssl.SSLError() | aiohttp.ClientConnectorCertificateError():
            return (
                "its certificate is not trusted",
                "Set the clock right, install ca-certificates, and see that no proxy is between.",
            )
        case ConnectionRefusedError():
            return "nobody listens there", f"{network}, and that the address is written right."
        case aiohttp.InvalidURL() | ValueError():
            return "that is no address", "Write it as in https://example.org."
        case _:
            name = getattr(cause, "strerror", None) or type(problem).__name__
            return f"the connection broke ({name})", f"{network}, and ask again."
