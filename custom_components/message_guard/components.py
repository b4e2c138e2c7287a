"""Putting the moving parts together, and taking them apart.

Whatever cannot be started leaves the guard closed: requests are refused, the rest of the home components.
"""

from collections.abc import Callable
from functools import partial
import logging
from pathlib import Path

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from .approvals.button import TrustedButtons
from .approvals.looking import Looking
from .approvals.phone import PhoneApprovals
from .approvals.satellite import SatelliteQuestions
from .approvals.switching import Why, stop_sending
from .approvals.taps import Taps
from .assist.default_agent import GuardedDefaultAgent
from .assist.dialogue import Dialogue
from .assist.telling import Telling
from .assist.unfinished import (
    Ended,
    ended_lately,
    interrupted_since_start,
    last_start,
    tell_unfinished,
)
from .channels.watching import async_watch
from .const import DOMAIN, ISSUE_BURST
from .core.errors import LedgerError
from .core.household import Household
from .core.request import Request, satellite_place
from .entity import MESSAGES, unique_id
from .forwarding.outboxes import Outboxes
from .guarding.decisions import Decisions
from .guarding.delivery import Delivery
from .guarding.echo_memory import EchoMemory
from .guarding.guard import Guard
from .guarding.holds import Holds
from .guarding.locks import Locks
from .guarding.pending import PendingConfirmations
from .guarding.pins import async_matches
from .guarding.ports import Sender
from .guarding.records import Book, Ledger
from .guarding.replies import Replies
from .guarding.step_events import announce
from .home.ears_run import EarsRun
from .home.ears_watch import EarsWatch
from .home.loudspeakers import Loudspeakers
from .home.satellites import SatelliteWatch
from .home.sign_ins import SignIns
from .home.signals import Signals
from .home.surroundings import Home
from .home.traffic import Traffic
from .incoming.inbox import Inbox
from .incoming.parts import MessagesParts
from .interception.actions import GuardedActions
from .interception.calls import Captured
from .interception.intents import GuardedIntents
from .interception.run_traces import RunTraces
from .ledger.format.entries import Kind, Step
from .ledger.push import CheckpointPush
from .ledger.retention import Erasure
from .ledger.store import LedgerStore, Recovery
from .ledger.watch import LedgerWatch
from .ledger.witnesses import Witnesses
from .lockdown import Lockdown, async_lockdown
from .panel.board import Board, async_board
from .provenance.made import made_by_speech
from .recognition.sentences import async_load_languages
from .runtime import Components, MessageGuardConfigEntry
from .settings.household import (
    chosen_fixed_calls,
    free_actions,
    guarded_actions,
    guarded_intents,
    guards_pipeline,
    household_from_entry,
    incoming_allowed,
    retention_days,
    sending_allowed,
)

_LOGGER = logging.getLogger(__name__)

LEDGER_FILE = f"{DOMAIN}.ledger.db"
"""Beside the configuration, so that backups carry it."""


