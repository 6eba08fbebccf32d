"""Turn rows into items of a batch."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from service.matching.search_keys import identifying_terms
from service.model.search_key import SearchKey
from service.model.sensitive import HIDDEN
from service.transfer.importing.options import BY_PROFILE_ID
from service.transfer.json_types import JsonMapping, JsonObject
from service.transfer.rows import Kind, Row, RowNote

_PROFILE_ID = "profile_id"
_KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Item:
    """A row to send.

    ``row`` is the number of the row, ``own_id`` the value that it is matched on, or its profile ID, or empty.
    ``body`` is the item in JSON. ``identity`` has what may identify the profile: its ID, and terms of unique
    values. ``notes`` are about values of the row.
    """

    row: int
    own_id: str
    body: bytes
    identity: frozenset[str]
    notes: tuple[RowNote, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemMaker:
    """Makes the items of an import.

    ``match_on`` and ``lists`` are those of ``ImportOptions``. ``region`` is the default region of the domain,
    or empty. ``unique_keys`` are the unique custom search keys by their names, ``sensitive_keys`` the names
    of the sensitive ones.
    """

    match_on: str | None
    lists: str
    region: str
    unique_keys: Mapping[str, SearchKey]
    sensitive_keys: Collection[str] = field(default=())

    def make(self, row: Row) -> Item | RowNote:
        """Return the item of a row, or the note with which the row is rejected."""
        if row.rejected is not None:
            return row.rejected
        profile, notes = self._without_masks(row)
        own_id = row.ref or row.profile_id or ""
        item: JsonObject = {"operation": "create", "profile": profile}
        if self.match_on == BY_PROFILE_ID:
            if row.profile_id is None:
                return RowNote(row.number, None, "The row has no profile ID.")
            item |= {"operation": "update", _PROFILE_ID: row.profile_id, "lists": self.lists}
        elif self.match_on is not None:
            if row.ref is None:
                return RowNote(row.number, None, f"The row has no value of {self.match_on}.")
            match_on = {"key": self.match_on, "value": row.ref}
            item |= {"operation": "upsert", "match_on": match_on, "lists": self.lists}
        identity = frozenset(self._identity(row))
        return Item(row.number, own_id, orjson.dumps(item), identity, (*row.notes, *notes))

    def _without_masks(self, row: Row) -> tuple[JsonObject, list[RowNote]]:
        """Return the profile without sensitive search keys that have a masked value, and notes about them.

        Our own export masks such values. The service keeps the stored ones.
        """
        keys: JsonMapping = row.profile.get(_KEYS) or {}
        masked = [
            name
            for name in self.sensitive_keys
            if any(str(value).startswith(HIDDEN) for value in keys.get(name) or ())
        ]
        if not masked:
            return row.profile, []
        reason = "The value is masked, so it was left out."
        notes = [RowNote(row.number, f"{_KEYS}.{name}", reason, Kind.LEFT_OUT) for name in masked]
        others = {name: values for name, values in keys.items() if name not in masked}
        profile = {name: value for name, value in row.profile.items() if name != _KEYS}
        return (profile | {_KEYS: others} if others else profile), notes

    def _identity(self, row: Row) -> Iterator[str]:
        if row.profile_id is not None:
            yield row.profile_id
        keys: JsonMapping = row.profile.get(_KEYS) or {}
        for name, key in self.unique_keys.items():
            values = {*(keys.get(name) or ()), *((row.ref,) if row.ref and name == self.match_on else ())}
            for value in values:
                yield from identifying_terms(key, value, self.region)
