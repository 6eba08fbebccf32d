"""A fixed scenario that contains each operation of the model and each error."""

from collections.abc import Iterator, Sequence
from functools import partial

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
from tests.model.operation import Operation
from tests.model.world import DEFINITIONS

FRONTEND = "frontend of tokyo"
ANN, DELETED = "#0", "#-1"
SSN = {"first_name": "Bob", "account_number": "A-10", "keys": {"ssn": ["111-22-3333"]}}
UNIQUE_VIP = DEFINITIONS["vip"] | {"unique": True}

_associate = partial(Associate, by=FRONTEND, contact_id="call-1", channel="voice", agent_id=None)
_for_call = partial(CreateForContact, by=FRONTEND, key="retry-2", channel=None, agent_id=None)

SCENARIO: Sequence[Operation] = (
    Create(by=FRONTEND, body=SSN, key="retry-1"),
    Create(by=FRONTEND, body=SSN, key="retry-1"),
    Create(by=FRONTEND, body={"first_name": "Ann"}, key="retry-1"),
    Create(by=FRONTEND, body=SSN, key=None),
    Create(by="anonymous", body=SSN, key=None),
    Patch(by=FRONTEND, profile_id=ANN, patch={"phone_numbers": [{"value": "(212) 555-0100"}]}, if_match=1),
    Patch(by=FRONTEND, profile_id=ANN, patch={"last_name": "Lee"}, if_match=1),
    Add(by=FRONTEND, profile_id=ANN, key="vip", values=["Gold", "gold"]),
    Release(by=FRONTEND, profile_id=ANN, key="vip", values=["gold"]),
    Add(by=FRONTEND, profile_id=ANN, key="badge", values=["B-1"]),
    Release(by=FRONTEND, profile_id=ANN, key="badge", values=["b-1"]),
    Read(by=FRONTEND, profile_id=ANN),
    Read(by=FRONTEND, profile_id=DELETED),
    Reveal(by=FRONTEND, profile_id="#2", key="ssn"),
    Reveal(by="agent-7 of tokyo", profile_id="#2", key="ssn"),
    Search(by=FRONTEND, criteria=[("ssn", "111223333"), ("account", "a-10")], operator="and"),
    PrefixSearch(by=FRONTEND, prefix="A-1"),
    Match(by=FRONTEND, contact_id="call-1", phone="+12125550100", account=None),
    ReadAssociation(by=FRONTEND, contact_id="call-1"),
    ReadContact(by=FRONTEND, contact_id="call-1"),
    _associate(profile_id=ANN),
    _associate(profile_id="#1", by="agent-7 of tokyo", agent_id="agent-8"),
    _associate(profile_id="#1", by="agent-7 of tokyo"),
    ReadAssociation(by=FRONTEND, contact_id="call-1"),
    ListContacts(by=FRONTEND, filters={"agent_id": "agent-7", "channel": "voice"}, of_profile=False),
    Disassociate(by=FRONTEND, contact_id="call-1"),
    _for_call(contact_id="call-1", body={"first_name": "Eve"}),
    _for_call(contact_id="call-1", body={"first_name": "Eve"}),
    Clear(by=FRONTEND, contact_id="call-1"),
    _for_call(contact_id="call-1", body={"first_name": "Eve"}),
    _associate(profile_id=ANN),
    ReadContact(by=FRONTEND, contact_id="call-1"),
    Export(by=FRONTEND, profile_id="#3"),
    Define(by=FRONTEND, key="vip", definition=UNIQUE_VIP),
    Remove(by=FRONTEND, key="ssn"),
    Remove(by=FRONTEND, key="vip"),
    Remove(by=FRONTEND, key="vip"),
    Define(by=FRONTEND, key="vip", definition=UNIQUE_VIP),
    ListKeys(by=FRONTEND),
    ChangeSettings(by=FRONTEND, patch={"ignored_values": {"phone": ["+12125550100"]}}),
    Match(by=FRONTEND, contact_id="call-1", phone="+12125550100", account="A-10"),
    MergeProfiles(by=FRONTEND, profile_id="#1", profile_ids=[ANN]),
    MergeProfiles(by=FRONTEND, profile_id="#1", profile_ids=[ANN]),
    MergeProfiles(by=FRONTEND, profile_id="#2", profile_ids=["#1", "#1"]),
    MergeProfiles(by=FRONTEND, profile_id="#2", profile_ids=["#2"]),
    Read(by=FRONTEND, profile_id=ANN),
    UndoMerge(by=FRONTEND, merge_id="~1"),
    UndoMerge(by=FRONTEND, merge_id="~0"),
    UndoMerge(by=FRONTEND, merge_id="~1"),
    UndoMerge(by=FRONTEND, merge_id="~1"),
    MergeProfiles(by=FRONTEND, profile_id="#2", profile_ids=["#1"]),
    UndoMerge(by=FRONTEND, merge_id="~2"),
    UndoMerge(by=FRONTEND, merge_id="~0"),
    UndoMerge(by=FRONTEND, merge_id="~-1"),
    Delete(by=FRONTEND, profile_id="#3"),
    ReadAssociation(by=FRONTEND, contact_id="call-1"),
    Create(by=FRONTEND, body=SSN, key="retry-1"),
)

ERROR_CODES = frozenset(
    {
        "association_not_found",
        "contact_cleared",
        "contact_not_found",
        "idempotency_key_reused",
        "insufficient_scope",
        "invalid_request",
        "merge_not_found",
        "merge_superseded",
        "profile_not_found",
        "search_key_fixed",
        "search_key_in_use",
        "search_key_not_found",
        "unauthenticated",
        "unique_key_taken",
        "version_conflict",
    }
)
"""All error codes that the service can return for the model's operations."""


def operation_names(of: type[Operation] = Operation) -> Iterator[str]:
    """Yield the names of the model's operations."""
    for kind in of.__subclasses__():
        yield from operation_names(kind) if kind.__subclasses__() else [kind.__name__]
