"""Find the profiles that may be of the same person as a given profile."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.matching.duplicates.comparison import Comparable, Likeness, compare
from service.model.audit import AuditAction
from service.model.duplicates import Evidence
from service.model.match import Tier
from service.model.profile import Profile
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.audit import Access, Audited
from service.use_cases.cursors import DuplicatePlace, Page, page
from service.use_cases.duplicate_candidates import MAX_COMPARED, CandidateReader, keys_of
from service.use_cases.profiles import read_profile


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A profile, and why it is taken for the same person."""

    profile: Profile
    likeness: Likeness

    @property
    def tier(self) -> Tier:
        """How certain it is that both profiles are of the same person."""
        return self.likeness.tier

    @property
    def matched_on(self) -> Sequence[str]:
        """The search keys whose values both profiles have."""
        return self.likeness.matched_on

    @property
    def evidence(self) -> Sequence[Evidence]:
        """What both profiles have in common besides values of search keys."""
        return self.likeness.evidence

    @property
    def place(self) -> DuplicatePlace:
        """The sort key of duplicates: the most certain first, then by ID."""
        return *self.likeness.place, self.profile["profile_id"]


@dataclass(frozen=True)
class DuplicatesPage(Page[Duplicate]):
    """A page of duplicates, the most certain first."""

    truncated: bool = False
    """True if too many profiles share a value or the name with the given profile to compare them all."""


def find_duplicates(
    stores: Stores, domain: str, profile_id: str, *, limit: int, cursor: str | None
) -> Audited[DuplicatesPage]:
    """Return the profiles that may be of the same person as the given profile, the most certain first.

    Compares the given profile with those that share an identifying value or the whole name with it, at most
    ``MAX_COMPARED``. Sends up to two commands, and a third one if there are more. Values of sensitive search
    keys are compared by their index terms. They do not count as guesses, since they counted when they were
    stored. Raises ``ProfileNotFound`` and ``InvalidRequest``.
    """
    after = cursors.to_duplicate(cursor)
    profile = read_profile(stores, domain, profile_id)
    # Another ID if the profile was merged.
    profile_id = profile["profile_id"]
    reader = CandidateReader(stores, stores.domains.get(domain))
    prepared = reader.prepare(profile)
    terms = reader.terms(profile, prepared)
    found = reader.find(terms)
    candidates = [each for each in found.profiles if each["profile_id"] != profile_id][:MAX_COMPARED]
    duplicates = sorted(_compare_all(prepared, candidates, reader), key=lambda each: each.place)
    remaining = [each for each in duplicates if after is None or each.place > after]
    shown = page(remaining, limit, lambda last: cursors.of_duplicate(last.place))
    shown_ids = [each.profile["profile_id"] for each in shown.items]
    accessed = [profile_id, *shown_ids, *reader.sensitive_holders(prepared, candidates)]
    result = DuplicatesPage(shown.items, shown.next_cursor, found.truncated)
    return Audited(result, [Access([AuditAction.SEARCHED], accessed, keys=keys_of(terms))])


def _compare_all(
    prepared: Comparable, candidates: Iterable[Profile], reader: CandidateReader
) -> Iterator[Duplicate]:
    for candidate in candidates:
        if likeness := compare(prepared, reader.prepare(candidate)):
            yield Duplicate(candidate, likeness)
