"""Spellings: other ways to write a name that sound the same, to be offered as a contact's other names.

Recognisers write "John" for Jon and "Sarah" for Sara. Nothing is guessed when somebody speaks: whoever makes the
contact chooses which of these are its names as well. A phonetic library tells that two names sound alike, not
how else one may be written: that takes a list of names, and this is it; or a recogniser that is heard out.
"""

import re

from .language import Language
from .text import fold

_ALIKE: tuple[str, ...] = (
    "Aaron Aron Arron",
    "Abigail Abbigail Abigayle",
    "Agnieszka Agneska Agnieska",
    "Aisha Asha Ayesha Aysha",
    "Alan Allan Allen",
    "Alex Alix",
    "Alice Alys",
    "Alicia Alisha Alesha",
    "Alison Allison Alyson",
    "Amy Aimee Ami",
    "Ann Anne An",
    "Anna Ana Hannah Hanna",
    "Anya Ania Anja",
    "Bailey Bayley Baylee",
    "Brian Bryan Brion",
    "Britney Brittany Britany",
    "Camila Camilla Kamila",
    "Caitlin Katelyn Kaitlin Kaitlyn Catelyn Caitlyn",
    "Carl Karl",
    "Carla Karla",
    "Carol Karol Carole",
    "Caroline Karoline",
    "Catherine Katherine Kathryn Katharine Cathryn",
    "Cathy Kathy Kathie",
    "Charlie Charley Charly",
    "Chloe Cloe Khloe",
    "Chris Kris",
    "Christian Kristian",
    "Christina Kristina",
    "Christine Kristine",
    "Claire Clare Clair",
    "Colin Collin",
    "Connor Conor Conner",
    "Craig Kraig",
    "Daniel Daniell",
    "Danielle Daniele",
    "Deborah Debra Debora",
    "Denise Denice",
    "Derek Derrick Deric",
    "Eileen Aileen Ilene",
    "Elisabeth Elizabeth",
    "Elliot Elliott Eliot",
    "Eric Erik",
    "Erica Erika",
    "Erin Eryn",
    "Eva Ava",
    "Evie Evy",
    "Ewan Euan Ewen",
    "Filip Philip Phillip Philipp",
    "Frances Francis",
    "Geoff Jeff",
    "Geoffrey Jeffrey Jeffery",
    "Gail Gayle Gale",
    "Graham Graeme",
    "Greg Gregg",
    "Hayley Hailey Haley Hailee",
    "Helen Hellen",
    "Ian Iain",
    "Isaac Isaak Izaak",
    "Isabel Isabelle Isobel Isabell",
    "Isla Ila Eila",
    "Jacqueline Jaclyn Jacklyn",
    "Jaime Jamie Jayme",
    "Jason Jayson",
    "Jenny Jennie Jeni",
    "Jesse Jessie Jessy",
    "Joan Joanne Jo-Ann",
    "John Jon",
    "Jonathan Johnathan Jonathon",
    "Jordan Jorden",
    "Julian Julien",
    "Kate Cate",
    "Katie Katy",
    "Kevin Kevan",
    "Kirsten Kirstin Kiersten",
    "Kirsty Kirstie Kirsti",
    "Laura Lora",
    "Lauren Loren Lorin",
    "Lee Leigh Li",
    "Leo Lio",
    "Lewis Louis Luis",
    "Lily Lilly Lili",
    "Linda Lynda",
    "Lindsay Lindsey",
    "Lucas Lukas",
    "Luke Luc Luka",
    "Lynn Lyn Lynne Lin",
    "Madeline Madeleine Madelyn",
    "Marc Mark",
    "Marcus Markus",
    "Maria Mariah Marija",
    "Mathew Matthew",
    "Matt Mat",
    "Megan Meghan Meagan",
    "Mia Miah Mya",
    "Michael Micheal",
    "Mohamed Mohammed Muhammad Mohammad",
    "Mum Mom",
    "Mummy Mommy",
    "Natalie Nathalie Nataly",
    "Neil Neal Niall",
    "Nick Nic",
    "Nicholas Nicolas Nikolas",
    "Nicole Nichole",
    "Nicola Nikola",
    "Niamh Neve Neave Niam",
    "Oliver Olliver",
    "Philippa Phillipa",
    "Rachel Rachael Racheal",
    "Rebecca Rebekah",
    "Reece Rhys Reese",
    "Robyn Robin",
    "Rory Rorie",
    "Roisin Rosheen",
    "Rosie Rosy",
    "Ryan Rian",
    "Sam Samm",
    "Saoirse Seersha Sersha",
    "Sara Sarah",
    "Scarlett Scarlet",
    "Sean Shaun Shawn",
    "Shannon Shanon",
    "Sinead Shinead",
    "Siobhan Shivon Shuvon Chevonne Shavon",
    "Sofia Sophia",
    "Sofie Sophie",
    "Stefan Stephan",
    "Stephen Steven Stephan",
    "Stuart Stewart",
    "Susan Suzan",
    "Suzanne Susanne",
    "Terry Terri",
    "Theo Teo",
    "Theresa Teresa",
    "Tom Thom",
    "Tony Toni",
    "Tracy Tracey",
    "Vicky Vicki Vikki",
    "Viktor Victor",
    "Viktoria Victoria",
    "Will Wil",
    "Yvonne Evonne",
    "Zach Zack Zac Zak",
    "Zachary Zackary Zachery",
    "Zoe Zoey Zoie",
)
"""Names that sound the same, or so much so that recognisers write one for the other; each row is one sound."""

