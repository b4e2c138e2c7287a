"""Signs that voices leave out are said: whoever confirms a message has heard all of it."""

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.message_guard.core.heard_again import is_heard_again
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.proof import (
    Verdict,
    interpret,
    is_echo,
    phrase_challenge,
)
from custom_components.message_guard.core.read_aloud import ReadAloud
from custom_components.message_guard.core.signs import DECIMALS, NAMED
from tests.core.conftest import CODES, read_data

HYPHENS = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{MINUS SIGN}"
MINUSES = HYPHENS + "\N{SMALL HYPHEN-MINUS}\N{FULLWIDTH HYPHEN-MINUS}\N{HEAVY MINUS SIGN}"


def tongue(code: str) -> Language:
    """Return a language, read from its file."""
    return Language.from_data(code, read_data(code))


LANGUAGES = {code: tongue(code) for code in CODES}


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("it is -5 °C", "it is minus 5 degrees Celsius"),
        ("(-5) or:-.5 or -½", "(minus 5) or:minus dot 5 or minus one half"),
        ("5 − 3, 5 -3", "5 minus 3, 5 minus 3"),  # noqa: RUF001 - minus
        ("5-3, 10–12, 10 - 12, 9—10", "5 dash 3, 10 dash 12, 10 dash 12, 9 dash 10"),  # noqa: RUF001 - dashes
        ("-5--3", "minus 5 dash minus 3"),
        (
            "10am-12pm, 5%-7%, $5-$7",
            "10am dash 12pm, 5 percent dash 7 percent, 5 dollars dash 7 dollars",
        ),
        ("it is - 5 or – 6", "it is dash 5 or dash 6"),  # noqa: RUF001 - dashes
        (
            "COVID-19, B-52, twenty-five, Mo-Fr, well - yes",
            "COVID-19, B-52, twenty-five, Mo-Fr, well - yes",
        ),
        ("wait — 5 minutes", "wait — 5 minutes"),
        ("on 2026-11-29 or 29-11-2026", "on 2026 11 29 or 29 11 2026"),
        ("+49 or 5+", "plus 49 or 5 plus"),
        ("a B-, or 2-.", "a B dash, or 2 dash."),
        ("x->y, x <- y, x<-5", "x arrow right y, x arrow left y, x less than minus 5"),
        (
            "a>=b, a<=b, a!=b, +/-5",
            "a greater than or equal to b, a less than or equal to b, a not equal to b, plus or minus 5",
        ),
        ("3/4, 50 / 50, km/h", "3 slash 4, 50 slash 50, km/h"),
        ("29/11/2026", "29/11/2026"),
        ("2½ or ½ or 1⅛", "2 and one half or one half or 1 and 1 slash 8"),
        ("5m², 2³", "5m squared, 2 cubed"),
        (".5 litres", "dot 5 litres"),
        (
            "1.5 and 1,5 and 1,000.50 and 1.000,5",
            "1.5 and 1 comma 5 and 1,000.50 and 1.000 comma 5",
        ),
        ("1'000'000 or 1\N{NO-BREAK SPACE}000", "1000000 or 1000"),
        ("$5, -$5.50, 5 €, US$5", "5 dollars, minus 5.50 dollars, 5 euros, US 5 dollars"),
        ("$5 million, $5k, 5€ 3 times", "dollars 5 million, dollars 5k, 5 euros 3 times"),
        ("R$ 5", "R$ 5"),
        ("∞ or ₿5", "a sign or a sign 5"),
        ("Mum & Dad, R&D", "Mum and Dad, R and D"),
        ("a-b@c-d.org", "a dash b at c dash d dot org"),
        ("https://a.de/b?c=d", "https://a dot de slash b?c equals d"),
        ("-----", "-----"),
        ("=====", "equals equals equals"),
        ("７％ ＋ 5℃", "７ percent plus 5 degrees Celsius"),  # noqa: RUF001 - full width
    ],
)
def test_signs_are_said_in_english(english: Language, text: str, spoken: str) -> None:
    assert english.speakable(text) == spoken


