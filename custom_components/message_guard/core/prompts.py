"""Everything Message Guard can say, by key, and what each sentence must name."""

from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType

from .errors import LanguageDataError

_NOTHING: frozenset[str] = frozenset()
_RECIPIENT = frozenset({"recipient"})
_READ_BACK = frozenset({"recipient", "body"})
_CODE = frozenset({"a", "b"})
_SENDER = frozenset({"sender"})

PROMPTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # Questions. None may hold the proof: the phrase is never named, the code's answer never said.
        "question_phrase": _READ_BACK,
        "question_code": _READ_BACK | _CODE,
        "question_pin": _READ_BACK,
        "question_device": _READ_BACK,
        "question_screen": _READ_BACK,
        "ask_body": _RECIPIENT,
        "unknown_contact": _RECIPIENT,
        "did_you_mean": frozenset({"name"}),
        "which_contact": frozenset({"recipient", "names"}),
        "not_sent_yet": _NOTHING,
        "list_and": frozenset({"first", "last"}),
        "list_or": frozenset({"first", "last"}),
        "with_extras": _NOTHING,
        "with_title": frozenset({"title"}),
        # What became of it.
        "sent": _RECIPIENT,
        "handed_over": _RECIPIENT,
        "arrival_unknown": _RECIPIENT,
        "failed_later": _RECIPIENT,
        "one_failed_later": _RECIPIENT,
        "but_missed": _RECIPIENT,
        "but_unsure": _RECIPIENT,
        "under_way": _RECIPIENT,
        "running": _RECIPIENT,
        "declined": _NOTHING,
        "expired": _NOTHING,
        "superseded": _NOTHING,
        # Nothing was handed over, each by the id of its reason: why, and what to do.
        "delivery_failed": _RECIPIENT,
        "failed_blocked": _RECIPIENT,
        "failed_credentials": _RECIPIENT,
        "failed_no_address": _RECIPIENT,
        "failed_too_many": _RECIPIENT,
        "failed_too_long": _RECIPIENT,
        "failed_unreachable": _RECIPIENT,
        "failed_channel_missing": _RECIPIENT,
        "failed_channel_alters": _RECIPIENT,
        "nothing_pending": _NOTHING,
        # Shown to whoever has typed something that led to it.
        "waits_for_you": _RECIPIENT,
        # Replies that are no proof.
        "listening": _NOTHING,
        "wrong_phrase": _NOTHING,
        "wrong_code": _CODE,
        "wrong_pin": _NOTHING,
        "too_many": _NOTHING,
        "hint_phrase": _NOTHING,
        "hint_code": _CODE,
        "hint_pin": _NOTHING,
        "hint_device": _NOTHING,
        # Refusals, each by the id of its reason: what is wrong, and what to do.
        "refused_unknown_recipient": _RECIPIENT,
        "refused_unknown_channel": _NOTHING,
        "unlisted": _NOTHING,
        "refused_ambiguous_recipient": _RECIPIENT,
        "refused_unknown_language": _NOTHING,
        "refused_unsatisfiable": _RECIPIENT,
        "refused_block": _RECIPIENT,
        "refused_contact_changed": _RECIPIENT,
        "refused_rules_changed": _NOTHING,
        "refused_rule_error": _NOTHING,
        "refused_empty_body": _NOTHING,
        "without_words": _NOTHING,
        "refused_too_long": _NOTHING,
        "refused_unreadable_content": _NOTHING,
        "refused_pin_inside": _NOTHING,
        "refused_locked": _NOTHING,
        "refused_rate": _NOTHING,
        "refused_too_many_pending": _NOTHING,
        "refused_too_many_in_turn": _NOTHING,
        "refused_too_many_people": _NOTHING,
        "refused_gone": _NOTHING,
        "refused_sending_off": _NOTHING,
        "refused_ledger": _NOTHING,
        "refused_error": _NOTHING,
        "refused_starting": _NOTHING,
        "refused_stopping": _NOTHING,
        "refused_not_started": _NOTHING,
        # Why it asks for more than usual, in few words.
        "reason_model": _NOTHING,
        "reason_media_playing": _NOTHING,
        "reason_nobody_home": _NOTHING,
        "reason_quiet_hours": _NOTHING,
        "reason_repeated_wakes": _NOTHING,
        "reason_long_utterance": _NOTHING,
        "reason_draft_language": _NOTHING,
        "reason_from_outside": _NOTHING,
        "reason_on_its_way": _NOTHING,
        "reason_arrival_unknown": _NOTHING,
        "reason_ears_invent": _NOTHING,
        # "Did it send?", "What's waiting?"
        "status_arrived": _RECIPIENT,
        "status_sent": _RECIPIENT,
        "status_handed_over": _RECIPIENT,
        "status_on_its_way": _RECIPIENT,
        "status_unknown": _RECIPIENT,
        "status_waiting": _READ_BACK,
        "status_later": _READ_BACK,
        "status_not_sent": _RECIPIENT,
        "status_none": _NOTHING,
        "status_nothing_waits": _NOTHING,
        # "Who can I write to?", "How do I send a message?"
        "who": frozenset({"names"}),
        "who_more": frozenset({"names"}),
        "who_nobody": _NOTHING,
        "how": _RECIPIENT,
        # What comes in. None holds a sentence that asks for it to be read: a loudspeaker would ask.
        "incoming_told": _SENDER,
        "incoming_asks": _SENDER,
        "incoming_read": _SENDER | {"body"},
        "incoming_more": _NOTHING,
        "incoming_further": _NOTHING,
        "incoming_waiting": frozenset({"senders"}),
        "incoming_none": _NOTHING,
        "incoming_none_from": _SENDER,
        "incoming_not_now": _NOTHING,
        "incoming_withheld": _SENDER,
        "incoming_later": _NOTHING,
        "incoming_forgotten": _NOTHING,
        "incoming_shown": _SENDER,
        # What stands for a part of a message that is not read.
        "said_link": _NOTHING,
        "said_telephone": _NOTHING,
        "said_code": _NOTHING,
        "said_wake_word": _NOTHING,
        "said_nothing": _NOTHING,
    }
)
"""Key → placeholders, exactly. A language file has all of them and nothing else."""


