"""What is said: half of it drawn from Home Assistant's own sentences by a seed, half of it what people say."""

from collections.abc import Mapping
from dataclasses import dataclass
import random

from hassil.expression import (
    Alternative,
    Expression,
    ListReference,
    Permutation,
    RuleReference,
    Sequence,
    TextChunk,
)
from hassil.intents import Intents, RangeSlotList, TextSlotList
from hassil.util import normalize_whitespace
from home_assistant_intents import get_intents

LANGUAGE = "en"

_NAMES = (
    "kitchen light",
    "bedroom light",
    "reading lamp",
    "coffee machine",
    "garage door",
    "flux capacitor",
    "heating",
    "front door",
    "water valve",
)
_AREAS = ("kitchen", "bedroom", "garage", "wine cellar")
_FLOORS = ("ground floor", "attic")
_FREE = ("milk", "pasta", "the blue one", "tea")
"""What is put where Home Assistant takes any words."""

LISTS: Mapping[str, tuple[str, ...]] = {"name": _NAMES, "area": _AREAS, "floor": _FLOORS}
"""Exposed, not exposed and unknown names alike."""

_LEFT_OUT = frozenset({"HassBroadcast", "HassNevermind", "HassStartTimer", "HassTimerStatus"})
"""Intents that are none of a household's things: a broadcast is for loudspeakers, "never mind" is a reply to a question of
ours, and timers differ by the second. Such sentences stand among the others, where each can be looked at."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something that is said, and is no message.

    Attributes:
        text: The words.
        reply: It would be a reply where a question waits: said only where none does.
        resembles: In the conversation that a question has left open it is a reply, and not said there: it begins with a yes
            and has words of the phrase in it, and is no command; or it asks for the question once more.
    """

    text: str
    reply: bool = False
    resembles: bool = False


def drawn(count: int, seed: int) -> list[Utterance]:
    """Return different sentences of Home Assistant's own, drawn evenly over its intents."""
    intents = Intents.from_dict({**(get_intents(LANGUAGE) or {}), "language": LANGUAGE})
    chance = random.Random(seed)
    names = sorted(set(intents.intents) - _LEFT_OUT)
    found: dict[str, None] = {}
    while len(found) < count:
        data = chance.choice(intents.intents[chance.choice(names)].data)
        if not data.sentences:
            continue
        rules = {**intents.expansion_rules, **data.expansion_rules}
        lists = {**intents.slot_lists, **data.slot_lists}
        sentence = chance.choice(data.sentences)
        text = normalize_whitespace(_sample(sentence.expression, lists, rules, chance)).strip()
        if text:
            found[text] = None
    return [Utterance(text) for text in found]


def _sample(
    expression: Expression,
    lists: Mapping[str, object],
    rules: Mapping[str, object],
    chance: random.Random,
) -> str:
    """Return one of the texts that an expression stands for."""
    match expression:
        case TextChunk():
            return expression.original_text
        case Alternative():
            return _sample(chance.choice(expression.items), lists, rules, chance)
        case Permutation():
            items = chance.sample(expression.items, len(expression.items))
            return " ".join(_sample(item, lists, rules, chance) for item in items)
        case Sequence():
            return "".join(_sample(item, lists, rules, chance) for item in expression.items)
        case ListReference():
            return _from_list(expression.list_name, lists, rules, chance)
        case RuleReference():
            rule = rules[expression.rule_name]
            return _sample(rule.expression, lists, rules, chance)  # type: ignore[attr-defined]
    raise ValueError(type(expression).__name__)


def _from_list(
    name: str, lists: Mapping[str, object], rules: Mapping[str, object], chance: random.Random
) -> str:
    if name in LISTS:
        return chance.choice(LISTS[name])
    match lists.get(name):
        case TextSlotList(values=values) if values:
            return _sample(chance.choice(values).text_in, lists, rules, chance)
        case RangeSlotList(start=start, stop=stop):
            return str(chance.randint(start, stop))
    return chance.choice(_FREE)


# --- what people say ------------------------------------------------------------------------------

