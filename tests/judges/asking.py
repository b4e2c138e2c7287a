"""Asks a real witness about an honest ledger and about every other history of it, with the product's own client."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp

from custom_components.message_guard.ledger.format.signed_note import signature_check
from custom_components.message_guard.ledger.witness import Offer, Verdict, Witness, offer
from tests.judges.history import History
from tests.judges.witnesses import Running
from tests.ledger.forgery import signer


@dataclass(frozen=True)
class Asked:
    """What a witness said to one checkpoint.

    Attributes:
        name: What was offered.
        expected: What it must say.
        verdict: What it said, as the client understands it.
    """

    name: str
    expected: Verdict
    verdict: Verdict


async def asked(running: Running, honest: History) -> AsyncIterator[Asked]:
    """Ask a witness that has seen nothing yet of this ledger; yields what it says, question by question."""
    witness = Witness.parse(running.url, running.key)
    check = signature_check()
    assert check is not None
    async with aiohttp.ClientSession() as session:

        async def ask(name: str, history: History, size: int, old: int, expected: Verdict) -> Asked:
            async def proof_from(before: int) -> list[bytes]:
                return history.consistency(before, size)

            note = history.note(size)
            text = note.partition("\n\n")[0] + "\n"

            async def entries() -> int:
                return history.size

            offered = Offer(note, text, size, entries, proof_from)
            answered = await offer(session, witness, offered, old, check)
            return Asked(name, expected, answered.verdict)

        end = honest.size
        yield await ask("a ledger it does not know", honest, 1, 0, Verdict.UNKNOWN_LEDGER)
        running.trust(honest.signer.key.name, honest.key)
        stolen = honest.signed_by(signer(9, honest.signer.key.name))
        yield await ask("signed with another key", stolen, 1, 0, Verdict.UNKNOWN_KEY)
        before = 0
        for size in (1, 2, 255, 256, 257, 300):
            yield await ask(f"honest, {size}", honest, size, before, Verdict.COSIGNED)
            before = size
        yield await ask("honest, the same again", honest, 300, 300, Verdict.COSIGNED)
        yield await ask("honest, offered as new", honest, 400, 0, Verdict.COSIGNED)
        yield await ask("honest, offered from too far", honest, 401, 401, Verdict.COSIGNED)
        yield await ask("an older one of a longer ledger", honest, 300, 300, Verdict.BUSY)
        for sequence in (1, 100, 256, 401):
            forged = honest.rewritten(sequence)
            yield await ask(f"rewritten at {sequence}", forged, end, 401, Verdict.FORKED)
        fork = honest.rewritten(401).until(401)
        for old in (401, 300, 1, 0):
            yield await ask(f"forked, the same size, from {old}", fork, 401, old, Verdict.FORKED)
        yield await ask("rolled back", honest.until(300), 300, 300, Verdict.ROLLED_BACK)
        yield await ask("cut short", honest.until(400), 400, 401, Verdict.ROLLED_BACK)
        yield await ask("honest, to the end", honest, end, 401, Verdict.COSIGNED)
