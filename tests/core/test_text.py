"""Text that is read aloud: everything that would be sent, and nothing else."""

import re
import unicodedata

from hypothesis import assume, given, settings, strategies as st
import pytest

from custom_components.message_guard.core.text import speakable

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
        ('<voice name="x">hi', 'voice name="x" hi'),
        ("a < b and c > d", "a b and c d"),
        ("**bold** _word_ `code` #tag", "bold word code tag"),
        ("[link](http://x)", "link (http://x)"),
        ("left\u202eright\u200bzero\u0007bell", "leftrightzero bell"),
        ("line\nbreak\u2028too", "line break too"),
        ("Zoë & Jo: 5 % 🙂", "Zoë & Jo: 5 % 🙂"),
        ("\ud800x", "x"),
        ("<<b>b>x", "b b x"),
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
    assert speakable(text) == spoken


@settings(max_examples=300)
@given(text=st.lists(st.text(max_size=20) | TAGS, max_size=10).map("".join))
def test_every_letter_that_would_be_sent_is_read(text: str) -> None:
    """In its order, save for the names of tags that shape words."""
    assume(re.search(rf"</?({'|'.join(SHAPES)})\s?/?>", text, re.IGNORECASE) is None)
    assert letters(speakable(text)) == letters(unicodedata.normalize("NFC", text))


def letters(text: str) -> str:
    """Return nothing but letters and digits."""
    return "".join(character for character in text if character.isalnum())