async def async_start(hass: HomeAssistant, entry: MessageGuardConfigEntry) -> Components:
    """Start everything that decides, records and sends."""
    languages = await async_load_languages(hass)
    await made_by_speech(hass).load()
    locks = Locks(hass)
    home = Home(hass, languages, locks)
    await locks.load(home.now())
    ledger = LedgerStore(
        Path(hass.config.path(LEDGER_FILE)),
        clock_us=lambda: int(dt_util.utcnow().timestamp() * 1_000_000),
        retention_days=retention_days(entry),
    )
    witnesses = Witnesses(hass, entry, ledger)
    holds = Holds()
    door = async_lockdown(hass)
    turns = door.turns
    delivery = Delivery(hass, holds, turns.delivery_begins)
    guard = make_guard(hass, household_from_entry(hass, entry), ledger, delivery, home, locks)
    guard.sending_allowed = sending_allowed(hass, entry)
    satellites = SatelliteWatch(
        hass,
        home.now,
        begun=lambda satellite_id: guard.question_begun(satellite_place(satellite_id)),
        finished=lambda satellite_id: guard.question_heard(satellite_place(satellite_id)),
        interrupted=lambda satellite_id: guard.question_interrupted(satellite_place(satellite_id)),
    )
    turns.answered = satellites.understood
    traffic = Traffic(home.now, partial(_burst, hass, entry, guard))
    guard.subscribe(partial(announce, hass, guard, unique_id(entry, MESSAGES)))
    guard.subscribe(async_board(hass).noticed)
    ledger.on_writing(async_board(hass).changed)
    guard.subscribe(SignIns(hass, lambda: guard.household).seen)
    guard.subscribe(lambda notice: satellites.understood(notice.request.origin.satellite_id))
    taps = Taps(hass, lambda: guard.household)
    await taps.load()
    entry.runtime_data.stop.append(taps.start())
    ears = EarsWatch(hass, entry, languages, lambda: guard.household.contacts)
    signals = Signals(hass, satellites, ears.made_up_at)
    home.watch(signals, traffic, taps.possible, taps.on_phone)
    actions = GuardedActions(hass, turns, guard, holds, guarded_actions(entry), free_actions(entry))
    traces = RunTraces(hass)
    guard.subscribe(traces.noticed)
    actions.on_captured = partial(_captured, traces, async_board(hass))
    actions.fixed.choose(chosen_fixed_calls(entry))
    entry.runtime_data.stop.append(traces.stop)
    questions = SatelliteQuestions(hass, guard, home)
    messages = MessagesParts.make(
        hass, guard, ledger, home, languages, turns, satellites, delivery, questions
    )
    messages.inbox.allowed = incoming_allowed(hass, entry)
    ledger.on_erased = partial(_erased, traces, messages.inbox, async_board(hass))
    dialogue = Dialogue(guard, languages, home, satellites, turns.delayed_commands, messages.talk)
    components = Components(
        guard=guard,
        ledger=ledger,
        ledger_watch=LedgerWatch(hass, entry, ledger, witnesses),
        checkpoints=CheckpointPush(hass, entry, ledger, witnesses),
        forwarding=Outboxes(hass, entry, ledger, partial(_mode, guard)),
        witnesses=witnesses,
        languages=languages,
        home=home,
        satellites=satellites,
        ears=ears,
        ears_run=EarsRun(hass, ears),
        dialogue=dialogue,
        delivery=delivery,
        locks=locks,
        holds=holds,
        turns=turns,
        actions=actions,
        intents=GuardedIntents(
            hass,
            turns,
            guard,
            holds,
            dialogue,
            satellites,
            actions.tell,
            guarded_intents(entry),
        ),
        phones=PhoneApprovals(hass, guard, home),
        looking=Looking(guard, hass.loop.time),
        buttons=TrustedButtons(hass, guard, turns, home),
        questions=questions,
        messages=messages,
        default_agent=GuardedDefaultAgent(hass, partial(guards_pipeline, entry)),
    )
    unfinished, ended = await _open_ledger(ledger, locks, home.now())
    await witnesses.load()
    try:
        telling = _start_parts(components, hass, door, entry.runtime_data.stop)
        tell_unfinished(hass, components, telling, unfinished, ended)
        await messages.restore()
    except Exception:
        # An open ledger belongs to whoever has opened it: the next start must be able to.
        await ledger.close()
        raise
    await _write_down(door, ledger)
    return components


def _mode(guard: Guard) -> str:
    """Return what the guard does, as a sign of life says it."""
    if not guard.sending_allowed:
        return "off"
    return "watches" if guard.household.observe else "guards"


def _captured(traces: RunTraces, board: Board, held: Captured, context: Context) -> None:
    """Remember where a held call stands in the trace of its run, and whose run that is."""
    traces.remember(held, context)
    board.captured(held, context)


def _start_parts(
    components: Components, hass: HomeAssistant, door: Lockdown, stop: list[Callable[[], None]]
) -> Telling:
    """Start what listens and what stands in front of others; `stop` ends what has been started."""
    door.watch()
    door.hand_over()  # in the same step of the loop in which the guard takes its place
    stop.append(components.ledger_watch.start())
    stop.append(components.checkpoints.start())
    stop.append(components.forwarding.start())
    stop.append(components.satellites.start())
    stop.append(components.home.wake_words.start())
    stop.append(Loudspeakers(hass, components.guard.spoke).start())
    components.actions.start()
    stop.append(components.actions.stop)
    components.intents.start()
    stop.append(components.intents.stop)
    components.phones.start()
    stop.append(components.looking.start())
    stop.append(components.buttons.start())
    stop.append(components.questions.start())
    components.default_agent.start(components)
    stop.append(components.default_agent.stop)
    telling = Telling(hass, components.guard, components.home, components.questions)
    stop.append(telling.start())
    stop.append(async_watch())
    stop.append(components.messages.start())
    stop.append(components.ears_run.stop)
    components.actions.on_unasked = telling.follow_up
    async_at_started(hass, _report_made)
    door.tell(telling.follow_up)

    def write_down() -> None:
        components.home.run(_write_down(door, components.ledger))

    # What was called before, and is decided only now, is still the closed door's.
    door.unwritten.on_added = write_down
    return telling


