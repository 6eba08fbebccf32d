"""The order of a search that finds more than a page.

Those who meet every criterion come first, then those with a value on a better tier; among equals, by ID. So
the person with the whole name stands before the thousands who share a part of it, and a page costs the same
at any depth: each stage is a scan along the index and continues where the last page ended. A page ends early
after a few thousand profiles that do not belong on it: those that meet some criteria but not all, or that an
earlier stage has shown. The next page continues from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from service.matching.terms import QueryTerm
from service.model.match import Tier
from service.model.profile import Profile
from service.store.client import page_scan
from service.store.client.page_scan import PageScan
from service.store.stores import Stores

_FIRST_ID = "0" * 32
"""Before the IDs of all profiles."""


StagedScan = PageScan[tuple[int, Profile], tuple[int, str]]
"""Profiles, each with the number of the stage that found it; and the stage and the ID at which it stopped."""


@dataclass(frozen=True)
class Order:
    """What is searched for: of each criterion its tokens; and whether every criterion must be met."""

    groups: Sequence[Sequence[QueryTerm]]
    every: bool

    @property
    def tokens(self) -> list[QueryTerm]:
        """All that is searched for."""
        return [token for group in self.groups for token in group]

    @property
    def entries(self) -> list[str]:
        """The entries that are searched for, each once; none where nobody can meet what is asked."""
        return [] if self.every and not all(self.groups) else sorted(self._ranks)

    def first_page(self, stores: Stores, domain: str, limit: int) -> StagedScan | None:
        """Return all profiles, or the first ``limit``, by one command; None if the stages must be scanned.

        They must if every criterion must be met, or if there may be more than ``limit`` profiles and not all
        of those found are of the first stage.
        """
        if self.every and self._all:
            return None
        profiles = stores.profiles.find_any(domain, self.entries, after=None, limit=limit)
        found = [(self._stage_of(each), each) for each in profiles]
        if len(found) == limit and any(stage != self._first_stage for stage, _ in found):
            return None
        return PageScan(found)

    def page_from(self, stores: Stores, domain: str, begin: tuple[int, str | None], limit: int) -> StagedScan:
        """Return the next ``limit`` profiles after an ID in a stage.

        Sends one command for each stage, and up to three more for a stage in which many profiles are
        excluded. MongoDB reads a bounded number of profiles, whatever the cursor.
        """
        first, after = begin
        last = 0 if self.every and self._all else len(Tier)
        found: list[tuple[int, Profile]] = []
        scanned = 0
        for stage in range(first, last + 1):
            if scanned > page_scan.MAX_SCANNED:
                return PageScan(found, (stage, _FIRST_ID))
            scan = self._find(stores, domain, stage, after, limit - len(found))
            found += [(stage, profile) for profile in scan.items]
            if scan.ended_at is not None:
                return PageScan(found, (stage, scan.ended_at))
            if len(found) == limit:
                break
            scanned += scan.scanned
            after = None
        return PageScan(found)

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """The best rank of each entry: two criteria may ask for the same."""
        worst_first = sorted(self.tokens, key=lambda token: -token.tier.rank)
        return {token.lookup: token.tier.rank for token in worst_first}

    @cached_property
    def _all(self) -> list[list[str]]:
        """The entries of each criterion, where there are several and one profile can meet all of them."""
        groups = [[token.lookup for token in group] for group in self.groups]
        return groups if len(groups) > 1 and all(groups) else []

    @cached_property
    def _first_stage(self) -> int:
        return 0 if self._all else 1 + min(self._ranks.values())

    def _stage_of(self, profile: Profile) -> int:
        """Return 0 where every criterion is met, then the place of its best tier."""
        held = set(profile["lookup"])
        if self._all and not any(held.isdisjoint(group) for group in self._all):
            return 0
        return 1 + min(rank for entry, rank in self._ranks.items() if entry in held)

    def _find(
        self, stores: Stores, domain: str, stage: int, after: str | None, limit: int
    ) -> PageScan[Profile, str]:
        if stage == 0:
            if not self._all:
                return PageScan([])
            return stores.profiles.find_all(domain, self._all, after=after, limit=limit)
        entries = sorted(entry for entry, rank in self._ranks.items() if rank == stage - 1)
        better = sorted(entry for entry, rank in self._ranks.items() if rank < stage - 1)
        if not entries:
            return PageScan([])
        return stores.profiles.find_any_excluding(
            domain, entries, without=better, without_all=self._all, after=after, limit=limit
        )
