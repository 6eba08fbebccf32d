"""Find the columns of a file that contain a value which the service has rejected."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from service.transfer.importing.options import BY_PROFILE_ID
from service.transfer.json_types import JsonMapping

_IN_PROFILE = "/profile/"
_MATCH_ON = "match_on"
_VALUE = "value"
_LISTS = frozenset({"phone_numbers", "email_addresses", "addresses"})


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """The columns of a file. ``understood`` maps them to their fields, as ``RowSource`` does."""

    understood: Mapping[str, str]
    match_on: str | None

    def of_problem(self, problem: JsonMapping) -> str | None:
        """Return the columns with the values that a problem document is about, separated by commas.

        Returns a field instead of its columns if there are none, and None if the document names no field.
        """
        fields = [self._field(error["pointer"]) for error in problem.get("errors") or ()]
        if not fields and "key" in problem:
            fields = [f"keys.{problem['key']}"]
        names = dict.fromkeys(name for field in fields if field for name in self._of_field(field))
        return ", ".join(names) or None

    def of_field(self, field: str) -> str:
        """Return the columns with a field, separated by commas, or the field if no column has it."""
        return ", ".join(self._of_field(field))

    def _field(self, pointer: str) -> str:
        """Return the field of a pointer in an item, as columns name it: the first item of a list is 1."""
        parts = pointer.removeprefix(_IN_PROFILE).strip("/").split("/")
        if parts[0] == _MATCH_ON:
            return BY_PROFILE_ID if self.match_on == BY_PROFILE_ID else f"keys.{self.match_on}"
        return ".".join(str(int(part) + 1) if part.isdecimal() else part for part in parts)

    def _of_field(self, field: str) -> Sequence[str]:
        """Return the columns with the field, or with the list or the search key that it is in.

        Fields of columns have labels, such as ``phone_numbers.mobile``, if the file is not our own export.
        Then the number of an item does not determine its column. Return the field if no column has it.
        """
        name, *rest = field.split(".")
        is_list = not rest and name in _LISTS
        if not is_list and (exact := self._with(lambda each: each == field)):
            return exact
        if name == "keys":
            return self._with(lambda each: each == f"{name}.{rest[0]}") or [field]
        if name not in _LISTS:
            return [field]
        end = f".{rest[1]}" if rest[1:] and rest[1] != _VALUE else ""
        return self._with(lambda each: each.split(".")[0] == name and each.endswith(end)) or [field]

    def _with(self, is_meant: Callable[[str], bool]) -> Sequence[str]:
        return [
            column for column, fields in self.understood.items() if any(map(is_meant, fields.split(", ")))
        ]
