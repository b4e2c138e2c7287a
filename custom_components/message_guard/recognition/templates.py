"""Templates: one language's ways to ask, read from its file, and the gate that turns other talk away."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
import re

from hassil import Intents, parse_sentence
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)
from hassil.parser import ParseError
from hassil.sample import sample_expression

from ..core.errors import LanguageDataError
from ..core.language import Language
from .recognised import Kind
from .tolerant import TolerantSentences

VAGUE = "vague_"
"""What questions begin with that do not say that they are about messages: "did it arrive"."""

INCOMING = ("messages", "read_out", "said", "answer", "forget", "vague_answer")
"""Sentences about what has come in: they are nobody's of ours where a household takes nothing in."""

VAGUE_ANSWER = "vague_answer"
"""A bare "answer …": doors and telephones are answered, too."""

SENT = ("status", "waiting", "change", "who", "help", "vague_status", "vague_waiting")
"""Sentences about what is sent."""

QUESTIONS = (*SENT, *INCOMING)
"""Sentences that name no recipient of a message."""

ANSWERS = "answer_contact"
"""Sentences that answer a contact, who has to be one: requests like any other, where a household takes messages in."""

MATCHED_HEAD, MATCHED_TAIL = 200, 60
"""Characters of an utterance that are matched: recipient and verb stand there, the body in between."""

AGAIN = "again"
"""Sentences that ask to hear a question once more: nobody's of ours where nothing waits."""

SENDS = ("delimited", "contact_only", "tell_delimited", "tell_contact")
"""Sentences that name a recipient."""

TELL = "tell"
"""The intent of sentences with which people talk to things and assistants, too."""

_WORDS = (
    "polite",
    "fillers",
    "corrections",
    "wanting",
    "joiners",
    "nobody",
    "kept",
    "owners",
    "phones",
    "things",
    "sent_things",
    "read_it",
    "forget_it",
)
_BODIES = ("performed", "denied", "ambiguous", "ambiguous_told")
"""What is behind a name, told by itself: templates of bodies."""

