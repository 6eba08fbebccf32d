"""A second record of a person, as another agent would create it."""

from collections.abc import Mapping
from copy import deepcopy
from random import Random

from benchmarks.duplicates import typing_errors
from benchmarks.duplicates.homes import Home
from benchmarks.duplicates.records import Record, has_chance, other_email, other_number

# The weights of the changes of the name. If a name cannot be changed in one way, another one is tried.
_CHANGES: Mapping[typing_errors.Change | None, float] = {
    None: 45,
    typing_errors.typo_in_first_name: 8,
    typing_errors.typo_in_last_name: 8,
    typing_errors.nickname: 8,
    typing_errors.married_name: 4,
    typing_errors.initial: 3,
    typing_errors.first_name_only: 3,
    typing_errors.last_name_only: 1,
    typing_errors.exchanged: 4,
    typing_errors.in_one_field: 4,
    typing_errors.without_middle_name: 8,
    typing_errors.kana: 12,
    typing_errors.romaji: 10,
    typing_errors.without_reading: 8,
    typing_errors.same_reading: 5,
}
_TRIES = 5
"""Number of changes that are tried at most. If none is possible, the name stays."""


def second_record(record: Record, random: Random) -> Record:
    """Return another record of the same person.

    It has a number, the e-mail address, the account number or the date of birth in common with the first one.
    """
    other = deepcopy(record)
    changes = random.choices(list(_CHANGES), list(_CHANGES.values()), k=_TRIES)
    change = next((each for each in changes if each is None or each(other, random)), None)
    if change:
        other.changes.append((change.__doc__ or "").partition(".")[0])
    elif has_chance(random, 0.5):
        typing_errors.notation(other, random)
    _change_contact_data(other, record, random)
    while not _has_value_in_common(other, record):
        _change_contact_data(other, record, random)
    return other


def _change_contact_data(other: Record, record: Record, random: Random) -> None:
    number = random.choice(record.numbers)
    kept, lost, new = [number], list[str](), [other_number(number, random)]
    (other.numbers,) = random.choices((kept, lost, new), (0.7, 0.12, 0.18))
    (other.email,) = random.choices((record.email, "", other_email(random)), (0.6, 0.25, 0.15))
    other.born = record.born if has_chance(random, 0.55) else None
    if other.born and has_chance(random, 0.03):
        year, month, day = other.born
        other.born = (year, month, 1 + day % 28)
    moved = Home.at_random(record.locale.region, random)
    (other.home,) = random.choices((record.home, None, moved), (0.5, 0.35, 0.15))
    other.account = record.account if has_chance(random, 0.3) else ""


def _has_value_in_common(one: Record, other: Record) -> bool:
    values = ((one.email, other.email), (one.born, other.born), (one.account, other.account))
    return not set(one.numbers).isdisjoint(other.numbers) or any(a and a == b for a, b in values)
