"""A local server: something that is there for as long as a test needs it."""

from abc import ABC, abstractmethod
from typing import Self


class Serving(ABC):
    """Started when it is entered, and gone when it is left."""

    @abstractmethod
    async def start(self) -> None: ...

    @abstractmethod
    async def stop(self) -> None: ...

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *why: object) -> None:
        await self.stop()
