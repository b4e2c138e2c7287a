"""Names that Home Assistant, the flows and the stored settings share."""

from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "message_guard"
NAME: Final = "Message Guard"

PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.SENSOR,
    Platform.SWITCH,
]

# --- options of the entry ---------------------------------------------------------------------
CONF_PIPELINES: Final = "pipelines"
"""List of ids of the assistants (pipelines) to guard."""
CONF_DEFAULT_LEVEL: Final = "default_level"
"""Label of the level that every message needs at least."""
CONF_PHRASE: Final = "phrase"
"""The household's own phrase."""
CONF_MODEL_STEPS: Final = "model_steps"
"""How many provable levels a language model's request is raised by, 0 to `MOST_MODEL_STEPS`."""
CONF_OBSERVE: Final = "observe"
"""Record what would have been held, and hold nothing."""
CONF_REACTIONS: Final = "reactions"
"""What happens to sends that speech caused indirectly: "record", "hold" or "ignore"."""
CONF_APPROVERS: Final = "approvers"
"""List of ids of the users who may approve; empty: every administrator."""
CONF_SHARED_ACCOUNTS: Final = "shared_accounts"
"""List of ids of the users whose accounts several people use, such as a wall tablet's."""
CONF_TOKENS_APPROVE: Final = "tokens_approve"
"""A long-lived access token may approve for its user."""
CONF_SENDING_OFF: Final = "sending_off"
"""Why sending is switched off: {"why": "switch", "speech" or "burst", "user_id": id or None, "since": seconds since the epoch}."""
CONF_PHONES: Final = "phones"
"""List of ids of the config entries (mobile_app) of the phones that are asked; empty: none is."""
CONF_PHONES_ALWAYS: Final = "phones_always"
"""Ask the phones about what can be proved by voice, too."""
CONF_ACCEPTED_DRAFTS: Final = "accepted_drafts"
"""List of codes of languages whose files are drafts and good enough for this household."""
CONF_BUTTONS: Final = "buttons"
"""List of entity ids of trusted buttons: whoever can press one may approve."""
CONF_ACTIONS: Final = "guarded_actions"
"""List of actions to guard beside the built-in ones, such as "rest_command.send_sms"."""
CONF_FIXED_CALLS: Final = "fixed_calls"
CONF_FREE_ACTIONS: Final = "free_actions"
"""List of actions that look as if they sent words and, so the household says, send nothing to anybody."""
CONF_IGNORED_BYPASSES: Final = "ignored_gaps"
"""What Repairs says no more: id of the way round → hash of what it could do when that was said."""
CONF_RETENTION_DAYS: Final = "retention_days"
"""For how many days the ledger keeps words; 0: it never stores any."""
CONF_CHECKPOINT_NOTIFY: Final = "checkpoint_notify"
"""List of entity ids (notify) that are sent every checkpoint of the ledger."""
CONF_CHECKPOINT_SEQUENCE: Final = "checkpoint_sequence"
"""List of actions that are run with every checkpoint as the variable `checkpoint`."""
CONF_CHECKPOINT_FILE: Final = "checkpoint_file"
"""Absolute path of a file to which every checkpoint is appended; empty for none."""
CONF_CHECKPOINT_EVERY: Final = "checkpoint_every"
"""At which times checkpoints leave: "soon" after something happened, or every so many hours."""
CONF_WITNESSES: Final = "witnesses"
"""List of those who cosign every checkpoint that leaves, each with its `url` and `key`."""
CONF_INTENTS: Final = "guarded_intents"
"""List of intents to guard, such as "HassBroadcast"; none by default: a broadcast stays in the house."""
CONF_SENDING_ALLOWED: Final = "sending_allowed"
"""The household's switch, as it was left."""

CONF_PIN_HASH: Final = "pin_hash"
"""The PIN of the household, or of a contact, as a salted slow hash."""
CONF_SIGNALS: Final = "signals"
"""Level, by label, that each risk signal asks for; "off" to ignore it."""
CONF_QUIET_START: Final = "quiet_start"
CONF_QUIET_END: Final = "quiet_end"
"""Quiet hours of the household, a contact or a satellite, as "22:00:00"."""
CONF_QUIET_LEVEL: Final = "quiet_level"
"""Level in quiet hours; "off" for none."""

