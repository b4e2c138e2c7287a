"""How one witness is asked, and what its answers are taken for; whole homes with witnesses are in test_witnesses."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
from aiohttp import web
import pytest

from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.encoding import LARGEST_INTEGER
from custom_components.message_guard.ledger.format.signed_note import Note, signature_check
from custom_components.message_guard.ledger.witness import Offer, Offered, Verdict, Witness, offer
from tests.ledger.forgery import NAME, signer
from tests.ledger.witness_server import WitnessServer, serving
from tests.ledger.witnessed_home import status
from tests.ledger.witnessing import Cosigner

SIZE = 7
CHECK = signature_check()
TEXT = Checkpoint(NAME, SIZE, root="ab" * 32).text
NOTE = str(Note(TEXT, (signer(1).signature(TEXT),)))


@pytest.fixture
async def witness(socket_enabled: None) -> AsyncIterator[WitnessServer]:
    """Return a witness that answers."""
    async with serving(WitnessServer(Cosigner(21))) as server:
        yield server


async def no_proof(_old: int) -> list[bytes]:
    """Prove nothing: what is asked here does not look."""
    return []


async def asked(
    witness: WitnessServer, old: int, entries: Callable[[], Awaitable[int]] | None = None
) -> Offered:
    """Offer a checkpoint of seven entries."""

    async def seven() -> int:
        return SIZE

    assert CHECK is not None
    named = Witness.parse(witness.url, str(witness.cosigner.key))
    offered = Offer(NOTE, TEXT, SIZE, entries or seven, no_proof)
    async with aiohttp.ClientSession() as session:
        return await offer(session, named, offered, old, CHECK)


@pytest.mark.parametrize("old", [0, 3, SIZE])
async def test_a_fork_is_one_however_far_behind_our_memory_is(
    witness: WitnessServer, old: int
) -> None:
    """It has cosigned as many entries with another root, and says so with a 409 that names the same size."""
    witness.answer = status(409, f"{SIZE}\n")
    answered = await asked(witness, old)
    assert (answered.verdict, answered.size) == (Verdict.FORKED, SIZE)
    assert len(witness.requests) == (1 if old == SIZE else 2)


@pytest.mark.parametrize(
    ("second", "verdict"),
    [
        ("9", Verdict.ROLLED_BACK),
        ("3", Verdict.NO_WITNESS),
        ("4", Verdict.BUSY),
    ],
)
async def test_the_second_answer_means_what_the_first_would(
    witness: WitnessServer, second: str, verdict: Verdict
) -> None:
    """More than there are is an alarm; what was just proved from is nonsense; anything else, another time."""
    answers = iter(["3\n", f"{second}\n"])

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=409, text=next(answers))

    witness.answer = answer
    assert (await asked(witness, 0)).verdict is verdict
    assert len(witness.requests) == 2


@pytest.mark.parametrize("size", [LARGEST_INTEGER + 1, 2**63 - 1])
async def test_a_size_that_no_ledger_can_have(witness: WitnessServer, size: int) -> None:
    """Whoever names it is no witness: the household could never write down what it has seen."""
    witness.answer = status(409, f"{size}\n")
    answered = await asked(witness, 0)
    assert (answered.verdict, answered.size) == (Verdict.NO_WITNESS, None)


async def test_entries_that_are_written_while_it_is_asked(witness: WitnessServer) -> None:
    """It may have cosigned them already; how many there are is counted after it has answered."""
    written = SIZE

    async def answer(_request: web.Request) -> web.Response:
        nonlocal written
        written = SIZE + 2
        return web.Response(status=409, text=f"{written}\n")

    async def entries() -> int:
        return written

    witness.answer = answer
    assert (await asked(witness, 0, entries)).verdict is Verdict.BUSY


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (404, Verdict.UNKNOWN_LEDGER),
        (403, Verdict.UNKNOWN_KEY),
        (422, Verdict.FORKED),
        (302, Verdict.REDIRECTS),
        (503, Verdict.AWAY),
        (200, Verdict.NO_WITNESS),
    ],
)
async def test_only_what_is_of_use_is_read(
    witness: WitnessServer, code: int, verdict: Verdict
) -> None:
    """A page of an error may be long and in any encoding: the status says what it means."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=code, body=b"\xff\xfe" * 100_000)

    witness.answer = answer
    assert (await asked(witness, 0)).verdict is verdict
