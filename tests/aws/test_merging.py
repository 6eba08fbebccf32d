"""The members of a merged profile are those that Amazon's documentation promises, without I/O."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.aws.profile_shape import to_members
from service.errors.requests import InvalidRequest
from service.model.amazon import PLACES, TEXTS, TWINS
from service.model.merge import FieldSources
from service.model.profile import LIST_FIELDS, Profile
from service.use_cases.amazon.merging import choice_of
from service.use_cases.held_values import items_not_held
from service.use_cases.merges.uniting import arranged_for, unite
from tests.aws.shapes import members, profiles
from tests.aws.test_profile_shape import DOMAIN, create, laws

Json = dict[str, Any]

IDS = ["a" * 32, "b" * 32, "c" * 32]
MEMBERS = [*TEXTS, *TWINS, *PLACES, "ProfileType", "EngagementPreferences"]
few = settings(laws, max_examples=30)
"""Three profiles take long to generate."""
CHOICES = st.dictionaries(st.sampled_from(MEMBERS), st.sampled_from(IDS), max_size=6)


def _merge(stored: Sequence[Profile], sources: Mapping[str, Any]) -> Json:
    """Return the members of the merged profile, without its ID."""
    named = [cast("Profile", {**each, "profile_id": id_}) for each, id_ in zip(stored, IDS, strict=True)]
    options, (main, *others) = arranged_for(FieldSources(choice_of(sources), is_amazon=True), named)
    merged = to_members(unite(main, others, options, DOMAIN))
    del merged["ProfileId"]
    return merged


def _shown(stored: Sequence[Profile]) -> list[Json]:
    return [to_members(each) for each in stored]


def _part(values: Json, name: str) -> Json:
    """Return a member with its twin for free text, if it has one."""
    names = [name, f"{name}String"] if name in TWINS else [name]
    return {each: values[each] for each in names if each in values}


def _expected(shown: Sequence[Json], chosen: Mapping[str, Any]) -> Json:
    expected: Json = {}
    for name in MEMBERS:
        parts = [_part(each, name) for each in shown]
        if name in chosen:
            expected |= parts[IDS.index(chosen[name])]
        elif name == "EngagementPreferences":
            lists = {kind: each for part in reversed(parts) for kind, each in part.get(name, {}).items()}
            expected |= {name: lists} if lists else {}
        else:
            expected |= next(filter(None, parts), {})
    attributes = {name: each for part in reversed(shown) for name, each in part.get("Attributes", {}).items()}
    for name, profile_id in chosen.get("Attributes", {}).items():
        attributes.pop(name, None)
        own = shown[IDS.index(profile_id)].get("Attributes", {})
        attributes |= {name: own[name]} if name in own else {}
    return expected | ({"Attributes": attributes} if attributes else {})


@few
@given(st.lists(members(removals=False), min_size=3, max_size=3), CHOICES, st.data())
def test_each_member_is_that_of_the_chosen_profile_or_of_the_first_one_with_it(
    values: list[Json], chosen: Json, data: st.DataObject
) -> None:
    """Also if the same value is several members, and if the chosen profile does not have the member."""
    stored = [create(each) for each in values]
    names = sorted({name for each in values for name in each.get("Attributes", {})})
    if names:
        strategy = st.dictionaries(st.sampled_from(names), st.sampled_from(IDS), max_size=3)
        chosen = {**chosen, "Attributes": data.draw(strategy)}
    assert _merge(stored, chosen) == _expected(_shown(stored), chosen)


@few
@given(
    st.lists(profiles(), min_size=3, max_size=3),
    st.dictionaries(st.sampled_from(list(PLACES)), st.sampled_from(IDS)),
)
def test_entries_with_types_of_other_clients_decide_no_conflict(
    stored: list[Profile], chosen: dict[str, str]
) -> None:
    """`/v1` can store all types, several entries of a type, and any attribute."""
    merged, shown = _merge(stored, chosen), _shown(stored)
    for name in PLACES:
        expected = _expected(shown, chosen).get(name)
        assert merged.get(name) == expected


@few
@given(st.lists(profiles(), min_size=3, max_size=3), CHOICES)
def test_no_value_is_lost(stored: list[Profile], chosen: Json) -> None:
    """Phone numbers and addresses that no member shows are still in the lists."""
    named = [cast("Profile", {**each, "profile_id": id_}) for each, id_ in zip(stored, IDS, strict=True)]
    options, (main, *others) = arranged_for(FieldSources(choice_of(chosen), is_amazon=True), named)
    merged = unite(main, others, options, DOMAIN)
    for each in stored:
        for field in LIST_FIELDS:
            entries = cast("Mapping[str, list[Json]]", merged)[field]
            # A value without digits or letters is in no notation the same as another one.
            values = [entry.get("value") for entry in entries]
            lost = items_not_held(field, cast("Mapping[str, list[Json]]", each)[field], entries, DOMAIN)
            assert all(cast("Json", entry).get("value") in values for entry in lost)


@pytest.mark.parametrize("name", ["FirstName", "Address", "ProfileType"])
def test_a_member_of_another_profile_is_rejected(name: str) -> None:
    """The pointer names the member."""
    with pytest.raises(InvalidRequest) as caught:
        _merge([create({})] * 3, {name: "d" * 32})
    assert caught.value.errors[0].pointer == f"/FieldSourceProfileIds/{name}"


@pytest.mark.parametrize("name", ["PhoneNumber", "EmailAddress", "Address", "FirstName"])
def test_the_choice_of_a_member_does_not_choose_an_attribute_with_its_name(name: str) -> None:
    """The attribute is that of the first profile."""
    stored = [cast("Profile", {**create({}), "attributes": {name: value}}) for value in ("main", "other", "")]
    assert _merge(stored, {name: IDS[1]})["Attributes"] == {name: "main"}
    assert _merge(stored, {"Attributes": {name: IDS[1]}})["Attributes"] == {name: "other"}
