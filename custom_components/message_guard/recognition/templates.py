"""Templates: one language's ways to ask, read from its file, and the gate that turns other talk away."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
import re

from hassil import Intents, parse_sentence
from hassil.expression import Sentence
from hassil.parser import ParseError
from hassil.sample import sample_expression

from ..core.errors import LanguageDataError
from ..core.language import Language
from .gate import Gate, either, end_of_word, gate
from .recognised import Kind
from .tolerant import WAYS, TolerantSentences

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

AGAIN = "again"
"""Sentences that ask to hear a question once more: nobody's of ours where nothing waits."""

TOO = "too"
"""The intent of sentences that name somebody beside those whom a question is about."""

WHOSE = "whose"
"""The intent of sentences that say whose a message is, and may be words of one: "it is for Ben"."""

CHANGED = ("instead", WHOSE, TOO)
"""Sentences that name others than the question does, for the same words: nobody's of ours where nothing waits."""

SENDS = ("delimited", "contact_only", "tell_delimited", "tell_contact")
"""Sentences that name a recipient."""

WORDED = ("worded", "tell_worded")
"""Sentences to contacts in which only the words themselves tell that they are some: "send I'm late to Anna"."""

REMINDERS = "reminders"
"""Sentences to contacts that others may keep for later: ours only where nobody else understands them."""

TELL = "tell"
"""The intent of sentences with which people talk to things and assistants, too."""

