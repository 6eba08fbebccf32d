"""Find the profiles that may be of the same person as a given profile."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.matching.duplicates.comparison import Comparable, Likeness, compare, prepare
from service.model.audit import AuditAction
from service.model.duplicates import Evidence
from service.model.match import Tier
from service.model.profile import Profile
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.audit import Access, Audited
from service.use_cases.cursors import DuplicatePlace, Page, page
from service.use_cases.profiles import read_profile

MAX_COMPARED = 200
"""Maximum number of profiles to compare, with the given one. Beyond it, those with rare values come first."""

_NAME = "name"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A profile, and why it is taken for the same person."""

    profile: Profile
    likeness: Likeness

    @property
    def tier(self) -> Tier:
        """How certain it is."""
        return self.likeness.tier

    @property
    def matched_on(self) -> Sequence[str]:
        """The search keys whose values both profiles have."""
        return self.likeness.matched_on

    @property
    def evidence(self) -> Sequence[Evidence]:
        """What both profiles have in common besides."""
        return self.likeness.evidence

    @property
    def place(self) -> DuplicatePlace:
        """The sort key of duplicates: the most certain first, then by ID."""
        return *self.likeness.place, self.profile["profile_id"]


@dataclass(frozen=True)
class DuplicatesPage(Page[Duplicate]):
    """A page of duplicates, the most certain first."""

    truncated: bool = False
    """True if there were too many profiles with a value or the name of this one to compare them all."""


def find_duplicates(
    stores: Stores, domain: str, profile_id: str, *, limit: int, cursor: str | None
) -> Audited[DuplicatesPage]:
    """Return the profiles that may be of the same person, the most certain first.

    Compares the profiles that share an identifying value or the whole name with this one. Sends two commands,
    and a third one if there are more than can be compared. Values of sensitive search keys are compared by
    their index terms. They do not count as guesses, since they counted when they were stored. Raises
    ``ProfileNotFound`` and ``InvalidRequest``.
    """
    after = cursors.to_duplicate(cursor)
    profile = read_profile(stores, domain, profile_id)
    # Another one if the profile was merged.
    profile_id = profile["profile_id"]
    settings = stores.domains.get(domain)
    prepared = _prepare(profile, settings)
    terms = [*sorted(prepared.terms), *_name_terms(profile, settings)]
    candidates, truncated = _find_candidates(stores, settings, profile_id, terms)
    duplicates = sorted(_compare_all(prepared, candidates, settings), key=lambda each: each.place)
    remaining = [each for each in duplicates if after is None or each.place > after]
    shown = page(remaining, limit, lambda last: cursors.of_duplicate(last.place))
    shown_ids = [each.profile["profile_id"] for each in shown.items]
    accessed = [profile_id, *shown_ids, *_sensitive_holders(prepared, candidates, settings)]
    keys = {term.partition(":")[0] for term in terms}
    result = DuplicatesPage(shown.items, shown.next_cursor, truncated)
    return Audited(result, [Access([AuditAction.SEARCHED], accessed, keys=keys)])


def _prepare(profile: Profile, domain: Domain) -> Comparable:
    return prepare(profile, domain.custom_keys, domain.ignored_terms)


def _name_terms(profile: Profile, domain: Domain) -> list[str]:
    """Return the index terms of the whole name, in each order and writing."""
    names = (term for term in profile.get("lookup", ()) if term.startswith(f"{_NAME}:"))
    return [term for term in names if term not in domain.ignored_terms]


def _find_candidates(
    stores: Stores, domain: Domain, profile_id: str, terms: Sequence[str]
) -> tuple[list[Profile], bool]:
    """Return the profiles to compare, and whether there are more."""
    if not terms:
        return [], False
    found = stores.profiles.find_any(domain.name, sorted(terms), after=None, limit=MAX_COMPARED + 1)
    truncated = len(found) > MAX_COMPARED
    best: Sequence[Profile] = ()
    if truncated:
        best, _ = stores.profiles.find_best(
            domain.name, terms, [], max_profiles=domain.shared_above, limit=MAX_COMPARED
        )
    by_id = {each["profile_id"]: each for each in [*best, *found]}
    by_id.pop(profile_id, None)
    return list(by_id.values())[:MAX_COMPARED], truncated


def _compare_all(prepared: Comparable, candidates: Iterable[Profile], domain: Domain) -> Iterator[Duplicate]:
    for candidate in candidates:
        if likeness := compare(prepared, _prepare(candidate, domain)):
            yield Duplicate(candidate, likeness)


def _sensitive_holders(prepared: Comparable, candidates: Iterable[Profile], domain: Domain) -> list[str]:
    """Return the IDs of the profiles that share a value of a sensitive search key.

    They are audited even if they are not on the page.
    """
    fields = {f"{name}:" for name, key in domain.custom_keys.items() if key.sensitive}
    terms = {term for term in prepared.terms if term.startswith(tuple(fields))}
    return [each["profile_id"] for each in candidates if not terms.isdisjoint(each["lookup"])]
