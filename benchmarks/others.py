"""Spellings of e-mail addresses and of values of custom search keys."""

# ruff: noqa: RUF001  (look-alike characters are tested)

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks import names, phones, spelling
from benchmarks.people import Person
from service.model.search_key import KeyType, SearchKey

Spellings = Sequence[str]

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
"""The custom search keys of all profiles, by name."""


def stored_email(person: Person) -> str:
    """Return the address in the person's profile."""
    spellings = [person.email, _capitals(person.email), _punycode(person.email), f"Jane <{person.email}>"]
    return spellings[person.index % len(spellings)]


def stored_keys(person: Person) -> Mapping[str, Any]:
    """Return the values of the custom search keys in the person's profile."""
    return {
        "tax_number": [person.tax_number],
        "membership": [person.membership],
        "pager": [phones.national(person.second_number)],
        "billing": [_billing(person.email)],
        "known_as": [names.full_name(person)],
    }


def email_spellings(address: str) -> Mapping[str, Spellings]:
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
        "full width": [spelling.full_width(address)],
        "something around it": [
            f"{address}.",
            f"{address};",
            f"'{address}'",
            f"({address})",
            f"{address} (Jane)",
            f"Jane Doe {address}",
            f"mailto:{address}?subject=x",
            f"mailto:{address.replace('@', '%40')}",
            f"SMTP:{address}",
            f"メール：{address}",
            f"【{address}】",
            f"[{address}](mailto:{address})",
        ],
        "with another address": [
            f"{address}; somebody@else.example",
            f"somebody@else.example, {address}",
            f"{address} / somebody@else.example",
        ],
        "blanks around it": [f"  {address} ", f"　{address}　"],
    }


def key_value_spellings(person: Person) -> Mapping[str, tuple[str, Spellings]]:
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
                spelling.full_width(digits),
            ],
        ),
        "text": (
            "membership",
            [
                text.upper(),
                text.lower(),
                spelling.without_accents(text),
                spelling.full_width(text),
                text.replace(" ", "  "),
            ],
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
        "phone": ("pager", [each for spellings in pager.values() for each in spellings]),
        "e-mail": (
            "billing",
            [each for spellings in email_spellings(_billing(person.email)).values() for each in spellings],
        ),
        "name": (
            "known_as",
            [f"{last} {first}", f"{first}{last}", spelling.without_accents(f"{first} {last}").upper()],
        ),
    }


def similar_emails(address: str) -> Spellings:
    """Return similar addresses, which belong to strangers."""
    local, _, host = address.partition("@")
    base, _, tag = local.partition("+")
    tags = [f"{base}@{host}"] if tag else []
    return [f"{local}@example.net", f"{local}@mail.{host}", f"{local}+x@{host}", f"{local}x@{host}", *tags]


def similar_key_values(person: Person) -> Mapping[str, tuple[str, Spellings]]:
    """Return the search key and similar values, which belong to strangers, by the type of the search key."""
    kind, *rest = person.membership.split(" ")
    similar_names = names.similar_names(person)
    return {
        "digits": ("tax_number", [f"{person.tax_number[:-1]}{int(person.tax_number[-1]) + 1}"]),
        "text": ("membership", [f"{' '.join(rest)} {kind}", f"{person.membership} B", kind]),
        "phone": ("pager", phones.similar_numbers(person.second_number)),
        "e-mail": ("billing", similar_emails(_billing(person.email))),
        "name": ("known_as", similar_names),
    }


def _billing(address: str) -> str:
    return f"billing.{address}"


def _capitals(address: str) -> str:
    # Use ẞ as the capital of ß. A domain with ss is another domain (RFC 5892, section 2.6).
    return address.replace("ß", "ẞ").upper()


def _punycode(address: str) -> str:
    """Return the address with its domain in Punycode (RFC 3492)."""
    local, _, host = address.partition("@")
    labels = (
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in host.split(".")
    )
    return f"{local}@{'.'.join(labels)}"
