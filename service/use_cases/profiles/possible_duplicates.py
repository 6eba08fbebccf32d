"""Find stored profiles that may be of the same person as a new profile.

They have a phone number, an e-mail address, an account number or a unique value of the new profile, and do
not contradict its names and its birth date. A value that more than ``shared_above`` other profiles have does
not count, nor does an ignored value. Values of sensitive search keys do not count either: a response must not
show which profile has a value that the caller may have guessed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from service.matching import phone
from service.matching.duplicates.contradictions import contradicts
from service.matching.search_keys import index_terms
from service.matching.terms import term
from service.model.audit import AuditAction
from service.model.possible_duplicates import MAX_POSSIBLE_DUPLICATES, PossibleDuplicate
from service.model.profile import Profile
from service.model.search_key import BUILT_IN
from service.store.client.slices import MAX_WRITES, in_slices
from service.store.domains.domain import Domain
from service.store.profiles.duplicates import Holder
from service.store.stores import Stores
from service.use_cases.audit import Access

MAX_READ = 1000
"""Maximum number of profiles that one command reads."""


def accesses(found: Iterable[PossibleDuplicate], contact_id: str | None = None) -> Iterator[Access]:
    """Yield the accesses to audit: the response shows that these profiles share values with the new one."""
    for each in found:
        yield Access([AuditAction.SEARCHED], [each.profile_id], contact_id, each.matched_on)


class DuplicateFinder:
    """Finds possible duplicates among the stored profiles that it has read, and the profiles of ``add``."""

    def __init__(self, stores: Stores, domain: Domain) -> None:
        self._stores = stores
        self._domain = domain
        self._holders: dict[str, dict[str, Holder]] = {}
        """The holders read or added so far, by index term and by profile ID."""

    def read(self, profiles: Sequence[Profile], *, completely: bool = False) -> None:
        """Read the stored profiles that share values with these profiles.

        Sends one command for each ``MAX_WRITES`` profiles. If too many stored profiles have the values, some
        are missing. With ``completely``, none is missing, except for values that more than ``shared_above``
        profiles have. This needs up to one more command for each such value, and for each ``MAX_READ`` /
        (``shared_above`` + 2) values.
        """
        for part in in_slices(profiles, MAX_WRITES):
            terms = {each for profile in part for each in compared_terms(profile, self._domain)}
            if completely:
                self._read_all(self._unshared(terms))
            else:
                self._read(self._unshared(terms))

    def read_created(self, profile: Profile, *, completely: bool = False) -> bool:
        """Read like ``read``. Return whether the profile's ID also belongs to a merged profile.

        Call this after a request with an Idempotency-Key has inserted the profile. One command reads both.
        """
        domain, profile_id = self._domain.name, profile["profile_id"]
        if not (terms := self._unshared(compared_terms(profile, self._domain))):
            return self._stores.aliases.get(domain, profile_id) is not None
        limit = self._limit(terms)
        holders, is_merged = self._stores.duplicates.find_with_alias(domain, terms, profile_id, limit=limit)
        self._add_all(holders)
        if completely and len(holders) == limit:
            self._read_all(self._unshared(terms))
        return is_merged

    def _read_all(self, terms: Sequence[str]) -> None:
        """Read all profiles with any of the terms, except for terms that too many profiles have."""
        while not self._read(terms):
            unshared = self._unshared(terms)
            if len(unshared) == len(terms):
                # With so few terms, one command reads all profiles, or finds that a term has too many.
                for part in in_slices(terms, MAX_READ // self._max_holders):
                    self._read_all(part)
                return
            terms = unshared

    def _read(self, terms: Sequence[str]) -> bool:
        """Read the profiles with any of the terms. Return whether these are all."""
        if not terms:
            return True
        limit = self._limit(terms)
        holders = self._stores.duplicates.find(self._domain.name, terms, limit=limit)
        self._add_all(holders)
        return len(holders) < limit

    def _limit(self, terms: Sequence[str]) -> int:
        return min(MAX_READ, len(terms) * self._max_holders)

    @property
    def _max_holders(self) -> int:
        """The number of profiles to read for a term. A term with so many does not count.

        It is ``shared_above`` + 1, and one more because the new profile may be stored already.
        """
        return self._domain.shared_above + 2

    def _unshared(self, terms: Collection[str]) -> list[str]:
        """Return the terms that do not have too many profiles among those read so far, sorted."""
        return [each for each in sorted(terms) if len(self._holders.get(each, ())) < self._max_holders]

    def _add_all(self, holders: Iterable[Holder]) -> None:
        for holder in holders:
            self._add(holder)

    def _add(self, holder: Holder) -> None:
        for each in holder.terms:
            self._holders.setdefault(each, {})[holder.profile["profile_id"]] = holder

    def add(self, profile: Profile) -> None:
        """Add a profile that is about to be stored."""
        self._add(Holder(profile, frozenset(compared_terms(profile, self._domain)), is_tentative=False))

    def find(self, profile: Profile, ignored: Collection[str] = ()) -> list[PossibleDuplicate]:
        """Return the possible duplicates of a profile, up to ``MAX_POSSIBLE_DUPLICATES``.

        Those that share values of most search keys are first. ``ignored`` are IDs of profiles to leave out.
        """
        found = [
            PossibleDuplicate(holder.profile["profile_id"], sorted(keys))
            for holder, keys in self._matches(profile)
            if holder.profile["profile_id"] not in ignored
        ]
        found.sort(key=lambda each: (-len(each.matched_on), each.profile_id))
        return found[:MAX_POSSIBLE_DUPLICATES]

    def rivals(self, profile: Profile) -> list[Holder]:
        """Return all possible duplicates of a profile, in the state in which they were read or added."""
        return [holder for holder, _ in self._matches(profile)]

    def _matches(self, profile: Profile) -> list[tuple[Holder, set[str]]]:
        matches: dict[str, tuple[Holder, set[str]]] = {}
        for each, key in compared_terms(profile, self._domain).items():
            holders = self._holders.get(each, {}).copy()
            holders.pop(profile["profile_id"], None)
            if len(holders) <= self._domain.shared_above:
                for profile_id, holder in holders.items():
                    matches.setdefault(profile_id, (holder, set()))[1].add(key)
        return [match for match in matches.values() if not contradicts(profile, match[0].profile)]


def compared_terms(profile: Profile, domain: Domain) -> Mapping[str, str]:
    """Return the index terms that find duplicates, each with the name of its search key."""
    return {
        each: key
        for key, terms in _terms_of_values(profile, domain)
        if domain.ignored_terms.isdisjoint(terms)
        for each in terms
    }


def _terms_of_values(profile: Profile, domain: Domain) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the name of the search key and the index terms of each value that identifies a person."""
    region = domain.default_region
    for number in profile["phone_numbers"]:
        if (e164 := number["e164"]) is not None:
            # A value can have several numbers. The forms of impossible numbers have no plus sign.
            forms = phone.index_forms(number["value"], number.get("region", region), e164)
            yield "phone", [term("phone", form) for form in forms if form.startswith("+")]
    for address in profile["email_addresses"]:
        yield "email", index_terms(BUILT_IN["email"], address["value"], region)
    yield "account", index_terms(BUILT_IN["account"], profile["account_number"] or "", region)
    for name, values in profile["keys"].items():
        key = domain.custom_keys.get(name)
        if key is not None and key.unique and not key.sensitive:
            for value in values:
                yield name, index_terms(key, value, region)
