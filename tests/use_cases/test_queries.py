"""The match query for a contact."""

from typing import Any

import pytest

from service.errors.requests import InvalidRequest
from service.model.contact import Channel
from service.model.domain_settings import DEFAULT_MATCH_KEYS, DEFAULT_MATCH_MODES, DEFAULT_SHARED_ABOVE
from service.model.match import Criterion, IncomingContact, MatchMode
from service.store.domains.domain import Domain
from service.use_cases.queries import MatchQuery, key_names

DOMAIN: dict[str, Any] = {
    "name": "default",
    "default_region": "US",
    "match_keys": DEFAULT_MATCH_KEYS,
    "match_modes": DEFAULT_MATCH_MODES,
    "search_value_falls_back": True,
    "unique_by_name": False,
    "shared_above": DEFAULT_SHARED_ABOVE,
    "warn_of_duplicates": True,
    "ignored_values": {},
    "custom_keys": {},
}
ACCOUNT = {"profileSearchKey": "_account", "profileSearchValue": "A-1"}


def _stages(contact: IncomingContact, **settings: Any) -> list[list[tuple[str, str, str]]]:
    stages = MatchQuery.parse(contact, Domain(**DOMAIN | settings)).stages
    return [[(given.key.name, given.value, given.pointer) for given in stage] for stage in stages]


def test_each_match_key_is_a_stage() -> None:
    """The mode ``all`` has one stage for all match keys. Keys without a value are omitted."""
    email = ("email", "jo@example.com", "/attributes/email")
    name = ("name", "Jo", "/attributes/name")
    contact = IncomingContact(channel=Channel.CHAT, email_address="jo@example.com", attributes={"name": "Jo"})
    assert _stages(contact) == [[email], [name]]
    assert _stages(contact, match_modes={"chat": MatchMode.ALL}) == [[email, name]]
    assert _stages(IncomingContact(channel=Channel.CHAT, name="Jo")) == [[name]]


@pytest.mark.parametrize(("falls_back", "stages"), [(True, 2), (False, 1)])
def test_the_search_value_comes_first(falls_back: bool, stages: int) -> None:  # noqa: FBT001 - a table
    """The settings decide whether the match keys follow. The names of Amazon Connect are converted."""
    contact = IncomingContact(channel=Channel.VOICE, phone_number="555", attributes=ACCOUNT)
    result = _stages(contact, search_value_falls_back=falls_back)
    assert result[0] == [("account", "A-1", "/attributes/profileSearchValue")]
    assert len(result) == stages


def test_key_names_are_those_of_the_criteria_and_the_search_value() -> None:
    """If a cached domain lacks one of these search keys, the domain is read again."""
    criteria = [Criterion(key="vip", values=["gold"])]
    contact = IncomingContact(channel=Channel.VOICE, attributes=ACCOUNT, criteria=criteria)
    assert key_names(contact) == ["vip", "account"]
    assert key_names(IncomingContact(channel=Channel.VOICE)) == []


@pytest.mark.parametrize(
    "contact",
    [
        IncomingContact(channel=Channel.VOICE, phone_number="anonymous"),
        IncomingContact(channel=Channel.CHAT, phone_number="anonymous"),
        IncomingContact(channel=Channel.VOICE, attributes={"phone": "anonymous"}),
        IncomingContact(
            channel=Channel.CHAT, attributes={"profileSearchKey": "phone", "profileSearchValue": "anonymous"}
        ),
    ],
)
def test_a_withheld_number_is_recognised(contact: IncomingContact) -> None:
    """The number can be in the field, in an attribute or in the search value."""
    domain = Domain(**DOMAIN)
    assert MatchQuery.parse(contact, domain).is_withheld()
    other = IncomingContact(channel=Channel.VOICE, phone_number="555")
    assert not MatchQuery.parse(other, domain).is_withheld()


def test_an_attribute_can_be_longer_than_a_value() -> None:
    """A long attribute is rejected only if the query uses it."""
    attributes = {"name": "x" * 256, "account": "x" * 256}
    assert _stages(IncomingContact(channel=Channel.VOICE, attributes=attributes)) == []
    replaced = IncomingContact(channel=Channel.CHAT, attributes=attributes | ACCOUNT)
    assert len(_stages(replaced, search_value_falls_back=False)) == 1
    with pytest.raises(InvalidRequest) as rejected:
        _stages(IncomingContact(channel=Channel.CHAT, attributes=attributes))
    assert [error.pointer for error in rejected.value.errors] == ["/attributes/name"]
