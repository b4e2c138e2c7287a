"""One canonical encoding, whichever encoder Python has."""

import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.ledger.format import encoding

VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_both_encoders_agree(value: Any) -> None:
    """On what comes in order, as every canonical line does."""
    line = encoding.canonical(value)
    in_order = json.loads(line)
    assert encoding.encoded_in_order(in_order) == line


def test_a_python_without_the_fast_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives the same lines."""
    monkeypatch.setattr(json.encoder, "c_make_encoder", None)
    value = {"a": [1, "é\n\u2028", None, True], "b": {}}
    assert encoding._encoder(sort=False)(value) == encoding.encoded_in_order(value)
