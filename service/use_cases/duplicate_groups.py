"""Find groups of profiles that may all be of the same person.

Two profiles belong to one group if they are duplicates of each other (see ``duplicates``), or if a chain of
duplicates connects them. Groups are not stored: each request finds them again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.matching.duplicates.comparison import Comparable, Likeness, compare
from service.model.audit import AuditAction
from service.model.limits import MAX_MERGED
from service.model.match import Tier
from service.model.profile import Profile
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.audit import Access, Audited
from service.use_cases.cursors import Page, page
from service.use_cases.duplicate_candidates import MAX_COMPARED, CandidateReader, keys_of
from service.use_cases.profiles import read_profile

MAX_SCANNED = 100
"""Maximum number of profiles that a page of groups reads in the order of creation."""
_MAX_EXPLORED = 20
"""Maximum number of profiles on a page whose groups are searched with commands of their own."""
_MAX_READ = 5
"""Maximum number of attempts to read the other profiles that share values. Each attempt has fewer values."""
_MAX_MEMBERS = MAX_MERGED + 1
"""Maximum number of profiles of a group, so that one merge can unite all of them."""
_MAX_STEPS = 5
"""Maximum number of steps from duplicates to their duplicates."""


@dataclass(frozen=True, slots=True)
class Group:
    """Profiles that may be of the same person, the oldest first.

    ``tier`` is the worst tier that is needed to connect the profiles. ``access`` is the access to audit.
    """

    profiles: Sequence[Profile]
    tier: Tier
    access: Access

    @property
    def group_id(self) -> str:
        """The ID of the oldest profile."""
        return self.profiles[0]["profile_id"]


@dataclass(frozen=True)
class MembersPage(Page[Profile]):
    """A page of the profiles of a group. If ``group`` is None, there is no group, and the page is empty."""

    group: Group | None = None


def find_members(
    stores: Stores, domain: str, profile_id: str, *, limit: int, cursor: str | None
) -> Audited[MembersPage]:
    """Return the profiles of the group of a profile, the oldest first. Without duplicates there is no group.

    Sends one command, and one or two for each step from duplicates to their duplicates. Raises
    ``ProfileNotFound`` and ``InvalidRequest``.
    """
    after = cursors.to_creation(cursor)
    profile = read_profile(stores, domain, profile_id)
    reader = CandidateReader(stores, stores.domains.get(domain))
    group = _Exploration(reader, profile).run()
    if group is None:
        return Audited(MembersPage([]), [Access([AuditAction.SEARCHED], [profile["profile_id"]])])
    remaining = [each for each in group.profiles if after is None or _creation(each) > after]
    shown = page(remaining, limit, lambda last: cursors.of_creation(*_creation(last)))
    return Audited(MembersPage(shown.items, shown.next_cursor, group), [group.access])


def list_groups(stores: Stores, domain: str, *, limit: int, cursor: str | None) -> Audited[Page[Group]]:
    """Return groups of the domain in the order of their oldest profiles.

    A page has the groups whose oldest profiles are among the next ``MAX_SCANNED`` profiles, so it can be
    empty although more groups follow. Sends one command, up to ``_MAX_READ`` to find profiles that may be the
    oldest of a group, and one or two for each step from each of these. Raises ``InvalidRequest``.
    """
    after = cursors.to_creation(cursor)
    scan = stores.profile_lists.by_creation(domain, after=after, limit=MAX_SCANNED + 1, with_terms=True)
    scan_cursor = None if scan.ended_at is None else cursors.of_creation(*scan.ended_at)
    scanned = page(scan.items, MAX_SCANNED, lambda last: cursors.of_creation(*_creation(last)), scan_cursor)
    reader = CandidateReader(stores, stores.domains.get(domain))
    groups, next_cursor = list[Group](), scanned.next_cursor
    explored, members = 0, set[str]()
    last_explored: Profile | None = None
    for profile in _oldest_of_duplicates(reader, scanned.items):
        if profile["profile_id"] in members:
            continue
        if last_explored is not None and (len(groups) == limit or explored == _MAX_EXPLORED):
            next_cursor = cursors.of_creation(*_creation(last_explored))
            break
        explored, last_explored = explored + 1, profile
        group = _Exploration(reader, profile).run()
        if group is not None and group.group_id == profile["profile_id"]:
            groups.append(group)
            members.update(each["profile_id"] for each in group.profiles)
    return Audited(Page(groups, next_cursor), [group.access for group in groups])


def _creation(profile: Profile) -> tuple[datetime, str]:
    """Return the sort key of a profile: the oldest profile is first."""
    return profile["created_at"], profile["profile_id"]


def _oldest_of_duplicates(reader: CandidateReader, scanned: Sequence[Profile]) -> Sequence[Profile]:
    """Return the profiles that may be the oldest ones of groups.

    These profiles have duplicates, and are older than all of them. Values that more than ``shared_above``
    profiles have do not count. Returns all of ``scanned`` if too many other profiles share values with them.
    """
    nodes = {each["profile_id"]: _Node.of(reader, each) for each in scanned}
    others = _find_others(reader, nodes)
    if others is None:
        return scanned
    pool = nodes | {each["profile_id"]: _Node.of(reader, each) for each in others}
    holders: dict[str, list[str]] = {}
    for profile_id, node in pool.items():
        for term in node.terms:
            holders.setdefault(term, []).append(profile_id)

    def is_oldest(node: _Node) -> bool:
        rare = (holders[term] for term in node.terms if len(holders[term]) <= reader.domain.shared_above)
        sharing = [pool[id_] for id_ in set[str]().union(*rare) - {node.profile["profile_id"]}]
        own = _creation(node.profile)
        if any(_creation(each.profile) < own and node.likeness(each) for each in sharing):
            return False
        return any(node.likeness(each) for each in sharing if _creation(each.profile) > own)

    return [node.profile for node in nodes.values() if is_oldest(node)]


def _find_others(reader: CandidateReader, nodes: Mapping[str, "_Node"]) -> Sequence[Profile] | None:
    """Return the other profiles that share values with these profiles, or None if there are too many.

    Each attempt sends one command. If it finds too many profiles, the next attempt leaves out the values that
    more than ``shared_above`` of them have.
    """
    terms = {term for node in nodes.values() for term in node.terms}
    for _ in range(_MAX_READ):
        if not terms:
            return []
        others = reader.stores.profiles.find_others(
            reader.domain.name, sorted(terms), excluded_ids=list(nodes), limit=MAX_COMPARED + 1
        )
        if len(others) <= MAX_COMPARED:
            return others
        held = Counter(term for each in others for term in terms.intersection(each["lookup"]))
        shared = {term for term, holders in held.items() if holders > reader.domain.shared_above}
        if not shared:
            break
        terms -= shared
    return None


@dataclass(frozen=True, slots=True)
class _Node:
    """A profile that may belong to a group, and the index terms that find its duplicates."""

    profile: Profile
    prepared: Comparable
    terms: frozenset[str]

    @classmethod
    def of(cls, reader: CandidateReader, profile: Profile) -> "_Node":
        prepared = reader.prepare(profile)
        return cls(profile, prepared, frozenset(reader.terms(profile, prepared)))

    def likeness(self, other: "_Node") -> Likeness | None:
        """Return why the profiles are duplicates, or None if they are not or have no common terms."""
        return None if self.terms.isdisjoint(other.terms) else compare(self.prepared, other.prepared)


class _Exploration:
    """Finds the group of a profile, step by step from duplicates to their duplicates.

    The profiles found so far are members of the group. The pool has all profiles that were read.
    """

    def __init__(self, reader: CandidateReader, profile: Profile) -> None:
        self._reader = reader
        start = _Node.of(reader, profile)
        self._members = {profile["profile_id"]: start}
        self._pool = dict(self._members)
        self._read_terms: set[str] = set()
        self._holders: list[str] = []

    def run(self) -> Group | None:
        """Return the group, or None if the profile has no duplicates."""
        added = list(self._members.values())
        for _ in range(_MAX_STEPS):
            self._read(added)
            added = self._next(added)
            self._members |= {node.profile["profile_id"]: node for node in added}
            if not added or len(self._members) == _MAX_MEMBERS:
                break
        if len(self._members) == 1:
            return None
        profiles = sorted((node.profile for node in self._members.values()), key=_creation)
        ids = [each["profile_id"] for each in profiles]
        access = Access([AuditAction.SEARCHED], [*ids, *self._holders], keys=keys_of(self._read_terms))
        return Group(profiles, _weakest(list(self._members.values())), access)

    def _read(self, added: Iterable[_Node]) -> None:
        """Read the profiles that share terms with the members ``added``."""
        terms = [term for node in added for term in self._reader.terms(node.profile, node.prepared)]
        unread = [term for term in dict.fromkeys(terms) if term not in self._read_terms]
        self._read_terms.update(unread)
        for each in self._reader.find(unread).profiles:
            self._pool.setdefault(each["profile_id"], _Node.of(self._reader, each))
        candidates = [node.profile for node in self._pool.values()]
        for node in added:
            self._holders += self._reader.sensitive_holders(node.prepared, candidates)

    def _next(self, added: Iterable[_Node]) -> list[_Node]:
        """Return the duplicates of the members ``added`` that are no members yet, the most certain first.

        Returns no more than can become members.
        """
        places: dict[str, tuple[int, int, str]] = {}
        for profile_id, node in self._pool.items():
            if profile_id in self._members:
                continue
            likenesses = filter(None, (node.likeness(each) for each in added))
            if place := min((each.place for each in likenesses), default=None):
                places[profile_id] = *place, profile_id
        best = sorted(places, key=places.__getitem__)
        return [self._pool[profile_id] for profile_id in best[: _MAX_MEMBERS - len(self._members)]]


def _weakest(nodes: Sequence[_Node]) -> Tier:
    """Return the worst tier that is needed to connect the profiles of a group."""
    joined, others = [nodes[0]], list(nodes[1:])
    weakest = Tier.UNIQUE
    while others:
        pairs = ((node, node.likeness(each)) for node in others for each in joined)
        tiers = [(likeness.tier.rank, likeness.tier, node) for node, likeness in pairs if likeness]
        _, tier, best = min(tiers, key=lambda each: each[0])
        weakest = max(weakest, tier, key=lambda each: each.rank)
        others.remove(best)
        joined.append(best)
    return weakest
