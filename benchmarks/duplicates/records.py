"""Records of invented people, as agents type them. The same person can have several records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, cast

from benchmarks import phones, spelling
from benchmarks.duplicates.homes import Home
from benchmarks.locales import Locale
from benchmarks.people import Name
from service.matching import phone
from service.matching.profiles import index
from service.model.profile import EMPTY_PROFILE, Profile

_THEN = datetime(2026, 1, 1, tzinfo=UTC)
_NUMBER_SPELLINGS = ("national form", "international form", "E.164", "dots", "brackets", "full-width digits")
_DATE_SPELLINGS = (
    "{0}-{1:02}-{2:02}",
    "{2:02}.{1:02}.{0}",
    "{0}/{1}/{2}",
    "{0}{1:02}{2:02}",
    "{0}年{1}月{2}日",
)


@dataclass(slots=True, kw_only=True)
class Record:
    """What an agent knows of a person. ``person`` is the number of the person, the same in all their records.

    ``born`` is a year, a month and a day. ``names`` are the name fields as they are typed. ``changes`` are
    the ways in which ``names`` differ from those of the person's first record.
    """

    person: int = 0
    locale: Locale
    first: Name
    middle: str
    last: Name
    numbers: list[str]
    email: str = ""
    born: tuple[int, int, int] | None = None
    home: Home | None = None
    account: str = ""
    names: dict[str, str] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write the names into the fields of a profile."""
        self.renamed(self.first, self.last)

    def renamed(self, first: Name, last: Name) -> "Record":
        """Change the first and last name and all name fields. Return the record."""
        self.first, self.last = first, last
        self.names = {
            "first_name": first.written,
            "middle_name": self.middle,
            "last_name": last.written,
            "phonetic_first_name": first.reading,
            "phonetic_last_name": spelling.hiragana(last.reading),
        }
        return self

    def profile(self, number: int, random: Random) -> Profile:
        """Return the record as an indexed profile, with its values in random notations."""
        region = self.locale.region
        values = [_typed_number(each, self.locale, random) for each in self.numbers]
        email = (
            random.choice((self.email, self.email, self.email.upper()))
            if "ß" not in self.email
            else self.email
        )
        fields: Mapping[str, Any] = {
            **EMPTY_PROFILE,
            **{name: value or None for name, value in self.names.items()},
            "profile_id": f"{number:032x}",
            "updated_at": _THEN,
            "birth_date": random.choice(_DATE_SPELLINGS).format(*self.born) if self.born else None,
            "account_number": self.account or None,
            "phone_numbers": [{"value": value, "e164": phone.e164(value, region)} for value in values],
            "email_addresses": [{"value": email}] if email else [],
            "addresses": [self.home.address(random)] if self.home else [],
        }
        profile = cast("Profile", fields)
        return {**profile, "lookup": index(profile, {}, region).lookup}


def has_chance(random: Random, share: float) -> bool:
    """Return True for this share of the calls."""
    return random.random() < share


def birth_date(random: Random, first: int = 1940, last: int = 2005) -> tuple[int, int, int]:
    """Return a year, a month and a day. The year is before ``last``."""
    return random.randrange(first, last), random.randrange(1, 13), random.randrange(1, 29)


def other_email(random: Random) -> str:
    """Return an unused address, or an empty text."""
    return f"m{random.randrange(10**9)}@mail.example.net" if has_chance(random, 0.7) else ""


def other_number(number: str, random: Random) -> str:
    """Return a similar number that ends in an odd digit. Numbers of ``people`` end in an even one."""
    return f"{number[:-4]}{random.randrange(1000):03}{random.randrange(1, 10, 2)}"


def _typed_number(number: str, locale: Locale, random: Random) -> str:
    spellings = phones.forms(number, trunk_zero=locale.trunk_zero)[random.choice(_NUMBER_SPELLINGS)]
    return random.choice(spellings)
