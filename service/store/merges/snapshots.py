"""The ``merge_snapshots`` collection: the profiles of each merge, as they were before and after the merge.

A snapshot is the document of a profile with another ``_id``, and a field ``snapshot``. So reindexing treats
snapshots like profiles. Sensitive values are encrypted for the ID of the profile. An undo removes the
snapshots of its merge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

from pymongo import UpdateOne
from pymongo.collection import Collection as MongoCollection

from service.matching.profiles import Index
from service.model.merge import FieldSources, Merge
from service.model.profile import Profile
from service.model.search_key import KeyType, SearchKey
from service.store.client.document import Document
from service.store.client.errors import translate_errors
from service.store.indexes.definitions import SNAPSHOTS_OF_PROFILE
from service.store.profiles.documents import ProfileReader, to_document, update_of

_MARKS = ("fingerprint", "batch_marks", "repeated")
"""Fields that let retries find a profile that an earlier request has created or changed."""


class Role(StrEnum):
    """What a snapshot shows."""

    BEFORE = "before"
    """The target before the merge."""
    AFTER = "after"
    """The target after the merge."""
    SOURCE = "source"
    """A merged profile."""


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The snapshots of a merge: the target before and after it, and the merged profiles (``sources``).

    The merged profiles are in the order of the request.
    """

    merge_id: str
    before: Profile
    after: Profile
    sources: Sequence[Profile]
    field_sources: FieldSources
    key_types: Mapping[str, KeyType]
    """The types that the target's search keys had when the profiles were merged."""
    marks: Mapping[str, Document]
    """The fields that let retries find a merged profile, by the ID of the profile."""


class SnapshotStore:
    """Reads snapshots."""

    def __init__(self, collection: MongoCollection[Document], reader: ProfileReader) -> None:
        self._collection = collection
        self._reader = reader

    @translate_errors
    def of_profile(self, domain: str, profile_id: str, merge_id: str | None = None) -> list[Snapshots]:
        """Return the snapshots of the merges into the profile that are not undone, oldest first.

        With ``merge_id``, returns those of this merge only.
        """
        query = {"domain": domain, "snapshot.target_id": profile_id}
        if merge_id is not None:
            query["snapshot.merge_id"] = merge_id
        documents = list(self._collection.find(query).hint(SNAPSHOTS_OF_PROFILE))
        profiles = self._reader.read(domain, documents)
        by_merge: dict[str, dict[Role, list[tuple[int, Profile]]]] = {}
        field_sources: dict[str, FieldSources] = {}
        key_types: dict[str, dict[str, KeyType]] = {}
        marks: dict[str, Document] = {}
        for document, profile in zip(documents, profiles, strict=True):
            snapshot = document["snapshot"]
            roles = by_merge.setdefault(snapshot["merge_id"], {role: [] for role in Role})
            roles[Role(snapshot["role"])].append((snapshot["position"], profile))
            if "field_sources" in snapshot:
                field_sources[snapshot["merge_id"]] = _to_field_sources(snapshot["field_sources"])
                types = {each["key"]: KeyType(each["type"]) for each in snapshot["key_types"]}
                key_types[snapshot["merge_id"]] = types
            marks[profile["profile_id"]] = {name: document[name] for name in _MARKS if name in document}
        found = [
            Snapshots(
                merge_id,
                before=each[Role.BEFORE][0][1],
                after=each[Role.AFTER][0][1],
                sources=[source for _, source in sorted(each[Role.SOURCE], key=itemgetter(0))],
                field_sources=field_sources[merge_id],
                key_types=key_types[merge_id],
                marks=marks,
            )
            for merge_id, each in by_merge.items()
        ]
        return sorted(found, key=lambda each: each.after["version"])


def to_snapshot(merge: Merge, role: Role, profile_id: str, document: Document) -> Document:
    """Return the snapshot of a profile, from its document."""
    snapshot = {
        "merge_id": merge.merge_id,
        "role": role,
        "profile_id": profile_id,
        "target_id": merge.profile_id,
        "position": merge.profile_ids.index(profile_id) if role is Role.SOURCE else 0,
    }
    document = {name: value for name, value in document.items() if name != "erasing_at"}
    return document | {"_id": snapshot_id(merge.merge_id, role, profile_id), "snapshot": snapshot}


def with_merge(
    snapshot: Document, sources: FieldSources, definitions: Mapping[str, SearchKey | None]
) -> Document:
    """Return the snapshot with the choice of the merge, and the types of the search keys in ``definitions``.

    Clients choose the names of fields and search keys, so the names are stored as values.
    """
    choice = [{"field": field, "profile_id": profile_id} for field, profile_id in sources.choice.items()]
    stored = {"choice": choice, "is_amazon": sources.is_amazon}
    types = [{"key": name, "type": key.type} for name, key in definitions.items() if key is not None]
    of_merge = {"field_sources": stored, "key_types": types}
    return snapshot | {"snapshot": snapshot["snapshot"] | of_merge}


def _to_field_sources(stored: Document) -> FieldSources:
    choice = {each["field"]: each["profile_id"] for each in stored["choice"]}
    return FieldSources(choice, stored["is_amazon"])


def snapshot_id(merge_id: str, role: Role, profile_id: str) -> str:
    """Return the ID of a snapshot's document."""
    return f"{merge_id}/{role}/{profile_id}"


def snapshot_update(
    domain: str, merge_id: str, role: Role, state: tuple[Profile, Index], reader: ProfileReader
) -> UpdateOne:
    """Return the operation that stores a new state in a snapshot. Raises ``MasterKeyMissing``."""
    document = to_document(domain, *state, reader.keyring)
    others = {name: value for name, value in document.items() if name not in {"_id", "changed"}}
    query = {"_id": snapshot_id(merge_id, role, state[0]["profile_id"]), "domain": domain}
    return UpdateOne(query, update_of(others, others))
