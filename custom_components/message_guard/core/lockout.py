"""Lock-outs: wrong proofs cost time, across requests and satellites.

A value that never changes; whoever keeps it on disk gets a new one after each failure. It survives a
restart because it is kept, and a restored backup because a restore counts as a failure round.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

HOUSEHOLD = ""
"""Whose the household's PIN is; the others are their contacts', by id."""

PIN_TRIES = 3
"""Wrong PINs before a lock-out (design)."""

PIN_LOCK_SECONDS = (300.0, 1800.0, 7200.0, 86400.0)
"""Five minutes after the first three wrong PINs, then half an hour, two hours, a day each."""

CODE_TRIES = 3
"""Wrong codes within the window before codes are locked."""

CODE_WINDOW_SECONDS = 3600.0
"""The window, and how long codes stay locked."""


@dataclass(frozen=True, slots=True)
class PinLockout:
    """How often the PIN has been wrong since it was last right.

    Attributes:
        failures: Wrong PINs since the last right one, or since an administrator unlocked.
        last: Seconds since the epoch of the last wrong one.
    """

    failures: int = 0
    last: float = 0.0

    def failed(self, now: float) -> PinLockout:
        """Return the state after a wrong PIN.

        While it is locked none is compared, so none is counted: a reply to a question that was asked
        before must not begin a new round, which would be open.
        """
        return self if self.locked(now) else PinLockout(self.failures + 1, now)

    def restored(self, now: float) -> PinLockout:
        """Return the state after a backup was restored: as if a round of tries had just been used up."""
        rounds = self.failures // PIN_TRIES
        return PinLockout((rounds + 1) * PIN_TRIES, now)

    @property
    def locked_until(self) -> float:
        """Seconds since the epoch until when no PIN is asked for."""
        rounds, within = divmod(self.failures, PIN_TRIES)
        if within or not rounds:
            return 0.0
        return self.last + PIN_LOCK_SECONDS[min(rounds, len(PIN_LOCK_SECONDS)) - 1]

    def locked(self, now: float) -> bool:
        """Return whether a PIN would not even be compared. A clock put back does not unlock."""
        return self.last - 1 <= now < self.locked_until or (
            now < self.last - 1 and self.failures > 0
        )

    def to_data(self) -> dict[str, float]:
        """Return what to keep."""
        return {"failures": self.failures, "last": self.last}

    @classmethod
    def from_data(cls, data: object) -> PinLockout:
        """Return what was kept.

        Raises:
            ValueError: If it cannot be read: then treat it as locked.
        """
        if not isinstance(data, Mapping):
            raise ValueError("a lock-out is a mapping")  # noqa: TRY004 - one class for all that is unreadable
        failures, last = data.get("failures"), data.get("last")
        if type(failures) is not int or failures < 0 or not isinstance(last, int | float):
            raise ValueError("a lock-out has a count and a time")
        return cls(failures, float(last))


@dataclass(frozen=True, slots=True)
class PinLockouts:
    """How often each PIN has been wrong: the household's, and those of contacts who have one of their own.

    A right PIN forgets the wrong ones that were said where it was asked for, and no others: whoever knows
    one could else guess at another for ever. One that is locked locks all.

    Attributes:
        by_owner: The lock-outs, by whose PIN was asked for.
    """

    by_owner: Mapping[str, PinLockout] = field(default_factory=dict)

    def of(self, owner: str) -> PinLockout:
        """Return the lock-out of this owner's PIN."""
        return self.by_owner.get(owner, PinLockout())

    def failed(self, owners: Collection[str], now: float) -> PinLockouts:
        """Return the state after a wrong PIN where these were asked for; none counts while one is locked."""
        if self.locked(now):
            return self
        wrong = {owner: self.of(owner).failed(now) for owner in owners}
        return PinLockouts({**self.by_owner, **wrong})

    def proved(self, owners: Collection[str]) -> PinLockouts:
        """Return the state after these were said right."""
        return PinLockouts({key: lock for key, lock in self.by_owner.items() if key not in owners})

    def restored(self, now: float) -> PinLockouts:
        """Return the state after a backup was restored, or what was kept was lost."""
        owners = {HOUSEHOLD, *self.by_owner}
        return PinLockouts({owner: self.of(owner).restored(now) for owner in owners})

    def locked(self, now: float) -> bool:
        """Return whether no PIN would even be compared."""
        return any(lock.locked(now) for lock in self.by_owner.values())

    def to_data(self) -> dict[str, dict[str, float]]:
        """Return what to keep."""
        return {owner: lock.to_data() for owner, lock in self.by_owner.items()}

    @classmethod
    def from_data(cls, data: object) -> PinLockouts:
        """Return what was kept.

        Raises:
            ValueError: If it cannot be read: then treat it as locked.
        """
        if not isinstance(data, Mapping):
            raise ValueError("lock-outs are a mapping")  # noqa: TRY004 - one class for all that is unreadable
        return cls({str(owner): PinLockout.from_data(lock) for owner, lock in data.items()})


@dataclass(frozen=True, slots=True)
class CodeLockout:
    """When codes have been wrong in the last hour."""

    failures: tuple[float, ...] = ()

    def failed(self, now: float) -> CodeLockout:
        """Return the state after a wrong code."""
        recent = tuple(at for at in self.failures if at > now - CODE_WINDOW_SECONDS)
        return replace(self, failures=(*recent, now)[-CODE_TRIES:])

    def locked(self, now: float) -> bool:
        """Return whether no code is asked for."""
        recent = [at for at in self.failures if at > now - CODE_WINDOW_SECONDS]
        return len(recent) >= CODE_TRIES

    def to_data(self) -> list[float]:
        """Return what to keep."""
        return list(self.failures)

    @classmethod
    def from_data(cls, data: object) -> CodeLockout:
        """Return what was kept.

        Raises:
            ValueError: If it cannot be read: then treat it as locked.
        """
        if not isinstance(data, list) or not all(type(at) in {int, float} for at in data):
            raise ValueError("a code lock-out is a list of times")
        return cls(tuple(float(at) for at in data))