_WORDS = (
    "polite",
    "fillers",
    "hesitations",
    "both",
    "corrections",
    "meant",
    "waits_for",
    "wanting",
    WAYS,
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
_IN_FRONT = ("polite", "fillers", "wanting", "joiners")
"""Words that may be written as templates, without slots: "would you (mind|like)"."""

_BODIES = ("performed", "denied", "ambiguous", "ambiguous_told", "words")
"""What is behind a name, told by itself: templates of bodies."""

_PARTS = frozenset(
    {*_WORDS, *_BODIES, "rules", *SENDS, *WORDED, REMINDERS, *QUESTIONS, ANSWERS, AGAIN, *CHANGED}
)
_SLOTS = frozenset({"recipient", "body"})
_PERFORMED = frozenset({"any", "more"})
_NAME = "{name}"
_NOUN = "<message>"
_EXACTLY = "<exact_"
"""A rule of this name is in a sentence of which no word may be misheard: there are too many ways to begin so."""
_RULE = re.compile(r"<([^<>]*)>")
_BODY_AT_THE_END = re.compile(r"\s*\[?\{body\}\]?\s*\Z")
_ENDS_WITH_NAME = re.compile(r"(.*\{recipient\})(?:\s*\[[^\[\]]*\])*\s*(?:\[?\{body\}\]?)?\s*")
_BEFORE_THE_BODY = re.compile(r".*\{recipient\}([^{}]*)\{body\}")
_NEEDED = (
    {part: {"recipient"} for part in (*SENDS, *CHANGED, ANSWERS, "said")}
    | {part: {"body"} for part in ("change", "answer", "vague_answer")}
    | {part: {"recipient", "body"} for part in (*WORDED, REMINDERS)}
)
_ALLOWED = {
    **dict.fromkeys((*SENDS, *WORDED, REMINDERS, ANSWERS), _SLOTS),
    **dict.fromkeys(CHANGED, frozenset({"recipient", "any"})),
    "change": {"body"},
    "answer": {"body"},
    "vague_answer": {"body"},
    "said": {"recipient"},
    "status": {"recipient"},
    "vague_status": {"recipient"},
    **dict.fromkeys(_BODIES, _PERFORMED),
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Templates:
    """One language's ways to ask.

    Attributes:
        polite: Matches what may stand in front ("could you please", "um").
        corrected: Matches it with what takes back what was said before ("no, wait"), at least one of these.
        wanting: Matches it with what somebody wants in front of it ("I'd like to"), at least one of these.
        meant: Finds in it what puts another name in the place of the one before ("I mean").
        waits_for: Finds what begins like it and says to wait for somebody ("wait for").
        beside: Matches what belongs to a name and says nothing of who it is: by which way ("via WhatsApp"), "um".
        before: Matches what is in front of a name and says nothing of who it is: "um", "both".
        joiners: What stands between two recipients ("and also"), as `Language.name_key` has it.
        nobody: Words that no recipient begins with, unless a contact does.
        kept: Words in front of a body that belong to it ("dass").
        owners: What makes a name the owner of the thing behind it ("'s").
        phones: Things of a contact that stand for the contact, behind its name ("Ben's phone").
        phones_of: The same in front of a name, up to it ("téléphone de ").
        things: What is answered and is no message ("the door"), as `Language.words` has it.
        sent_things: What else is sent or done ("a photo"), or says no: never a word that was misheard.
        wishes: What is enough where "Shall I read it?" was asked, as `Language.words` has it.
        bodies: What may stand behind a contact's name and be no message, or not surely one, by its kind:
            "performed" ("a story"), "denied" ("nicht"), "ambiguous" ("when the washing is done"), "ambiguous_told"
            ("why the sky is blue"), the last only where things and assistants are told so, too; "words" are surely some
            by themselves ("I'm late").
        introducing: What stands in front of words that are surely a message ("saying", "that").
        nouns: What messages are called ("message", "text").
        to_contacts: Sentences whose recipient has to be a contact.
        worded: Sentences whose recipient has to be a contact, and whose words have to be "words", or in quotation marks.
        reminders: Sentences to contacts that others may keep for later.
        answers: Sentences that answer a contact.
        to_anyone: Sentences that tell by themselves where the recipient ends.
        to_marked: Sentences that end with a recipient, whose name a mark has to end.
        questions: Sentences without a recipient.
        incoming: Sentences about what has come in.
        again: Sentences that ask to hear a question once more.
        changed: Sentences that name others than a question does.
        tolerant: The sentences to contacts once more, for what is heard almost right.
    """

    polite: re.Pattern[str]
    corrected: re.Pattern[str]
    wanting: re.Pattern[str]
    meant: re.Pattern[str]
    waits_for: re.Pattern[str]
    beside: re.Pattern[str]
    before: re.Pattern[str]
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
    worded: Intents
    reminders: Intents
    answers: Intents
    to_anyone: Intents
    to_marked: Intents
    questions: Intents
    incoming: Intents
    again: Intents
    changed: Intents
    tolerant: TolerantSentences
    _sent: Gate
    _all: Gate

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
        # In front of a sentence, in it, and behind a name.
        rules |= {WAYS: f"({'|'.join(lists[WAYS])})"} if lists[WAYS] else {}
        for part in (*SENDS, ANSWERS):
            lists[part] = _with_cut_short(lists[part])
        if lists[WAYS] and language.spaced:
            for part in SENDS:
                lists[part] = [text.replace(_NOUN, f"{_NOUN} [<{WAYS}>]") for text in lists[part]]
        parsed, parsed_rules = _parse(language, lists, rules)
        sent, with_answers = (
            gate(language, [one for part in parts for one in parsed.get(part, ())], parsed_rules)
            for parts in (
                (*SENDS, *WORDED, REMINDERS, *SENT),
                (*SENDS, *WORDED, REMINDERS, ANSWERS, *QUESTIONS),
            )
        )
        via = list(_said(f"<{WAYS}>", parsed_rules))
        for part in _IN_FRONT:
            lists[part] = [said for text in lists[part] for said in _said(text, parsed_rules)]
        lists["fillers"] += lists["hesitations"]
        forgiven = [
            sentence
            for part in SENDS
            for sentence in parsed.get(part, ())
            if _EXACTLY not in (sentence.text or "")
        ]
        phones = [word.casefold() for word in lists["phones"]]
        if any(_NAME in word.removesuffix(_NAME) for word in phones):
            raise LanguageDataError(f"{language.code}: sentences: phones: {_NAME} must come last")

        def intents(**sends: list[str]) -> Intents:
            return _intents(language, sends, rules)

        return cls(
            polite=_anywhere_in_front([*lists["polite"], *lists["fillers"], *via], language),
            corrected=_among_these(lists, "corrections", language),
            wanting=_among_these(lists, "wanting", language),
            meant=_anywhere(lists["meant"], language),
            waits_for=_anywhere(lists["waits_for"], language),
            # "告诉妈妈用微信 …" is what she is to do.
            beside=_one_after_another(
                [*lists["hesitations"], *(via if language.spaced else ())], language
            ),
            before=_one_after_another([*lists["hesitations"], *lists["both"]], language),
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
            nouns=frozenset(_said(_NOUN, parsed_rules)),
            to_contacts=intents(
                send=lists["delimited"] + lists["contact_only"],
                tell=lists["tell_delimited"] + lists["tell_contact"],
            ),
            worded=intents(send=lists["worded"], tell=lists["tell_worded"]),
            reminders=intents(tell=lists[REMINDERS]),
            answers=intents(send=lists[ANSWERS]),
            to_anyone=intents(send=lists["delimited"], tell=lists["tell_delimited"]),
            to_marked=intents(
                send=_up_to_the_name(lists["contact_only"]),
                tell=_up_to_the_name(lists["tell_contact"]),
            ),
            questions=intents(**{part: lists[part] for part in SENT}),
            incoming=intents(**{part: lists[part] for part in INCOMING}),
            again=intents(again=lists[AGAIN]),
            changed=intents(**{part: lists[part] for part in CHANGED}),
            tolerant=TolerantSentences(language, forgiven, parsed_rules, lists["polite"]),
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


def _anywhere_in_front(polite: Iterable[str], language: Language) -> re.Pattern[str]:
    # Possessive: however many there are, none is tried twice.
    return re.compile(rf"(?:\W*+(?:{either(polite)}){end_of_word(language)})*+\W*+", re.IGNORECASE)


def _anywhere(texts: Iterable[str], language: Language) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{either(texts)}){end_of_word(language)}", re.IGNORECASE)


def _one_after_another(texts: Iterable[str], language: Language) -> re.Pattern[str]:
    return re.compile(rf"(?:\W*+(?:{either(texts)}){end_of_word(language)})++", re.IGNORECASE)


def _among_these(lists: Mapping[str, list[str]], part: str, language: Language) -> re.Pattern[str]:
    """Return what matches one of these texts, whatever else may be in front of a sentence around it."""
    end, wanted = end_of_word(language), either(lists[part])
    before = either((*lists["polite"], *lists["fillers"]))
    around = either((*lists["polite"], *lists["fillers"], *lists[part]))
    # Possessive: however many there are, none is tried twice.
    return re.compile(
        rf"(?:\W*+(?!(?:{wanted}){end})(?:{before}){end})*+\W*+(?:{wanted}){end}"
        rf"(?:\W*+(?:{around}){end})*+\W*+",
        re.IGNORECASE,
    )


def _introducing(told: Iterable[str], rules: Mapping[str, Sentence]) -> tuple[str, ...]:
    """Return what stands in front of a message: the rule `saying`, and the last word before one that is told."""
    fixed = (_BEFORE_THE_BODY.fullmatch(text) for text in told)
    ends = {last_part(found[1]) for found in fixed if found}
    said = {words.split()[-1] for end in ends for words in _said(end, rules)}
    every = said.union(_said("<saying>", rules))
    return tuple(sorted(every, key=lambda words: (-len(words), words)))


def last_part(template: str) -> str:
    """Return the end of a template from the last part on that must be said: what is in front of it cannot be said last."""
    depth, begins = 0, [0]
    for at, character in enumerate(template):
        depth += (character in "([{<") - (character in ")]}>")
        if not depth and character.isspace():
            begins.append(at + 1)
    for begin, end in reversed(list(pairwise([*begins, len(template)]))):
        part = template[begin:end].strip()
        if part and not (part[0] == "[" and part[-1] == "]"):
            return template[begin:]
    return template


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
        for part in (*SENDS, *WORDED, REMINDERS, *CHANGED, ANSWERS, AGAIN, *QUESTIONS, *_BODIES):
            for text in lists[part]:
                sentence = parse_sentence(text, keep_text=True)
                slots = set(sentence.list_names(parsed))
                if not _NEEDED.get(part, set()) <= slots <= _ALLOWED.get(part, set()):
                    raise LanguageDataError(f"{language.code}: {part}: wrong slots in {text!r}")
                sentences.setdefault(part, []).append(sentence)
    except (ParseError, RecursionError) as error:  # a rule that names itself never ends
        raise LanguageDataError(f"{language.code}: a template cannot be read: {error}") from error
    return sentences, parsed
