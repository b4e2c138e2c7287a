"""Listeners: whoever wants to hear of something, until they no longer do."""

from collections.abc import Callable, Iterator


class Listeners[*Told]:
    """Those who are called with what happens."""

    def __init__(self) -> None:
        """Create the list, with nobody on it."""
        self._listeners: list[Callable[[*Told], None]] = []

    def add(self, listener: Callable[[*Told], None]) -> Callable[[], None]:
        """Let somebody hear; returns what ends that."""
        self._listeners.append(listener)

        def remove() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return remove

    def tell(self, *told: *Told) -> list[Exception]:
        """Call all of them; returns what any of them has raised, which keeps it from nobody else."""
        raised: list[Exception] = []
        for listener in self:
            try:
                listener(*told)
            except Exception as error:  # noqa: BLE001 - whoever listens must not stop what happens
                raised.append(error)
        return raised

    def __iter__(self) -> Iterator[Callable[[*Told], None]]:
        """Iterate over those who are there now, whoever comes or goes meanwhile."""
        return iter(tuple(self._listeners))
