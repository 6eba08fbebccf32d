"""Search keys: built in, or defined by a domain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

Blind = Callable[[str], tuple[str, ...]]
"""Returns the stored form of an index term, from which the value cannot be read."""


class KeyType(StrEnum):
    """How the values of a search key are normalised."""

    TEXT = "text"
    DIGITS = "digits"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    IDENTIFIER = "identifier"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchKey:
    """A search key, built in or defined by the domain.

    A sensitive key that was read has ``blind``: its index terms cannot be computed without it. While a key is
    ``removing``, no profile gets its first value of the key.
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
        """The attributes that decide how values are stored; fixed until the key is removed."""
        return self.type, self.unique, self.sensitive


def _built_in(*keys: SearchKey) -> Mapping[str, SearchKey]:
    return MappingProxyType({key.name: key for key in keys})


BUILT_IN: Mapping[str, SearchKey] = _built_in(
    SearchKey(
        name="phone", label="Phone number", type=KeyType.PHONE, built_in=True, example="+81 3-1234-5678"
    ),
    SearchKey(name="email", label="E-mail", type=KeyType.EMAIL, built_in=True, example="jane@example.com"),
    SearchKey(name="name", label="Name", type=KeyType.NAME, built_in=True, example="Jane Doe"),
    SearchKey(name="account", label="Account number", type=KeyType.TEXT, built_in=True, example="A-1001"),
    SearchKey(
        name="profile_id",
        label="Profile ID",
        type=KeyType.TEXT,
        unique=True,
        built_in=True,
        example="0f8c2a51b7e94d6c8e3f5a7b9c1d2e3f",
    ),
    SearchKey(
        name="contact_id",
        label="Contact ID",
        type=KeyType.TEXT,
        unique=True,
        built_in=True,
        example="5a1b7c9e-2d4f-4a6b-8c0d-1e3f5a7b9c2d",
    ),
)

# The standard key names of Amazon Connect Customer Profiles, SearchProfiles.
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