MOST_MODEL_STEPS: Final = 2
DEFAULT_MODEL_STEPS: Final = 1

# --- contacts (subentries) ----------------------------------------------------------------------
SUBENTRY_CONTACT: Final = "contact"
CONF_CONTACT_NAME: Final = "name"
CONF_ALIASES: Final = "aliases"
CONF_CHANNEL: Final = "channel"
CONF_TARGETS: Final = "targets"
CONF_SEQUENCE: Final = "sequence"
CONF_CHANNELS: Final = "channels"
"""List of channels, each with its kind and what belongs to that kind."""
CONF_SEVERAL: Final = "several"
"""How several channels are used: "all", or "in_turn": the next only if nothing was handed over."""
SEVERAL_ALL: Final = "all"
SEVERAL_IN_TURN: Final = "in_turn"
CONF_CALL_ACTION: Final = "action"
"""The action of a fixed call, such as "rest_command.sms"."""
CONF_CALL_DATA: Final = "data"
"""What a fixed call is always handed, by field, without the words."""
CONF_WORDS: Final = "words"
"""The field of a fixed call that holds the words."""
CONF_LEVEL: Final = "level"
LEVEL_INHERIT: Final = "inherit"
"""A contact without a level of its own."""

# --- satellites (subentries) --------------------------------------------------------------------
SUBENTRY_SATELLITE: Final = "satellite"
CONF_SATELLITE: Final = "satellite"
CONF_ALLOWED: Final = "allowed"
CONF_CONTACTS: Final = "contacts"
"""Ids of the contacts (subentries) that a satellite may write to; empty for all."""
CONF_ELSEWHERE: Final = "elsewhere"
"""Whether what comes from nowhere known is held to a satellite's rules, too."""
CONF_HEARD_IN: Final = "heard_in"
"""List of ids of further areas where a satellite can be heard; not there, or empty: none."""

# --- actions --------------------------------------------------------------------------------------
SERVICE_SEND: Final = "send"
SERVICE_APPROVE: Final = "approve"
SERVICE_DECLINE: Final = "decline"
SERVICE_LIST_PENDING: Final = "list_pending"
SERVICE_UNLOCK: Final = "unlock"
SERVICE_GET_LEDGER: Final = "get_ledger"
SERVICE_ERASE_WORDS: Final = "erase_words"
SERVICE_ROTATE_LEDGER_KEY: Final = "rotate_ledger_key"
SERVICE_PROVE_ENTRY: Final = "prove_entry"
ATTR_CONTACT: Final = "contact"
ATTR_MESSAGE: Final = "message"
ATTR_CONFIRMATION_ID: Final = "confirmation_id"

ISSUE_CHECKPOINT_NOT_PUSHED: Final = "checkpoint_not_pushed"
"""In Repairs: a checkpoint of the ledger did not reach a place that the household chose."""

ISSUE_WITNESS_UNKNOWN_LEDGER: Final = "witness_unknown_ledger"
ISSUE_WITNESS_UNKNOWN_KEY: Final = "witness_unknown_key"
ISSUE_WITNESS_REDIRECTS: Final = "witness_redirects"
ISSUE_WITNESS_OTHER_KEY: Final = "witness_other_key"
ISSUE_WITNESS_NO_WITNESS: Final = "witness_no_witness"
"""In Repairs: a witness does not cosign, and somebody has to do something about it."""

ISSUE_BURST: Final = "burst"
ISSUE_CREDENTIALS: Final = "credentials"
"""In Repairs: too many requests in a short time have switched sending off."""

ISSUE_REFUSED_MEANWHILE: Final = "refused_meanwhile"
"""In Repairs: something was refused while no guard stood in the door."""

ISSUE_NOT_RUNNING: Final = "not_running"
"""In Repairs: the guard could not be loaded, so whatever speech would send is refused."""
