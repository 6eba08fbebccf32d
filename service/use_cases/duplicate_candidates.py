"""Read the profiles that are worth comparing with a profile, and prepare profiles for comparisons."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from service.matching.duplicates.comparison import Comparable, prepare
from service.model.profile import Profile
from service.store.domains.domain import Domain
from service.store.stores import Stores

MAX_COMPARED = 200
"""Maximum number of profiles to compare at once. Beyond it, those with rare values come first."""

_NAME = "name"


@dataclass(frozen=True, slots=True)
class Candidates:
    """Profiles to compare, and whether there are more."""

    profiles: Collection[Profile]
    truncated: bool


@dataclass(frozen=True, slots=True)
class CandidateReader:
    """Reads the profiles that share an identifying value or the whole name with a profile."""

    stores: Stores
    domain: Domain

    def prepare(self, profile: Profile) -> Comparable:
        """Return what a comparison needs of a profile. The profile must have its index terms."""
        return prepare(profile, self.domain.custom_keys, self.domain.ignored_terms)

    def terms(self, profile: Profile, prepared: Comparable) -> list[str]:
        """Return the index terms that find duplicates of the profile.

        These are the terms of its identifying values, then of its whole name in each writing.
        """
        names = (term for term in profile.get("lookup", ()) if term.startswith(f"{_NAME}:"))
        return [*sorted(prepared.terms), *(term for term in names if term not in self.domain.ignored_terms)]

    def find(self, terms: list[str]) -> Candidates:
        """Return up to ``MAX_COMPARED`` + 1 profiles with any of the terms.

        The result can contain the profile whose terms these are. Sends one command, or none without terms. If
        more than ``MAX_COMPARED`` profiles have the terms, sends a second command, so that profiles with
        terms that at most ``shared_above`` profiles have are first.
        """
        if not terms:
            return Candidates([], truncated=False)
        name, limit = self.domain.name, MAX_COMPARED
        found = self.stores.profiles.find_any(name, sorted(terms), after=None, limit=limit + 1)
        if len(found) <= limit:
            return Candidates(found, truncated=False)
        best, _ = self.stores.profiles.find_best(
            name, terms, [], max_profiles=self.domain.shared_above, limit=limit
        )
        by_id = {each["profile_id"]: each for each in [*best, *found]}
        return Candidates(list(by_id.values())[: limit + 1], truncated=True)

    def sensitive_holders(self, prepared: Comparable, candidates: Iterable[Profile]) -> list[str]:
        """Return the IDs of the candidates that share a value of a sensitive search key.

        These candidates are audited even if they are not on the page.
        """
        fields = {f"{name}:" for name, key in self.domain.custom_keys.items() if key.sensitive}
        terms = {term for term in prepared.terms if term.startswith(tuple(fields))}
        return [each["profile_id"] for each in candidates if not terms.isdisjoint(each["lookup"])]


def keys_of(terms: Iterable[str]) -> set[str]:
    """Return the names of the search keys that the index terms belong to."""
    return {term.partition(":")[0] for term in terms}
