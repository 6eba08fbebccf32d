"""Search profiles by any key, between contacts or during one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import undefined_search_key
from service.matching import search_keys
from service.matching.ranking import Candidate, Reason, reasons, standing
from service.matching.terms import QueryTerm
from service.model.masking import masked
from service.model.match import Tier
from service.model.profile import Profile
from service.model.search_key import SearchKey
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.pages import Page, page
from service.use_cases.search_order import Order
from service.use_cases.sensitive_limits import Budget, GivenValue, limit_guesses
from service.use_cases.sensitive_values import find_holders


@dataclass(frozen=True)
class Found(Page[Candidate]):
    """A page of candidates, the best first.

    ``truncated`` if there are more and no cursor leads to them. ``hits`` are the IDs of the profiles that
    hold a sensitive value of the request, on this page or not.
    """

    truncated: bool = False
    hits: Sequence[str] = ()


def search_profiles(
    stores: Stores,
    domain: str,
    criteria: Sequence[Mapping[str, Any]],
    *,
    operator: str,
    mode: str,
    limit: int,
    cursor: str | None = None,
    budget: Budget | None = None,
) -> Found:
    """Return the profiles that meet any or all of the criteria.

    Raises ``InvalidRequest``, ``MasterKeyMissing`` and ``TooManySensitiveValues``.
    """
    known = stores.domains.get(domain, keys=[criterion["key"] for criterion in criteria])
    asked = defined_keys(known, criteria)
    if mode == "prefix":
        ((key, (value,)),) = asked
        return _complete(stores, known, key, value, limit)
    limit_guesses(given_criteria(asked), budget)
    contact_ids = contacts_in(asked)
    current = stores.associations.current(domain, contact_ids) if contact_ids else {}
    groups = [tokens_of(known, key, values, current) for key, values in asked]
    return _search(stores, known, groups, operator, limit, cursor)


def _search(
    stores: Stores,
    domain: Domain,
    groups: Sequence[Sequence[QueryTerm]],
    operator: str,
    limit: int,
    cursor: str | None,
) -> Found:
    """Return a page: one command where it holds all that is found, or is the first of the first stage alone.

    Elsewhere one for each stage that the page reaches into. One more finds the holders of sensitive values.
    """
    order = Order(groups, every=operator == "and")
    begin = cursors.to_search(cursor)
    if not order.entries:
        return Found([])
    scan = order.first_page(stores, domain.name, limit + 1) if cursor is None else None
    if scan is None:
        scan = order.page_from(stores, domain.name, begin, limit + 1)
    cut = page(scan.items, limit, lambda last: cursors.of_search(last[0], last[1]["profile_id"]))
    broken_off = cursors.of_search(*scan.ended_at) if scan.ended_at else None
    tokens = order.tokens
    found = [(stage, Candidate(profile, reasons(profile["lookup"], tokens))) for stage, profile in cut.items]
    found.sort(key=lambda staged: (staged[0], standing(staged[1])))
    return Found(
        [candidate for _, candidate in found],
        cut.next_cursor or broken_off,
        hits=find_holders(stores, domain, tokens),
    )


def _complete(stores: Stores, domain: Domain, key: SearchKey, value: str, limit: int) -> Found:
    """Return the first profiles, in index order, with a value of the key that begins so."""
    if key.sensitive:
        whole = "Sensitive values are stored so that only whole ones are found; search in the mode exact."
        raise InvalidRequest([FieldError("/mode", whole)])
    try:
        beginnings = search_keys.term_prefixes(key, value, domain.default_region)
    except ValueError as error:
        too_short = FieldError(
            "/criteria/0/values/0", "A prefix has at least two characters, or is one kanji (Han ideograph)."
        )
        raise InvalidRequest([too_short]) from error
    profiles = stores.profiles.find_starting_with(domain.name, beginnings, limit=limit + 1)
    found = [Candidate(p, _begun(p, key, beginnings)) for p in profiles[:limit]]
    return Found(found, truncated=len(profiles) > limit)


def _begun(profile: Profile, key: SearchKey, beginnings: Sequence[str]) -> list[Reason]:
    begun = (entry.partition(":")[2] for entry in profile["lookup"] if entry.startswith(tuple(beginnings)))
    # The key may be sensitive now, although the value is not sealed yet.
    is_sensitive = any(isinstance(value, SensitiveValue) for value in profile["keys"].get(key.name, ()))
    shown = map(masked, begun) if is_sensitive else begun
    return [Reason(key.name, value, Tier.PREFIX) for value in shown]


def contacts_in(asked: Iterable[tuple[SearchKey, Iterable[str]]]) -> list[str]:
    """Return the contact IDs among what is asked for; their associations are one command more."""
    return [value for key, values in asked if key.name == "contact_id" for value in values]


def tokens_of(
    domain: Domain, key: SearchKey, values: Iterable[str], current: Mapping[str, Mapping[str, Any]]
) -> list[QueryTerm]:
    """Return what finds the profiles with any of the values of the key.

    ``current`` are the associations, by contact ID, of the contacts that are asked for.
    """
    if key.name == "contact_id":
        return [_of_contact(value, current[value]["profile_id"]) for value in values if value in current]
    return [token for value in values for token in search_keys.query_terms(key, value, domain.default_region)]


def _of_contact(contact_id: str, profile_id: str) -> QueryTerm:
    return QueryTerm("contact_id", contact_id, Tier.UNIQUE, f"profile_id:{profile_id}")


def defined_keys(
    domain: Domain, criteria: Sequence[Mapping[str, Any]]
) -> list[tuple[SearchKey, Sequence[str]]]:
    """Return the search key and the values of each criterion; raises ``InvalidRequest``."""
    errors = [
        undefined_search_key(f"/criteria/{position}/key")
        for position, criterion in enumerate(criteria)
        if domain.key(criterion["key"]) is None
    ]
    if errors:
        raise InvalidRequest(errors)
    return [(key, c["values"]) for c in criteria if (key := domain.key(c["key"]))]


def given_criteria(criteria: Iterable[tuple[SearchKey, Sequence[str]]]) -> Iterator[GivenValue]:
    """Yield the values of the criteria. Masks are not resolved here."""
    for position, (key, values) in enumerate(criteria):
        for value in values:
            yield GivenValue(key, value, f"/criteria/{position}/values")