_HOME = """
turn on the kitchen light | turn off the kitchen light | switch the kitchen light off please | kitchen light on
would you kindly switch the kitchen light off | could you turn the kitchen light on for me | lights on in the kitchen
turn on the bedroom light | turn off the bedroom light | turn on the lights in the bedroom | turn off all the lights
turn on the coffee machine | make the coffee machine go off | turn off the coffee machine | toggle the coffee machine
turn on the reading lamp | turn off the reading lamp | is the reading lamp on | open the water valve | close the water valve
turn on the flux capacitor | turn off the flux capacitor | switch on the disco ball in the kitchen | is the flux capacitor on
turn on the lights in the wine cellar | close the shutters in the attic | is anything on in the kitchen
open the garage door | close the garage door | is the garage door open | is the garage door closed | stop the garage door
lock the front door | unlock the front door | is the front door locked | open the front door
set the kitchen light to 40 percent | set the bedroom light to red | dim the kitchen light | brighten the bedroom light
what is the temperature | what's the outside temperature | how warm is it outside | what is the state of the coffee machine
how many lights are on | which lights are on | are any lights on in the kitchen | are all the lights off
what time is it | what's the date | what day is it today | hello | good morning | good night house
turn it off | turn it on again | and the bedroom light too | turn on the kitchen light and the bedroom light
turn on the kitchen light and turn off the coffee machine | turn everything off in the kitchen
run movie night | activate movie night | start the movie night script | turn on movie night | turn on cosy evening
activate the scene cosy evening | press the doorbell button | vacuum the kitchen | start the vacuum
add milk to my shopping list | add eggs and flour to the shopping list | what's on my shopping list | put bread on the groceries list
set the thermostat to 21 degrees | increase the volume | pause | next song | skip this track | play some jazz in the kitchen
set a timer for 5 hours called pasta | cancel the pasta timer | cancel all timers
what is the capital of Portugal | how tall is Mount Everest | tell me a joke | tell me the news | tell me the time
what's the weather like | will it rain tomorrow | who wrote Faust | sing me a song | how are you | thank you | thanks a lot
I love you | you are wonderful | that is not what I meant | say something nice | what can you do | who are you
remind me to water the plants | wake me up at seven | do I need an umbrella | where is my phone | find my keys
it is dark in here | lumos maxima | please tidy up the living room | please water the plants | put tea on the list
let there be light | house are you awake | start the cinema | lower the drawbridge for Arthur | lower the drawbridge for Nobody
turn on the kitchen lamp for Arthur | turn on the kitchen lamp for Nobody | beam me up | open sesame seed
"""

_NEAR = """
tell me about Anna Karenina | what does mum like for dinner | tell mum's light to turn off | ask the kids' tablet to stop
tell the kids a bedtime story | tell the vacuum that it is a good robot | ask the oracle that question | tell everybody
send the vacuum home | send the robot to the kitchen | message of the day | read my messages | text size bigger
write this down | write a poem about the sea | call mum | call the garage | ring the bell | mail | post office hours
let me know when the washing machine is done | let us have some music | let it snow | inform yourself
what did Anna say | has anybody called | who is at the door | tell me what mum said | did the parcel arrive
announce nothing | say hello to my little friend | repeat after me | remind mum
deliver us from evil | please deliver the pizza | the message is clear
send 57 to the printer | the answer is 42 | what is 3 plus 4 | seven | forty two | one two three four | 4917
"""

_RESEMBLE = """
yes send the invoice to accounting
say that again | what was that
"""

_REPLIES = """
yes | no | stop | cancel | never mind | okay | right | sure | nothing | forget it | do not send it | no thanks
did it arrive | what is waiting | is anything waiting
"""


def spoken() -> list[Utterance]:
    """Return what people say to a home, and what comes near to a message or to a reply and is none."""
    return [
        *(Utterance(text) for text in _split(_HOME)),
        *(Utterance(text) for text in _split(_NEAR)),
        *(Utterance(text, resembles=True) for text in _split(_RESEMBLE)),
        *(Utterance(text, reply=True) for text in _split(_REPLIES)),
    ]


def _split(text: str) -> list[str]:
    return [item.strip() for line in text.strip().splitlines() for item in line.split("|")]


def everything(seed: int) -> list[Utterance]:
    """Return all that is said: as many drawn as there are of the others, in an order of the seed's."""
    people = spoken()
    said = {item.text for item in people}
    fresh = [item for item in drawn(2 * len(people), seed) if item.text not in said]
    found = [*people, *fresh[: len(people)]]
    random.Random(seed).shuffle(found)
    return found
