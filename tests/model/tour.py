"""One of everything: each operation of the model in a case where it succeeds, and each refusal once."""

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
from tests.model.on_domain import Define, ListKeys, Remove, Set
from tests.model.on_lookups import Complete, Contacts, Match, Search
from tests.model.on_profiles import Add, Create, Delete, Export, Patch, Read, Release, Reveal
from tests.model.operation import Operation
from tests.model.world import DEFINITIONS

US = "frontend of tokyo"
ANN, GONE = "#0", "#-1"
SSN = {"first_name": "Bob", "account_number": "A-10", "keys": {"ssn": ["111-22-3333"]}}
OTHERWISE = DEFINITIONS["vip"] | {"unique": True}

_associate = partial(Associate, by=US, contact_id="call-1", channel="voice", agent_id=None)
_for_call = partial(CreateForContact, by=US, key="retry-2", channel=None, agent_id=None)

TOUR: Sequence[Operation] = (
    Create(by=US, body=SSN, key="retry-1"),
    Create(by=US, body=SSN, key="retry-1"),
    Create(by=US, body={"first_name": "Ann"}, key="retry-1"),
    Create(by=US, body=SSN, key=None),
    Create(by="nobody", body=SSN, key=None),
    Patch(by=US, profile_id=ANN, patch={"phone_numbers": [{"value": "(212) 555-0100"}]}, if_match=1),
    Patch(by=US, profile_id=ANN, patch={"last_name": "Lee"}, if_match=1),
    Add(by=US, profile_id=ANN, key="vip", values=["Gold", "gold"]),
    Release(by=US, profile_id=ANN, key="vip", values=["gold"]),
    Add(by=US, profile_id=ANN, key="badge", values=["B-1"]),
    Release(by=US, profile_id=ANN, key="badge", values=["b-1"]),
    Read(by=US, profile_id=ANN),
    Read(by=US, profile_id=GONE),
    Reveal(by=US, profile_id="#2", key="ssn"),
    Reveal(by="agent-7 of tokyo", profile_id="#2", key="ssn"),
    Search(by=US, criteria=[("ssn", "111223333"), ("account", "a-10")], operator="and"),
    Complete(by=US, begun="A-1"),
    Match(by=US, contact_id="call-1", phone="+12125550100", account=None),
    ReadAssociation(by=US, contact_id="call-1"),
    ReadContact(by=US, contact_id="call-1"),
    _associate(profile_id=ANN),
    _associate(profile_id="#1", by="agent-7 of tokyo", agent_id="agent-8"),
    _associate(profile_id="#1", by="agent-7 of tokyo"),
    ReadAssociation(by=US, contact_id="call-1"),
    Contacts(by=US, which={"agent_id": "agent-7", "channel": "voice"}, of_profile=False),
    Disassociate(by=US, contact_id="call-1"),
    _for_call(contact_id="call-1", body={"first_name": "Eve"}),
    _for_call(contact_id="call-1", body={"first_name": "Eve"}),
    Clear(by=US, contact_id="call-1"),
    _for_call(contact_id="call-1", body={"first_name": "Eve"}),
    _associate(profile_id=ANN),
    ReadContact(by=US, contact_id="call-1"),
    Export(by=US, profile_id="#3"),
    Define(by=US, key="vip", definition=OTHERWISE),
    Remove(by=US, key="ssn"),
    Remove(by=US, key="vip"),
    Remove(by=US, key="vip"),
    Define(by=US, key="vip", definition=OTHERWISE),
    ListKeys(by=US),
    Set(by=US, patch={"ignored_values": {"phone": ["+12125550100"]}}),
    Match(by=US, contact_id="call-1", phone="+12125550100", account="A-10"),
    Delete(by=US, profile_id="#3"),
    ReadAssociation(by=US, contact_id="call-1"),
    Create(by=US, body=SSN, key="retry-1"),
)

REFUSALS = frozenset(
    {
        "association_not_found",
        "contact_cleared",
        "contact_not_found",
        "idempotency_key_reused",
        "insufficient_scope",
        "invalid_request",
        "profile_not_found",
        "search_key_fixed",
        "search_key_in_use",
        "search_key_not_found",
        "unauthenticated",
        "unique_key_taken",
        "version_conflict",
    }
)
"""All that the operations of the model can be refused for."""


def kinds(of: type[Operation] = Operation) -> Iterator[str]:
    """Yield the names of all operations of the model."""
    for kind in of.__subclasses__():
        yield from kinds(kind) if kind.__subclasses__() else [kind.__name__]
