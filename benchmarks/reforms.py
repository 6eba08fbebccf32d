"""Spellings of phone numbers before and after reforms of numbering plans."""

from collections.abc import Mapping, Sequence

from benchmarks.people import Person


def other_spellings(person: Person, stored: str) -> Mapping[str, Sequence[str]]:
    """Return the spellings of the person's number before and after a reform, by perturbation.

    ``stored`` is the number in the profile. A person without a former number has none.
    """
    if not person.former:
        return {}
    if person.region == "BR":
        return {
            "Brazil's ninth digit": _brazilian(person.number if stored == person.former else person.former)
        }
    if person.region == "MX":
        return {"Mexico's old 1": _mexican(person.number)}
    return {"Argentina's 9 and 15": _argentinian(person.number)}


def _brazilian(number: str) -> list[str]:
    code, area, rest = number[:3], number[3:5], number[5:]
    local = f"{rest[:-4]}-{rest[-4:]}"
    return [
        number,
        f"{code} {area} {local}",
        f"({area}) {local}",
        f"0{area} {local}",
        f"{code} (0{area}) {local}",
    ]


def _mexican(number: str) -> list[str]:
    rest = number[3:]
    prefixes = ("+52 1 ", "+521", "1 ", "044 ", "045", "01 ", "")
    return [number, *(f"{prefix}{rest}" for prefix in prefixes)]


def _argentinian(number: str) -> list[str]:
    area, rest = number[4:6], number[6:]
    local = f"{rest[:4]}-{rest[4:]}"
    at_home = [
        f"0{area} 15-{local}",
        f"0{area} {local}",
        f"({area}) 15 {local}",
        f"{area} {local}",
        f"9 {area} {local}",
    ]
    from_abroad = [
        f"{area} {local}",
        f"9 {area} {local}",
        f"{area} 15 {local}",
        f"9 {area} 15 {local}",
        f"(0){area} 15 {local}",
    ]
    return [*at_home, *(f"+54 {number}" for number in from_abroad)]
