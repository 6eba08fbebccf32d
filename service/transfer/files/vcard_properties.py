"""Read the properties of a vCard as cells whose paths are columns of our own CSV export.

A property without a field has its own name as its path.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from vobject.vcard import splitFields

from service.transfer.files.records import Cell

_IGNORED = frozenset(
    [
        "VERSION",
        "PRODID",
        "REV",
        "PHOTO",
        "LOGO",
        "SOUND",
        "KEY",
        "TZ",
        "GEO",
        "LANG",
        "MAILER",
        "CLASS",
        "PROFILE",
        "SOURCE",
        "KIND",
        "XML",
        "CLIENTPIDMAP",
        "X-ABLABEL",
        "X-ABADR",
        "X-ABUID",
        "X-ABSHOWAS",
        "SORT-STRING",
    ]
)
_TEXTS = {
    "FN": "name",
    "NOTE": "additional_information",
    "UID": "attributes.uid",
    "TITLE": "attributes.job_title",
    "NICKNAME": "attributes.nickname",
    "URL": "attributes.website",
    "X-PHONETIC-FIRST-NAME": "phonetic_first_name",
    "X-PHONETIC-LAST-NAME": "phonetic_last_name",
}
# The components of structured properties, in order.
_STRUCTURED = {
    "N": ("last_name", "first_name", "middle_name"),
    "ORG": ("business_name", "attributes.department"),
    "SOUND": ("phonetic_last_name", "phonetic_first_name"),
}
_ADDRESS = ("address_3", "address_2", "address_1", "city", "state", "postal_code", "country")

# The first of these that a property has becomes its type. RFC 6350, sections 5.6 and 6.4.1, and vCard 2.1.
_TYPES = {
    "FAX": "fax", "CELL": "mobile", "IPHONE": "mobile", "PAGER": "pager", "MAIN": "main",
    "WORK": "work", "HOME": "home", "OTHER": "other",
}  # fmt: skip
_SCHEME = re.compile(r"(?:tel|mailto|sms):", re.IGNORECASE)
# RFC 3966. It is rewritten as "ext. 12", as people write it.
_EXTENSION = re.compile(r";ext=([\d.-]+)$", re.IGNORECASE)
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?")


def cells_of(lines: Iterable[Any]) -> Iterator[Cell]:
    """Yield the values of a card's properties."""
    lines = [line for line in lines if isinstance(line.value, (str, list))]
    labels = {
        line.group: _label(str(line.value)) for line in lines if line.name == "X-ABLABEL" and line.group
    }
    for number, line in enumerate(lines, 1):
        for path, text in _values(line, number, labels):
            if text:
                yield Cell(line.name, path, text)


def _values(line: Any, number: int, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    name, text = line.name, _text(line.value)
    if name == "SOUND" and "X-IRMC-N" in _types(line):
        yield from zip(_STRUCTURED[name], _fields(text), strict=False)
    elif name in _IGNORED:
        return
    elif name in {"TEL", "EMAIL"}:
        field = f"{'phone_numbers' if name == 'TEL' else 'email_addresses'}.{number}"
        yield f"{field}.type", labels.get(line.group) or _type(line)
        yield f"{field}.value", _EXTENSION.sub(r" ext. \1", _SCHEME.sub("", text, count=1))
    elif name == "ADR":
        parts = list(zip(_ADDRESS, _fields(text), strict=False))
        yield (
            f"addresses.{number}.type",
            (labels.get(line.group) or _type(line)) if any(_fields(text)) else "",
        )
        yield from ((f"addresses.{number}.{part}", value) for part, value in parts)
    elif name in _STRUCTURED:
        yield from zip(_STRUCTURED[name], _fields(text), strict=False)
    elif name == "BDAY":
        date = _DATE.fullmatch(text)
        yield "birth_date", "-".join(date.groups()) if date else text
    elif name == "GENDER":
        code, _, description = text.partition(";")
        yield "gender", description or code
    else:
        yield _TEXTS.get(name, name), text


def _text(value: str | Sequence[str]) -> str:
    text = value if isinstance(value, str) else ", ".join(value)
    return text.replace("\r\n", "\n")


def _fields(text: str) -> list[str]:
    """Return the components of a structured value. Several values of a component are joined with blanks."""
    parts = splitFields(text)
    return [part.strip() if isinstance(part, str) else " ".join(part).strip() for part in parts]


def _types(line: Any) -> list[str]:
    values = [*line.singletonparams, *line.params.get("TYPE", ())]
    return [part.strip().upper() for value in values for part in value.split(",")]


def _type(line: Any) -> str:
    types = _types(line)
    return next((label for name, label in _TYPES.items() if name in types), "")


def _label(text: str) -> str:
    apple = _APPLE_LABEL.fullmatch(text)
    return apple[1].lower() if apple else text
