"""A lamp that shows what waits: what it is asked to look like, and whether it still does.

Looks are compared with some tolerance: lights round what they are asked for, each in its own way, and report it later.
"""

from collections.abc import Mapping
import colorsys
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

ON: Final = "on"

SUPPORTED_MODES, FEATURES, EFFECTS = "supported_color_modes", "supported_features", "effect_list"
FLASH: Final = 8
"""Home Assistant's `LightEntityFeature.FLASH`."""

COLOURS: Final = frozenset({"hs", "xy", "rgb", "rgbw", "rgbww"})
"""Colour modes that can show any colour."""
UNDIMMED: Final = frozenset({"onoff", "unknown"})

HUE, SATURATION, BRIGHTNESS = 15.0, 15.0, 8
"""How far a light may be from what it was asked for: degrees, percent, and of 255."""

NEAR_HUE, NEAR_SATURATION, NEAR_BRIGHTNESS = 30.0, 40.0, 64
"""How far one may be that rounds a lot."""

KEPT: Final = (
    "brightness",
    "color_mode",
    "color_temp_kelvin",
    "effect",
    "hs_color",
    "rgb_color",
    "rgbw_color",
    "rgbww_color",
    "xy_color",
)
"""Attributes of a light that say how it looks."""


class Shows(StrEnum):
    """What waits."""

    PROOF = "proof"
    """A message waits for its proof."""
    ANSWER = "answer"
    """Somebody has written, and nobody has heard it."""

    @property
    def rgb(self) -> tuple[int, int, int]:
        """Its colour: orange or blue, which people who do not tell red from green do tell apart."""
        return (255, 90, 0) if self is Shows.PROOF else (0, 80, 255)

    @property
    def brightness(self) -> int:
        """Its brightness, of 255, on a light that has no colours: all of it, or plainly less."""
        return 255 if self is Shows.PROOF else 76


COLOUR_BRIGHTNESS: Final = 204
"""Of 255, on a light that has colours."""

_NO_EFFECT: Final = frozenset({"off", "none", "no effect", "solid"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a light looks.

    Attributes:
        on: Whether it is on.
        brightness: Of 255; None where it has none.
        hs: Hue in degrees and saturation in percent; None where it has no colour.
        effect: What it plays, None for nothing.
    """

    on: bool
    brightness: int | None = None
    hs: tuple[float, float] | None = None
    effect: str | None = None

    @classmethod
    def of(cls, state: str, attributes: Mapping[str, Any]) -> Self:
        """Return how a light looks by its state; what cannot be read is not there."""
        if state != ON:
            return cls(on=False)
        brightness, hs = attributes.get("brightness"), attributes.get("hs_color")
        return cls(
            on=True,
            brightness=brightness if isinstance(brightness, int) else None,
            hs=(float(hs[0]), float(hs[1])) if isinstance(hs, list | tuple) else None,
            effect=_effect(attributes),
        )

    def is_like(self, other: Look) -> bool:
        """Return whether nobody would tell the two apart."""
        if self.on != other.on or self.effect != other.effect:
            return False
        if (self.brightness is None) != (other.brightness is None):
            return False
        if abs((self.brightness or 0) - (other.brightness or 0)) > BRIGHTNESS:
            return False
        if self.hs is None or other.hs is None:
            return self.hs == other.hs
        return _turn(self.hs[0], other.hs[0]) <= HUE and abs(self.hs[1] - other.hs[1]) <= SATURATION

    def is_near(self, asked: Look) -> bool:
        """Return whether a light that rounds a lot may look so when it was asked for that."""
        if self.on != asked.on or self.effect != asked.effect:
            return False
        if abs((self.brightness or 0) - (asked.brightness or 0)) > NEAR_BRIGHTNESS:
            return False
        if self.hs is None or asked.hs is None:
            return self.hs == asked.hs
        return (
            _turn(self.hs[0], asked.hs[0]) <= NEAR_HUE
            and abs(self.hs[1] - asked.hs[1]) <= NEAR_SATURATION
        )

    def is_between(self, first: Look, asked: Look) -> bool:
        """Return whether a light may look so on its way from the first look to the one it was asked for."""
        if not self.on or not first.on:
            return self.on  # it may begin with how it looked when it was on last
        brightness = sorted((first.brightness or 0, asked.brightness or 0))
        if not brightness[0] - BRIGHTNESS <= (self.brightness or 0) <= brightness[1] + BRIGHTNESS:
            return False
        if self.hs is None or asked.hs is None or first.hs is None:
            return True
        through = _turn(first.hs[0], self.hs[0]) + _turn(self.hs[0], asked.hs[0])
        return through <= _turn(first.hs[0], asked.hs[0]) + 2 * HUE


def _turn(hue: float, other: float) -> float:
    turn = abs(hue - other) % 360
    return min(turn, 360 - turn)


def wish(shows: Shows, attributes: Mapping[str, Any]) -> tuple[dict[str, Any], Look]:
    """Return the data of `light.turn_on` that shows it on this light, and how the light looks then.

    One with colours shows the colour, one that can be dimmed is bright or dim, any other is on; one that can flash
    and do nothing else flashes for a proof.
    """
    modes = {str(mode) for mode in attributes.get(SUPPORTED_MODES) or ()}
    if COLOURS & modes:
        red, green, blue = (part / 255 for part in shows.rgb)
        hue, saturation, _ = colorsys.rgb_to_hsv(red, green, blue)
        data: dict[str, Any] = {"rgb_color": list(shows.rgb), "brightness": COLOUR_BRIGHTNESS}
        look = Look(on=True, brightness=COLOUR_BRIGHTNESS, hs=(hue * 360, saturation * 100))
        effects = attributes.get(EFFECTS) or ()
        still = [one for one in effects if str(one).casefold() in _NO_EFFECT]
        if still and _effect(attributes) is not None:
            data["effect"] = still[0]
        return data, look
    if modes - UNDIMMED:
        look = Look(on=True, brightness=shows.brightness)
        return {"brightness": shows.brightness}, look
    flashes = shows is Shows.PROOF and int(attributes.get(FEATURES) or 0) & FLASH
    return ({"flash": "long"} if flashes else {}), Look(on=True)


def kept(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes that are needed to make a light look as it does."""
    return {name: attributes[name] for name in KEPT if attributes.get(name) is not None}


def _effect(attributes: Mapping[str, Any]) -> str | None:
    effect = attributes.get("effect")
    return None if effect is None or str(effect).casefold() in _NO_EFFECT else str(effect)
