"""A room: one utterance as a microphone hears it.

Every clip is heard under several seeds. A seed decides the speaker's pace (±6 %), loudness, the
moment at which the speech starts, and the noise: nothing else is random, so a clip and a seed
always give the same sound.
"""

from dataclasses import dataclass
from typing import Final
import zlib

import numpy as np

from . import sound

FLOOR: Final = -62.0
"""The quiet room's own noise, dB."""

LOUDNESS: Final = -22.0
"""How loud people are at the microphone on average, dB; ±4 dB by seed."""

AFTER: Final = 0.5
"""Seconds of silence after what is said in a clip."""

TALKERS: Final = ("kallpc", "rms", "slt_hts", "awb")
SMALL_TALK: Final = (
    "so i told them that we would be there around noon unless the traffic gets worse",
    "right and then she put the whole thing back into the box and closed the lid",
    "no no it was the other one the green one next to the window i think",
    "okay but who is going to pick up the children when the game is over",
    "they said it might rain on saturday so we moved everything into the barn",
    "yes that is what i said it never works the first time you try it",
    "and after dinner he played the piano for almost an hour nobody minded",
    "well you could ask your brother he knows a man who repairs old radios",
)


@dataclass(frozen=True, slots=True)
class Room:
    """How a room sounds.

    Attributes:
        name: For tables.
        babble: How far several people's talk lies below the speaker in dB; None for no talk.
        endless: The talk never pauses. Home Assistant then hears no end of what is said and waits
            for its 15 seconds to pass; else the talk pauses when the speaker has finished.
    """

    name: str
    babble: float | None = None
    endless: bool = False


CLEAN: Final = Room("clean")
BABBLE_30: Final = Room("babble 30 dB", 30.0)
BABBLE_20: Final = Room("babble 20 dB", 20.0)
ENDLESS_30: Final = Room("endless babble 30 dB", 30.0, endless=True)
ROOMS: Final = {room.name: room for room in (CLEAN, BABBLE_30, BABBLE_20, ENDLESS_30)}


def heard(text: str, voice: str, seed: int, room: Room = CLEAN) -> sound.Samples:
    """Return `text` as the microphone hears it, with silence before and after."""
    random = np.random.default_rng([seed, zlib.crc32(f"{voice}:{text}".encode())])
    speech = sound.resample(sound.speak(text, voice), random.uniform(0.94, 1.06))
    loudness = LOUDNESS + random.uniform(-4.0, 4.0)
    clip = sound.join(
        sound.silence(random.uniform(0.25, 0.6)),
        sound.at_level(speech, loudness),
        sound.silence(AFTER),
    )
    seconds = clip.size / sound.RATE
    clip = sound.mix(clip, sound.noise(seconds, FLOOR, random))
    if room.babble is not None and not room.endless:
        talk = babble(seconds, random, without=voice)
        clip = sound.mix(clip, sound.at_level(talk, loudness - room.babble))
    return clip


def babble(seconds: float, random: np.random.Generator, without: str = "") -> sound.Samples:
    """Return three people talking at once for so many seconds, none of them `without`."""
    size = round(seconds * sound.RATE)
    crowd = sound.silence(seconds)
    voices = [voice for voice in TALKERS if voice != without][:3]
    for voice in voices:
        line = SMALL_TALK[int(random.integers(len(SMALL_TALK)))]
        talk = sound.at_level(sound.speak(line, voice), -26.0)
        talk = np.tile(talk, size // max(talk.size, 1) + 2)
        start = int(random.integers(talk.size - size))
        crowd = sound.mix(crowd, talk[start : start + size])
    return crowd
