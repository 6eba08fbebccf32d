"""Invented people of every locale. The same seed gives the same people."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from benchmarks.locales import LOCALES, Locale

_MOBILE, _FIXED = PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE
_RANDOM_DIGITS = 4
_HOSTS = (
    "example.com",
    "mail.example.org",
    "bücher.example",
    "例え.example",
    "straße.example",
    "почта.example",
)


@dataclass(frozen=True, slots=True)
class Name:
    """A first or last name, and for a Japanese name its reading in katakana."""

    written: str
    reading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented person. Profiles and searches use other spellings of the values.

    ``number`` and ``second_number`` are in E.164. Both end in an even digit. Odd numbers belong to no person.
    ``former`` is ``number`` as before a reform of the numbering plan (see ``_former``), or an empty text.
    """

    index: int
    locale: Locale
    first: Name
    middle: str
    last: Name
    number: str
    second_number: str
    former: str
    extension: str
    email: str
    tax_number: str
    membership: str

    @property
    def name(self) -> frozenset[str]:
        """The first and last name without their order. No other person in the sample has both."""
        return frozenset((self.first.written, self.last.written))

    @property
    def region(self) -> str:
        """The region of the person's numbers, which is also the default region of searches for the person."""
        return self.locale.region


def people(count: int, seed: int) -> list[Person]:
    """Return ``count`` people, one of each locale in turn. No two have the same first and last name.

    Raises:
        ValueError: there are not enough names.

    """
    random = Random(seed)
    generators = [_people_of(locale, random) for locale in LOCALES]
    people_by_name: dict[frozenset[str], Person] = {}
    while generators and len(people_by_name) < count:
        locale = generators.pop(0)
        person = next((each for each in locale if each.name not in people_by_name), None)
        if person:
            people_by_name[person.name] = person
            generators.append(locale)
    if len(people_by_name) < count:
        raise ValueError(f"There are names for {len(people_by_name)} people only; request fewer people.")
    return list(people_by_name.values())


def parse_names(names: str) -> list[Name]:
    """Split a text with slashes into names."""
    return [Name(*name.split("=")) for name in names.split("/")]


def _people_of(locale: Locale, random: Random) -> Iterator[Person]:
    numbers = _numbers(locale, random)
    names = list(product(parse_names(locale.first), parse_names(locale.last)))
    random.shuffle(names)
    middles = locale.middle.split("/") if locale.middle else []
    position = LOCALES.index(locale)
    for nth, (first, last) in enumerate(names):
        index = nth * len(LOCALES) + position
        number = next(numbers)
        yield Person(
            index=index,
            locale=locale,
            first=first,
            middle=random.choice([*middles, ""]),
            last=last,
            number=number,
            second_number=next(numbers),
            former=_former(number),
            extension=str(1000 + index),
            email=f"{random.choice(_LOCAL_PARTS).format(index)}@{random.choice(_HOSTS)}",
            tax_number=f"{random.randrange(100, 999)}-{index:05}-{random.randrange(0, 99, 2):02}",
            membership=f"{random.choice(('Größe', 'Señal', 'ゴールド', 'Élite'))} Class {index}",
        )


_LOCAL_PARTS = ("jane.{}", "j_doe{}+crm", "k.{}-sales", "o'neil{}", "{}jörg", "太郎{}")


def _numbers(locale: Locale, random: Random) -> Iterator[str]:
    """Yield distinct valid numbers that end in an even digit."""
    templates = (
        locale.numbers.split("/") if locale.numbers else [_example(locale, _MOBILE), _example(locale, _FIXED)]
    )
    used: set[str] = set()
    while True:
        digits = "".join(
            str(random.randrange(10)) if char == "#" else char for char in random.choice(templates)
        )
        number = phonenumbers.parse(f"{digits[:-1]}{int(digits[-1]) // 2 * 2}")
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        spellings = {e164, _former(e164)} - {""}
        if used.isdisjoint(spellings) and phonenumbers.is_valid_number(number):
            used |= spellings
            yield e164


def _example(locale: Locale, kind: int) -> str:
    example = phonenumbers.example_number_for_type(locale.region, kind)
    if not isinstance(example, PhoneNumber):
        raise TypeError(f"{locale.region} has no example number of this type.")
    return (
        str(phonenumbers.format_number(example, PhoneNumberFormat.E164))[:-_RANDOM_DIGITS]
        + "#" * _RANDOM_DIGITS
    )


def _former(number: str) -> str:
    """Return the other spelling: Brazil without the ninth digit, Mexico with 1, Argentina without 9.

    Return an empty text for other numbers.
    """
    if number.startswith("+55") and number[5] == "9" and len(number) == len("+5531988888888"):
        return f"{number[:5]}{number[6:]}"
    if number.startswith("+52"):
        return f"+521{number[3:]}"
    return f"+54{number[4:]}" if number.startswith("+549") else ""
