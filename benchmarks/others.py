"""Spellings of e-mail addresses and of values of custom search keys."""

# ruff: noqa: RUF001  (look-alike characters are tested)

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks import names, phones, spelling
from benchmarks.people import Person
from service.model.search_key import KeyType, SearchKey

Ways = Sequence[str]

CUSTOM: Mapping[str, SearchKey] = {
    key.name: key
    for key in (
        SearchKey(name="tax_number", label="Tax number", type=KeyType.DIGITS),
        SearchKey(name="membership", label="Membership", type=KeyType.TEXT),
        SearchKey(name="pager", label="Pager", type=KeyType.PHONE),
        SearchKey(name="billing", label="Billing address", type=KeyType.EMAIL),
        SearchKey(name="known_as", label="Known as", type=KeyType.NAME),
    )
}


def stored_email(person: Person) -> str:
    """Return the address in the person's profile."""
    ways = [person.email, _capitals(person.email), _punycode(person.email), f"Jane <{person.email}>"]
    return ways[person.number_of % len(ways)]


def stored_keys(person: Person) -> Mapping[str, Any]:
    """Return the values of the custom search keys in the person's profile."""
    return {
        "tax_number": [person.tax_number],
        "membership": [person.membership],
        "pager": [phones.national(person.second_number)],
        "billing": [_billing(person.email)],
        "known_as": [names.whole(person)],
    }


def asked_email(address: str) -> Mapping[str, Ways]:
    """Return the spellings of an address to search for, by perturbation."""
    return {
        "as it is": [address],
        "case": [_capitals(address), address.title()] if "ß" not in address else [_capitals(address)],
        "IDN in the other spelling": [_punycode(address)] if _punycode(address) != address else [],
        "display name": [
            f"Jane <{address}>",
            f'"Doe, Jane" <{address}>',
            f"<{address}>",
            f"太郎 <{address}>",
        ],
        "full-width ＠": [address.replace("@", "＠"), address.replace("@", "﹫")],
        "full width": [spelling.wide(address)],
        "something around it": [
            f"{address}.",
            f"{address};",
            f"'{address}'",
            f"({address})",
            f"{address} (Jane)",
            f"Jane Doe {address}",
            f"mailto:{address}?subject=x",
        ],
        "blanks around it": [f"  {address} ", f"　{address}　"],
    }


def asked_keys(person: Person) -> Mapping[str, tuple[str, Ways]]:
    """Return the search key and the spellings of its value to search for, by perturbation."""
    first, last = person.first.written, person.last.written
    digits, text = person.tax_number.replace("-", ""), person.membership
    pager = phones.forms(person.second_number, trunk_zero=person.locale.trunk_zero)
    return {
        "digits": (
            "tax_number",
            [
                digits,
                person.tax_number.replace("-", " "),
                f"No. {digits[:3]}/{digits[3:]}",
                spelling.wide(digits),
            ],
        ),
        "text": (
            "membership",
            [text.upper(), text.lower(), spelling.plain(text), spelling.wide(text), text.replace(" ", "  ")],
        ),
        "text, other punctuation": (
            "membership",
            [
                text.replace(" ", "-"),
                text.replace(" ", ""),
                spelling.spelt_out(text),
                f"{text.replace(' ', ' / ')}.",
            ],
        ),
        "phone": ("pager", [way for ways in pager.values() for way in ways]),
        "e-mail": (
            "billing",
            [way for ways in asked_email(_billing(person.email)).values() for way in ways],
        ),
        "name": (
            "known_as",
            [f"{last} {first}", f"{first}{last}", spelling.plain(f"{first} {last}").upper()],
        ),
    }


def near_emails(address: str) -> Ways:
    """Return addresses of strangers that are nearly equal."""
    local, _, host = address.partition("@")
    untagged, _, tag = local.partition("+")
    tags = [f"{untagged}@{host}"] if tag else []
    return [f"{local}@example.net", f"{local}@mail.{host}", f"{local}+x@{host}", f"{local}x@{host}", *tags]


def near_keys(person: Person) -> Mapping[str, tuple[str, Ways]]:
    """Return the search key and values of strangers that are nearly equal, by type."""
    kind, *rest = person.membership.split(" ")
    stranger = names.near(person)
    return {
        "digits": ("tax_number", [f"{person.tax_number[:-1]}{int(person.tax_number[-1]) + 1}"]),
        "text": ("membership", [f"{' '.join(rest)} {kind}", f"{person.membership} B", kind]),
        "phone": ("pager", phones.near(person.second_number)),
        "e-mail": ("billing", near_emails(_billing(person.email))),
        "name": ("known_as", stranger),
    }


def _billing(address: str) -> str:
    return f"billing.{address}"


def _capitals(address: str) -> str:
    # The capital of ß is ẞ: in a domain, ss would be another (RFC 5892, section 2.6).
    return address.replace("ß", "ẞ").upper()


def _punycode(address: str) -> str:
    """Return the address with its domain in Punycode (RFC 3492)."""
    local, _, host = address.partition("@")
    labels = (
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in host.split(".")
    )
    return f"{local}@{'.'.join(labels)}"
