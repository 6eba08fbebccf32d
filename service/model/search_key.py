"""Search keys, built in or defined by a domain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

Blind = Callable[[str], tuple[str, ...]]
"""A function that returns the stored hashes of an index term, which do not reveal its value."""


class KeyType(StrEnum):
    """How the values of a search key are normalised."""

    TEXT = "text"
    DIGITS = "digits"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    IDENTIFIER = "identifier"


EXAMPLES: Mapping[KeyType, str] = MappingProxyType(
    {
        KeyType.TEXT: "A-1001",
        KeyType.DIGITS: "123-45-6789",
        KeyType.PHONE: "+81 3-1234-5678",
        KeyType.EMAIL: "jane@example.com",
        KeyType.NAME: "Jane Doe",
        KeyType.IDENTIFIER: "003D000001abcDE",
    }
)
"""Examples for search keys that are defined without an example. Forms show them in empty fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchKey:
    """A search key, built in or defined by the domain.

    ``blind`` computes the index terms of a sensitive key. ``removing`` is true while the key is being
    removed. Then a profile that has no value of the key cannot get one.
    """

    name: str
    label: str
    type: KeyType
    unique: bool = False
    sensitive: bool = False
    built_in: bool = False
    example: str = ""
    removing: bool = False
    blind: Blind | None = field(default=None, repr=False, compare=False)

    @property
    def definition(self) -> tuple[KeyType, bool, bool]:
        """The attributes that decide how values are stored. To change them, remove the search key first."""
        return self.type, self.unique, self.sensitive


def _built_in(name: str, label: str, key_type: KeyType) -> SearchKey:
    return SearchKey(name=name, label=label, type=key_type, example=EXAMPLES[key_type], built_in=True)


def _built_in_id(name: str, label: str, example: str) -> SearchKey:
    return SearchKey(name=name, label=label, type=KeyType.TEXT, example=example, unique=True, built_in=True)


BUILT_IN: Mapping[str, SearchKey] = MappingProxyType(
    {
        key.name: key
        for key in (
            _built_in("phone", "Phone number", KeyType.PHONE),
            _built_in("email", "E-mail", KeyType.EMAIL),
            _built_in("name", "Name", KeyType.NAME),
            _built_in("account", "Account number", KeyType.TEXT),
            _built_in_id("profile_id", "Profile ID", "0f8c2a51b7e94d6c8e3f5a7b9c1d2e3f"),
            _built_in_id("contact_id", "Contact ID", "5a1b7c9e-2d4f-4a6b-8c0d-1e3f5a7b9c2d"),
        )
    }
)

# The names of standard search keys in the SearchProfiles API of Amazon Connect Customer Profiles.
AMAZON_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "_phone": "phone",
        "_email": "email",
        "_fullName": "name",
        "_account": "account",
        "_profileId": "profile_id",
        "_ctrContactId": "contact_id",
    }
)
