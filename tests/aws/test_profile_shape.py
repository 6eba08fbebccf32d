"""Profiles keep everything on the way to Amazon's shape and back."""

from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.profiles import ProfilePatchRequest
from service.aws.profile_shape import changed_fields, new_fields, to_members
from service.errors.requests import InvalidRequest
from service.model.amazon import ADDRESS_LINES, PLACES
from service.model.profile import EMPTY_PROFILE, Profile
from service.store.domains.domain import Domain
from service.use_cases.profiles.merge_patch import apply_patch
from tests.aws.model import SERVICE, violations
from tests.aws.shapes import members, profiles

Json = dict[str, Any]

laws = settings(derandomize=True, deadline=None, database=None, max_examples=50)

DOMAIN = Domain(
    name="default",
    default_region="US",
    match_keys={},
    match_modes={},
    search_value_falls_back=True,
    unique_by_name=False,
    shared_above=20,
    warn_of_duplicates=True,
    ignored_values={},
    custom_keys={},
)
EMPTY = cast("Profile", {"profile_id": "0" * 32, **EMPTY_PROFILE})


def apply(profile: Profile, fields: Any) -> Profile:
    """Return the profile as it is stored after a change."""
    return apply_patch(profile, fields, DOMAIN, requires_name=False)


def update(profile: Profile, values: Json) -> Profile:
    """Return the profile after an update with these members."""
    return apply(profile, changed_fields(profile, values))


def create(values: Json) -> Profile:
    """Return a new profile with these members."""
    return apply(EMPTY, new_fields(values))


@laws
@given(members(removals=False))
def test_a_new_profile_has_exactly_the_members_that_were_sent(values: Json) -> None:
    """No member is lost, and none is added but the ID."""
    assert to_members(create(values)) == {"ProfileId": "0" * 32, **values}


@laws
@given(profiles(), members(removals=True))
def test_an_update_changes_only_its_members(profile: Profile, values: Json) -> None:
    """Members that have no place in Amazon's shape stay too."""
    before, updated = to_members(profile), update(profile, values)
    after = to_members(updated)
    assert {n: v for n, v in before.items() if n not in values} == {
        n: v for n, v in after.items() if n not in values
    }
    for name, value in values.items():
        _check_member(name, value, before.get(name), after.get(name))
    for own in ("phonetic_first_name", "phonetic_last_name", "keys"):
        assert updated[own] == profile[own]


def _check_member(name: str, sent: Any, before: Any, after: Any) -> None:
    if name in PLACES and not (any(sent.values()) if isinstance(sent, dict) else sent):
        # A further entry of the type may be shown now.
        return
    if isinstance(sent, dict):
        merged = {**(before or {}), **sent}
        assert (after or {}) == {each: value for each, value in merged.items() if value}
    else:
        assert after == (sent or None)


@laws
@given(profiles(), members(removals=True))
def test_an_update_keeps_all_entries_that_are_not_shown(profile: Profile, values: Json) -> None:
    """They keep their order. An update of a member changes or adds one entry."""
    updated, before = update(profile, values), to_members(profile)
    for field in ("phone_numbers", "email_addresses", "addresses"):
        places = [name for name, place in PLACES.items() if place.field == field and name in values]
        kept = [(each["type"], _value_of(each)) for each in profile[field]]
        for name in filter(before.get, places):
            types = [(kind if kind is None else kind.casefold()) if value else "" for kind, value in kept]
            shown = next(each for each in PLACES[name].types if each in types)
            kept = [each for position, each in enumerate(kept) if position != types.index(shown)]
        entries = iter([(each["type"], _value_of(each)) for each in updated[field]])
        assert all(each in entries for each in kept)
        assert len(updated[field]) <= len(profile[field]) + len(places)


def _value_of(entry: Any) -> Any:
    if "value" in entry:
        return entry["value"]
    return {name: entry[own] for name, own in ADDRESS_LINES.items() if entry[own]}


@laws
@given(profiles(), members(removals=True))
def test_an_update_with_what_it_reads_changes_nothing(profile: Profile, values: Json) -> None:
    """A client may send back a whole profile."""
    updated = update(profile, values)
    read = to_members(updated)
    again = update(updated, read)
    assert to_members(again) == read
    assert (again["phone_numbers"], again["addresses"]) == (updated["phone_numbers"], updated["addresses"])


