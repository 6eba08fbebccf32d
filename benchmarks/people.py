"""Invented people of every locale, the same for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from benchmarks.locales import LOCALES, Locale

_MOBILE, _FIXED = PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE
_VARIED = 4
_HOSTS = (
    "example.com",
    "mail.example.org",
    "bücher.example",
    "例え.example",
    "straße.example",
    "почта.example",
)


@dataclass(frozen=True, slots=True)
class Half:
    """A first or last name, and its reading in katakana."""

    written: str
    read: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented person. Profiles and searches spell the values in other ways.

    ``number`` and ``second_number`` are in E.164 and end in an even digit, so that odd ones belong to no one.
    ``former`` is the first number as spelled before a reform, or as dialled in another way.
    """

    number_of: int
    locale: Locale
    first: Half
    middle: str
    last: Half
    number: str
    second_number: str
    former: str
    extension: str
    email: str
    tax_number: str
    membership: str

    @property
    def name(self) -> frozenset[str]:
        """Return the first and last name without order; it is unique in the sample."""
        return frozenset((self.first.written, self.last.written))

    @property
    def region(self) -> str:
        """Return the default region of the person."""
        return self.locale.region


def people(count: int, seed: int) -> list[Person]:
    """Return people of all locales in turn. Raises ValueError if there are not enough names."""
    random = Random(seed)
    waiting = [_of(locale, random) for locale in LOCALES]
    found: dict[frozenset[str], Person] = {}
    while waiting and len(found) < count:
        locale = waiting.pop(0)
        person = next((each for each in locale if each.name not in found), None)
        if person:
            found[person.name] = person
            waiting.append(locale)
    if len(found) < count:
        raise ValueError(f"There are names for {len(found)} people only; ask for fewer.")
    return list(found.values())


def halves(names: str) -> list[Half]:
    """Return the names in a text with slashes between them."""
    return [Half(*name.split("=")) for name in names.split("/")]


def _of(locale: Locale, random: Random) -> Iterator[Person]:
    numbers = _numbers(locale, random)
    names = list(product(halves(locale.first), halves(locale.last)))
    random.shuffle(names)
    middles = locale.middle.split("/") if locale.middle else []
    place = LOCALES.index(locale)
    for nth, (first, last) in enumerate(names):
        number_of = nth * len(LOCALES) + place
        number = next(numbers)
        yield Person(
            number_of=number_of,
            locale=locale,
            first=first,
            middle=random.choice([*middles, ""]),
            last=last,
            number=number,
            second_number=next(numbers),
            former=_former(number),
            extension=str(1000 + number_of),
            email=f"{random.choice(_LOCALS).format(number_of)}@{random.choice(_HOSTS)}",
            tax_number=f"{random.randrange(100, 999)}-{number_of:05}-{random.randrange(0, 99, 2):02}",
            membership=f"{random.choice(('Größe', 'Señal', 'ゴールド', 'Élite'))} Class {number_of}",
        )


_LOCALS = ("jane.{}", "j_doe{}+crm", "k.{}-sales", "o'neil{}", "{}jörg", "太郎{}")


def _numbers(locale: Locale, random: Random) -> Iterator[str]:
    """Yield distinct valid numbers that end in an even digit."""
    templates = (
        locale.numbers.split("/") if locale.numbers else [_example(locale, _MOBILE), _example(locale, _FIXED)]
    )
    known: set[str] = set()
    while True:
        digits = "".join(
            str(random.randrange(10)) if char == "#" else char for char in random.choice(templates)
        )
        number = phonenumbers.parse(f"{digits[:-1]}{int(digits[-1]) // 2 * 2}")
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        spellings = {e164, _former(e164)} - {""}
        if known.isdisjoint(spellings) and phonenumbers.is_valid_number(number):
            known |= spellings
            yield e164


def _example(locale: Locale, kind: int) -> str:
    example = phonenumbers.example_number_for_type(locale.region, kind)
    if not isinstance(example, PhoneNumber):
        raise TypeError(f"{locale.region} has no example number of this type.")
    return str(phonenumbers.format_number(example, PhoneNumberFormat.E164))[:-_VARIED] + "#" * _VARIED


def _former(number: str) -> str:
    """Return the other spelling: Brazil without the ninth digit, Mexico with 1, Argentina without 9."""
    if number.startswith("+55") and number[5] == "9" and len(number) == len("+5531988888888"):
        return f"{number[:5]}{number[6:]}"
    if number.startswith("+52"):
        return f"+521{number[3:]}"
    return f"+54{number[4:]}" if number.startswith("+549") else ""
