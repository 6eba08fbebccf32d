"""A merge keeps the labels of numbers, e-mail addresses and addresses, computed without a database."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.model.merge import Choice, FieldSources
from service.model.profile import EMPTY_PROFILE, LIST_FIELDS, Profile
from service.use_cases.held_values import item_identity
from service.use_cases.merges.uniting import Options, arranged_for, unite
from service.use_cases.profiles.merge_patch import apply_patch
from tests.aws.test_profile_shape import DOMAIN, laws

Json = dict[str, Any]

IDS = ["a" * 32, "b" * 32, "c" * 32]
NOTATIONS: Mapping[str, Sequence[Json]] = {
    "phone_numbers": [{"value": "+1 415-555-0301"}, {"value": "(415) 555-0301"}, {"value": "4155550301"}],
    "email_addresses": [{"value": "Ann@Example.com"}, {"value": "ann@example.com"}],
    "addresses": [{"address_1": "1 Main St"}, {"address_1": "1 MAIN ST"}],
}
"""Notations of one value of each list."""


def _profile(position: int, name: str, *items: tuple[str | None, int]) -> Profile:
    """Return a profile with a list of labels and notations."""
    notations = NOTATIONS[name]
    entries = [{"type": label, **notations[number % len(notations)]} for label, number in items]
    empty = cast("Profile", {**EMPTY_PROFILE, "profile_id": IDS[position]})
    return apply_patch(empty, cast("Any", {name: entries}), DOMAIN, requires_name=False)


def _merge(profiles: Sequence[Profile], choice: Choice | None = None) -> Profile:
    own, (target, *sources) = arranged_for(FieldSources(choice or {}), profiles)
    return unite(target, sources, own, DOMAIN)


def _entries(profile: Profile, name: str) -> list[Json]:
    return cast("Mapping[str, list[Json]]", profile)[name]


@pytest.mark.parametrize("name", LIST_FIELDS)
@pytest.mark.parametrize(
    ("own", "others", "merged"),
    [
        ([None], [["mobile"], ["home"]], ["mobile"]),
        ([None], [[None], ["home"]], ["home"]),
        (["work"], [["mobile"], [None]], ["work"]),
        ([None], [[None], [None]], [None]),
        ([], [[None], ["home"]], ["home"]),
        ([None, "home"], [["home"], ["mobile"]], ["mobile", "home"]),
        ([None, "home"], [["home"], []], [None, "home"]),
        ([None], [[None, "home"], []], ["home"]),
        ([], [[None, "home"], []], ["home"]),
    ],
)
def test_a_value_without_a_label_gets_that_of_another_profile(
    name: str, own: list[str | None], others: list[list[str | None]], merged: list[str | None]
) -> None:
    """The profiles have the value in different notations. The first label is taken, and none twice."""
    labels = [own, *others]
    profiles = [
        _profile(position, name, *((label, position) for label in each))
        for position, each in enumerate(labels)
    ]
    assert [each["type"] for each in _entries(_merge(profiles), name)] == merged


def test_a_member_of_amazons_api_without_a_label_stays() -> None:
    """Without a label, a number is the member `PhoneNumber`: a merge of that API must not relabel it."""
    name = "phone_numbers"
    profiles = [_profile(0, name, (None, 0)), _profile(1, name, ("fax", 1))]
    options, (target, *sources) = arranged_for(FieldSources({}, is_amazon=True), profiles)
    assert _entries(unite(target, sources, options, DOMAIN), name) == _entries(profiles[0], name)


@pytest.mark.parametrize("name", LIST_FIELDS)
@pytest.mark.parametrize(("chosen", "label"), [(0, "mobile"), (1, "home"), (2, "mobile")])
def test_the_chosen_profile_can_lack_the_label(name: str, chosen: int, label: str) -> None:
    """Its notation comes first. Without a label of its own, it gets the first one of the others."""
    profiles = [
        _profile(0, name, ("mobile", 0)),
        _profile(1, name, ("home", 1)),
        _profile(2, name, (None, 2)),
    ]
    (entry,) = _entries(_merge(profiles, {name: IDS[chosen]}), name)
    (own,) = _entries(profiles[chosen], name)
    assert entry == {**own, "type": label}


_ITEMS = st.lists(st.tuples(st.sampled_from([None, "mobile", "home"]), st.integers(0, 2)), max_size=3)


@laws
@given(st.sampled_from(LIST_FIELDS), st.lists(_ITEMS, min_size=2, max_size=3), st.integers(0, 2))
def test_only_labels_change(name: str, lists: list[list[tuple[str | None, int]]], chosen: int) -> None:
    """No value is without a label if another profile has one, unless the label is there already."""
    profiles = [_profile(position, name, *items) for position, items in enumerate(lists)]
    choice = {name: IDS[chosen % len(lists)]}
    merged = _entries(_merge(profiles, choice), name)
    target, *sources = profiles
    plain = _entries(unite(target, sources, Options(choice, fills_labels=False), DOMAIN), name)
    assert [{**each, "type": None} for each in merged] == [{**each, "type": None} for each in plain]
    assert all(old["type"] in {None, new["type"]} for old, new in zip(plain, merged, strict=True))
    known = {label for items in lists for label, _ in items if label is not None}
    if any(each["type"] is None for each in merged):
        assert known <= {each["type"] for each in merged}
    assert len({item_identity(name, DOMAIN, each) for each in merged}) <= 1