@pytest.mark.parametrize(
    ("code", "text", "spoken"),
    [
        ("de", "Es sind –5 °C, um 1.5 mehr", "Es sind minus 5 Grad Celsius, um 1 Punkt 5 mehr"),  # noqa: RUF001 - dash
        ("de", "vom 3.-5. Mai, 1.000,5 km", "vom 3. Strich 5. Mai, 1.000,5 km"),
        ("es", "¾ l", "tres cuartos l"),
        ("fr", "≥ 18 ans", "supérieur ou égal à 18 ans"),
        ("nl", "1.5 of 1,5", "1 punt 5 of 1,5"),
        ("pl", "-5 stopni za 5 €", "minus 5 stopni za 5 euro"),
        ("pt-BR", "das 10-12, R$ 5", "das 10 traço 12, R$ 5"),
        ("zh-Hans", "今天-5℃", "今天负 5 摄氏度"),
        ("zh-Hans", "还有５％的电", "还有 百分之５ 的电"),  # noqa: RUF001 - full width
        ("zh-Hans", "多少%", "多少 百分之"),
        ("ja", "気温は-5℃、10～12時", "気温はマイナス 5 度、10 チルダ 12時"),  # noqa: RUF001 - full width
        ("ja", "そうだね～", "そうだね～"),  # noqa: RUF001 - drawn out, and no sign
        ("ja", "90°Fです", "華氏90度 です"),
    ],
)
def test_signs_are_said_in_every_language(code: str, text: str, spoken: str) -> None:
    assert LANGUAGES[code].speakable(text) == spoken


@pytest.mark.parametrize("code", CODES)
@given(
    before=st.sampled_from(["", "a ", "(", "“", ": "]),
    minus=st.sampled_from(MINUSES),
    number=st.integers(0, 10**6),
    behind=st.sampled_from(["", " b", "°", " €", "%", ".", ")"]),
)
@settings(max_examples=40)
def test_no_minus_is_left_out(code: str, before: str, minus: str, number: int, behind: str) -> None:
    """However it is written, and whatever it stands between."""
    language = LANGUAGES[code]
    spoken = language.speakable(f"{before}{minus}{number}{behind}")
    assert f"{language.signs.names['\N{MINUS SIGN}']} " in spoken
    assert str(number) in spoken


@pytest.mark.parametrize("code", CODES)
@given(
    first=st.integers(0, 999),
    dash=st.sampled_from([*HYPHENS, "—", " - ", " – "]),  # noqa: RUF001 - dashes
    last=st.integers(0, 999),
)
@settings(max_examples=40)
def test_two_numbers_are_never_run_together(code: str, first: int, dash: str, last: int) -> None:
    names = LANGUAGES[code].signs.names
    expected = names["\N{MINUS SIGN}" if dash == "\N{MINUS SIGN}" else "-"]
    assert LANGUAGES[code].speakable(f"{first}{dash}{last}") == f"{first} {expected} {last}"


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("sign", sorted(NAMED - {"other", "/", ",", "."}))
def test_every_sign_has_a_word_in_every_language(code: str, sign: str) -> None:
    """One of letters alone, which any voice of the language says."""
    spoken = LANGUAGES[code].speakable(f"{sign}5")
    word = spoken.replace("5", "").strip()
    assert sum(map(str.isalpha, word)) >= 1
    assert sign == "°C" or sign not in spoken.replace("snabel-a", "")


@given(
    parts=st.lists(
        st.text(max_size=4) | st.sampled_from(sorted(NAMED)) | st.from_regex(r"\A\d{1,4}\Z"),
        max_size=12,
    )
)
@settings(max_examples=200)
def test_every_digit_is_said_in_its_order(parts: list[str]) -> None:
    """Whatever stands around it, in every language."""
    text = "".join(parts)
    for language in LANGUAGES.values():
        spoken = language.speakable(text)
        assert digits(spoken) == digits(text) or any(
            sign in text for sign in "⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅟↉¼½¾"
        )


