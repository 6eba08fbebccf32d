"""Resolve search criteria: from the names of search keys and values to query terms."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service.errors.requests import InvalidRequest
from service.errors.search_keys import undefined_search_key
from service.matching import search_keys
from service.matching.terms import QueryTerm
from service.model.contact import Association
from service.model.match import Criterion, Tier
from service.model.search_key import SearchKey
from service.store.domains.domain import Domain
from service.store.stores import Stores


@dataclass(frozen=True, slots=True)
class GivenValue:
    """A value of a search key in a request, and an RFC 6901 pointer to it."""

    key: SearchKey
    value: str = field(repr=False)
    pointer: str


GivenValues = Sequence[GivenValue]
Associations = Mapping[str, Association]
"""The current associations of contacts, by contact ID."""


def resolve(domain: Domain, criteria: Sequence[Criterion]) -> list[GivenValues]:
    """Return the values of each criterion with its search key; raises ``InvalidRequest``."""
    keys = [domain.key(criterion["key"]) for criterion in criteria]
    undefined = [position for position, key in enumerate(keys) if key is None]
    if undefined:
        raise InvalidRequest([undefined_search_key(f"/criteria/{position}/key") for position in undefined])
    return [
        [GivenValue(key, value, f"/criteria/{position}/values") for value in criterion["values"]]
        for position, (criterion, key) in enumerate(zip(criteria, keys, strict=True))
        if key is not None
    ]


def current_associations(stores: Stores, domain: str, values: Iterable[GivenValue]) -> Associations:
    """Return the associations of the contacts whose IDs are among the values.

    Sends one command, none if there is no contact ID.
    """
    contact_ids = [given.value for given in values if given.key.name == "contact_id"]
    return stores.associations.current(domain, contact_ids) if contact_ids else {}


def query_terms(domain: Domain, given: GivenValue, associations: Associations) -> Sequence[QueryTerm]:
    """Return the terms that find the profiles with the value. A contact ID finds its associated profile."""
    if given.key.name != "contact_id":
        return search_keys.query_terms(given.key, given.value, domain.default_region)
    association = associations.get(given.value)
    if association is None:
        return ()
    return [QueryTerm("contact_id", given.value, Tier.UNIQUE, f"profile_id:{association['profile_id']}")]
