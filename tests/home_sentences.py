"""What people say to Home Assistant: sentences drawn from its own templates, in every language it has."""

from collections.abc import Iterator, Sequence
from importlib.resources import files
import json
import random
from typing import Any

from hassil import parse_sentence
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)

HOME_CODES = {"zh-Hans": "zh-CN"}


def home_sentences(code: str, names: Sequence[str], each: int, seed: int) -> Iterator[str]:
    """Yield so many sentences of each template, with these names for rooms, devices, people and texts."""
    path = files("home_assistant_intents") / "data" / f"{HOME_CODES.get(code, code)}.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    for intent in data["intents"].values():
        for block in intent["data"]:
            rules = {**data["expansion_rules"], **block.get("expansion_rules", {})}
            draw = _Draw(rules, data["lists"], names, random.Random(seed))
            for template in block["sentences"]:
                for _ in range(each):
                    yield " ".join(draw.text(template).split())


def draw(data: dict[str, Any], block: dict[str, Any], template: str, seed: int) -> str:
    """Return one sentence of a template, which may be a part of one of a block's."""
    rules = {**data["expansion_rules"], **block.get("expansion_rules", {})}
    return _Draw(rules, data["lists"], [""], random.Random(seed)).text(template)


class _Draw:
    """Draws one sentence of a template."""

    def __init__(
        self,
        rules: dict[str, str],
        lists: dict[str, Any],
        names: Sequence[str],
        chance: random.Random,
    ) -> None:
        self._rules = rules
        self._lists = lists
        self._names = names
        self._chance = chance

    def text(self, template: str) -> str:
        return self._said(parse_sentence(template).expression)

    def _said(self, expression: Expression) -> str:
        match expression:
            case TextChunk():
                return str(expression.text)
            case Alternative():
                return self._said(self._chance.choice(expression.items))
            case Permutation():
                items = self._chance.sample(expression.items, len(expression.items))
                return " ".join(map(self._said, items))
            case Group():
                return "".join(map(self._said, expression.items))
            case RuleReference():
                return self.text(self._rules[expression.rule_name])
            case ListReference():
                return self._one_of(expression.list_name)
            case _:
                raise ValueError(type(expression).__name__)

    def _one_of(self, name: str) -> str:
        known = self._lists.get(name, {"wildcard": True})
        if "range" in known:
            return str(self._chance.randint(known["range"]["from"], known["range"]["to"]))
        if "values" not in known:
            return self._chance.choice(self._names)
        value = self._chance.choice(known["values"])
        return self.text(value if isinstance(value, str) else value["in"])
