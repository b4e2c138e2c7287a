"""Levels: how much proof a message needs, from nothing to never. The stricter one is the greater one."""

from enum import IntEnum


class Level(IntEnum):
    """How much proof a send needs, from nothing to never."""

    NONE = 0
    PHRASE = 1
    CODE = 2
    PIN = 3
    DEVICE = 4
    BLOCK = 5

    @property
    def label(self) -> str:
        """The level's name in configuration, translations and the ledger."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> Level:
        """Return the level with this name.

        Raises:
            ValueError: If there is none.
        """
        try:
            return cls[label.upper()]
        except KeyError:
            raise ValueError(f"no level is called {label!r}") from None