def digits(text: str) -> str:
    """Return nothing but digits."""
    return "".join(character for character in text if character.isdecimal())


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ("-5 °C", "-5 °C"),
        ("-5 °C", "−5°C"),  # noqa: RUF001 - minus
        ("10-12", "10–12"),  # noqa: RUF001 - dash
        ("3/4 & ½", "3/4 & ½"),
        ("5 €, 20 %", "5€, 20%"),
        ("$20", "$20"),
        ("≥ 18", "≥18"),
    ],
)
def test_a_question_is_known_however_a_recogniser_writes_its_signs(
    code: str, sent: str, heard: str
) -> None:
    """And a proof that comes with it is none."""
    language = LANGUAGES[code]
    body = language.speakable(sent)
    question = language.say("question_phrase", recipient="Anna", body=body)
    challenge = phrase_challenge("abra cadabra simsalabim", language)
    assert challenge.level is Level.PHRASE
    again = question.replace(body, heard)
    assert interpret(again, challenge, language, [question]) is Verdict.ECHO
    assert is_echo(again, language, [question])
    assert any(
        is_heard_again(way, question, language) for way in (again, language.speakable(again))
    )


@pytest.mark.parametrize(
    "heard", ["-5 degrees", "minus 5 degrees", "minus five degrees", "it's -5 degrees"]
)
def test_a_message_with_a_minus_is_known_when_it_is_heard_again(
    english: Language, heard: str
) -> None:
    aloud = ReadAloud()
    aloud.say("kitchen", english.speakable("it's -5 degrees outside"), 0.0)
    assert aloud.is_echo(heard, english, None, 1.0)
    assert not aloud.is_echo("turn the heating to 5", english, None, 1.0)


@pytest.mark.parametrize(
    ("body", "heard"),
    [
        ("it is -5 °C outside", "To an it, it is minus 5 degrees Celsius outside."),
        ("come at 10–12", "to Anna, come at 10-12."),  # noqa: RUF001 - dash
        ("we need 2½ l and 1,5 kg", "To Anna, we need to in 1.5L and 1.5KG."),
        ("pay Ben $50 and 20 %", "To Anna, pay been $50.20%."),
        ("only if you are ≥ 18", "To Anna, only if you are greater than or equal to 18,"),
    ],
)
def test_a_question_is_known_as_whisper_writes_it(english: Language, body: str, heard: str) -> None:
    """Whisper base, listening to Piper."""
    question = english.say("question_phrase", recipient="Anna", body=english.speakable(body))
    challenge = phrase_challenge("please deliver the message", english)
    again = f"{heard} It goes out when you say your phrase."
    assert interpret(again, challenge, english, [question]) is Verdict.ECHO


def test_a_voice_leaves_out_the_other_decimal_mark() -> None:
    for language in LANGUAGES.values():
        assert language.signs.decimal in DECIMALS
        other = next(iter(DECIMALS - {language.signs.decimal}))
        assert language.speakable(f"1{language.signs.decimal}5") == f"1{language.signs.decimal}5"
        assert language.speakable(f"1{other}5") == f"1 {language.signs.names[other]} 5"
        assert language.speakable(f"1{other}500") == f"1{other}500"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("de", "Wir kommen am 31.12. um 18.30 Uhr"),
        ("de", "am 3.4. oder 5.6., abends"),
        ("de", "bis 31.12."),
        ("cs", "31.12. v 18.30"),
        ("pl", "31.12. o 9.05"),
        ("nl", "om 18.30 uur"),
        ("sv", "kl 18.30"),
    ],
)
def test_a_day_and_a_time_are_read_as_they_are_written(code: str, text: str) -> None:
    """Nobody says "thirty-one point twelve" for the last day of the year."""
    language = LANGUAGES.get(code)
    assert language is not None
    assert language.speakable(text) == text


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("nl", "het weegt 1.5.", "het weegt 1 punt 5."),
        ("nl", "1.5 kg", "1 punt 5 kg"),
        ("de", "99.50 Euro", "99 Punkt 50 Euro"),
    ],
)
def test_what_may_be_no_day_keeps_its_point(code: str, text: str, said: str) -> None:
    language = LANGUAGES.get(code)
    assert language is not None
    assert language.speakable(text) == said
