"""Spellings of a phone number: as stored in a profile, and as typed in a search."""

# ruff: noqa: RUF001  (look-alike characters are tested)

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from benchmarks import reforms, spelling
from benchmarks.people import Person

Spellings = Sequence[str]

_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
_SEPARATORS = re.compile(r"[ ()/-]+")


def parsed(e164: str) -> PhoneNumber:
    """Return the number, parsed by phonenumbers."""
    return phonenumbers.parse(e164)


@lru_cache(maxsize=64)
def national(e164: str) -> str:
    """Return the national form of a number."""
    return str(phonenumbers.format_number(parsed(e164), PhoneNumberFormat.NATIONAL))


@lru_cache(maxsize=64)
def international(e164: str) -> str:
    """Return the international form of a number."""
    return str(phonenumbers.format_number(parsed(e164), PhoneNumberFormat.INTERNATIONAL))


@lru_cache(maxsize=64)
def rfc3966(e164: str) -> str:
    """Return the `tel:` URI of a number (RFC 3966)."""
    return str(phonenumbers.format_number(parsed(e164), PhoneNumberFormat.RFC3966))


def _groups(e164: str) -> list[str]:
    """Return the country code and the groups of digits after it."""
    return _SEPARATORS.split(international(e164))


def _dots(e164: str) -> Spellings:
    return [".".join(_groups(e164)), _SEPARATORS.sub(".", national(e164)).strip(".")]


def _slashes(e164: str) -> Spellings:
    return ["/".join(_groups(e164)), _SEPARATORS.sub("/", national(e164)).strip("/")]


def _brackets(e164: str) -> Spellings:
    code, area, *rest = _groups(e164)
    return [f"{code} ({area}) {'-'.join(rest)}", f"({code}) {area} {' '.join(rest)}", f"({national(e164)})"]


def _bracketed_zero(e164: str) -> Spellings:
    code, *rest = _groups(e164)
    return [f"{code} (0){' '.join(rest)}", f"{code}(0){''.join(rest)}", f"{code} (0) {'-'.join(rest)}"]


def _trunk_zero(e164: str) -> Spellings:
    code, area, *rest = _groups(e164)
    return [
        f"{code} 0{area} {' '.join(rest)}",
        f"{code} (0{area}) {' '.join(rest)}",
        f"{code}0{area}{''.join(rest)}",
    ]


def _dialled_abroad(prefix: str) -> Callable[[str], Spellings]:
    return lambda e164: [f"{prefix} {international(e164)[1:]}", f"{prefix}{e164[1:]}", f"{prefix}-{e164[1:]}"]


def _other_digits(e164: str) -> Spellings:
    return [e164.translate(_ARABIC), national(e164).translate(_DEVANAGARI)]


def _extension(e164: str) -> Spellings:
    home, abroad = national(e164), international(e164)
    return [f"{abroad} ext. 12", f"{home} x12", f"{home} 内線12", f"{e164};ext=12", f"{abroad} extension 7"]


def _tel_uri(e164: str) -> Spellings:
    code, *rest = _groups(e164)
    return [f"tel:{e164}", f"{rfc3966(e164)};ext=5", f"tel:{'-'.join(rest)};phone-context={code}"]


def _sip_uri(e164: str) -> Spellings:
    return [
        f"sip:{e164}@pbx.example.com",
        f'"Desk" <sips:{e164};ext=3@example.com:5061;transport=tls>',
        f"<sip:%2B{e164[1:]}@192.0.2.1;user=phone>",
    ]


def _with_note(e164: str) -> Spellings:
    home, abroad = national(e164), international(e164)
    return [f"{home} home", f"{abroad} (mobile)", f"{e164} (WhatsApp)", f"{home} (自宅)", f"{abroad}, дом."]


def _local_extension(e164: str) -> Spellings:
    words = ("Durchwahl 22", "DW 22", "Nst. 22", "poste 12", "Ramal 12", "转123", "内12")
    return [f"{international(e164)} {word}" for word in words] + [f"{e164}w12", f"{national(e164)}内12"]


def _without_plus(e164: str) -> Spellings:
    return [e164[1:], f"sip:{e164[1:]}@trunk.example.com"]


def _parameters(e164: str) -> Spellings:
    code, *rest = _groups(e164)
    return [
        f"{e164};verstat=TN-Validation-Passed",
        f"{e164};cpc=ordinary",
        f"sip:{''.join(rest)};phone-context={code}@example.com",
        f"tel:%2B{e164[1:]}",
        f"{e164}@pbx.example.com",
        f"<{e164}@192.0.2.1;user=phone>",
    ]


def _changed_by_spreadsheet(e164: str) -> Spellings:
    digits = e164[1:]
    scientific = f"{digits[0]}.{digits[1:]}E+{len(digits) - 1:02}"
    return [f"{digits}.0", f"{digits}.00", scientific, f'="{e164}"']


def _several(e164: str) -> Spellings:
    # No person has the other number, because it ends in an odd digit.
    other = f"{e164[:-1]}{(int(e164[-1]) + 1) % 10}"
    home, abroad = national(e164), international(e164)
    return [
        f"{abroad} / {international(other)}",
        f"{other};{e164}",
        f"{e164}\n{other}",
        f"{home} or {international(other)}",
        f"{international(other)} (work), {home} (home)",
    ]


