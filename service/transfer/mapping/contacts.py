"""Build a profile's lists of phone numbers, e-mail addresses and postal addresses."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from service.model.limits import MAX_LABEL_LENGTH, MAX_LIST_ITEMS
from service.transfer.json_types import JsonObject
from service.transfer.mapping.repairs import VALUE_SEPARATOR, Reading
from service.transfer.mapping.targets import ADDRESS_PARTS, FORMATTED
from service.transfer.mapping.texts import InvalidValue, check
from service.transfer.row_types import Kind

# Stored in lower case. Products begin them with a capital, and Google writes a star before the default one.
_USUAL_TYPES = frozenset({"mobile", "home", "work", "main", "fax", "other", "pager", "home fax", "work fax"})
_LINES = ("address_1", "address_2", "address_3", "address_4")

Note = Callable[[str, Kind, str], None]
"""Notes what happened to a value. Gets the column, the kind and the reason."""


class Value(NamedTuple):
    """A text, and the column that it is from."""

    column: str
    text: str


Item = Mapping[str, Value]
"""The cells of a list item by its parts, such as "value" and "type". A cell can have several values."""


def contact_items(
    items: Iterable[Item], read: Callable[[str], list[Reading]] | None, note: Note
) -> list[JsonObject]:
    """Return phone numbers or e-mail addresses. Items without a value are left out.

    ``read`` divides and repairs the text of a cell, and of equal values only the first one is returned. If
    ``read`` is None, the items are returned as they are.

    Raises:
        InvalidValue: If there are too many values, or the API does not accept one.

    """
    result: dict[str, JsonObject] = {}
    for number, item in enumerate(items):
        if "value" not in item:
            continue
        if read is None:
            result[str(number)] = _checked(item)
            continue
        for kind, value in _divided(item):
            for text in _read(value, read, note):
                label = _label(kind.text) if kind else ""
                others = {"type": check(label, kind.column, MAX_LABEL_LENGTH)} if kind and label else {}
                result.setdefault(text, {**others, "value": text})
    return _limited(list(result.values()), items)


def address_items(items: Iterable[Item], *, verbatim: bool) -> list[JsonObject]:
    """Return postal addresses. ``verbatim`` addresses are not divided.

    Raises:
        InvalidValue: If there are too many addresses, or the API does not accept a value.

    """
    result = []
    for item in items:
        for parts in [dict(item)] if verbatim else _addresses(item):
            if not parts.keys() - {"type"}:
                continue
            address = _checked(parts)
            if "type" in address and not verbatim:
                address["type"] = _label(address["type"])
            result.append(address)
    return _limited(result, items)


def _checked(item: Item) -> JsonObject:
    return {
        part: check(value.text, value.column, *([MAX_LABEL_LENGTH] if part == "type" else []))
        for part, value in item.items()
    }


def _limited(result: list[JsonObject], items: Iterable[Item]) -> list[JsonObject]:
    if len(result) > MAX_LIST_ITEMS:
        column = next(value.column for item in items for value in item.values())
        raise InvalidValue(column, f"The row has more than {MAX_LIST_ITEMS} values of this kind.")
    return result


def _divided(item: Item) -> Iterator[tuple[Value | None, Value]]:
    """Yield the type, if there is one, and the text of each value of an item."""
    value, kind = item["value"], item.get("type")
    if VALUE_SEPARATOR not in value.text:
        yield kind, value
        return
    values = value.text.split(VALUE_SEPARATOR)
    kinds = kind.text.split(VALUE_SEPARATOR) if kind else []
    for number, text in enumerate(values):
        own = kinds[number] if number < len(kinds) else (kinds or [""])[0]
        yield (Value(kind.column, own.strip()) if kind else None), Value(value.column, text.strip())


def _read(value: Value, read: Callable[[str], list[Reading]], note: Note) -> Iterator[str]:
    if len(value.text) > MAX_LIST_ITEMS * MAX_LIST_ITEMS:
        raise InvalidValue(value.column, "The value is too long.")
    for reading in read(value.text):
        if reading.kind:
            note(value.column, reading.kind, reading.reason)
        if reading.text:
            yield check(reading.text, value.column)


def _label(text: str) -> str:
    label = text.removeprefix("* ").strip()
    return label.casefold() if label.casefold() in _USUAL_TYPES else label


def _addresses(item: Item) -> Iterator[dict[str, Value]]:
    """Yield the addresses of an item. Google writes several into the same columns."""
    parts = dict(item)
    formatted = parts.pop(FORMATTED, None)
    if formatted and not parts.keys() - {"type"}:
        parts["address_1"] = formatted
    count = max((value.text.count(VALUE_SEPARATOR) for value in parts.values()), default=0) + 1
    for number in range(count):
        address = {}
        for part, value in parts.items():
            texts = value.text.split(VALUE_SEPARATOR)
            if number < len(texts) and (text := texts[number].strip()):
                address[part] = Value(value.column, text)
        yield _in_lines(address)


def _in_lines(address: dict[str, Value]) -> dict[str, Value]:
    """Divide an address with several lines in ``address_1`` into ``address_1`` to ``address_4``.

    The last of them gets all lines that are left, with commas between them.
    """
    first = address.get("address_1")
    if first is None or len(first.text.splitlines()) == 1:
        return address
    typed = [address[line] for line in _LINES if line in address]
    lines = [
        Value(value.column, text.strip())
        for value in typed
        for text in value.text.splitlines()
        if text.strip()
    ]
    if len(lines) > len(_LINES):
        rest = ", ".join(line.text for line in lines[len(_LINES) - 1 :])
        lines = [*lines[: len(_LINES) - 1], Value(first.column, rest)]
    others = {part: value for part, value in address.items() if part not in _LINES}
    return others | dict(zip(ADDRESS_PARTS[: len(_LINES)], lines, strict=False))
