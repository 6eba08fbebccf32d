"""Queries for the ``lookup`` index. ``test_search_plans.py`` tests their plans."""

import re
from typing import Any

import pytest
from bson import encode
from hypothesis import given, settings
from hypothesis import strategies as st

from service.store.profiles import queries

property_settings = settings(derandomize=True, deadline=None, database=None, max_examples=300)

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=20)


def test_every_query_has_the_domain_and_lookup_first() -> None:
    """The fields are in the order of the index. A page begins after an ID."""
    query = queries.with_any("d", ["a:1"], "0f")
    assert list(query) == ["domain", "lookup", "_id"]
    assert query == {"domain": "d", "lookup": {"$in": ["a:1"]}, "_id": {"$gt": "0f"}}
    assert list(queries.starting_with("d", ["a:"])) == ["domain", "lookup"]


@pytest.mark.parametrize(
    ("after", "until", "bounds"),
    [
        (None, None, {}),
        ("0a", None, {"_id": {"$gt": "0a"}}),
        (None, "0f", {"_id": {"$lte": "0f"}}),
        ("0a", "0f", {"_id": {"$gt": "0a", "$lte": "0f"}}),
    ],
)
def test_the_first_group_gives_the_index_bounds(
    after: str | None, until: str | None, bounds: dict[str, Any]
) -> None:
    """The other groups filter the profiles of the first group."""
    scan, *_, others, _ = queries.scan_first_group("d", [["a:1", "a:2"], ["b:1"], ["c:1"]], after, until, 21)
    assert scan["$match"] == {"domain": "d", "lookup": {"$in": ["a:1", "a:2"]}, **bounds}
    assert others["$match"] == {"$and": [{"lookup": {"$in": ["b:1"]}}, {"lookup": {"$in": ["c:1"]}}]}


@property_settings
@given(TEXT, TEXT)
def test_a_prefix_is_taken_literally(prefix: str, rest: str) -> None:
    """Characters with a meaning in regular expressions match only themselves."""
    (pattern,) = queries.starting_with("d", [prefix])["lookup"]["$in"]
    assert pattern.search(prefix + rest)
    assert bool(pattern.search(rest)) == rest.startswith(prefix)


@property_settings
@given(TEXT)
def test_the_pattern_of_a_prefix_has_no_flags(prefix: str) -> None:
    """With a flag, MongoDB would not read a range of the index."""
    (pattern,) = queries.starting_with("d", [prefix])["lookup"]["$in"]
    assert encode({"p": pattern}).endswith(b"\x00\x00\x00")
    assert not pattern.flags & (re.UNICODE | re.IGNORECASE)


@pytest.mark.parametrize("after", [None, "0f"])
def test_no_group_has_a_condition_on_the_id(after: str | None) -> None:
    """Only the first group can have a hint. With a condition, the others would scan the ``_id`` index."""
    pipeline = queries.match_all("d", [["a:1"], ["b:1"], ["c:1"]], after, 21)
    matches: list[Any] = [pipeline[0]["$match"]]
    matches += [stage["$unionWith"]["pipeline"][0]["$match"] for stage in pipeline if "$unionWith" in stage]
    assert len(matches) == 3
    assert all("_id" not in condition for condition in matches)
