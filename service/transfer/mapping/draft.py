"""A profile that is put together from the values of a row."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial

from service.model.limits import MAX_ATTRIBUTES, MAX_PROFILE_SEARCH_KEY_VALUES, MAX_PROFILE_SEARCH_KEYS
from service.transfer.json_types import JsonObject
from service.transfer.mapping import names, repairs
from service.transfer.mapping.contacts import Note, Value, address_items, contact_items
from service.transfer.mapping.targets import NAME, PHONETIC_NAME, Target
from service.transfer.mapping.texts import InvalidValue, check, check_field, without_formula

_NO_BIRTH_DATE = frozenset({"0/0/00", "00/0/0"})
"""What Outlook writes if a person has no date of birth."""
_NO_GENDER = frozenset({"unspecified", "未指定"})
"""What Outlook writes if a person has no gender."""


class Draft:
    """The values of a row.

    ``verbatim`` is set for our own exports, whose values are imported as they are. ``region`` is the country
    of phone numbers without a country code, or empty. ``identifying_key`` is the search key that rows are
    matched on: if digits of its value are lost, the row is rejected, since it could create a second profile.
    ``note`` is called for values that were repaired or left out, or have no E.164 form.
    """

    def __init__(self, *, verbatim: bool, region: str, identifying_key: str | None, note: Note) -> None:
        self._verbatim, self._region, self._note = verbatim, region, note
        self._identifying_key = identifying_key
        self._texts: dict[str, Value] = {}
        self._items: dict[str, dict[object, dict[str, Value]]] = defaultdict(dict)
        self._attributes: dict[str, Value] = {}
        self._keys: dict[str, dict[str, Value]] = defaultdict(dict)

    def add(self, target: Target, column: str, text: str) -> None:
        """Add a value that is not blank.

        The first value of a text field, of an attribute or of a part of a list item counts. The values of a
        search key and the items of a list are all added.
        """
        value = Value(column, text if self._verbatim else without_formula(text))
        match target.field:
            case "phone_numbers" | "email_addresses" | "addresses":
                self._add_to_item(target, value)
            case "attributes":
                self._attributes.setdefault(target.name or "", value)
            case "keys":
                self._keys[target.name or ""].setdefault(value.text, value)
            case _:
                self._texts.setdefault(target.field, value)

    def build(self) -> JsonObject:
        """Return the body of a request that creates the profile, without fields that have no value.

        Call it once.

        Raises:
            InvalidValue: If the API would reject a value, or digits of the identifying key are lost.

        """
        numbers = None if self._verbatim else partial(repairs.read_numbers, region=self._region)
        emails = None if self._verbatim else repairs.read_emails
        lists = {
            "phone_numbers": contact_items(list(self._items["phone_numbers"].values()), numbers, self._note),
            "email_addresses": contact_items(
                list(self._items["email_addresses"].values()), emails, self._note
            ),
            "addresses": address_items(self._repaired_addresses(), verbatim=self._verbatim),
            "attributes": self._checked_attributes(),
            "keys": self._checked_keys(),
        }
        return self._checked_texts() | {field: values for field, values in lists.items() if values}

    def _add_to_item(self, target: Target, value: Value) -> None:
        items = self._items[target.field]
        item = items.setdefault(target.group or len(items), {})
        if target.name:
            item.setdefault("type", Value(value.column, target.name))
        item.setdefault(target.part, value)

    def _checked_texts(self) -> dict[str, str]:
        texts = self._texts
        whole, reading = texts.pop(NAME, None), texts.pop(PHONETIC_NAME, None)
        if whole and not texts.keys() & {"first_name", "last_name"}:
            self._add_parts(whole, names.divide(whole.text))
        if reading and not texts.keys() & {"phonetic_first_name", "phonetic_last_name"}:
            self._add_parts(reading, names.divide_phonetic(reading.text))
        if "account_number" in texts:
            self._replace(texts, "account_number")
        if texts.get("birth_date", Value("", "")).text in _NO_BIRTH_DATE:
            del texts["birth_date"]
        if "birth_date" in texts:
            self._replace(texts, "birth_date", repairs.read_date)
        if texts.get("gender", Value("", "")).text.casefold() in _NO_GENDER and not self._verbatim:
            del texts["gender"]
        return {field: check_field(field, value.text, value.column) for field, value in texts.items()}

    def _add_parts(self, whole: Value, parts: Mapping[str, str]) -> None:
        """Add the parts of a whole name, except those that other columns have."""
        company = self._texts.get("business_name")
        # Files of companies often have the name of the company in both columns.
        if company and company.text == whole.text:
            return
        for field, text in parts.items():
            self._texts.setdefault(field, Value(whole.column, text))

    def _replace(
        self,
        values: dict[str, Value],
        name: str,
        read: Callable[[str], repairs.Reading] = repairs.read_identifier,
    ) -> None:
        """Replace a value with the reading of it, or remove it if the reading has none."""
        value = values[name]
        if self._verbatim:
            return
        reading = read(value.text)
        if reading.kind:
            self._note(value.column, reading.kind, reading.reason)
        if reading.text:
            values[name] = Value(value.column, reading.text)
        else:
            del values[name]

    def _repaired_addresses(self) -> list[dict[str, Value]]:
        addresses = list(self._items["addresses"].values())
        for address in addresses:
            if "postal_code" in address:
                self._replace(address, "postal_code")
        return addresses

    def _checked_attributes(self) -> dict[str, str]:
        if len(self._attributes) > MAX_ATTRIBUTES:
            column = next(iter(self._attributes.values())).column
            raise InvalidValue(column, f"The row has more than {MAX_ATTRIBUTES} attributes.")
        return {
            check(name, value.column): check(value.text, value.column, multiline=True)
            for name, value in self._attributes.items()
        }

    def _checked_keys(self) -> dict[str, list[str]]:
        result: dict[str, list[str]] = {}
        for name, values in self._keys.items():
            for text, value in list(values.items()):
                self._replace(values, text)
                if name == self._identifying_key and text not in values:
                    raise InvalidValue(value.column, repairs.LOST)
            if values:
                result[name] = [check(value.text, value.column) for value in values.values()]
        total = sum(map(len, result.values()))
        if len(result) > MAX_PROFILE_SEARCH_KEYS or total > MAX_PROFILE_SEARCH_KEY_VALUES:
            column = next(value.column for values in self._keys.values() for value in values.values())
            raise InvalidValue(column, "The row has too many values of search keys.")
        return result
