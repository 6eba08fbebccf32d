"""Strategies for profiles in Amazon's shape and in ours."""

from typing import Any

from hypothesis import strategies as st

from service.model.amazon import ADDRESS_LINES, CONTACT_TYPES, PLACES, TEXTS, Gender, PartyType, ProfileType
from service.model.profile import EMPTY_PROFILE, Profile

TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
"""Texts without white space and invisible characters."""
TYPES = st.sampled_from(
    [None, "mobile", "Cell", "home", "work", "business", "personal", "main", "fax", "billing"]
)

_PREFERENCE = st.fixed_dictionaries(
    {"KeyName": st.sampled_from(["_phone", "_email"])},
    optional={
        "KeyValue": TEXT,
        "ProfileId": st.just("a" * 32),
        "ContactType": st.sampled_from(CONTACT_TYPES),
    },
)
_NAMES = TEXT.filter(lambda name: not name.startswith("aws:"))


def members(*, removals: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for the members of a request, with empty texts if it can remove values."""
    text = TEXT | st.just("") if removals else TEXT
    address = st.dictionaries(st.sampled_from(list(ADDRESS_LINES)), text, min_size=0 if removals else 1)
    preferences = st.lists(_PREFERENCE, min_size=0 if removals else 1, max_size=12)
    lists = st.fixed_dictionaries({}, optional={"Phone": preferences, "Email": preferences})
    enums = {"PartyType": PartyType, "Gender": Gender}
    return st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys([*TEXTS, *CONTACT_TYPES], text),
            **{name: st.sampled_from(list(map(str, enum))) for name, enum in enums.items()},
            **{f"{name}String": text | st.sampled_from(list(map(str, enum))) for name, enum in enums.items()},
            **{name: address for name, place in PLACES.items() if place.field == "addresses"},
            "ProfileType": st.sampled_from(list(map(str, ProfileType))),
            "Attributes": st.dictionaries(_NAMES, text, min_size=0 if removals else 1, max_size=4),
            "EngagementPreferences": lists if removals else lists.filter(bool),
        },
    )


def profiles() -> st.SearchStrategy[Profile]:
    """Return a strategy for stored profiles, as `/v1` can write them."""
    texts = [name for name, value in EMPTY_PROFILE.items() if value is None]
    values = st.fixed_dictionaries({"type": TYPES, "value": TEXT})
    numbers = st.fixed_dictionaries({"type": TYPES, "value": TEXT, "e164": st.just("+1")})
    lines = {own: st.none() | TEXT for own in ADDRESS_LINES.values()}
    reserved = st.sampled_from(["aws:Gender", "aws:PartyType", "aws:ProfileType", "aws:other"])
    return st.fixed_dictionaries(  # type: ignore[return-value] # hypothesis does not know typed dictionaries
        {
            "profile_id": st.just("0" * 32),
            **{name: st.none() | TEXT | st.sampled_from(["MALE", "OTHER"]) for name in texts},
            "phone_numbers": st.lists(numbers, max_size=5),
            "email_addresses": st.lists(values, max_size=5),
            "addresses": st.lists(st.fixed_dictionaries({"type": TYPES, **lines}), max_size=4),
            "attributes": st.dictionaries(
                TEXT | reserved, TEXT | st.sampled_from(["MALE", "NONE"]), max_size=4
            ),
            "keys": st.just({"plan": ["gold"]}),
        }
    )
