"""A household: everything it has decided about its messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .contacts import AddressBook
from .incoming_rules import IncomingPolicy
from .level import Level
from .lockout import HOUSEHOLD
from .policy import Rule
from .rules import DefaultLevel, strictest
from .satellites import Earshot


class Reactions(StrEnum):
    """What happens to a send that speech caused through a state and not by a call of its own."""

    RECORD = "record"
    HOLD = "hold"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """What the household chose in the UI, as one value that never changes.

    Attributes:
        contacts: The allowlist.
        phrase: The household's own phrase, empty when it has none.
        default_level: What every message needs at least.
        model_steps: How many provable levels a model's request is raised by.
        rules: Further rules (satellites, hours, risk signals).
        provable: Levels somebody can prove beside the phrase; `CODE` needs nothing but a voice.
        observe: Record what would have been held, and hold nothing.
        reactions: What happens to sends that speech caused indirectly.
        approvers: Ids of the users who may approve; empty means every administrator.
        phones: Ids of the phones that are asked.
        phones_always: They are asked about what can be proved by voice, too.
        shared: Ids of the users whose accounts several people use, such as a wall tablet's: nothing that they tap is
            a proof by itself.
        tokens_approve: A program with a long-lived token may approve for its user.
        buttons: Entity ids of trusted buttons: whoever can press one may approve.
        lamp: Entity id of the light that shows what waits; "" for none.
        accepted_drafts: Languages whose files are drafts and good enough for this household, by code.
        pin_hash: The household's PIN as a hash, empty when it has none.
        contact_pins: PINs of contacts who have one of their own, as hashes, by the contact's id.
        earshot: Which satellites can be heard beyond their own area.
        incoming: What happens to what people write to the house.
    """

    contacts: AddressBook
    phrase: str = ""
    default_level: Level = Level.PHRASE
    model_steps: int = 1
    rules: tuple[Rule, ...] = ()
    provable: frozenset[Level] = frozenset({Level.CODE, Level.DEVICE})
    observe: bool = False
    reactions: Reactions = Reactions.RECORD
    approvers: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    phones_always: bool = False
    shared: frozenset[str] = frozenset()
    tokens_approve: bool = False
    buttons: frozenset[str] = frozenset()
    lamp: str = ""
    accepted_drafts: frozenset[str] = frozenset()
    pin_hash: str = ""
    contact_pins: Mapping[str, str] = field(default_factory=dict)
    earshot: Earshot = field(default_factory=Earshot)
    incoming: IncomingPolicy = field(default_factory=IncomingPolicy)
    satisfiable: frozenset[Level] = field(init=False)
    policy: tuple[Rule, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Work out what can be proved, and the rules that follow."""
        satisfiable = self.provable | ({Level.PHRASE} if self.phrase else frozenset())
        if self.pin_hash:
            satisfiable |= {Level.PIN}
        object.__setattr__(self, "satisfiable", satisfiable)
        rules = strictest(
            (DefaultLevel(self.default_level), *self.rules), self.model_steps, satisfiable
        )
        object.__setattr__(self, "policy", rules)

    @property
    def has_pin(self) -> bool:
        """Whether there is a PIN, the household's or a contact's."""
        return bool(self.pin_hash) or any(self.contact_pins.values())

    def pins(self, contact_ids: tuple[str, ...]) -> dict[str, str]:
        """Return the PINs, as hashes, that these contacts need: their own, else the household's.

        Each is named by whose it is: the contact's id, or `HOUSEHOLD`.
        """
        own = {contact_id: self.contact_pins.get(contact_id, "") for contact_id in contact_ids}
        needed = {contact_id: hashed for contact_id, hashed in own.items() if hashed}
        if self.pin_hash and len(needed) < len(own):
            needed[HOUSEHOLD] = self.pin_hash
        return needed

    def may_approve(self, user_id: str | None, *, is_admin: bool) -> bool:
        """Return whether this user's tap is a proof."""
        if user_id is None or user_id in self.shared:
            return False
        return user_id in self.approvers if self.approvers else is_admin
