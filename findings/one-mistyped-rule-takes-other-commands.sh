#!/usr/bin/env bash
# A sentence that names a rule which does not exist is accepted, and takes commands of other intents with it.
#
# Seen with hassil 3.12.1, which Home Assistant recognises with: a sentence with a mistyped expansion rule is parsed without a word. What is
# said is tried against it as far as it fits, and only where the rule stands does recognition raise MissingRuleError, for the whole of the
# home's sentences. So whoever has written it hears nothing wrong ("good night" is found, by the other branch), and somebody else's command
# that begins likewise, and is right, is lost: the error comes before it is looked at, or instead of it when it has been found already.
# What a home writes as its own sentences has to be tried with words that reach every branch.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check hassil==3.12.1
"$work/venv/bin/python" - <<'PYTHON'
from hassil import Intents, recognize_best
from hassil.errors import MissingRuleError


def outcome(own: str, said: str) -> str:
    """Return which intent is recognised in a home with one sentence of its own, or which error is raised."""
    sentences = {"Own": [own], "Lamp": ["turn on the lamp"], "Radio": ["good evening radio"]}
    home = {name: {"data": [{"sentences": list_}]} for name, list_ in sentences.items()}
    intents = Intents.from_dict({"language": "en", "intents": home})
    try:
        found = recognize_best(said, intents)
    except MissingRuleError as error:
        return f"{type(error).__name__}: {error}"
    return found.intent.name if found else "nothing"


seen = {
    (own, said): outcome(own, said)
    for own in ("good (night|evening <all>)", "good (night|evening)")
    for said in ("turn on the lamp", "good night", "good evening radio")
}
for (own, said), what in seen.items():
    print(f"{own!r}: {said!r} -> {what}")
error = "MissingRuleError: Missing expansion rule <all>"
assert list(seen.values()) == ["Lamp", "Own", error, "Lamp", "Own", "Radio"], "this has changed"
PYTHON
