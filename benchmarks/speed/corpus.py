"""Generates realistic customers. The same number gives the same customer.

Names follow a power law. One customer in 200 is called Alex Common, and one has a unique name. One in 25
shares a phone number with up to 299 others. Each has two Japanese phone numbers, an e-mail address and an
account number.
"""

from bisect import bisect
from itertools import accumulate, product
from random import Random
from typing import Any

_ONSETS = ("b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "y", "sh", "ch")
_VOWELS = ("a", "e", "i", "o", "u")
_SYLLABLES = [onset + vowel for onset, vowel in product(_ONSETS, _VOWELS)]

MAX_CUSTOMERS = 90_000_000
"""Maximum number of customers. With more, phone numbers would be too long."""

SHARERS_OF_A_NUMBER = 300
ONE_IN_COMMON = 200
COMMON_NAME = ("Alex", "Common")
ONLY_NAME = ("Sole", "Bearer")

_UNIQUE = 1
# No Japanese mobile number has a 0 after its prefix.
_FIRST_SUBSCRIBER = 10_000_000
_ONE_IN_SHARING, _ONE_SHARING = 25, 2


def _names(count: int, ending: str) -> list[str]:
    names = ("".join(parts).title() + ending for parts in product(_SYLLABLES, repeat=2))
    return [name for name, _ in zip(names, range(count), strict=False)]


_FIRST, _LAST = _names(1000, "n"), _names(5000, "ra")


def _power_law(count: int) -> list[float]:
    """Return cumulative weights. About one in 47 customers has the most common of 1,000 names."""
    return list(accumulate(1 / (rank + 10) for rank in range(count)))


_FIRST_WEIGHTS, _LAST_WEIGHTS = _power_law(len(_FIRST)), _power_law(len(_LAST))


def _pick(names: list[str], weights: list[float], random: Random) -> str:
    return names[min(bisect(weights, random.random() * weights[-1]), len(names) - 1)]


def mobile(number: int) -> str:
    """Return the customer's own mobile number in E.164."""
    return f"+8190{_FIRST_SUBSCRIBER + number}"


def shared_number(group: int) -> str:
    """Return the number in E.164 that the 300 customers of a group share."""
    return f"+8133{group:07}"


def email(number: int) -> str:
    """Return the customer's e-mail address."""
    return f"customer{number}@example.com"


def account(number: int) -> str:
    """Return the customer's account number."""
    return f"AC-{number:08}"


def name(number: int) -> tuple[str, str]:
    """Return the customer's first and last name."""
    if number == _UNIQUE:
        return ONLY_NAME
    if number % ONE_IN_COMMON == 0:
        return COMMON_NAME
    random = Random(number)
    return _pick(_FIRST, _FIRST_WEIGHTS, random), _pick(_LAST, _LAST_WEIGHTS, random)


def _office(number: int) -> str:
    if number % _ONE_IN_SHARING == _ONE_SHARING:
        return shared_number(number // _ONE_IN_SHARING // SHARERS_OF_A_NUMBER)
    return f"+8180{_FIRST_SUBSCRIBER + number}"


def customer(number: int) -> dict[str, Any]:
    """Return the fields of the customer's profile, as a frontend sends them."""
    first, last = name(number)
    return {
        "first_name": first,
        "last_name": last,
        "account_number": account(number),
        "phone_numbers": [
            {"type": "mobile", "value": mobile(number)},
            {"type": "work", "value": _office(number)},
        ],
        "email_addresses": [{"type": "home", "value": email(number)}],
        "addresses": [{"type": "home", "city": "Springfield", "country": "US", "postal_code": "12345"}],
        "attributes": {"tier": "gold" if number % 3 else "silver"},
    }