@laws
@given(profiles())
def test_every_profile_respects_the_limits_of_the_model(profile: Profile) -> None:
    """Also one of `/v1` with reserved attributes that are invalid."""
    shape = SERVICE.shape_for("Profile")
    assert list(violations(shape, to_members(profile))) == []


@laws
@given(members(removals=False))
def test_a_client_of_v1_can_send_back_what_was_written_through_amazon(values: Json) -> None:
    """Its rules accept every value."""
    profile = create(values)
    fields: Json = {name: value for name, value in profile.items() if name not in {"profile_id", "keys"}}
    numbers = [{name: each[name] for name in ("type", "value", "e164")} for each in fields["phone_numbers"]]
    loaded = ProfilePatchRequest().load({**fields, "phone_numbers": numbers})
    assert to_members(apply(profile, loaded)) == {"ProfileId": "0" * 32, **values}


@laws
@given(st.data())
def test_an_update_of_each_text_to_nothing_removes_it(data: st.DataObject) -> None:
    """Only members of enums and engagement preferences cannot be removed with an empty text."""
    values = data.draw(members(removals=False))
    empty = {name: "" for name, value in values.items() if isinstance(value, str)}
    removable = {name: "" for name in empty if name not in {"PartyType", "Gender", "ProfileType"}}
    left = to_members(update(create(values), removable))
    assert left == {"ProfileId": "0" * 32, **{n: v for n, v in values.items() if n not in removable}}


def _entry(kind: str | None, value: str) -> Json:
    return {"type": kind, "value": value, "e164": None}


def test_a_number_without_a_type_is_the_phone_number() -> None:
    """So are the first e-mail address and the first postal address without a type."""
    profile = {**EMPTY, "phone_numbers": [_entry("fax", "1"), _entry(None, "2"), _entry(None, "3")]}
    profile["email_addresses"] = [{"type": "work", "value": "w@x"}, {"type": None, "value": "e@x"}]
    profile["addresses"] = [{**dict.fromkeys(ADDRESS_LINES.values()), "type": None, "city": "Tokyo"}]
    shown = to_members(cast("Profile", profile))
    del shown["ProfileId"]
    assert shown == {
        "PhoneNumber": "2",
        "EmailAddress": "e@x",
        "BusinessEmailAddress": "w@x",
        "Address": {"City": "Tokyo"},
    }


def test_further_numbers_survive_an_update() -> None:
    """The changed number keeps its type and its position."""
    numbers = [_entry("Cell", "1"), _entry("mobile", "2"), _entry("fax", "3"), _entry(None, "4")]
    profile = cast("Profile", {**EMPTY, "phone_numbers": numbers})
    updated = update(profile, {"MobilePhoneNumber": "5", "HomePhoneNumber": "6"})
    assert [(each["type"], each["value"]) for each in updated["phone_numbers"]] == [
        ("Cell", "1"),
        ("mobile", "5"),
        ("fax", "3"),
        (None, "4"),
        ("home", "6"),
    ]
    removed = update(updated, {"MobilePhoneNumber": "", "PhoneNumber": ""})
    assert [each["value"] for each in removed["phone_numbers"]] == ["1", "3", "6"]
    assert to_members(removed)["MobilePhoneNumber"] == "1"


def test_a_change_through_v1_of_a_gender_is_shown() -> None:
    """An enum that was sent together with a text stays with it."""
    profile = create({"Gender": "FEMALE"})
    assert to_members(apply(profile, {"gender": "MALE"}))["Gender"] == "MALE"
    assert to_members(apply(profile, {"gender": "not stated"}))["GenderString"] == "not stated"
    assert create({"GenderString": "MALE"})["gender"] == "MALE"
    assert "Gender" not in to_members(
        apply(create({"Gender": "MALE", "GenderString": "m"}), {"gender": None})
    )


def test_reserved_names_of_attributes_are_refused() -> None:
    """They hold the members that have no field."""
    with pytest.raises(InvalidRequest) as caught:
        new_fields({"Attributes": {"aws:ProfileType": "PROFILE"}})
    assert caught.value.errors[0].pointer == "/Attributes"


def test_an_update_cannot_add_a_hundred_and_first_number() -> None:
    """Lists of profiles have a limit."""
    profile = cast("Profile", {**EMPTY, "phone_numbers": [_entry("fax", "1")] * 100})
    with pytest.raises(InvalidRequest) as caught:
        update(profile, {"PhoneNumber": "2"})
    assert caught.value.errors[0].pointer == "/PhoneNumber"
