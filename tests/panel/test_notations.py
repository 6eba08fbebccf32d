"""The panel shows two values as the same in both profiles only if a merge keeps one of them."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from service.matching.phone import stored_numbers
from service.model.characters import is_blank
from service.model.search_key import KeyType, SearchKey
from service.use_cases.held_values import HeldValues, items_not_held
from tests.aws.test_profile_shape import DOMAIN

_ROOT = Path(__file__).parents[2]
_MODULE = _ROOT / "service" / "panel" / "static" / "views" / "merging" / "notations.js"
_NODE = shutil.which("node") or str(_ROOT / ".venv" / "bin" / "node")
_FORMS = """
    import { readFileSync } from "node:fs";
    const { formOfKey, formOfList } = await import(process.argv[1]);
    const { list, type, items } = JSON.parse(readFileSync(0, "utf8"));
    console.log(JSON.stringify(items.map(type ? formOfKey({ type }) : formOfList(list))));
"""
_PIECES = [
    *"aAéÉßÅøë\u0301İ\u0131йи株()ｶカか019\uff11²-\u2013., \u3000'\u2019\"_+/\u200b",
    *("ss", "株式会社", "10", "1.0", "e+2", "@x.com", "@X.com", "ext. 5", "; "),
    *("555-0190", "(312) 555-0190", "+1 312 555 0190", "+13125550190"),
]
_NUMBERS = ("+13125550190", "(312) 555-0190", "+1 206 555 0111", "+12065550122")


def _texts(seed: int) -> list[str]:
    """Return texts of a few pieces, many of which differ only in one sign."""
    random = Random(seed)  # noqa: S311 - no secret
    texts = {"".join(random.choices(_PIECES, k=random.randint(1, 3))).strip() for _ in range(4_000)}
    return sorted(text for text in texts if not is_blank(text))


def _same_pairs(items: Sequence[Any], **of: str) -> Iterator[tuple[Any, Any]]:
    """Yield pairs of items that the panel takes for notations of one value."""
    command = [
        _NODE,
        "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
        "--input-type=module",
        "--eval",
        _FORMS,
    ]
    given = json.dumps({"items": items, **of})
    output = subprocess.run([*command, str(_MODULE)], input=given, check=True, capture_output=True, text=True)
    by_form: dict[str, list[Any]] = {}
    for item, form in zip(items, json.loads(output.stdout), strict=True):
        by_form.setdefault(form, []).append(item)
    for same in by_form.values():
        yield from pairwise(same)
        yield from pairwise(same[::-1])


@pytest.mark.parametrize("type_", list(KeyType))
def test_values_of_a_search_key_that_the_panel_takes_for_the_same_are_one_value(type_: KeyType) -> None:
    """Of every type of search keys."""
    key = SearchKey(name="card", label="Card", type=type_)
    pairs = list(_same_pairs(_texts(1), type=type_))
    assert [(a, b) for a, b in pairs if b not in HeldValues(key, "US", [a])] == []
    assert pairs or type_ in {KeyType.PHONE, KeyType.IDENTIFIER}


@pytest.mark.parametrize("name", ["phone_numbers", "email_addresses", "addresses"])
def test_items_of_a_list_that_the_panel_takes_for_the_same_are_one_item(name: str) -> None:
    """Numbers have their E.164 form, also that of the first of two numbers. Each address has two lines."""
    texts = _texts(2)
    items: list[Any] = [{"type": None, "value": text} for text in texts]
    if name == "phone_numbers":
        texts += [f"{one}; {other}" for one, other in permutations(_NUMBERS, 2)]
        items = [{"type": None, **stored_numbers.read(text, "US")} for text in texts]
    elif name == "addresses":
        cities = [*texts[1:], None]
        items = [{"type": None, "address_1": a, "city": b} for a, b in zip(texts, cities, strict=True)]
        items += [{"type": None, "address_1": text, "city": None} for text in texts]
        items += [{"type": None, "address_1": None, "city": text} for text in texts]
    pairs = list(_same_pairs(items, list=name))
    assert pairs
    assert [(a, b) for a, b in pairs if items_not_held(name, [b], [a], DOMAIN)] == []
