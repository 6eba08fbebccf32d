"""Search profiles by any search key, during a contact or between contacts.

Profiles that meet every criterion come first. The others are ordered by their best tier, so a person with the
whole name comes before thousands of people with only a part of the name. The profiles of a page that are
equal so far are ordered by the number of matching search keys, and then by ID.

A search has stages: stage 0 finds profiles that meet every criterion, and each tier has one more stage. Each
stage is an index scan that continues where the previous page ended, so late pages cost as much as the first.
A page ends early after the scan has skipped a few thousand profiles, which meet some criteria but not all, or
which an earlier stage has returned. The next page continues there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from service.errors.requests import FieldError, InvalidRequest
from service.matching.ranking import Candidate, Reason, reasons, standing
from service.matching.search_keys import term_prefixes
from service.matching.terms import QueryTerm
from service.model.audit import AuditAction
from service.model.match import Criterion, Operator, SearchMode, Tier
from service.model.profile import Profile
from service.model.sensitive import SensitiveValue, masked
from service.store.client import page_scan
from service.store.client.page_scan import PageScan
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.aliases import find_alias
from service.use_cases.audit import Access, Audited
from service.use_cases.cursors import Page, page
from service.use_cases.queries import RequestValue, RequestValues, note_merged_id, query_terms, resolve
from service.use_cases.sensitive_values import GuessLimit, find_holders, limit_guesses

_FIRST_ID = "0" * 32
"""Sorts before the IDs of all profiles."""

StagedScan = PageScan[tuple[int, Profile], tuple[int, str]]
"""Profiles, each with its stage; ``ended_at`` has a stage and a profile ID."""


@dataclass(frozen=True)
class SearchPage(Page[Candidate]):
    """A page of candidates, best first."""

    truncated: bool = False
    """True if there are more candidates, but no cursor to continue."""
    values: Sequence[RequestValues] = ()
    """The values of each criterion. Empty for a prefix search."""
    terms: Sequence[Sequence[QueryTerm]] = ()
    """The query terms of each criterion. Empty for a prefix search."""

    def criteria_met_by(self, candidate: Candidate) -> list[tuple[int, list[str]]]:
        """Return the position and the values of each criterion that a profile meets.

        The values are those of the request; values of sensitive search keys are masked.
        """
        held = set(candidate.profile["lookup"])
        return [
            (position, [masked(each.value) if each.key.sensitive else each.value for each in values])
            for position, (values, terms) in enumerate(zip(self.values, self.terms, strict=True))
            if any(term.lookup in held for term in terms)
        ]


def search_profiles(
    stores: Stores,
    domain: str,
    criteria: Sequence[Criterion],
    *,
    operator: Operator,
    mode: SearchMode,
    limit: int,
    cursor: str | None = None,
    guess_limit: GuessLimit | None = None,
) -> Audited[SearchPage]:
    """Return a page of the profiles that meet any or all of the criteria.

    In mode ``prefix``, there is one criterion with one value, and no further page. Raises ``InvalidRequest``,
    ``MasterKeyMissing`` and ``TooManySensitiveValues``.
    """
    required = [criterion["key"] for criterion in criteria if "default" not in criterion]
    settings = stores.domains.get(domain, keys=required)
    groups = resolve(settings, criteria)
    holders: Sequence[str] = ()
    if mode == SearchMode.PREFIX and not _is_merged_id(stores, settings, groups[0][0]):
        result = _search_prefix(stores, settings, groups[0][0], limit)
    else:
        limit_guesses(chain(*groups), settings.default_region, guess_limit)
        ranked_query = RankedQuery(
            query_terms(stores, settings, groups), must_meet_all=operator == Operator.AND
        )
        found = _search(stores, domain, ranked_query, limit, cursor)
        result = replace(found, values=groups, terms=ranked_query.groups)
        holders = find_holders(stores, settings, ranked_query.terms) if ranked_query.index_terms else ()
    ids = [*(candidate.profile["profile_id"] for candidate in result.items), *holders]
    return Audited(result, [Access([AuditAction.SEARCHED], ids, keys={each["key"] for each in criteria})])


def _search(
    stores: Stores, domain: str, ranked_query: "RankedQuery", limit: int, cursor: str | None
) -> SearchPage:
    """Return a page. Sends the commands of ``RankedQuery.first_page`` or ``RankedQuery.page_from``."""
    begin = cursors.to_search(cursor)
    if not ranked_query.index_terms:
        return SearchPage([])
    scan = ranked_query.first_page(stores, domain, limit + 1) if cursor is None else None
    if scan is None:
        scan = ranked_query.page_from(stores, domain, begin, limit + 1)
    scan_cursor = cursors.of_search(*scan.ended_at) if scan.ended_at else None
    result = page(
        scan.items, limit, lambda last: cursors.of_search(last[0], last[1]["profile_id"]), scan_cursor
    )
    terms = ranked_query.terms
    staged = [
        (stage, note_merged_id(Candidate(each, reasons(each["lookup"], terms))))
        for stage, each in result.items
    ]
    staged.sort(key=lambda item: (item[0], standing(item[1])))
    return SearchPage([candidate for _, candidate in staged], result.next_cursor)


def _is_merged_id(stores: Stores, domain: Domain, value: RequestValue) -> bool:
    """Return whether the value is the whole ID of a merged profile, which is no prefix of an index term."""
    return value.key.name == "profile_id" and find_alias(stores, domain.name, value.value.strip()) is not None


def _search_prefix(stores: Stores, domain: Domain, prefix: RequestValue, limit: int) -> SearchPage:
    """Return the first profiles, in index order, with a value that starts with the prefix."""
    if prefix.key.sensitive:
        whole_only = "Sensitive values can only be found as a whole; search in mode exact."
        raise InvalidRequest([FieldError("/mode", whole_only)])
    try:
        prefixes = term_prefixes(prefix.key, prefix.value, domain.default_region)
    except ValueError as error:
        too_short = "A prefix needs at least two characters, or one kanji (Han ideograph)."
        raise InvalidRequest([FieldError("/criteria/0/values/0", too_short)]) from error
    profiles = stores.profiles.find_starting_with(domain.name, prefixes, limit=limit + 1)
    candidates = [
        Candidate(each, _prefix_reasons(each, prefix.key.name, prefixes)) for each in profiles[:limit]
    ]
    return SearchPage(candidates, truncated=len(profiles) > limit)


def _prefix_reasons(profile: Profile, key: str, prefixes: Sequence[str]) -> list[Reason]:
    values = (term.partition(":")[2] for term in profile["lookup"] if term.startswith(tuple(prefixes)))
    # The key can come from an outdated cache: another worker may have defined the key again as sensitive.
    is_sensitive = any(isinstance(value, SensitiveValue) for value in profile["keys"].get(key, ()))
    return [Reason(key, masked(value) if is_sensitive else value, Tier.PREFIX) for value in values]


@dataclass(frozen=True)
class RankedQuery:
    """The query terms of each criterion, and whether a profile must meet every criterion."""

    groups: Sequence[Sequence[QueryTerm]]
    must_meet_all: bool

    @property
    def terms(self) -> list[QueryTerm]:
        """The terms of all criteria."""
        return list(chain(*self.groups))

    @property
    def index_terms(self) -> list[str]:
        """The index terms to look for, without duplicates; none if no profile can meet the criteria."""
        return [] if self.must_meet_all and not all(self.groups) else sorted(self._ranks)

    def first_page(self, stores: Stores, domain: str, limit: int) -> StagedScan | None:
        """Return all profiles, or the first ``limit``, by one command, or None if one command is not enough.

        One is not enough if profiles must meet several criteria. Nor is it if ``limit`` profiles are found,
        and not all of them are of the first stage that can find any.
        """
        if self.must_meet_all and self._groups_to_meet:
            return None
        profiles = stores.profiles.find_any(domain, self.index_terms, after=None, limit=limit)
        staged = [(self._stage_of(each), each) for each in profiles]
        if len(staged) == limit and any(stage != self._first_stage for stage, _ in staged):
            return None
        return PageScan(staged)

    def page_from(self, stores: Stores, domain: str, begin: tuple[int, str | None], limit: int) -> StagedScan:
        """Return up to ``limit`` profiles after ``begin``: a stage, and an ID, or None for the whole stage.

        Sends one command for each stage, and up to three more for a stage that skips many profiles. For every
        page, early or late, MongoDB reads a bounded number of profiles.
        """
        first, after = begin
        last = 0 if self.must_meet_all and self._groups_to_meet else len(Tier)
        staged: list[tuple[int, Profile]] = []
        scanned = 0
        for stage in range(first, last + 1):
            if scanned > page_scan.MAX_SCANNED:
                return PageScan(staged, (stage, _FIRST_ID))
            scan = self._find(stores, domain, stage, after, limit - len(staged))
            staged += [(stage, profile) for profile in scan.items]
            if scan.ended_at is not None:
                return PageScan(staged, (stage, scan.ended_at))
            if len(staged) == limit:
                break
            scanned += scan.scanned
            after = None
        return PageScan(staged)

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """The best rank of each index term, as several criteria can have the same term."""
        worst_first = sorted(self.terms, key=lambda term: -term.tier.rank)
        return {term.lookup: term.tier.rank for term in worst_first}

    @cached_property
    def _groups_to_meet(self) -> list[list[str]]:
        """The index terms of each criterion; empty for a single criterion, or if one cannot be met."""
        groups = [[term.lookup for term in group] for group in self.groups]
        return groups if len(groups) > 1 and all(groups) else []

    @cached_property
    def _first_stage(self) -> int:
        return 0 if self._groups_to_meet else 1 + min(self._ranks.values())

    def _stage_of(self, profile: Profile) -> int:
        """Return 0 for a profile that meets every criterion, otherwise 1 plus the rank of its best tier."""
        held = set(profile["lookup"])
        if self._groups_to_meet and not any(held.isdisjoint(group) for group in self._groups_to_meet):
            return 0
        return 1 + min(rank for term, rank in self._ranks.items() if term in held)

    def _find(
        self, stores: Stores, domain: str, stage: int, after: str | None, limit: int
    ) -> PageScan[Profile, str]:
        if stage == 0:
            if not self._groups_to_meet:
                return PageScan([])
            return stores.profiles.find_all(domain, self._groups_to_meet, after=after, limit=limit)
        index_terms = sorted(term for term, rank in self._ranks.items() if rank == stage - 1)
        better = sorted(term for term, rank in self._ranks.items() if rank < stage - 1)
        if not index_terms:
            return PageScan([])
        return stores.profiles.find_any_excluding(
            domain,
            index_terms,
            excluded_terms=better,
            excluded_groups=self._groups_to_meet,
            after=after,
            limit=limit,
        )
