"""What can go wrong in the core, by name.

Every error of the core derives from `MessageGuardError`, so that a caller that must not send can
catch one class. None of the messages carries a body, a PIN or a token: they may be logged.
"""


class MessageGuardError(Exception):
    """Base of every error that the core raises on purpose."""


class IllegalTransitionError(MessageGuardError):
    """A confirmation was asked to make a step that its table does not have."""


class LanguageDataError(MessageGuardError):
    """A language file lacks something, or contradicts itself."""


class LedgerError(MessageGuardError):
    """The ledger cannot be read or written; nothing may be sent."""


class LedgerUnusableError(LedgerError):
    """The ledger cannot be opened at all: not ours, newer than the code, or damaged."""


class LedgerWriteError(LedgerError):
    """An entry could not be made durable."""


class DeliveryError(MessageGuardError):
    """A channel failed; whether anything arrived is what the channel says."""
