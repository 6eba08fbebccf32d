"""Search profiles by any search key, during a contact or between contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from service.errors.requests import FieldError, InvalidRequest
from service.matching.ranking import Candidate, Reason, reasons, standing
from service.matching.search_keys import term_prefixes
from service.model.audit import AuditAction
from service.model.masking import masked
from service.model.match import Criterion, Tier
from service.model.profile import Profile
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.audit import Access, Audited
from service.use_cases.criteria import GivenValue, current_associations, query_terms, resolve
from service.use_cases.cursors import Page, page
from service.use_cases.search_order import Order
from service.use_cases.sensitive_values import Budget, find_holders, limit_guesses


@dataclass(frozen=True)
class SearchPage(Page[Candidate]):
    """A page of candidates, best first."""

    truncated: bool = False
    """True if there are more candidates and no cursor to them."""


def search_profiles(
    stores: Stores,
    domain: str,
    criteria: Sequence[Criterion],
    *,
    operator: str,
    mode: str,
    limit: int,
    cursor: str | None = None,
    budget: Budget | None = None,
) -> Audited[SearchPage]:
    """Return the profiles that meet any or all of the criteria.

    Raises ``InvalidRequest``, ``MasterKeyMissing`` and ``TooManySensitiveValues``.
    """
    known = stores.domains.get(domain, keys=[criterion["key"] for criterion in criteria])
    groups = resolve(known, criteria)
    holders: Sequence[str] = ()
    if mode == "prefix":
        ((given,),) = groups
        result = _search_prefix(stores, known, given, limit)
    else:
        values = list(chain(*groups))
        limit_guesses(values, budget)
        associations = current_associations(stores, domain, values)
        terms = [
            [term for given in group for term in query_terms(known, given, associations)] for group in groups
        ]
        order = Order(terms, every=operator == "and")
        result = _search(stores, domain, order, limit, cursor)
        holders = find_holders(stores, known, order.terms) if order.index_terms else ()
    shown = [*(candidate.profile["profile_id"] for candidate in result.items), *holders]
    return Audited(result, [Access([AuditAction.SEARCHED], shown, keys={each["key"] for each in criteria})])


def _search(stores: Stores, domain: str, order: Order, limit: int, cursor: str | None) -> SearchPage:
    """Return a page. Sends one command if the page has all results or is the first page of the first stage.

    Otherwise sends one command for each stage on the page.
    """
    begin = cursors.to_search(cursor)
    if not order.index_terms:
        return SearchPage([])
    scan = order.first_page(stores, domain, limit + 1) if cursor is None else None
    if scan is None:
        scan = order.page_from(stores, domain, begin, limit + 1)
    cut = page(scan.items, limit, lambda last: cursors.of_search(last[0], last[1]["profile_id"]))
    scan_cursor = cursors.of_search(*scan.ended_at) if scan.ended_at else None
    terms = order.terms
    staged = [(stage, Candidate(profile, reasons(profile["lookup"], terms))) for stage, profile in cut.items]
    staged.sort(key=lambda item: (item[0], standing(item[1])))
    return SearchPage([candidate for _, candidate in staged], cut.next_cursor or scan_cursor)


def _search_prefix(stores: Stores, domain: Domain, given: GivenValue, limit: int) -> SearchPage:
    """Return the first profiles, in index order, with a value that starts with the given one."""
    if given.key.sensitive:
        whole_only = "Sensitive values can only be found as a whole; search in mode exact."
        raise InvalidRequest([FieldError("/mode", whole_only)])
    try:
        prefixes = term_prefixes(given.key, given.value, domain.default_region)
    except ValueError as error:
        too_short = "A prefix needs at least two characters, or one kanji (Han ideograph)."
        raise InvalidRequest([FieldError("/criteria/0/values/0", too_short)]) from error
    profiles = stores.profiles.find_starting_with(domain.name, prefixes, limit=limit + 1)
    candidates = [
        Candidate(each, _prefix_reasons(each, given.key.name, prefixes)) for each in profiles[:limit]
    ]
    return SearchPage(candidates, truncated=len(profiles) > limit)


def _prefix_reasons(profile: Profile, key: str, prefixes: Sequence[str]) -> list[Reason]:
    values = (term.partition(":")[2] for term in profile["lookup"] if term.startswith(tuple(prefixes)))
    # The key may be sensitive by now although the value is not sealed yet.
    is_sensitive = any(isinstance(value, SensitiveValue) for value in profile["keys"].get(key, ()))
    return [Reason(key, masked(value) if is_sensitive else value, Tier.PREFIX) for value in values]
