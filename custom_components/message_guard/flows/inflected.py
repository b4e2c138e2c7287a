"""Names that are inflected: "Telefon Anny" is Anna's telephone, in Polish and in Czech.

Nobody is guessed: a form is only read as that of a person of the home, and where two would do, or none does, nobody is
named. A phone then keeps the name that it has.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

INFLECTING: Final = frozenset({"pl", "cs"})
"""Languages of Message Guard in which a name behind a thing says whose that is."""

_VOWELS: Final = "aeiouyáéíóúůýąę"


def owner_of(words: Sequence[str], people: Iterable[str]) -> str:
    """Return the only person whose these words can be, empty where that is not sure.

    Args:
        words: What stands beside the word for a thing: "Anny", "Petrův", "Anny Nowak".
        people: Names of people in the home.
    """
    if not words:
        return ""
    asked = [word.casefold() for word in words]
    found = [name for name in people if _may_be(asked, name.casefold().split())]
    # "Anna" and "Anna Nowak" are one person, who is called by what is on the phone.
    longest = max((len(name.split()) for name in found), default=0)
    named = {name for name in found if len(name.split()) == longest}
    return named.pop() if len(named) == 1 else ""


def _may_be(words: Sequence[str], name: Sequence[str]) -> bool:
    return len(words) == len(name) and all(
        word in _forms(part) for word, part in zip(words, name, strict=True)
    )


def _forms(name: str) -> Iterator[str]:
    """Yield a name, and what it becomes as the owner of something, in either language."""
    yield name
    stem, last = name[:-1], name[-1:]
    if last == "a":
        yield from (stem + "y", stem + "i", stem + "e", stem + "in")  # Anny, Kingi, Soni, Annin
        if stem.endswith("i"):
            yield stem  # Kasia: Kasi
    elif last == "o":
        yield stem + "a"  # Mieszko: Mieszka
    elif last in _VOWELS:
        yield from (name + "ego", stem + "ego", name + "ho")  # Antoniego, Jerzego, Jiřího
    else:
        yield from (name + "a", name + "e", name + "ův")  # Adama, Tomáše, Petrův
        if name[-2:-1] == "e":
            short = name[:-2] + last
            yield from (short + "a", short + "ův")  # Tomka, Pavlův
