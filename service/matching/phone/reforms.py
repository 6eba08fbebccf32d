"""Convert numbers between the formats before and after a reform of their numbering plan."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from service.matching.phone.reform_rules import REFORMS

_MAX_COUNTRY_CODE_LENGTH = 3


@dataclass(frozen=True, slots=True)
class _Rule:
    """Replaces the digits between the beginning and the end of numbers that match the pattern."""

    pattern: re.Pattern[str]
    replacements: Mapping[str, str]

    def apply(self, number: str) -> str | None:
        match = self.pattern.fullmatch(number)
        return f"{match['before']}{self.replacements[match['digits']]}{match['after']}" if match else None


def other_spellings(number: str) -> list[str]:
    """Return the other spellings of a number before and after reforms.

    The number and its spellings consist of a plus sign and digits.
    """
    lengths = range(1, _MAX_COUNTRY_CODE_LENGTH + 1)
    rules = (rule for length in lengths for rule in _rules(number[1 : length + 1]))
    others = (rule.apply(number) for rule in rules)
    return [other for other in others if other is not None]


@cache
def _rules(country_code: str) -> tuple[_Rule, ...]:
    # Compiling the rules of all countries at once would slow down the start of a worker.
    return tuple(_compile(country_code))


def _compile(country_code: str) -> Iterator[_Rule]:
    for code, before, pairs, after in REFORMS:
        if code == country_code:
            new_digits = {old: new for old, _, new in (pair.partition(":") for pair in pairs.split())}
            old_digits = {new: old for old, new in new_digits.items()}
            yield from (_rule(rf"\+{code}{before}", each, after) for each in (new_digits, old_digits))


def _rule(before: str, replacements: Mapping[str, str], after: str) -> _Rule:
    return _Rule(
        re.compile(rf"(?P<before>{before})(?P<digits>{'|'.join(replacements)})(?P<after>{after})"),
        replacements,
    )
