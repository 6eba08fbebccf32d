"""Map the records of a file to rows with profiles."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from service.model.identifiers import PROFILE_ID
from service.model.search_key import BUILT_IN
from service.transfer.errors import UnknownTarget
from service.transfer.files.records import Record, Records
from service.transfer.mapping.draft import Draft
from service.transfer.mapping.recognition import normalise, recognise
from service.transfer.mapping.targets import IGNORED, Target, parse_target
from service.transfer.mapping.texts import InvalidValue, clean
from service.transfer.row_types import Kind, Row, RowNote

_MAX_CACHED = 20_000
_UNKNOWN = "The column was not understood."


class MappedRows:
    """The rows of a file as profiles.

    Raises:
        UnknownTarget: If a column of ``columns`` is not in the file, or its field does not exist.

    """

    def __init__(
        self, records: Records, columns: Mapping[str, str], region: str | None, match_on: str | None
    ) -> None:
        self._records, self._region, self._match_on = records, region or "", match_on
        paths = [path for _, path in records.columns]
        self._headers = {normalise(path) for path in paths}
        # A file with this column is one of our own exports. Its values need no repair.
        self._verbatim = "profile_id" in paths
        self._mapped = self._parse(columns)
        self._targets: dict[tuple[str, str], Target | None] = {}
        self._known = {(column, path): self._target(column, path) for column, path in records.columns}
        self._unknown = {column for (column, _), target in self._known.items() if target is None}

    @property
    def description(self) -> str:
        """The format and the encoding."""
        return self._records.description

    @property
    def unit(self) -> str:
        """What the rows are called: "rows" or "cards"."""
        return self._records.unit

    @property
    def in_lines(self) -> bool:
        """Whether most rows are one line each."""
        return self._records.in_lines

    @property
    def understood(self) -> Mapping[str, str]:
        """The columns that are imported, with their fields."""
        fields: dict[str, dict[str, None]] = defaultdict(dict)
        for (column, path), target in self._known.items():
            if target is not None and target is not IGNORED:
                # A column of a vCard is a property. It can have several paths, such as those of an address.
                fields[column][target.field if target.group and column != path else describe(target)] = None
        return {column: ", ".join(names) for column, names in fields.items()}

    @property
    def unknown(self) -> Sequence[str]:
        """The columns that were not understood."""
        return tuple(dict.fromkeys(column for column, _ in self._records.columns if column in self._unknown))

    def __iter__(self) -> Iterator[Row]:
        for record in self._records:
            yield self._row(record)

    def _row(self, record: Record) -> Row:
        number = record.number
        notes = [
            RowNote(number, column, reason, Kind.LEFT_OUT)
            for column, reason in record.unreadable
            if column not in self._unknown
        ]

        def note(column: str, kind: Kind, reason: str) -> None:
            notes.append(RowNote(number, column, reason, kind))

        if record.problem:
            return _rejected(number, None, record.problem)
        draft = Draft(verbatim=self._verbatim, region=self._region, identifying_key=self._match_on, note=note)
        profile_id = None
        try:
            for column, path, text in record.cells:
                target = self._target(column, path)
                if target is None and column not in self._unknown:
                    note(column, Kind.LEFT_OUT, _UNKNOWN)
                if target is None or target is IGNORED or not (value := clean(text)):
                    continue
                if target.field == "profile_id":
                    profile_id = _checked_id(column, value)
                else:
                    draft.add(target, column, value)
            profile = draft.build()
        except InvalidValue as error:
            return _rejected(number, error.column, error.reason, notes)
        if not profile:
            return _rejected(number, None, "The row has no value that can be imported.", notes)
        ref = self._ref(profile, profile_id)
        return Row(number, ref, profile, profile_id, tuple(notes))

    def _ref(self, profile: Mapping[str, object], profile_id: str | None) -> str | None:
        if self._match_on == "profile_id":
            return profile_id
        keys = profile.get("keys")
        values = keys.get(self._match_on) if isinstance(keys, Mapping) else None
        return str(values[0]) if values else None

    def _target(self, column: str, path: str) -> Target | None:
        name = (column, path)
        if name in self._targets:
            return self._targets[name]
        target = self._resolve(column, path)
        if len(self._targets) < _MAX_CACHED:
            self._targets[name] = target
        return target

    def _resolve(self, column: str, path: str) -> Target | None:
        mapped = self._mapped.get(normalise(column))
        if mapped:
            # A mapped property of a vCard, such as a phone number, can have a type. It is not a value.
            is_type = column != path and path.endswith(".type")
            return IGNORED if is_type else mapped
        key = self._match_on
        if key and key not in BUILT_IN and normalise(path) == normalise(key):
            return Target("keys", key)
        return recognise(path, self._headers)

    def _parse(self, columns: Mapping[str, str]) -> Mapping[str, Target]:
        names = {normalise(column) for column, _ in self._records.columns}
        result = {}
        for column, field in columns.items():
            if self._records.complete and normalise(column) not in names:
                raise UnknownTarget(
                    f'The file has no column "{column}"; its columns are listed by --dry-run.'
                )
            result[normalise(column)] = parse_target(field)
        return result


def describe(target: Target) -> str:
    """Return the name of a target, as in ``--map``."""
    parts = [target.field, target.group if target.group and target.group.isdecimal() else target.name]
    if target.field == "addresses" or (target.group and target.group.isdecimal()):
        parts.append(target.part)
    return ".".join(filter(None, parts))


def _checked_id(column: str, value: str) -> str:
    if not PROFILE_ID.fullmatch(value):
        raise InvalidValue(column, "The value is no profile ID.")
    return value


def _rejected(number: int, column: str | None, reason: str, notes: Sequence[RowNote] = ()) -> Row:
    return Row(number, None, {}, notes=tuple(notes), rejected=RowNote(number, column, reason))
