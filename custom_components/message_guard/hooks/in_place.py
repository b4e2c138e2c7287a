"""A method of one object, replaced in place, and put back.

Relies on: the entities and intent handlers of Home Assistant keeping a `__dict__`, so that an attribute of the object goes
before the method of its class. That holds since long before 2026.10. Where an object has none, replacing raises
AttributeError or TypeError, and its caller says that it stays open.
"""

from collections.abc import Callable
from typing import Any

type Method = Callable[..., Any]


class Replaced:
    """One method of an object, ours until it is put back."""

    __slots__ = ("_before", "method", "name", "target")

    def __init__(self, target: object, name: str, method: Method) -> None:
        """Put `method` in the place of what the object does by this name.

        Raises:
            AttributeError: If the object takes no attributes.
            TypeError: If it has no place for any.
        """
        self.target = target
        self.name = name
        self.method = method
        self._before = vars(target).get(name)
        # Not by an ordinary assignment: an object may refuse those.
        object.__setattr__(target, name, method)

    @property
    def stands(self) -> bool:
        """Whether ours is still what the object does; False once somebody has wrapped it in turn."""
        return vars(self.target).get(self.name) is self.method

    def put_back(self) -> None:
        """Put back what was there before, unless somebody has wrapped ours in turn."""
        if not self.stands:
            return
        if self._before is None:
            object.__delattr__(self.target, self.name)
        else:
            object.__setattr__(self.target, self.name, self._before)
