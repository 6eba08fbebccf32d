"""Which number is meant: as it was typed, or as people and switchboards spell it in other ways."""

import re

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

from service.matching import folding as text
from service.matching.phone import dialled, plans, variants

# Prefixes of the past, which still stand in address books. Mexico gave up 01, 044 and 045 in 2019 (IFT, see
# variants.py). Argentina dials a mobile with 9 from abroad or with 15 at home: both at once are one too many.
_OUTDATED = (
    (re.compile(r"\+52(?:01|04[45])(\d{10})"), r"+52\1"),
    (re.compile(r"\+549(\d{12})"), r"+54\1"),
)

# The shortest numbers that networks send with a country code and without a plus: 298 and six digits. With
# less, a number of the own town is far more likely.
_SHORTEST_WITHOUT_PLUS = 9


def e164(subject: str, region: str) -> str | None:
    """Return the E.164 form of what ``dialled.subject`` has found, or None when it is no possible number."""
    return plans.e164(_number(without_note(subject, region), region))


def without_note(subject: str, region: str) -> str:
    """Return what stands before a note if that is the number, or else the subject.

    A valid number is one whatever is behind it: in open numbering plans ``home`` could be four more digits.
    One that is only possible is, unless the whole is: 1-800-FLOWERS.
    """
    before = dialled.before_note(subject)
    if not before:
        return subject
    number = _number(before, region)
    if number is None:
        return before if _is_former(before, region) else subject
    return before if plans.is_valid(number) or _number(subject, region) is None else subject


def otherwise(subject: str, region: str) -> str | None:
    """Return the second reading of digits that may be a number at home, or one whose plus was lost."""
    if dialled.has_plus(subject):
        return None
    abroad = plans.e164(_plus_lost(_digits(subject)))
    at_home = plans.parsed(subject, region)
    if abroad is None or at_home is None:
        return None
    if plans.is_valid(at_home):
        return plans.e164(at_home) if abroad == plans.e164(_number(subject, region)) else None
    return abroad


def dialled_with_00(subject: str, region: str) -> str | None:
    """Return the valid number that begins with 00, though the default region may read it in another way.

    Carriers of Brazil and Korea, and services of Japan, have codes that begin with 00.
    """
    if not subject.startswith("00"):
        return None
    number = plans.parsed(f"+{_digits(subject)[2:]}", region)
    return plans.e164(number) if plans.is_valid(number) else None


def reformed(typed: str) -> str | None:
    """Return a number dialled to another country, or without a plus, in the spelling of before a reform.

    Or in that of after it.
    """
    numbers = [*plans.begun_abroad(typed), *_with_plus(typed)]
    return next((number for number in numbers if plans.first_valid(list(variants.of(number)), "")), None)


def _number(subject: str, region: str) -> PhoneNumber | None:
    typed = plans.parsed(subject, region)
    digits = _digits(subject)
    with_plus = dialled.has_plus(subject)
    if plans.is_valid(typed):
        return typed if with_plus else _with_own_code(digits, region) or typed
    typed = plans.without_false_zero(typed)
    code = "" if with_plus else plans.country_code(region)
    return (
        plans.first_valid([subject.replace("(0)", "", 1)] if "(0)" in subject else [], region)
        or plans.first_valid(plans.begun_abroad(digits), region)
        or plans.possible(plans.parsed(former, region) if (former := reformed(digits)) else None)
        or plans.first_valid(_without_outdated_prefix(digits, code), region)
        or (None if _may_be_at_home(subject, typed, region) else _plus_lost(digits))
        or plans.possible(typed)
    )


def _with_plus(digits: str) -> list[str]:
    """Return digits as a number whose plus was lost on the way, as switchboards and trunks send it."""
    return [f"+{digits}"] if len(digits) >= _SHORTEST_WITHOUT_PLUS and digits[0] != "0" else []


def _plus_lost(digits: str) -> PhoneNumber | None:
    number = plans.first_valid(_with_plus(digits), "")
    # phonenumbers forgives a 1 too many in North America: that would be a guess upon a guess.
    return number if plans.e164(number) == f"+{digits}" else None


def _digits(subject: str) -> str:
    return text.digits(dialled.without_extension(subject))


def _with_own_code(digits: str, region: str) -> PhoneNumber | None:
    """Read ``49711123456`` as ``+49 711 123456`` in Germany, where it would be a number of 04971 as well.

    Whoever dials a zero first at home leaves that out less often than the plus.
    """
    begins = digits.startswith(plans.country_code(region)) and plans.trunk_prefix(region) == "0"
    return _plus_lost(digits) if begins else None


def _is_former(subject: str, region: str) -> bool:
    """Tell a number that a reform has left behind: it has another spelling that is valid."""
    digits = _digits(subject)
    code = "" if dialled.has_plus(subject) else plans.country_code(region)
    spelled = reformed(digits) or f"+{code}{digits}"
    return plans.first_valid(list(variants.of(spelled)), "") is not None


def _may_be_at_home(subject: str, typed: PhoneNumber | None, region: str) -> bool:
    """Tell what has lost no plus, or may be a number at home: of a new range, or in a former spelling."""
    if dialled.has_plus(subject) or dialled.is_worded(subject) or _is_former(subject, region):
        return True
    if typed is None:
        return False
    # Where a zero is dialled first at home, a number without it is rather one from abroad.
    length = phonenumbers.is_possible_number_with_reason(typed)
    possible = length in {ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}
    return possible and plans.trunk_prefix(region) != "0"


def _without_outdated_prefix(digits: str, code: str) -> list[str]:
    found = ((pattern.fullmatch(f"+{code}{digits}"), other) for pattern, other in _OUTDATED)
    return [match.expand(other) for match, other in found if match]