def _caption(e164: str) -> Spellings:
    home, abroad = national(e164), international(e164)
    return [f"Mobile: {home}", f"Tel. 2: {abroad}", f"whatsapp:{e164}", f"sms:{e164}", f"携帯：{home}"]


def _caller_id(e164: str) -> Spellings:
    home = national(e164)
    return [f'"Line 1" <{e164}>', f"Carine <{home}>", f'"{e164}1" <{e164}>', f'"+1 Shop" <{e164};ext=2>']


def _whatsapp(e164: str) -> Spellings:
    return [f"{e164[1:]}:12@s.whatsapp.net", f"{e164[1:]}@c.us", f"https://wa.me/{e164[1:]}"]


def _other_separators(e164: str) -> Spellings:
    groups = _SEPARATORS.sub(" ", national(e164)).split()
    return [sign.join(groups) for sign in "~|:=\\'−─━〜、"]


def _full_width(e164: str) -> Spellings:
    return [spelling.full_width(national(e164)), spelling.full_width(international(e164))]


_SPELLINGS: Mapping[str, Callable[[str], Spellings]] = {
    "national form": lambda e164: [national(e164)],
    "international form": lambda e164: [international(e164)],
    "E.164": lambda e164: [e164],
    "RFC 3966": lambda e164: [rfc3966(e164)],
    "full-width digits": _full_width,
    "Arabic or Indian digits": _other_digits,
    "dots": _dots,
    "slashes": _slashes,
    "brackets": _brackets,
    "dialled with 00": _dialled_abroad("00"),
    "dialled with 011": _dialled_abroad("011"),
    "dialled with 010": _dialled_abroad("010"),
    "with an extension": _extension,
    "tel: URI": _tel_uri,
    "sip: URI": _sip_uri,
    "with a note after it": _with_note,
    "with an extension in other words": _local_extension,
    "without its plus": _without_plus,
    "parameters, host, no scheme": _parameters,
    "several in one value": _several,
    "text before it": _caption,
    "caller ID": _caller_id,
    "WhatsApp": _whatsapp,
    "changed by a spreadsheet": _changed_by_spreadsheet,
    "other separators": _other_separators,
}

_SPELLINGS_WITH_ZERO: Mapping[str, Callable[[str], Spellings]] = {
    "(0) after the country code": _bracketed_zero,
    "trunk zero after the country code": _trunk_zero,
}

# Argentina's mobile numbers are never written with a zero before the 9.
_NO_ZERO = ("+549",)

_STORED_SPELLINGS: Sequence[Callable[[str], Spellings]] = (
    _SPELLINGS["national form"],
    _SPELLINGS["international form"],
    _SPELLINGS["E.164"],
    _SPELLINGS["RFC 3966"],
    *list(_SPELLINGS.values())[4:9],
    _extension,
    _sip_uri,
    _with_note,
    _without_plus,
    _caption,
)


def forms(e164: str, *, trunk_zero: bool) -> Mapping[str, Spellings]:
    """Return the spellings of a number, by perturbation."""
    functions = dict(_SPELLINGS)
    if trunk_zero and not e164.startswith(_NO_ZERO):
        functions |= _SPELLINGS_WITH_ZERO
    return {name: spell(e164) for name, spell in functions.items()}


def number_to_store(person: Person) -> str:
    """Return the person's number. Of three people with a former spelling, one has that spelling."""
    return person.former if person.former and person.index // 27 % 3 == 0 else person.number


def stored_number(person: Person) -> str:
    """Return the number in the person's profile."""
    spellings = _STORED_SPELLINGS[person.index % len(_STORED_SPELLINGS)](number_to_store(person))
    return spellings[person.index // len(_STORED_SPELLINGS) % len(spellings)]


def search_spellings(person: Person) -> Mapping[str, Spellings]:
    """Return the spellings of the number to search for, by perturbation."""
    return {
        **forms(number_to_store(person), trunk_zero=person.locale.trunk_zero),
        **reforms.other_spellings(person, number_to_store(person)),
        "extension of the switchboard": [
            person.extension,
            spelling.full_width(person.extension),
            f"sip:{person.extension}@pbx.example.com",
            f"{person.extension[:2]}-{person.extension[2:]}",
        ],
    }


def spellings_abroad(person: Person) -> Spellings:
    """Return the spellings to search for in another region.

    There are none if the former spelling is stored, since it may be stored without its country code.
    """
    number = number_to_store(person)
    return [] if number == person.former else [international(number), number, rfc3966(number)]


def similar_numbers(number: str) -> Spellings:
    """Return numbers of strangers that are nearly equal to a number that ends in an even digit."""
    next_number = f"{number[:-1]}{int(number[-1]) + 1}"
    # One digit more makes another number or an invalid one. Some numbering plans have no fixed length.
    return [
        next_number,
        national(next_number),
        f"00{next_number[1:]}",
        f"{next_number} ext. {number[-1]}",
        f"{number}1",
    ]
