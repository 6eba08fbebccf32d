"""Domains, object types and objects, as Amazon Connect Customer Profiles has them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

OBJECT_TYPE_NAME = re.compile(r"^[a-zA-Z_][a-zA-Z_0-9-]{0,254}$")

MAX_OBJECT_LENGTH = 256_000
"""Maximum number of characters of an object's JSON."""
MAX_TAGS = 50
MAX_OBJECT_FIELDS = 1000
MAX_OBJECT_KEYS = 100
MAX_KEY_DEFINITIONS = 20
"""Maximum number of definitions of one key of an object type."""
MAX_PROFILE_KEYS = 20
"""Maximum number of definitions of PROFILE keys of an object type. Each value of an object is looked up."""
MAX_KEY_FIELDS = 10
"""Maximum number of fields of a compound key."""

CONTACT_RECORD = "CTR"
"""The object type of contact records (contact trace records)."""


class ContentType(StrEnum):
    """What a field of an object contains."""

    STRING = "STRING"
    NUMBER = "NUMBER"
    PHONE_NUMBER = "PHONE_NUMBER"
    EMAIL_ADDRESS = "EMAIL_ADDRESS"
    NAME = "NAME"


class StandardIdentifier(StrEnum):
    """What a key of an object type is for. Some are accepted as in Amazon's API, but have no effect here."""

    PROFILE = "PROFILE"
    ASSET = "ASSET"
    CASE = "CASE"
    DEVICE = "DEVICE"
    WEB_ANALYTICS = "WEB_ANALYTICS"
    ORDER = "ORDER"
    COMMUNICATION_RECORD = "COMMUNICATION_RECORD"
    AIR_PREFERENCE = "AIR_PREFERENCE"
    HOTEL_PREFERENCE = "HOTEL_PREFERENCE"
    AIR_BOOKING = "AIR_BOOKING"
    AIR_SEGMENT = "AIR_SEGMENT"
    HOTEL_RESERVATION = "HOTEL_RESERVATION"
    HOTEL_STAY_REVENUE = "HOTEL_STAY_REVENUE"
    LOYALTY = "LOYALTY"
    LOYALTY_TRANSACTION = "LOYALTY_TRANSACTION"
    LOYALTY_PROMOTION = "LOYALTY_PROMOTION"
    UNIQUE = "UNIQUE"
    SECONDARY = "SECONDARY"
    LOOKUP_ONLY = "LOOKUP_ONLY"
    NEW_ONLY = "NEW_ONLY"


class ContactRecordTemplate(StrEnum):
    """How a contact record is mapped to a profile if its contact is not associated with one.

    ``CTR`` finds only inferred profiles by the customer's phone number, the others find all profiles.
    ``CTR-AutoAssociateOnly`` creates no profile.
    """

    CTR = "CTR"
    NO_INFERRED = "CTR-NoInferred"
    AUTO_ASSOCIATE_ONLY = "CTR-AutoAssociateOnly"


Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainDescription:
    """What CreateDomain stores. ``options`` are members of the request that have no effect here."""

    options: Mapping[str, Any]
    tags: Tags
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectField:
    """A field of an object: where its text is in the object, and which member of the profile it sets."""

    name: str
    source: str
    target: str | None
    content_type: ContentType | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectKey:
    """A key of an object type. Its value in an object consists of the values of the fields."""

    name: str
    """The name in the object type."""
    search_key: str
    """The name of the search key."""
    identifiers: frozenset[StandardIdentifier]
    fields: Sequence[str]

    def has(self, identifier: StandardIdentifier) -> bool:
        """Return whether the key is marked with the identifier."""
        return identifier in self.identifiers


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectType:
    """A kind of objects. ``options`` are members of the request that have no effect here."""

    name: str
    description: str
    template_id: str | None = None
    allow_profile_creation: bool = False
    fields: Sequence[ObjectField] = ()
    keys: Sequence[ObjectKey] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    tags: Tags = field(default_factory=dict)
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileObject:
    """A stored object of a profile. ``content`` is its JSON as it was sent."""

    object_id: str
    object_type: str
    content: str = field(repr=False)
    key_paths: Mapping[str, Sequence[str]]
    """By the name of a search key, the paths of its values in the object, such as ``customer.email``."""
    created_at: datetime
    updated_at: datetime
