"""Find profiles by their index terms, through the ``lookup`` index."""

from collections.abc import Sequence

from pymongo import ASCENDING
from pymongo.collection import Collection

from service.model.contact import Association
from service.model.profile import Profile
from service.store.client import page_scan
from service.store.client.document import Document
from service.store.client.errors import translate_errors
from service.store.client.page_scan import IndexScan, PageScan, single_batch
from service.store.indexes.definitions import LOOKUP
from service.store.profiles import queries
from service.store.profiles.documents import ProfileReader

MAX_HOLDERS = 1000
"""Maximum number of profiles to audit for each term.

A value that more profiles share does not identify any of them.
"""


class ProfileSearch:
    """Finds profiles by index terms."""

    def __init__(self, collection: Collection[Document], reader: ProfileReader) -> None:
        self._collection = collection
        self._reader = reader

    @translate_errors
    def holds_key(self, domain: str, key: str) -> bool:
        """Return whether any profile of the domain has a value of the custom search key."""
        profiles = self._collection.find(queries.with_key(domain, key), {"_id": True}).hint(LOOKUP).limit(1)
        return next(iter(profiles), None) is not None

    @translate_errors
    def holders(self, domain: str, terms: Sequence[str]) -> list[str]:
        """Return the sorted IDs of profiles with any of the terms, up to ``MAX_HOLDERS`` for each term."""
        pipeline = queries.holders(domain, terms, MAX_HOLDERS)
        batch_size = single_batch(MAX_HOLDERS * len(terms))
        rows = self._collection.aggregate(pipeline, hint=LOOKUP, batchSize=batch_size)
        return sorted(row["_id"] for row in rows)

    @translate_errors
    def find_any(self, domain: str, terms: Sequence[str], *, after: str | None, limit: int) -> list[Profile]:
        """Return up to ``limit`` profiles with any of the terms, sorted by ID, with an ID above ``after``."""
        cursor = self._collection.find(queries.with_any(domain, terms, after)).hint(LOOKUP).sort("_id")
        return self._reader.read(domain, list(cursor.limit(limit).batch_size(single_batch(limit))))

    @translate_errors
    def find_others(
        self, domain: str, terms: Sequence[str], *, excluded_ids: Sequence[str], limit: int
    ) -> list[Profile]:
        """Return up to ``limit`` profiles with any of the terms, except ``excluded_ids``, in any order."""
        query = queries.with_any(domain, terms, None) | {"_id": {"$nin": list(excluded_ids)}}
        cursor = self._collection.find(query).hint(LOOKUP).limit(limit)
        return self._reader.read(domain, list(cursor.batch_size(single_batch(limit))))

    @translate_errors
    def find_any_with_association(
        self, domain: str, terms: Sequence[str], contact_id: str, *, limit: int
    ) -> tuple[list[Profile], Association | None]:
        """Return the first ``limit`` profiles with any of the terms, by ID, and the contact's association.

        The association is None if the contact is not associated.
        """
        pipeline = queries.with_association(domain, terms, limit, contact_id)
        rows = list(self._collection.aggregate(pipeline, hint=LOOKUP, batchSize=single_batch(limit + 1)))
        profiles = self._reader.read(domain, [row for row in rows if "lookup" in row])
        return profiles, next((row["association"] for row in rows if "lookup" not in row), None)

    @translate_errors
    def find_best(
        self,
        domain: str,
        terms: Sequence[str],
        required_groups: Sequence[Sequence[str]],
        *,
        max_profiles: int,
        limit: int,
    ) -> tuple[list[Profile], set[str]]:
        """Return the best ``limit`` profiles, ordered by the first of the terms that they have.

        Also returns the shared terms: those that more than ``max_profiles`` profiles have. They find no
        profile. A profile must have a term of each required group.
        """
        pipeline = queries.best_first(domain, terms, required_groups, max_profiles, limit)
        batch_size = single_batch(limit + len(terms))
        rows = list(self._collection.aggregate(pipeline, hint=LOOKUP, batchSize=batch_size))
        best = self._reader.read(domain, [row["found"] for row in rows if "found" in row][:limit])
        return best, {terms[row["_id"]] for row in rows if row["shared"]}

    @translate_errors
    def shared_terms(self, domain: str, terms: Sequence[str], *, max_profiles: int) -> set[str]:
        """Return the terms that more than ``max_profiles`` profiles have."""
        pipeline = queries.shared_terms(domain, terms, max_profiles)
        rows = self._collection.aggregate(pipeline, hint=LOOKUP, batchSize=single_batch(len(terms)))
        return {terms[row["_id"]] for row in rows}

    @translate_errors
    def find_all(
        self, domain: str, groups: Sequence[Sequence[str]], *, after: str | None, limit: int
    ) -> PageScan[Profile, str]:
        """Return up to ``limit`` profiles with a term of each group, by ID, with an ID above ``after``.

        There must be at least two groups. Sends one command. If each group has more than ``queries.RARE``
        profiles, sends three. If each group has more than ``page_scan.MAX_SCANNED``, sends four, and stops
        after ``MAX_SCANNED`` profiles of the smallest group.
        """
        pipeline = queries.match_all(domain, groups, after, limit)
        rarest = next(iter(self._collection.aggregate(pipeline, hint=LOOKUP)), None)
        if rarest is None:
            return PageScan([])
        if rarest["size"] <= queries.RARE:
            return PageScan(self._reader.read(domain, rarest["found"]), scanned=rarest["size"])
        return self._find_all_common(domain, groups, after, limit)

    def _find_all_common(
        self, domain: str, groups: Sequence[Sequence[str]], after: str | None, limit: int
    ) -> PageScan[Profile, str]:
        pipeline = queries.group_sizes(domain, groups)
        sizes = list(self._collection.aggregate(pipeline, hint=LOOKUP))
        if len(sizes) < len(groups):
            return PageScan([])
        smallest_first = [groups[size["_id"]] for size in sizes]
        size = sizes[0]["size"]
        must_stop = size > page_scan.MAX_SCANNED
        end = self._end_of_scan(domain, smallest_first[0], after) if must_stop else None
        pipeline = queries.scan_first_group(domain, smallest_first, after, end, limit)
        documents = self._collection.aggregate(pipeline, hint=LOOKUP, batchSize=single_batch(limit))
        profiles = self._reader.read(domain, list(documents))
        scanned = min(size, page_scan.MAX_SCANNED)
        return PageScan(profiles, end if len(profiles) < limit else None, scanned)

    def _end_of_scan(self, domain: str, group: Sequence[str], after: str | None) -> str | None:
        ids = self._collection.find(queries.with_any(domain, group, after), {"_id": True})
        ids = ids.hint(LOOKUP).sort("_id").skip(page_scan.MAX_SCANNED - 1).limit(1)
        return next((document["_id"] for document in ids), None)

    @translate_errors
    def find_any_excluding(
        self,
        domain: str,
        terms: Sequence[str],
        excluded_terms: Sequence[str],
        excluded_groups: Sequence[Sequence[str]],
        *,
        after: str | None,
        limit: int,
    ) -> PageScan[Profile, str]:
        """Return up to ``limit`` profiles with any of the terms, sorted by ID, with an ID above ``after``.

        Excludes a profile if it has any excluded term, or if it has a term of every excluded group. Sends one
        to four commands: see ``page_scan``.
        """
        all_groups = [{"$and": queries.with_all(excluded_groups)}] if excluded_groups else []

        # The same conditions as in the filter below, for profiles that the scan reads without the filter.
        def meets_conditions(document: Document) -> bool:
            terms_of_profile = frozenset(document["lookup"])
            has_all = bool(excluded_groups) and not any(map(terms_of_profile.isdisjoint, excluded_groups))
            return terms_of_profile.isdisjoint(excluded_terms) and not has_all

        scan = IndexScan(
            collection=self._collection,
            hint=LOOKUP,
            order=[("_id", ASCENDING)],
            between=lambda start, until: queries.with_any(domain, terms, start, until),
            position=lambda document: str(document["_id"]),
            conditions={"$nor": [*queries.with_all([excluded_terms]), *all_groups]},
            meets_conditions=meets_conditions,
        )
        page = scan.page(after, limit)
        return PageScan(self._reader.read(domain, page.items), page.ended_at, page.scanned)

    @translate_errors
    def find_starting_with(self, domain: str, prefixes: Sequence[str], *, limit: int) -> list[Profile]:
        """Return the first ``limit`` profiles with a term that begins with any of the prefixes.

        They are in the order of the index: by term, then by ID.
        """
        cursor = self._collection.find(queries.starting_with(domain, prefixes)).hint(LOOKUP).limit(limit)
        return self._reader.read(domain, list(cursor))