async def _report_made(hass: HomeAssistant) -> None:
    made_by_speech(hass).report()


def _erased(traces: RunTraces, inbox: Inbox, board: Board, erasure: Erasure) -> None:
    """Let go, at once, of whatever is at hand of words that were erased in the ledger."""
    traces.erased(erasure)
    inbox.erased(erasure)
    board.erased()


def make_guard(
    hass: HomeAssistant,
    household: Household,
    ledger: Ledger,
    sender: Sender,
    home: Home,
    locks: Locks,
) -> Guard:
    """Return a guard for this household, with what it needs to ask and to read replies."""
    spoken = EchoMemory()
    return Guard(
        Decisions(household, home),
        Book(ledger),
        sender,
        home,
        PendingConfirmations(hass, home.now),
        Replies(home, spoken, locks, partial(async_matches, hass)),
        spoken,
    )


async def async_stop(components: Components) -> None:
    """End what waits. The ledger stays open: what is refused from here on is to be written down."""
    await components.messages.lamp.stop()
    await components.guard.stop()
    await components.phones.stop()


async def async_close_ledger(components: Components, door: Lockdown) -> None:
    """Write down what was refused meanwhile, and that this is the end; then close the ledger."""
    await _write_down(door, components.ledger)
    try:
        await components.ledger.append(Step(kind=Kind.GUARD_OFF))
    except LedgerError as error:
        _LOGGER.error("The ledger could not record the end: %s", error)
    await components.checkpoints.finish()
    await components.ledger.close()


async def _write_down(door: Lockdown, ledger: LedgerStore) -> None:
    try:
        await door.write_down(ledger)
    except LedgerError as error:
        _LOGGER.error("What was refused meanwhile is not written down yet: %s", error)


@callback
def _burst(hass: HomeAssistant, entry: MessageGuardConfigEntry, guard: Guard) -> None:
    """Stop sending until somebody looks, and say so where the household sees it."""
    guard.stop_sending()
    stop_sending(hass, entry, guard, Why.BURST, None)
    _LOGGER.warning("Too many requests in a short time: sending is switched off")
    ir.async_create_issue(
        hass,
        DOMAIN,
        ISSUE_BURST,
        is_fixable=False,
        is_persistent=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=ISSUE_BURST,
    )


async def _open_ledger(
    ledger: LedgerStore, locks: Locks, now: float
) -> tuple[tuple[Request, ...], tuple[Ended, ...]]:
    """Open the ledger and write down what an earlier run left open.

    A ledger that will not open stays closed: every append fails, so nothing is sent. One that says that it
    was restored came with the lock-outs of that day.

    Returns:
        The deliveries that the earlier run has not seen to an end, and what has come to an end lately.
    """
    try:
        recovery = await ledger.open()
        if recovery.restored:
            await locks.restored(now)
        before = await ledger.cosignatures.size()
        await ledger.append_many(_after_restart(recovery))
    except LedgerError as error:
        _LOGGER.error("Nothing can be recorded, so no message will be sent: %s", error)
        return (), ()
    try:
        started_at = await last_start(ledger, before)
        unfinished = await interrupted_since_start(ledger, started_at)
        return unfinished, await ended_lately(ledger, now)
    except (LedgerError, ValueError, TypeError, AttributeError, LookupError) as error:
        # An entry that is damaged is told of by the check; what happens from now on can be recorded.
        _LOGGER.error("What an earlier run has left open cannot be told: %s", error)
        return (), ()


def _after_restart(recovery: Recovery) -> list[Step]:
    """Return the entries of a start: what waited has expired, what was cut off is reported."""
    return [
        *(
            Step(kind=Kind.EXPIRED, request_id=request_id, reasons=("restarted",))
            for request_id in recovery.unfinished
        ),
        *(
            Step(kind=Kind.INTERRUPTED, request_id=request_id, reasons=("restarted",))
            for request_id in recovery.interrupted
        ),
        Step(kind=Kind.GUARD_ON),
    ]
