"""The fields of profiles that columns can be mapped to.

Their names are used in ``--map``, in the tables of headers, and as columns of our own CSV export.
"""

import re
from dataclasses import dataclass

from service.model.identifiers import SEARCH_KEY_NAME
from service.model.profile import Address, ProfileFields
from service.transfer.errors import UnknownTarget

_NOT_TEXT = {"phone_numbers", "email_addresses", "addresses", "attributes", "keys"}
TEXT_FIELDS = tuple(name for name in ProfileFields.__annotations__ if name not in _NOT_TEXT)
ADDRESS_PARTS = tuple(name for name in Address.__annotations__ if name != "type")

NAME, PHONETIC_NAME = "name", "phonetic_name"
"""Fields of a whole name in one column, and of its reading."""
FORMATTED = "formatted"
"""Part of an address: all of its lines in one column."""
_IGNORED = frozenset({"", "-", "created_at", "updated_at", "version"})

_LIST_ITEM = re.compile(r"(phone_numbers|email_addresses)\.(\d+)\.(type|value|e164)")
_ADDRESS_ITEM = re.compile(rf"addresses\.(\d+)\.(type|{FORMATTED}|{'|'.join(ADDRESS_PARTS)})")
_KEY_ITEM = re.compile(r"(keys\..+)\.\d+")


@dataclass(frozen=True, slots=True)
class Target:
    """A field, or a part of one.

    ``name`` is the type of a phone number, e-mail address or postal address, or the name of an attribute or
    search key. ``part`` is the member of a list item, such as "value", "type" or "city". Columns with the
    same ``group`` are about the same item of a list; a column without a group is an item of its own.
    """

    field: str
    name: str | None = None
    part: str = "value"
    group: str | None = None


IGNORED = Target("")
"""The target of columns that are known and not imported."""


def parse_target(text: str) -> Target:
    """Return the target with this name.

    ``-``, an empty text, and the fields that the service sets, such as ``version``, are ``IGNORED``.

    Raises:
        UnknownTarget: If there is no such field.

    """
    if text in _IGNORED:
        return IGNORED
    if text in {*TEXT_FIELDS, NAME, PHONETIC_NAME, "profile_id", "phone_numbers", "email_addresses"}:
        return Target(text)
    target = _item(text) or _named(*text.partition(".")[::2])
    if target is None:
        raise UnknownTarget(
            f'There is no field "{text}"; use one such as first_name, phone_numbers.mobile, '
            "email_addresses.work, addresses.home.city, attributes.NAME or keys.NAME, or - to ignore the "
            "column."
        )
    return target


def _item(text: str) -> Target | None:
    if item := _LIST_ITEM.fullmatch(text):
        return Target(item[1], part=item[3], group=item[2])
    if item := _ADDRESS_ITEM.fullmatch(text):
        return Target("addresses", part=item[2], group=item[1])
    key = _KEY_ITEM.fullmatch(text)
    return _named(*key[1].partition(".")[::2]) if key else None


def _named(field: str, name: str) -> Target | None:
    if not name.strip():
        return None
    if field in {"phone_numbers", "email_addresses", "attributes"}:
        return Target(field, name)
    if field == "keys":
        return Target(field, name) if SEARCH_KEY_NAME.fullmatch(name) else None
    kind, _, part = name.rpartition(".")
    if field == "addresses" and part in {*ADDRESS_PARTS, FORMATTED}:
        return Target(field, kind or None, part, group=f"type {kind}")
    return None
