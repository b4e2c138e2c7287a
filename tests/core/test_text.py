"""Text that is read aloud: everything that would be sent, and nothing else."""

import re
import unicodedata

from hypothesis import assume, given, settings, strategies as st
import pytest

from custom_components.message_guard.core.signs import Signs
from custom_components.message_guard.core.text import speakable
from tests.core.conftest import read_data

SIGNS_IN_ENGLISH = Signs(read_data("en")["signs"], ".")

SHAPES = re.findall(r"\w+", "a b br break code em i p pre s span speak strong u")
TAGS = st.builds(
    "<{}{}{}>".format,
    st.sampled_from(["", "/"]),
    st.text("abcdeimnoprstuwy", min_size=1, max_size=16).filter(lambda name: name not in SHAPES),
    st.sampled_from(["", " ", "/", " /"]),
)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("<b>hi</b> there<break/>", "hi there"),
        ('<voice name="x">hi', 'voice name equals "x" hi'),
        ("a < b and c > d", "a less than b and c greater than d"),
        ("**bold** _word_ `code` ~~gone~~ ***all***", "bold word code gone all"),
        ("2*3", "2 asterisk 3"),
        ("2 * 3 * 4 = 24", "2 asterisk 3 asterisk 4 equals 24"),
        ("2**3", "2 asterisk asterisk 3"),
        ("5<6 and 6>5", "5 less than 6 and 6 greater than 5"),
        ("we are #7, see #tag and C#", "we are hash 7, see hash tag and C hash"),
        (
            "my_file a|b ~5 2^8 `x C:\\dir",
            "my underscore file a bar b tilde 5 2 caret 8 backtick x C: backslash dir",
        ),
        ("# Title\n* one\n> two", "Title one two"),
        ("********", "asterisk asterisk asterisk"),
        ("a[0] {b}", "a(0) (b)"),
        ("[link](http://x)", "link (http://x)"),
        ("left\u202eright\u200bzero\u0007bell", "leftrightzero bell"),
        ("line\nbreak\u2028too", "line break too"),
        ("Zoë & Jo: 5 % 🙂", "Zoë and Jo: 5 percent 🙂"),
        ("\ud800x", "x"),
        ("<<b>b>x", "less than b b greater than x"),
        ("<break> the <a> <code>", "break the a code"),
        ("</strong> men", "strong men"),
        ("a<br>b", "a b"),
        ("<B>a</B> <i>b</i> <u>c</u> <s>d</s><br><p>e</p>", "a b c d e"),
        ("<em>a</em> <strong>b</strong> <code>c</code> <pre>d</pre>", "a b c d"),
        ("<speak><a>b</a> <span>c</span><break /></speak>", "b c"),
        ("<wire> <ALL> <the> <mon3y/>", "wire ALL the mon3y/"),
        ("<bank> <prepay> <b\N{NO-BREAK SPACE}>", "bank prepay b"),
    ],
)
def test_only_what_a_voice_should_read_is_read(text: str, spoken: str) -> None:
    """Markup that gives words a shape, and what nobody would see, is left out."""
    assert speakable(text, SIGNS_IN_ENGLISH) == spoken


def test_what_is_changed_before_it_is_read_and_sent_loses_its_signs() -> None:
    assert speakable("2*3 <b>x</b> #7") == "2 3 x 7"
    assert speakable("-5 €, 10-12 & 5 %") == "-5 €, 10-12 & 5 %"


@settings(max_examples=300)
@given(text=st.lists(st.text(max_size=20) | TAGS, max_size=10).map("".join))
def test_every_letter_that_would_be_sent_is_read(text: str) -> None:
    """In its order, save for the names of tags that shape words."""
    assume(re.search(rf"</?({'|'.join(SHAPES)})\s?/?>", text, re.IGNORECASE) is None)
    assert letters(speakable(text)) == letters(unicodedata.normalize("NFC", text))


def letters(text: str) -> str:
    """Return nothing but letters and digits."""
    return "".join(character for character in text if character.isalnum())
