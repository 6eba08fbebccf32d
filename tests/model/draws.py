"""What agents ask for: strategies for each operation, on profiles that were made and a few other things.

Few names and values, so that operations meet: what is drawn at random seldom touches the same thing twice.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.model.on_contacts import (
    Associate,
    Clear,
    CreateForContact,
    Disassociate,
    ReadAssociation,
    ReadContact,
)
from tests.model.on_domain import Define, ListKeys, Remove, Set
from tests.model.on_lookups import Complete, Contacts, Match, Search
from tests.model.on_profiles import Add, Create, Delete, Export, Patch, Read, Release, Reveal
from tests.model.operation import AGENTS, Operation
from tests.model.world import DEFINITIONS, PHONES, VALUES, Json

Operations = SearchStrategy[Operation]


# A profile is drawn by its number among those of the agent's own domain; below 0 it is one that is gone, or
# another domain's.
numbers = st.sampled_from(["#0", "#0", "#1", "#1", "#2", "#3", "#4", "#-1", "#-2"])
ONE = st.just("#0")

CONTACTS = ("call-1", "call-2", "call-3", "chat-1")
ACCOUNTS = ("A-10", "a-11", "B-20")

# Mostly of one domain, so that they meet each other more often than they miss.
by_anybody = st.sampled_from([*AGENTS, *["frontend of tokyo", "agent-7 of tokyo"] * 4])
by_frontend = st.sampled_from([*AGENTS, *["frontend of tokyo"] * 6])
contact_ids = st.sampled_from(CONTACTS)
CALL = st.just("call-1")
phones = st.sampled_from([*PHONES])
key_names = st.sampled_from([*VALUES])
channels = st.sampled_from([None, "voice", "chat"])
agent_ids = st.sampled_from([None, None, "agent-7", "agent-8"])
idempotency_keys = st.sampled_from([None, None, None, "retry-1", "retry-2"])
# Without one mostly; else one that may be stale.
versions = st.sampled_from([None, None, None, 1, 2, 3])


def _optional(**parts: SearchStrategy[Any]) -> SearchStrategy[Json]:
    return st.fixed_dictionaries({}, optional=parts)


_key_values = st.one_of(
    *(
        st.fixed_dictionaries({key: st.lists(st.sampled_from(VALUES[key]), min_size=1, max_size=2)})
        for key in VALUES
    )
)
_typed_numbers = st.lists(st.fixed_dictionaries({"value": phones}), max_size=2)
_of_profile = {
    "last_name": st.sampled_from([None, "Lee", "Kim"]),
    "account_number": st.sampled_from([None, *ACCOUNTS]),
    "phone_numbers": _typed_numbers,
}
bodies: SearchStrategy[Json] = st.fixed_dictionaries(
    {"first_name": st.sampled_from(["Ann", "Bob"])}, optional=_of_profile | {"keys": _key_values}
)
patches: SearchStrategy[Json] = _optional(
    **_of_profile, keys=_key_values | st.fixed_dictionaries({"ssn": st.none(), "vip": st.none()})
)


@st.composite
def _typed(draw: st.DrawFn, key: str) -> list[str]:
    return draw(st.lists(phones if key == "phone" else st.sampled_from(VALUES[key]), min_size=1, max_size=2))


def changes(profiles: SearchStrategy[str] = numbers) -> Operations:
    """Return operations that change a profile."""
    on_keys = st.sampled_from([*VALUES, "phone"]).flatmap(
        lambda key: st.one_of(
            *(
                st.builds(
                    what,
                    by=by_anybody,
                    profile_id=profiles,
                    if_match=versions,
                    key=st.just(key),
                    values=_typed(key),
                )
                for what in (Add, Release)
            )
        )
    )
    return on_keys | st.builds(Patch, by=by_anybody, profile_id=profiles, if_match=versions, patch=patches)


def readings(profiles: SearchStrategy[str] = numbers) -> Operations:
    """Return what shows a profile, and what shows more of it."""
    return st.one_of(
        st.builds(Read, by=by_anybody, profile_id=profiles),
        st.builds(Reveal, by=by_frontend, profile_id=profiles, key=key_names),
        st.builds(Export, by=by_frontend, profile_id=profiles),
    )


def associations(
    profiles: SearchStrategy[str] = numbers, contacts: SearchStrategy[str] = contact_ids
) -> Operations:
    """Return associations of contacts with profiles."""
    said = {"channel": channels, "agent_id": agent_ids}
    return st.builds(Associate, by=by_anybody, contact_id=contacts, profile_id=profiles, **said)


def of_contact(contacts: SearchStrategy[str] = contact_ids) -> Operations:
    """Return the other operations on contacts."""
    return st.one_of(
        *(
            st.builds(what, by=by_anybody, contact_id=contacts)
            for what in (Disassociate, ReadContact, ReadAssociation)
        )
    )


def endings(
    profiles: SearchStrategy[str] = numbers, contacts: SearchStrategy[str] = contact_ids
) -> Operations:
    """Return what leaves less to do: deletions of profiles, and clearing contacts."""
    return st.one_of(
        st.builds(Delete, by=by_frontend, profile_id=profiles, if_match=versions),
        st.builds(Clear, by=by_frontend, contact_id=contacts),
    )


creations: Operations = st.builds(Create, by=by_anybody, body=bodies, key=idempotency_keys)


def creations_for(contacts: SearchStrategy[str] = contact_ids) -> Operations:
    """Return creations of profiles for contacts."""
    said = {"body": bodies, "key": idempotency_keys, "channel": channels, "agent_id": agent_ids}
    return st.builds(CreateForContact, by=by_anybody, contact_id=contacts, **said)


def lookups(profiles: SearchStrategy[str] = numbers) -> Operations:
    """Return searches, matches and lists."""
    criteria = st.one_of(
        st.tuples(st.just("phone"), phones),
        st.tuples(st.just("account"), st.sampled_from(ACCOUNTS)),
        st.tuples(st.just("contact_id"), contact_ids),
        st.tuples(st.just("profile_id"), profiles),
        *(st.tuples(st.just(key), st.sampled_from(VALUES[key])) for key in VALUES),
    )
    filters = _optional(
        agent_id=st.sampled_from(["agent-7", "agent-8"]), channel=st.sampled_from(["voice", "chat"])
    )
    of_one = st.builds(
        lambda profile_id, channel: {"profile_id": profile_id, **channel},
        profiles,
        _optional(channel=st.sampled_from(["voice", "chat"])),
    )
    return st.one_of(
        st.builds(
            Search,
            by=by_anybody,
            criteria=st.lists(criteria, min_size=1, max_size=2),
            operator=st.sampled_from(["or", "and"]),
        ),
        st.builds(
            Match,
            by=by_anybody,
            contact_id=contact_ids,
            phone=phones,
            account=st.sampled_from([None, *ACCOUNTS]),
        ),
        st.builds(Complete, by=by_anybody, begun=st.sampled_from(["A-1", "b-2"])),
        st.builds(Contacts, by=by_anybody, which=filters, of_profile=st.just(value=False)),
        st.builds(Contacts, by=by_anybody, which=of_one, of_profile=st.booleans()),
    )


_label = st.sampled_from(["One", "Two"])
definitions: Operations = key_names.flatmap(
    lambda key: st.builds(
        Define,
        by=by_frontend,
        key=st.just(key),
        definition=st.builds(
            lambda label, unique: DEFINITIONS[key] | {"label": label, "unique": unique},
            _label,
            st.sampled_from([DEFINITIONS[key]["unique"]] * 3 + [not DEFINITIONS[key]["unique"]]),
        ),
    )
)
removals: Operations = st.builds(Remove, by=by_frontend, key=key_names)
settings: Operations = st.builds(
    Set,
    by=by_frontend,
    patch=_optional(
        search_value_falls_back=st.sampled_from([None, True, False]),
        match_keys=st.fixed_dictionaries({"voice": st.sampled_from([None, ["phone"], ["email"]])}),
        ignored_values=st.fixed_dictionaries({"phone": st.none() | st.lists(phones, min_size=1, max_size=1)}),
    ),
)
listings: Operations = st.builds(ListKeys, by=by_anybody)


def with_a_body(profiles: SearchStrategy[str] = numbers) -> Operations:
    """Return operations that send a body."""
    return st.one_of(creations, creations_for(), changes(profiles), associations(profiles), definitions)


def several(*kinds: Operations) -> SearchStrategy[Sequence[Operation]]:
    """Return two or three operations of these kinds, to be sent at once."""
    return st.lists(st.one_of(*kinds), min_size=2, max_size=3)
