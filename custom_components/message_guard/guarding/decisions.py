"""Decisions: the household's policy, applied to what is known about a request."""

from dataclasses import replace

from ..core.confirmation import Confirmation
from ..core.contacts import Contact
from ..core.household import Household
from ..core.language import Language
from ..core.level import Level
from ..core.policy import Decision, Facts, Outcome, decide
from ..core.request import Request
from ..core.rules import DRAFT_LANGUAGE
from .ports import Surroundings


class Decisions:
    """Resolves recipients to contacts and asks the policy.

    Attributes:
        household: What the household has chosen; replaced as a whole when it changes.
        sending_allowed: The household's switch. Asked again at the last moment.
    """

    def __init__(self, household: Household, home: Surroundings) -> None:
        """Decide for this household."""
        self.household = household
        self.sending_allowed = True
        self._home = home

    def facts(self, request: Request) -> Facts:
        """Return what is known, with the recipient resolved to a contact by name or by id."""
        language = self._home.language(request.origin.language)
        contacts = self.household.contacts
        if request.contact_id is not None:
            contact = contacts.get(request.contact_id)
            return self._facts_in(language, request, contact).about(
                contact, language_known=language is not None
            )
        if language is None:
            return self._home.facts(request, None).about(None, language_known=False)
        match = contacts.match(request.recipient, language)
        known = self._facts_in(language, request, match.contact)
        return known.about(match.contact, ambiguous=match.ambiguous)

    def each_once(self, requests: tuple[Request, ...]) -> tuple[tuple[Request, ...], list[Facts]]:
        """Return the requests with what is known about each; whoever is named twice is written to once."""
        known: dict[str, tuple[Request, Facts]] = {}
        for request in requests:
            facts = self.facts(request)
            held = request.held_call is not None or facts.contact is None
            known.setdefault(request.id if held else f"to {facts.contact.id}", (request, facts))  # type: ignore[union-attr]
        return tuple(request for request, _ in known.values()), [fact for _, fact in known.values()]

    def _facts_in(
        self, language: Language | None, request: Request, contact: Contact | None
    ) -> Facts:
        """Return the home's facts, what can be proved now, and whether nobody has checked the language."""
        facts = self._home.facts(request, contact)
        if not facts.tappable:
            facts = replace(facts, provable=self.household.satisfiable - {Level.DEVICE})
        elif not self.household.satisfiable >= facts.provable:
            facts = replace(facts, provable=self.household.satisfiable)
        if language is None or not language.draft:
            return facts
        if language.code in self.household.accepted_drafts:
            return facts
        return replace(facts, signals=facts.signals | {DRAFT_LANGUAGE})

    def decide(self, request: Request, facts: Facts) -> Decision:
        """Return the policy's answer."""
        if not self.sending_allowed:
            return Decision(Outcome.REFUSE, Level.BLOCK, ("sending_off",))
        return decide(request, facts, self.household.policy, self.household.satisfiable)

    def asked_back(self, decision: Decision, again: str, facts: Facts) -> Decision:
        """Return the decision about words that may be there already: they are asked about, whatever the level."""
        possible = self.household.satisfiable - facts.locked
        if not facts.tappable:
            possible -= {Level.DEVICE}
        least = min(possible, default=Level.BLOCK)
        level = max(decision.level, least)
        return Decision(Outcome.CONFIRM, level, (again, *decision.reasons))

    def only_watched(self, requests: tuple[Request, ...], facts: list[Facts]) -> bool:
        """Whether these holds are only watched. What is our own sentence is never only watched."""
        if any(request.held_call is None for request in requests):
            return False
        return self.household.observe or all(
            fact.contact is not None and fact.contact.observe for fact in facts
        )

    def changed(self, confirmation: Confirmation) -> tuple[str, ...]:
        """Return why what was asked may no longer be sent: the list or a rule became stricter.

        Risk signals are those of the moment of the request. Asking has changed some of them itself.
        """
        for item in confirmation.recipients:
            if self.household.contacts.get(item.contact.id) != item.contact:
                return ("contact_changed",)
            facts = replace(self._home.facts(item.request, item.contact), signals=frozenset())
            decision = self.decide(item.request, facts)
            if decision.outcome is Outcome.REFUSE:
                return decision.reasons
            if decision.level > confirmation.level:
                return ("rules_changed",)
        return ()
