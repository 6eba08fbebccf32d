"""Resolve search criteria: from the names of search keys and values to query terms."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from service.errors.requests import InvalidRequest
from service.errors.search_keys import undefined_search_key
from service.matching import search_keys
from service.matching.terms import QueryTerm
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


def query_terms(
    stores: Stores, domain: Domain, groups: Sequence[GivenValues], ignored: Collection[str] = ()
) -> list[list[QueryTerm]]:
    """Return the terms that find the profiles with the values of each group, without ignored index terms.

    A contact ID finds its associated profile: sends one command if there are contact IDs. A value has no
    terms if it is ignored as a whole, such as the company's own number.
    """
    contact_ids = [each.value for group in groups for each in group if each.key.name == "contact_id"]
    associations = stores.associations.current(domain.name, contact_ids) if contact_ids else {}

    def terms_of(given: GivenValue) -> Sequence[QueryTerm]:
        terms: Sequence[QueryTerm] = ()
        if given.key.name != "contact_id":
            terms = search_keys.query_terms(given.key, given.value, domain.default_region)
        elif association := associations.get(given.value):
            entry = f"profile_id:{association['profile_id']}"
            terms = [QueryTerm("contact_id", given.value, Tier.UNIQUE, entry)]
        hidden = [term for term in terms if term.lookup in ignored]
        is_ignored = any(term.tier is not Tier.PARTIAL_NAME for term in hidden)
        return () if is_ignored else [term for term in terms if term not in hidden]

    return [[term for given in group for term in terms_of(given)] for group in groups]
