"""Hypothesis strategies for the operations of the model.

The strategies use few names and values, so that operations often work on the same profiles and contacts.
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
from tests.model.on_domain import ChangeSettings, Define, ListKeys, Remove
from tests.model.on_lookups import ListContacts, Match, PrefixSearch, Search
from tests.model.on_merges import MergeProfiles, UndoMerge
from tests.model.on_personal_data import Export, Reveal
from tests.model.on_profiles import Add, Create, Delete, Patch, Read, Release
from tests.model.operation import AGENTS, Operation
from tests.model.world import DEFINITIONS, PHONES, VALUES, Json

Operations = SearchStrategy[Operation]


# A number selects a profile of the agent's own domain. A negative number selects a deleted profile, or one of
# another domain.
numbers = st.sampled_from(["#0", "#0", "#1", "#1", "#2", "#3", "#4", "#-1", "#-2"])
# A number selects a merge, also one that is undone, from the last one on. A negative number selects none.
merge_numbers = st.sampled_from(["~0", "~0", "~1", "~2", "~-1"])
ONE_PROFILE = st.just("#0")

CONTACTS = ("call-1", "call-2", "call-3", "chat-1")
ACCOUNTS = ("A-10", "a-11", "B-20")

# Most agents are of one domain, so that operations often work on the same data.
any_agent = st.sampled_from([*AGENTS, *["frontend of tokyo", "agent-7 of tokyo"] * 4])
mostly_frontend = st.sampled_from([*AGENTS, *["frontend of tokyo"] * 6])
contact_ids = st.sampled_from(CONTACTS)
ONE_CONTACT = st.just("call-1")
phones = st.sampled_from([*PHONES])
key_names = st.sampled_from([*VALUES])
channels = st.sampled_from([None, "voice", "chat"])
agent_ids = st.sampled_from([None, None, "agent-7", "agent-8"])
idempotency_keys = st.sampled_from([None, None, None, "retry-1", "retry-2"])
# Most requests have no version. The others may have a stale version.
versions = st.sampled_from([None, None, None, 1, 2, 3])


def _optional(**parts: SearchStrategy[Any]) -> SearchStrategy[Json]:
    return st.fixed_dictionaries({}, optional=parts)


_key_values = st.one_of(
    *(
        st.fixed_dictionaries({key: st.lists(st.sampled_from(VALUES[key]), min_size=1, max_size=2)})
        for key in VALUES
    )
)
_phone_numbers = st.lists(st.fixed_dictionaries({"value": phones}), max_size=2)
_profile_fields = {
    "last_name": st.sampled_from([None, "Lee", "Kim"]),
    "account_number": st.sampled_from([None, *ACCOUNTS]),
    "phone_numbers": _phone_numbers,
}
bodies: SearchStrategy[Json] = st.fixed_dictionaries(
    {"first_name": st.sampled_from(["Ann", "Bob"])}, optional=_profile_fields | {"keys": _key_values}
)
patches: SearchStrategy[Json] = _optional(
    **_profile_fields, keys=_key_values | st.fixed_dictionaries({"ssn": st.none(), "vip": st.none()})
)


@st.composite
def _value_lists(draw: st.DrawFn, key: str) -> list[str]:
    return draw(st.lists(phones if key == "phone" else st.sampled_from(VALUES[key]), min_size=1, max_size=2))


def profile_changes(profiles: SearchStrategy[str] = numbers) -> Operations:
    """Return a strategy for operations that change a profile."""
    on_keys = st.sampled_from([*VALUES, "phone"]).flatmap(
        lambda key: st.one_of(
            *(
                st.builds(
                    operation,
                    by=any_agent,
                    profile_id=profiles,
                    if_match=versions,
                    key=st.just(key),
                    values=_value_lists(key),
                )
                for operation in (Add, Release)
            )
        )
    )
    return on_keys | st.builds(Patch, by=any_agent, profile_id=profiles, if_match=versions, patch=patches)


def profile_reads(profiles: SearchStrategy[str] = numbers) -> Operations:
    """Return a strategy for reading, revealing and exporting profiles."""
    return st.one_of(
        st.builds(Read, by=any_agent, profile_id=profiles),
        st.builds(Reveal, by=mostly_frontend, profile_id=profiles, key=key_names),
        st.builds(Export, by=mostly_frontend, profile_id=profiles),
    )


def associations(
    profiles: SearchStrategy[str] = numbers, contacts: SearchStrategy[str] = contact_ids
) -> Operations:
    """Return a strategy for associating contacts with profiles."""
    arguments = {"channel": channels, "agent_id": agent_ids}
    return st.builds(Associate, by=any_agent, contact_id=contacts, profile_id=profiles, **arguments)


def contact_operations(contacts: SearchStrategy[str] = contact_ids) -> Operations:
    """Return a strategy for reading and disassociating contacts."""
    return st.one_of(
        *(
            st.builds(operation, by=any_agent, contact_id=contacts)
            for operation in (Disassociate, ReadContact, ReadAssociation)
        )
    )


def removals(
    profiles: SearchStrategy[str] = numbers, contacts: SearchStrategy[str] = contact_ids
) -> Operations:
    """Return a strategy for deleting profiles and clearing contacts."""
    return st.one_of(
        st.builds(Delete, by=mostly_frontend, profile_id=profiles, if_match=versions),
        st.builds(Clear, by=mostly_frontend, contact_id=contacts),
    )


def merges(profiles: SearchStrategy[str] = numbers) -> Operations:
    """Return a strategy for merging profiles, and for undoing merges."""
    sources = st.lists(profiles, min_size=1, max_size=2)
    return st.one_of(
        st.builds(
            MergeProfiles, by=mostly_frontend, profile_id=profiles, profile_ids=sources, if_match=versions
        ),
        st.builds(UndoMerge, by=mostly_frontend, merge_id=merge_numbers),
    )


creations: Operations = st.builds(Create, by=any_agent, body=bodies, key=idempotency_keys)


def creations_for(contacts: SearchStrategy[str] = contact_ids) -> Operations:
    """Return a strategy for creating profiles for contacts."""
    arguments = {"body": bodies, "key": idempotency_keys, "channel": channels, "agent_id": agent_ids}
    return st.builds(CreateForContact, by=any_agent, contact_id=contacts, **arguments)


def lookups(profiles: SearchStrategy[str] = numbers) -> Operations:
    """Return a strategy for searches, matches and lists."""
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
            by=any_agent,
            criteria=st.lists(criteria, min_size=1, max_size=2),
            operator=st.sampled_from(["or", "and"]),
        ),
        st.builds(
            Match,
            by=any_agent,
            contact_id=contact_ids,
            phone=phones,
            account=st.sampled_from([None, *ACCOUNTS]),
        ),
        st.builds(PrefixSearch, by=any_agent, prefix=st.sampled_from(["A-1", "b-2"])),
        st.builds(ListContacts, by=any_agent, filters=filters, of_profile=st.just(value=False)),
        st.builds(ListContacts, by=any_agent, filters=of_one, of_profile=st.booleans()),
    )


_label = st.sampled_from(["One", "Two"])
definitions: Operations = key_names.flatmap(
    lambda key: st.builds(
        Define,
        by=mostly_frontend,
        key=st.just(key),
        definition=st.builds(
            lambda label, unique: DEFINITIONS[key] | {"label": label, "unique": unique},
            _label,
            st.sampled_from([DEFINITIONS[key]["unique"]] * 3 + [not DEFINITIONS[key]["unique"]]),
        ),
    )
)
key_removals: Operations = st.builds(Remove, by=mostly_frontend, key=key_names)
settings: Operations = st.builds(
    ChangeSettings,
    by=mostly_frontend,
    patch=_optional(
        search_value_falls_back=st.sampled_from([None, True, False]),
        match_keys=st.fixed_dictionaries({"voice": st.sampled_from([None, ["phone"], ["email"]])}),
        ignored_values=st.fixed_dictionaries({"phone": st.none() | st.lists(phones, min_size=1, max_size=1)}),
    ),
)
listings: Operations = st.builds(ListKeys, by=any_agent)


def operations_with_body(profiles: SearchStrategy[str] = numbers) -> Operations:
    """Return a strategy for operations that send a body."""
    return st.one_of(
        creations, creations_for(), profile_changes(profiles), associations(profiles), definitions
    )


def concurrent(*kinds: Operations) -> SearchStrategy[Sequence[Operation]]:
    """Return a strategy for two or three concurrent operations of these kinds."""
    return st.lists(st.one_of(*kinds), min_size=2, max_size=3)
