"""What may stand last in a template is found without saying all that the template stands for."""

import pytest

from custom_components.message_guard.recognition.templates import last_part


@pytest.mark.parametrize(
    ("template", "last"),
    [
        (" (<a> <message> [<via>]|<a> heads up) [from me] [<via>] that ", "that "),
        (" sagen [<via>] <that> ", "<that> "),
        (" know [<via>] [please] ", "know [<via>] [please] "),
        (" (to say|saying) ", "(to say|saying) "),
        (" [please] ", " [please] "),
        ("", ""),
        ("って[<via>]", "って[<via>]"),
    ],
)
def test_the_last_part_that_must_be_said(template: str, last: str) -> None:
    """Two ways in one sentence stood for two and a half million, at every start."""
    assert last_part(template) == last