_PARTS = frozenset({*_WORDS, *_BODIES, "rules", *SENDS, *QUESTIONS, ANSWERS, AGAIN})
_SLOTS = frozenset({"recipient", "body"})
_PERFORMED = frozenset({"any", "more"})
_NAME = "{name}"
_RULE = re.compile(r"<([^<>]*)>")
_BODY_AT_THE_END = re.compile(r"\s*\[?\{body\}\]?\s*\Z")
_ENDS_WITH_NAME = re.compile(r"(.*\{recipient\})(?:\s*\[[^\[\]]*\])*\s*(?:\[?\{body\}\]?)?\s*")
_BEFORE_THE_BODY = re.compile(r".*\{recipient\}([^{}]*)\{body\}")
_NEEDED = {part: {"recipient"} for part in (*SENDS, ANSWERS, "said")} | {
    part: {"body"} for part in ("change", "answer", "vague_answer")
}
_ALLOWED = {
    **dict.fromkeys((*SENDS, ANSWERS), _SLOTS),
    "change": {"body"},
    "answer": {"body"},
    "vague_answer": {"body"},
    "said": {"recipient"},
    "status": {"recipient"},
    "vague_status": {"recipient"},
    **dict.fromkeys(_BODIES, _PERFORMED),
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Gate:
    """Turns away what none of some sentences can be, by its first word and its fixed words.

    Attributes:
        first_words: Matches them, None if a sentence begins with a slot.
        fixed_words: The fixed words of each sentence: one of each of several sets.
    """

    first_words: re.Pattern[str] | None
    fixed_words: tuple[frozenset[frozenset[str]], ...]

    def may_match(self, text: str, start: int) -> bool:
        if self.first_words is not None and not self.first_words.match(text, start):
            return False
        folded = text[start : start + MATCHED_HEAD].casefold() + text[-MATCHED_TAIL:].casefold()
        return any(
            all(any(word in folded for word in either) for either in fixed)
            for fixed in self.fixed_words
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Templates:
    """One language's ways to ask.

    Attributes:
        polite: Matches what may stand in front ("could you please", "um").
        corrected: Matches it with what takes back what was said before ("no, wait"), at least one of these.
        wanting: Matches it with what somebody wants in front of it ("I'd like to"), at least one of these.
        joiners: Words between two recipients, as `Language.name_key` has them.
        nobody: Words that no recipient begins with, unless a contact does.
        kept: Words in front of a body that belong to it ("dass").
        owners: What makes a name the owner of the thing behind it ("'s").
        phones: Things of a contact that stand for the contact, behind its name ("Ben's phone").
        phones_of: The same in front of a name, up to it ("téléphone de ").
        things: What is answered and is no message ("the door"), as `Language.words` has it.
        sent_things: What else is sent, and never a word for a message that was misheard ("a photo").
        wishes: What is enough where "Shall I read it?" was asked, as `Language.words` has it.
        bodies: What may stand behind a contact's name and be no message, or not surely one, by its kind:
            "performed" ("a story"), "denied" ("nicht"), "ambiguous" ("when the washing is done"), "ambiguous_told"
            ("why the sky is blue"), the last only where things and assistants are told so, too.
        introducing: What stands in front of words that are surely a message ("saying", "that").
        nouns: What messages are called ("message", "text").
        to_contacts: Sentences whose recipient has to be a contact.
        answers: Sentences that answer a contact.
        to_anyone: Sentences that tell by themselves where the recipient ends.
        to_marked: Sentences that end with a recipient, whose name a mark has to end.
        questions: Sentences without a recipient.
        incoming: Sentences about what has come in.
        again: Sentences that ask to hear a question once more.
        tolerant: The sentences to contacts once more, for what is heard almost right.
    """

    polite: re.Pattern[str]
    corrected: re.Pattern[str]
    wanting: re.Pattern[str]
    joiners: frozenset[str]
    nobody: frozenset[str]
    kept: frozenset[str]
    owners: tuple[str, ...]
    phones: frozenset[str]
    phones_of: tuple[str, ...]
    things: tuple[tuple[str, ...], ...]
    sent_things: frozenset[str]
    wishes: Mapping[Kind, tuple[tuple[str, ...], ...]]
    bodies: Mapping[str, Intents]
    introducing: tuple[str, ...]
    nouns: frozenset[str]
    to_contacts: Intents
    answers: Intents
    to_anyone: Intents
    to_marked: Intents
    questions: Intents
    incoming: Intents
    again: Intents
    tolerant: TolerantSentences
    _sent: _Gate
    _all: _Gate

    def may_match(self, text: str, start: int, *, incoming: bool) -> bool:
        """Return whether the text can be one of these sentences, by its first word and its fixed words.

        Args:
            text: What was said.
            start: Where the sentence begins.
            incoming: Those about what has come in count, too.
        """
        return (self._all if incoming else self._sent).may_match(text, start)

    @classmethod
    def read(cls, language: Language, sentences: Mapping[str, object]) -> Templates:
        """Read what the language's file has under `sentences`.

        Raises:
            LanguageDataError: If something is missing or unknown, or a template cannot be read.
        """
        if sentences.keys() != _PARTS:
            missing, unknown = _PARTS - sentences.keys(), sentences.keys() - _PARTS
            raise LanguageDataError(
                f"{language.code}: sentences missing {sorted(missing)}, unknown {sorted(unknown)}"
            )
        lists = {part: _texts(language, part, sentences[part]) for part in _PARTS - {"rules"}}
        rules = _rules(language, sentences["rules"])
        for part in (*SENDS, ANSWERS):
            lists[part] = _with_cut_short(lists[part])
        parsed, parsed_rules = _parse(language, lists, rules)
        sent, with_answers = (
            _gate(language, [one for part in parts for one in parsed.get(part, ())], parsed_rules)
            for parts in ((*SENDS, *SENT), (*SENDS, ANSWERS, *QUESTIONS))
        )
        to_contacts = [sentence for part in SENDS for sentence in parsed.get(part, ())]
        phones = [word.casefold() for word in lists["phones"]]
        if any(_NAME in word.removesuffix(_NAME) for word in phones):
            raise LanguageDataError(f"{language.code}: sentences: phones: {_NAME} must come last")

        def intents(**sends: list[str]) -> Intents:
            return _intents(language, sends, rules)

        return cls(
            polite=_anywhere_in_front([*lists["polite"], *lists["fillers"]], language),
            corrected=_among_these(lists, "corrections", language),
            wanting=_among_these(lists, "wanting", language),
            joiners=frozenset(language.name_key(joiner) for joiner in lists["joiners"]),
            nobody=frozenset(language.name_key(word) for word in lists["nobody"]),
            kept=frozenset(word.casefold() for word in lists["kept"]),
            owners=tuple(sorted(map(str.casefold, lists["owners"]), key=len, reverse=True)),
            phones=frozenset(word for word in phones if _NAME not in word),
            phones_of=tuple(word.removesuffix(_NAME) for word in phones if word.endswith(_NAME)),
            things=tuple(language.words(thing) for thing in lists["things"]),
            sent_things=frozenset(word.casefold() for word in lists["sent_things"]),
            wishes={
                "read_out": tuple(language.words(text) for text in lists["read_it"]),
                "forget": tuple(language.words(text) for text in lists["forget_it"]),
            },
            bodies={part: intents(**{part: lists[part]}) for part in _BODIES if lists[part]},
            introducing=_introducing(lists["tell_delimited"], parsed_rules),
            nouns=frozenset(_said("<message>", parsed_rules)),
            to_contacts=intents(
                send=lists["delimited"] + lists["contact_only"],
                tell=lists["tell_delimited"] + lists["tell_contact"],
            ),
            answers=intents(send=lists[ANSWERS]),
            to_anyone=intents(send=lists["delimited"], tell=lists["tell_delimited"]),
            to_marked=intents(
                send=_up_to_the_name(lists["contact_only"]),
                tell=_up_to_the_name(lists["tell_contact"]),
            ),
            questions=intents(**{part: lists[part] for part in SENT}),
            incoming=intents(**{part: lists[part] for part in INCOMING}),
            again=intents(again=lists[AGAIN]),
            tolerant=TolerantSentences(language, to_contacts, parsed_rules, lists["polite"]),
            _sent=sent,
            _all=with_answers,
        )


def _with_cut_short(texts: Iterable[str]) -> list[str]:
    """Return the sentences, and those that end with a body once more without it: "… to Anna saying"."""
    found = dict[str, None]()
    for text in texts:
        found[text] = None
        end = _BODY_AT_THE_END.search(text)
        if end is not None and "{recipient}" in text[: end.start()]:
            found[text[: end.start()]] = None
    return list(found)


def _up_to_the_name(texts: Iterable[str]) -> list[str]:
    """Return the sentences behind whose recipient nothing or only a body has to follow, without the body."""
    ended = (_ENDS_WITH_NAME.fullmatch(text) for text in texts)
    return list(
        dict.fromkeys(end[1] for end in ended if end is not None and "{body}" not in end[1])
    )


def _texts(language: Language, part: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise LanguageDataError(f"{language.code}: sentences: {part} must be a list of texts")
    return [str(text) for text in value]


def _rules(language: Language, value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise LanguageDataError(f"{language.code}: sentences: rules must be a table of texts")
    return {str(name): str(text) for name, text in value.items()}


def _intents(
    language: Language, sends: Mapping[str, list[str]], rules: Mapping[str, str]
) -> Intents:
    intents = Intents.from_dict(
        {
            "language": language.code,
            "settings": {"ignore_whitespace": not language.spaced},
            "intents": {
                kind: {"data": [{"sentences": texts}]} for kind, texts in sends.items() if texts
            },
            "expansion_rules": dict(rules),
            "lists": {slot: {"wildcard": True} for slot in _SLOTS | _PERFORMED},
        }
    )
    for intent in intents.intents.values():
        for data in intent.data:
            # hassil parses at the first use, which would be inside a turn.
            for sentence in data.sentences:
                sentence.get_required_clauses(intents.expansion_rules)
    return intents


def _end(language: Language) -> str:
    return r"(?!\w)" if language.spaced else ""


def _either(texts: Iterable[str]) -> str:
    """Return a pattern for any of the texts, the longest first; for none of none."""
    longest_first = sorted(set(texts), key=len, reverse=True)
    return "|".join(re.escape(text).replace(r"\ ", r"\s+") for text in longest_first) or r"(?!)"


def _anywhere_in_front(polite: Iterable[str], language: Language) -> re.Pattern[str]:
    # Possessive: however many there are, none is tried twice.
    return re.compile(rf"(?:\W*+(?:{_either(polite)}){_end(language)})*+\W*+", re.IGNORECASE)


def _among_these(lists: Mapping[str, list[str]], part: str, language: Language) -> re.Pattern[str]:
    """Return what matches one of these texts, whatever else may be in front of a sentence around it."""
    end, wanted = _end(language), _either(lists[part])
    before = _either((*lists["polite"], *lists["fillers"]))
    around = _either((*lists["polite"], *lists["fillers"], *lists[part]))
    # Possessive: however many there are, none is tried twice.
    return re.compile(
        rf"(?:\W*+(?!(?:{wanted}){end})(?:{before}){end})*+\W*+(?:{wanted}){end}"
        rf"(?:\W*+(?:{around}){end})*+\W*+",
        re.IGNORECASE,
    )


def _introducing(told: Iterable[str], rules: Mapping[str, Sentence]) -> tuple[str, ...]:
    """Return what stands in front of a message: the rule `saying`, and the last word before one that is told."""
    fixed = (_BEFORE_THE_BODY.fullmatch(text) for text in told)
    said = {words.split()[-1] for found in fixed if found for words in _said(found[1], rules)}
    return tuple(sorted(said.union(_said("<saying>", rules)), key=len, reverse=True))


def _said(template: str, rules: Mapping[str, Sentence]) -> Iterator[str]:
    """Yield all that a template without slots stands for, nothing where it names a rule that there is not."""
    if any(name not in rules for name in _RULE.findall(template)):
        return
    expression = parse_sentence(template).expression
    for text in sample_expression(expression, expansion_rules=dict(rules)):
        if text.strip():
            yield " ".join(text.casefold().split())


def _parse(
    language: Language, lists: Mapping[str, list[str]], rules: Mapping[str, str]
) -> tuple[dict[str, list[Sentence]], dict[str, Sentence]]:
    """Return the sentences of each part and the rules, read and checked."""
    sentences: dict[str, list[Sentence]] = {}
    named = {
        name
        for text in (*rules.values(), *chain.from_iterable(lists.values()))
        for name in _RULE.findall(text)
    }
    if unknown := named - rules.keys():
        raise LanguageDataError(f"{language.code}: sentences name unknown rules {sorted(unknown)}")
    try:
        parsed = {name: parse_sentence(text, keep_text=True) for name, text in rules.items()}
        for part in (*SENDS, ANSWERS, *QUESTIONS, AGAIN, *_BODIES):
            for text in lists[part]:
                sentence = parse_sentence(text, keep_text=True)
                slots = set(sentence.list_names(parsed))
                if not _NEEDED.get(part, set()) <= slots <= _ALLOWED.get(part, set()):
                    raise LanguageDataError(f"{language.code}: {part}: wrong slots in {text!r}")
                sentences.setdefault(part, []).append(sentence)
    except (ParseError, RecursionError) as error:  # a rule that names itself never ends
        raise LanguageDataError(f"{language.code}: a template cannot be read: {error}") from error
    return sentences, parsed


def _gate(language: Language, sentences: Iterable[Sentence], rules: dict[str, Sentence]) -> _Gate:
    """Return what turns away all that is none of the sentences."""
    first_words: set[str] = set()
    anything_first = False
    fixed_words: list[frozenset[frozenset[str]]] = []
    for sentence in sentences:
        fixed_words.append(sentence.get_required_clauses(rules))
        words, may_be_empty = _leading(sentence.expression, rules) or (set(), True)
        first_words |= words
        anything_first |= may_be_empty
    first = re.compile(rf"(?:{_either(first_words)}){_end(language)}", re.IGNORECASE)
    return _Gate(None if anything_first else first, tuple(fixed_words))


def _leading(expression: Expression, rules: Mapping[str, Sentence]) -> tuple[set[str], bool] | None:
    """Return the first words of all that an expression matches, and whether it matches nothing at all.

    None where it can begin with a slot: then anything can be its first word.
    """
    match expression:
        case TextChunk():
            words = expression.text.split()
            return ({words[0]}, False) if words else (set(), True)
        case RuleReference():
            return _leading(rules[expression.rule_name].expression, rules)
        case Alternative() | Permutation():
            found = [_leading(item, rules) for item in expression.items]
            if None in found:
                return None
            known = [item for item in found if item is not None]
            return set().union(*(item[0] for item in known)), any(item[1] for item in known)
        case Group():
            return _leading_of_sequence(expression, rules)
        case ListReference():
            return None
        case _:
            raise ValueError(f"unknown expression {type(expression).__name__}")


def _leading_of_sequence(
    sequence: Group, rules: Mapping[str, Sentence]
) -> tuple[set[str], bool] | None:
    words: set[str] = set()
    for item in sequence.items:
        found = _leading(item, rules)
        if found is None:
            return None
        words |= found[0]
        if not found[1]:
            return words, False
    return words, True
