"""What an error tells of a delivery: that nothing was handed over only where it says so."""

import asyncio
import errno

import pytest

from custom_components.message_guard.core.errors import DeliveryError
from custom_components.message_guard.core.outcome import Reach
from custom_components.message_guard.core.trouble import read


def named(
    name: str, text: str = "", base: type[BaseException] = Exception, **more: object
) -> Exception:
    """Return an error of a library's own type."""
    error = type(name, (base,), more)(text)
    assert isinstance(error, Exception)
    return error


def from_below(text: str, cause: BaseException) -> Exception:
    """Return an error that Home Assistant has made of a library's."""
    error = RuntimeError(text)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "reach", "reason"),
    [
        (DeliveryError("channel_busy"), Reach.FAILED, "channel_busy"),
        (DeliveryError("channel_error"), Reach.UNKNOWN, "channel_error"),
        (TimeoutError(), Reach.UNKNOWN, "channel_timeout"),
        (named("TimedOut"), Reach.UNKNOWN, "channel_timeout"),
        (named("ConnectTimeout"), Reach.FAILED, "unreachable"),
        (ConnectionRefusedError(), Reach.FAILED, "unreachable"),
        (OSError(errno.EHOSTUNREACH, "no route"), Reach.FAILED, "unreachable"),
        (named("ClientConnectorDNSError"), Reach.FAILED, "unreachable"),
        (IsADirectoryError(errno.EISDIR, "a folder"), Reach.FAILED, "unreachable"),
        (from_below("Failed", PermissionError(errno.EACCES, "no")), Reach.FAILED, "unreachable"),
        (OSError(errno.ENOSPC, "full"), Reach.UNKNOWN, "channel_error"),
        (ConnectionResetError(), Reach.UNKNOWN, "cut_off"),
        (named("ServerDisconnectedError"), Reach.UNKNOWN, "cut_off"),
        (named("ClientResponseError", status=500), Reach.UNKNOWN, "server_error"),
        (named("ClientResponseError", status=502), Reach.UNKNOWN, "server_error"),
        (named("ClientResponseError", status=401), Reach.FAILED, "credentials"),
        (named("HTTPStatusError", response=named("R", status_code=403)), Reach.FAILED, "blocked"),
        (named("ClientResponseError", status=404), Reach.FAILED, "no_address"),
        (named("ClientResponseError", status=413), Reach.FAILED, "too_long"),
        (named("ClientResponseError", status=429), Reach.FAILED, "too_many"),
        (named("SMTPAuthenticationError", code=535), Reach.FAILED, "credentials"),
        (named("SMTPRecipientRefused", code=550), Reach.FAILED, "no_address"),
        (named("SMTPResponseException", code=554), Reach.FAILED, "rejected"),
        (named("SMTPServerDisconnected", code=451), Reach.UNKNOWN, "cut_off"),
        (named("Forbidden", "Forbidden: bot was blocked by the user"), Reach.FAILED, "blocked"),
        (named("InvalidToken"), Reach.FAILED, "credentials"),
        (named("RetryAfter", "Flood control exceeded"), Reach.FAILED, "too_many"),
        (named("BadRequest", "Chat not found"), Reach.FAILED, "no_address"),
        (named("BadRequest", "Message is too long"), Reach.FAILED, "too_long"),
        (named("ServiceNotFound"), Reach.FAILED, "channel_missing"),
        (named("ServiceValidationError"), Reach.FAILED, "channel_invalid"),
        (RuntimeError("Sending failed"), Reach.UNKNOWN, "channel_error"),
        (RuntimeError("Request timed out after 401 tries"), Reach.UNKNOWN, "channel_error"),
        (RuntimeError("HTTP 503 Service Unavailable"), Reach.UNKNOWN, "channel_error"),
    ],
    ids=repr,
)
def test_an_error(error: Exception, reach: Reach, reason: str) -> None:
    """By its type, its status, its number or its words."""
    outcome = read(error)
    assert (outcome.reach, outcome.reasons[0]) == (reach, reason)


def test_what_has_led_to_it_is_read() -> None:
    """Home Assistant says that sending failed; the library below says why."""
    assert read(from_below("Failed", named("Forbidden"))).reasons == ("blocked", "RuntimeError")
    deep = from_below("Failed", from_below("x", named("InvalidToken")))
    assert read(deep).reasons[0] == "credentials"


def test_a_file_that_was_not_opened_is_the_one_that_was_written_to() -> None:
    """One deeper down may be a file of its own, a log's, that has nothing to do with the message."""
    deep = from_below("Failed", from_below("x", PermissionError(errno.EACCES, "no")))
    assert read(deep).reach is Reach.UNKNOWN


def test_a_doubt_below_is_a_doubt() -> None:
    """However certain the error above sounds."""
    assert read(from_below("401 Unauthorized", TimeoutError())).reach is Reach.UNKNOWN
    assert read(from_below("Not found", asyncio.CancelledError())).reach is Reach.UNKNOWN


def test_the_words_of_the_message_tell_nothing() -> None:
    """Some services repeat them in their errors."""
    body = "call 401 Unauthorized"
    assert read(RuntimeError(f"Could not send {body!r}"), body).reach is Reach.UNKNOWN


def test_the_name_of_a_text_is_read() -> None:
    """Home Assistant's errors have names, and no words until they are translated."""
    error = RuntimeError()
    error.translation_key = "rate_limit_exceeded_sending_notification"  # type: ignore[attr-defined]
    assert read(error).reasons[0] == "too_many"


def test_an_error_that_cannot_be_read() -> None:
    """It tells nothing."""

    class BrokenError(Exception):
        def __str__(self) -> str:
            raise ValueError

    assert read(BrokenError()).reach is Reach.UNKNOWN


def test_errors_in_a_circle_come_to_an_end() -> None:
    """Each is read once."""
    one, two = RuntimeError("one"), RuntimeError("two")
    one.__cause__, two.__cause__ = two, one
    assert read(one).reach is Reach.UNKNOWN
