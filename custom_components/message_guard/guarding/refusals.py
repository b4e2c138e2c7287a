"""Failing closed: whatever goes wrong in the guard is answered with a refusal."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from ..core.answer import Answer
from ..core.errors import LedgerError
from ..core.request import Origin
from .answers import Answers
from .ports import Surroundings, log_failure


class FailClosed:
    """Runs the guard's work."""

    def __init__(self, home: Surroundings, answers: Answers) -> None:
        """Run it in this home, and refuse in these words."""
        self._home = home
        self._answers = answers

    async def protected(self, work: Coroutine[Any, Any, Answer], origin: Origin) -> Answer:
        """Run in a task of its own, so that a turn that is cut off cuts off no delivery."""
        return await asyncio.shield(self._home.run(self.closed(work, origin)))

    async def closed(self, work: Coroutine[Any, Any, Answer], origin: Origin) -> Answer:
        """Turn every error into a refusal."""
        try:
            return await work
        except LedgerError as error:
            log_failure("the ledger", error)
            return self._answers.last("ledger", origin)
        except Exception as error:  # noqa: BLE001 - a broken guard must never send, and must answer
            log_failure("the guard", error)
            return self._answers.last("error", origin)
