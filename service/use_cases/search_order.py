"""The order of a search that finds more than a page.

Those who meet every criterion come first, then those with a value on a better tier; among equals, by ID. So
the person with the whole name stands before the thousands who share a part of it, and a page costs the same
at any depth: each stage is a walk along the index, and goes on where the last page ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from service.matching.tokens import Tier, Token
from service.store.profiles import Profile
from service.store.stores import Stores

Walked = tuple[int, Profile]
"""The number of the stage that a profile was found in, and the profile."""


@dataclass(frozen=True)
class Order:
    """What is searched for: of each criterion its tokens; and whether every criterion must be met."""

    groups: Sequence[Sequence[Token]]
    every: bool

    @property
    def tokens(self) -> list[Token]:
        """All that is searched for."""
        return [token for group in self.groups for token in group]

    @property
    def entries(self) -> list[str]:
        """The entries that are searched for, each once; none where nobody can meet what is asked."""
        return [] if self.every and not all(self.groups) else sorted(self._ranks)

    def glance(self, stores: Stores, domain: str, limit: int) -> list[Walked] | None:
        """Return all profiles by one command; None where there are ``limit`` or more, or all must be met."""
        if self.every and self._all:
            return None
        profiles = stores.profiles.find_any(domain, self.entries, after=None, limit=limit)
        return None if len(profiles) == limit else [(self._stage_of(each), each) for each in profiles]

    def walk(self, stores: Stores, domain: str, begin: tuple[int, str | None], limit: int) -> list[Walked]:
        """Return the next ``limit`` profiles behind a stage and an ID; a command for each stage reached."""
        first, after = begin
        last = 0 if self.every and self._all else len(Tier)
        walked: list[Walked] = []
        for stage in range(first, last + 1):
            profiles = self._find(stores, domain, stage, after, limit - len(walked))
            walked += [(stage, profile) for profile in profiles]
            if len(walked) == limit:
                break
            after = None
        return walked

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

    def _stage_of(self, profile: Profile) -> int:
        """Return 0 where every criterion is met, then the place of its best tier."""
        held = set(profile["lookup"])
        if self._all and not any(held.isdisjoint(group) for group in self._all):
            return 0
        return 1 + min(rank for entry, rank in self._ranks.items() if entry in held)

    def _find(self, stores: Stores, domain: str, stage: int, after: str | None, limit: int) -> list[Profile]:
        if stage == 0:
            if not self._all:
                return []
            return stores.profiles.find_all(domain, self._all, after=after, limit=limit)
        entries = sorted(entry for entry, rank in self._ranks.items() if rank == stage - 1)
        better = sorted(entry for entry, rank in self._ranks.items() if rank < stage - 1)
        if not entries:
            return []
        return stores.profiles.find_any(
            domain, entries, after=after, limit=limit, without=better, without_all=self._all
        )
