"""Phone numbers: E.164 where there is one, and what was typed where there is none."""

from collections.abc import Iterator, Mapping

from service.matching import folding as text
from service.matching.phone import dialled, numbering, plans, variants
from service.matching.phone.plans import is_region
from service.matching.phone.withheld import is_withheld
from service.model.match import Tier

__all__ = ["asked", "beginnings", "e164", "is_international", "is_region", "is_withheld", "kept", "raw"]


def is_international(value: str) -> bool:
    """Return whether a number was typed with its country code, so that no default region is needed."""
    return dialled.has_plus(dialled.subject(value))


def e164(value: str, region: str) -> str | None:
    """Return the E.164 form (ITU-T E.164) of a number, or None when it is of no length that its country has.

    ``region`` is the ISO 3166-1 code that a number without a country code is dialled from. An extension is
    left out.
    """
    return numbering.e164(dialled.subject(value), region)


def kept(value: str, region: str) -> str:
    """Return the one form under which a number is stored: E.164, or else the raw one, without a note."""
    subject = numbering.without_note(dialled.subject(value), region)
    return numbering.e164(subject, region) or _raw(value, subject)


def raw(value: str) -> str:
    """Return the form under which anything that is not a number is kept: its digits, or else its text.

    A plus sign stays, so that "+1234" is not the extension "1234"; a trunk zero behind the country code goes.
    00, 011 or 010 is a plus sign where what follows was a number before a reform.
    """
    return _raw(value, dialled.subject(value))


def _raw(value: str, subject: str) -> str:
    digits = "" if dialled.is_worded(subject) else text.digits(dialled.without_extension(subject))
    if not digits:
        return text.fold(value)
    if dialled.has_plus(subject):
        return f"+{plans.without_trunk_zero(digits)}"
    return numbering.reformed(digits) or digits


def asked(value: str, region: str) -> Mapping[str, Tier]:
    """Return all forms under which a number may have been stored, best first, and what each proves.

    Variants are asked for, never stored: so they are found in both directions, and an exact match stays one.
    """
    subject = numbering.without_note(dialled.subject(value), region)
    number, typed = numbering.e164(subject, region), _raw(value, subject)
    # With a country code there is one reading. Digits alone may be those of a number that was kept raw, and
    # only look like a number of the default region.
    if number and typed.startswith("+"):
        alike: tuple[str, ...] = ()
    else:
        alike = (typed, *_with_or_without_plus(typed, region))
    spelled = number or _spelled(typed, region)
    same = (typed, spelled, *_at_home(spelled, region)) if spelled and not number else ()
    others = variants.of(spelled) if spelled else ()
    if read := numbering.dialled_with_00(subject, region) or numbering.otherwise(subject, region):
        others = (read, *others)
    found = {number: Tier.EXACT} if number else {}
    # Of two spellings of one line, neither is the better: where none is in E.164, all are variants.
    found |= dict.fromkeys(same, Tier.VARIANT if others else Tier.RAW)
    for other in others:
        found |= {form: Tier.VARIANT for form in (other, *_at_home(other, region)) if form not in found}
    return found | {form: Tier.RAW for form in alike if form not in found}


def beginnings(value: str, region: str) -> tuple[str, ...]:
    """Return what a number may begin with when these are its first digits: E.164 forms, then the raw one."""
    kept = raw(value)
    typed = kept.removeprefix("+")
    found: list[str] = []
    if kept != typed:
        found = [kept]
    elif typed.isdecimal():
        found = [*plans.begun_abroad(typed), *plans.begun_at_home(typed, region)]
    # Typed to the end, it is a number, in which more may be left out than a trunk prefix: Argentina's 15.
    whole = e164(value, region)
    return (*dict.fromkeys([*found, whole] if whole else found), typed)


def _spelled(kept: str, region: str) -> str | None:
    """Return an impossible number with its country code, if it is long enough to be a number at all."""
    if kept.startswith("+"):
        return kept
    if not kept.isdecimal() or len(kept) < plans.SHORTEST:
        return None
    begun = plans.begun_at_home(kept, region)
    spelled = f"+{plans.without_trunk_zero(begun[0][1:])}" if begun else None
    # Nobody's number may come of it by chance.
    return None if spelled is None or e164(spelled, region) else spelled


def _at_home(spelled: str, region: str) -> Iterator[str]:
    """Yield how an impossible number of the default region is kept when it was typed without its code."""
    code = f"+{plans.country_code(region)}"
    rest = spelled.removeprefix(code)
    if rest != spelled and len(rest) >= plans.SHORTEST and e164(spelled, region) is None:
        yield rest
        yield f"{plans.trunk_prefix(region) or '0'}{rest}"


def _with_or_without_plus(kept: str, region: str) -> Iterator[str]:
    """Yield how the same digits are kept when the plus was lost on the way, or not."""
    digits = kept.removeprefix("+")
    if len(digits) < plans.SHORTEST or not digits.isdecimal():
        return
    if digits != kept:
        yield digits
    # Nobody's number may come of it by chance; and no country code begins with a zero.
    elif digits[0] != "0" and e164(f"+{digits}", region) is None:
        yield f"+{digits}"