def check(code: str, prompts: Mapping[str, object]) -> dict[str, str]:
    """Return the prompts of a language once they are known to be complete.

    Raises:
        LanguageDataError: If one is missing, unknown, empty or names other placeholders than it must.
    """
    missing, unknown = PROMPTS.keys() - prompts.keys(), prompts.keys() - PROMPTS.keys()
    if missing or unknown:
        raise LanguageDataError(
            f"{code}: prompts missing {sorted(missing)}, unknown {sorted(unknown)}"
        )
    return {key: _check_one(code, key, text) for key, text in prompts.items()}


def _check_one(code: str, key: str, text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        raise LanguageDataError(f"{code}: prompt {key} is not a text (quote yes, no, on and off)")
    if placeholders(code, text) != PROMPTS[key]:
        raise LanguageDataError(f"{code}: prompt {key} must name exactly {sorted(PROMPTS[key])}")
    return str(text)


def placeholders(code: str, text: str) -> frozenset[str]:
    """Return the names in braces.

    Raises:
        LanguageDataError: If a brace is left open, or a placeholder is more than a name.
    """
    try:
        fields = [field for field in Formatter().parse(text) if field[1] is not None]
    except ValueError as error:
        raise LanguageDataError(f"{code}: {error} in a prompt") from error
    for _, name, spec, conversion in fields:
        if not (name and name.isidentifier()) or spec or conversion:
            raise LanguageDataError(f"{code}: a placeholder must be a plain name, not {name!r}")
    return frozenset(name for _, name, _, _ in fields if name)


def fragments(text: str) -> list[str]:
    """Return the fixed parts of a prompt, between its placeholders."""
    return [literal for literal, _, _, _ in Formatter().parse(text) if literal.strip()]


def asking(question: str) -> tuple[str, ...]:
    """Return the keys of all prompts that ask for what this question asks for: it, and those after it."""
    level = question.removeprefix("question_")
    return tuple(
        key for kind in ("question", "wrong", "hint") if (key := f"{kind}_{level}") in PROMPTS
    )
