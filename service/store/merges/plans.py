"""What a merge, or its undo, writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.matching.profiles import Index
from service.model.audit import AuditEvent
from service.model.merge import FieldSources, Merge
from service.model.profile import Profile
from service.model.search_key import SearchKey
from service.store.client.document import Document
from service.store.merges.snapshots import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class NewState:
    """A profile with its index."""

    profile: Profile
    index: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePlan:
    """A merge to write: ``old`` and ``new`` are the states of the target.

    ``versions`` are the versions of the merged profiles when they were read, by ID. The undo of an earlier
    merge uses ``field_sources`` to repeat this merge. ``fingerprint`` is that of a request with an
    Idempotency-Key.
    """

    merge: Merge
    old: Profile
    new: NewState
    versions: Mapping[str, int]
    field_sources: FieldSources
    fingerprint: str | None
    events: Sequence[AuditEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPlan:
    """An undo to write: ``old`` and ``new`` are the states of the target.

    ``restored`` are the profiles that appear again. ``marks`` are the fields that let retries find them, by
    profile ID. ``corrected`` are the new states of the snapshots of later merges, by merge ID and role.
    ``new_keys`` are the search keys that the written profiles have and the target does not have now.
    """

    merge: Merge
    old: Profile
    new: NewState
    restored: Sequence[NewState]
    marks: Mapping[str, Document]
    corrected: Mapping[tuple[str, Role], NewState]
    new_keys: Mapping[str, SearchKey]
    events: Sequence[AuditEvent]