_FAMILIAR = re.compile(r"(?<=bb|ck|dd|ff|gg|ll|mm|nn|pp|rr|ss|tt|zz)(ie|y)$")
"""Familiar names end either way: Freddie, Freddy. Behind a single consonant they may be other names: Julie, July."""

_WORD = re.compile(r"\w[\w'’-]*")  # noqa: RUF001 - as recognisers write it

_MOST_WORDS_OF_A_NAME = 3
"""Words that a name may be written as; what is longer is something else."""

MOST_SPELLINGS = 5
"""Spellings that are offered for one name."""


def other_spellings(name: str, language: Language) -> tuple[str, ...]:
    """Return other ways to write a name that sound the same, the most usual first; none that it already has.

    The part of the name that may be written otherwise is changed, and the rest of it kept: "Uncle Jon".
    """
    known = {language.name_key(name)}
    words = name.split()
    found: dict[str, None] = {}
    for index, word in enumerate(words):
        listed = _BY_NAME.get(language.name_key(fold(word)), ())
        for other in (*listed, *_familiar(word)):
            spelt = " ".join([*words[:index], other, *words[index + 1 :]])
            if language.name_key(spelt) not in known:
                known.add(language.name_key(spelt))
                found[spelt] = None
    return tuple(found)[:MOST_SPELLINGS]


def listed_names() -> tuple[str, ...]:
    """Return all names that other spellings are known of."""
    return tuple(dict.fromkeys(name for row in _ALIKE for name in row.split()))


def name_as_heard(heard: str, said: str, name: str, language: Language) -> str | None:
    """Return how a recogniser has written the name in a sentence that was said, where that is another way to write it.

    Args:
        heard: What was written.
        said: The sentence, with the name in it.
        name: The name.
        language: A language that sets words apart.

    Returns:
        None if it is the name, if what stands around it was not heard, and for a number: that is nobody's name.
    """
    front, _, back = said.partition(name)
    before, after = _WORD.findall(front)[-1:], _WORD.findall(back)[:1]
    words = list(_WORD.finditer(heard))
    folded = [fold(word[0]) for word in words]
    starts = [at + 1 for at, word in enumerate(folded) if [word] == [*map(fold, before)]]
    ends = [at for at, word in enumerate(folded) if [word] == [*map(fold, after)]]
    for start in reversed(starts):
        for end in ends:
            if start < end <= start + _MOST_WORDS_OF_A_NAME:
                spelt = heard[words[start].start() : words[end - 1].end()]
                return _if_another(spelt[:1].upper() + spelt[1:], name, language)
    return None


def _if_another(spelt: str, name: str, language: Language) -> str | None:
    number = any(any(map(str.isdigit, word)) for word in language.words(spelt))
    return None if number or language.name_key(spelt) in language.name_keys(name) else spelt


def _familiar(word: str) -> tuple[str, ...]:
    other = _FAMILIAR.sub(lambda end: "y" if end[0] == "ie" else "ie", word)
    return () if other == word else (other,)


def _by_name() -> dict[str, tuple[str, ...]]:
    rows = [row.split() for row in _ALIKE]
    found: dict[str, list[str]] = {}
    for row in rows:
        for name in row:
            found.setdefault(fold(name), []).extend(one for one in row if one != name)
    return {name: tuple(dict.fromkeys(others)) for name, others in found.items()}


_BY_NAME = _by_name()
