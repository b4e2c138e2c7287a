"""Wake words: what no loudspeaker of ours says, because another assistant in earshot would wake and listen.

A message may hold one, with a command behind it. It is known by how it sounds, also where it is written apart,
doubled or with other letters ("Aleksa", "al exa").
"""

from collections.abc import Iterable, Iterator
import re
import unicodedata

KNOWN = (
    # Amazon's, Apple's, Google's, Microsoft's, Samsung's, Meta's, Huawei's, Sonos'
    "alexa", "echo", "amazon", "computer", "ziggy", "siri", "hey google", "ok google", "okay google",
    "hey cortana", "cortana", "hey copilot", "bixby", "hey facebook", "hey meta", "hey portal", "hey celia",
    "hey sonos",
    # Home Assistant's: microWakeWord and openWakeWord, and what came before them
    "nabu", "jarvis", "mycroft", "rhasspy", "snips", "choo choo homie", "hey home assistant", "picovoice",
    "porcupine",
    # of telephone companies, cars and others in Europe
    "hallo magenta", "hey magenta", "ok djingo", "ok aura", "hey mercedes", "hey bmw", "hallo ida", "hej google",
    # Yandex, Sber, Naver, Kakao, Xiaomi, Baidu, Alibaba
    "alisa", "marusia", "hey clova", "hey kakao", "xiao ai tong xue", "xiao du xiao du", "tian mao jing ling",
)  # fmt: skip
"""As they are said. Of those that are people's names as well, only what nobody is called alone."""

KNOWN_ELSEWHERE = (
    "алиса", "маруся", "小爱同学", "小爱", "小度小度", "小度", "天猫精灵", "小艺小艺", "アレクサ", "アレグザ", "コンピューター",
    "오케이 구글", "헤이 구글", "하이 빅스비", "オーケーグーグル", "ねえグーグル", "好的谷歌",
)  # fmt: skip
"""The same in scripts other than Latin, found letter for letter."""

_WORD = re.compile(r"[^\W_]+")
_MOST_PIECES = 6
"""Pieces into which one may be broken: "a l e x a" has five."""

CALLS = (
    "hey",
    "hay",
    "hi",
    "ok",
    "okay",
    "okey",
    "oké",
    "okej",
    "hallo",
    "hello",
    "oye",
    "hej",
    "ehi",
)
"""What people call a house by in front of its name, and recognisers write one for the other."""

CALLS_NOT_SPACED = ("嘿", "ねえ", "ヘイ")
"""The same where words stand without spaces."""

_VERSION = re.compile(
    r"(?:[ ._-]+v\d+(?:[._]\d+)*)?(?:\.(?:tflite|onnx|ppn|umdl|pmdl))?$", re.IGNORECASE
)
"""What stands behind the name of a wake word's model: "hey_kitchen_v0.1.tflite"."""

_SPELT = (
    ("ph", "f"), ("ch", "k"), ("ck", "k"), ("sch", "s"), ("x", "ks"), ("qu", "kv"), ("ee", "i"), ("ea", "i"),
    ("ie", "i"), ("oo", "u"), ("ou", "u"), ("ce", "se"), ("ci", "si"), ("cy", "si"),
)  # fmt: skip
_LETTERS = str.maketrans("cqzyw", "kksiv")
_DOUBLED_CONSONANT = re.compile(r"([^aeiou\d])\1+")
_DOUBLED = re.compile(r"(.)\1+")


def sound(word: str) -> str:
    """Return how a word sounds, roughly: the same for what voices say alike."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    bare = _DOUBLED_CONSONANT.sub(r"\1", bare)
    for spelt, said in _SPELT:
        bare = bare.replace(spelt, said)
    return _DOUBLED.sub(r"\1", bare.translate(_LETTERS))


def as_spoken(name: str) -> str:
    """Return the name of a wake word, or of its model, as it is said: "okay nabu" for "okay_nabu_v0.1"."""
    written = _VERSION.sub("", unicodedata.normalize("NFKC", name).strip(), count=1)
    return " ".join(written.replace("_", " ").split())


def without_call(name: str) -> str:
    """Return a wake word, as it is said, without the call in front of it: "jarvis" of "hey jarvis"; "" if it has none."""
    for call in CALLS_NOT_SPACED:
        if name.startswith(call):
            return name.removeprefix(call).strip()
    first, _, rest = name.partition(" ")
    return rest if first.casefold() in CALLS else ""


class WakeWords:
    """The wake words that are not to be said in one home."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        """Know the usual ones, and those of the home's own satellites ("okay_nabu", "Hey Jarvis")."""
        said = [as_spoken(name) for name in own]
        self._sounds: frozenset[str] = frozenset(
            sound("".join(_WORD.findall(name)))
            for name in (*KNOWN, *said, *map(without_call, said))
        ) - {""}
        self._longest = max(map(len, self._sounds))

    def unsaid(self, text: str, instead: str) -> str:
        """Return the text with something else in the place of each wake word."""
        text = unicodedata.normalize("NFKC", text)
        for name in KNOWN_ELSEWHERE:
            text = re.sub(re.escape(name), f" {instead} ", text, flags=re.IGNORECASE)
        pieces = list(_WORD.finditer(text))
        kept, done = [], 0
        for first, after in self._found([piece[0] for piece in pieces]):
            kept += [text[done : pieces[first].start()], instead]
            done = pieces[after - 1].end()
        return " ".join("".join((*kept, text[done:])).split()) if kept else text

    def heard_in(self, text: str) -> bool:
        """Return whether a wake word is heard in what a voice makes of a text."""
        return self.unsaid(text, "\N{OBJECT REPLACEMENT CHARACTER}") != unicodedata.normalize(
            "NFKC", text
        )

    def _found(self, words: list[str]) -> Iterator[tuple[int, int]]:
        """Yield from which word to before which one each of them goes, the longest first."""
        at = 0
        while at < len(words):
            after = self._ends(words, at)
            if after is None:
                at += 1
                continue
            yield at, after
            at = after

    def _ends(self, words: list[str], first: int) -> int | None:
        found = None
        joined = ""
        for after in range(first + 1, min(first + _MOST_PIECES, len(words)) + 1):
            joined += words[after - 1]
            if len(joined) > 4 * self._longest:
                break
            said = sound(joined)
            if said in self._sounds or said.removesuffix("s") in self._sounds:
                found = after
        return found
