"""What the operator reads: one line a happening, and never a secret in it."""

import logging
import sys
from collections.abc import Iterable


class Redacting(logging.Formatter):
    """Writes *** for every secret, wherever it stands: tokens are part of Telegram's addresses."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def to_stderr(secrets: Iterable[str]) -> None:
    """Log warnings, and what we ourselves find worth a line, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(secrets))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("bot").setLevel(logging.INFO)
    hush()


def hush() -> None:
    """Let the client libraries be silent: they log what people wrote, and we name their errors."""
    for name in ("telegram", "httpx", "httpcore", "discord", "anthropic", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
