"""E-mail addresses in one form."""

import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from service.matching import folding as text

# Characters of another width than ASCII's: a matter of the keyboard, and never of the mailbox (Unicode,
# section 18.5: Halfwidth and Fullwidth Forms; U+FE6B is the small commercial at).
_WIDTHS = {0xFF01 + code: 0x21 + code for code in range(94)} | {0x3000: 0x20, 0xFE6B: 0x40}

# What most addresses are: an RFC 5322 dot-atom and a host name without Punycode (RFC 5890: the hyphens in the
# third and fourth place), which email-validator leaves as they are. It stays the judge of all others.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN = re.compile(
    rf"(?=[^@]{{1,64}}@)(?=.{{1,254}}\Z){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)*(?=[a-z]){_LABEL}(?<=[a-z])"
)

_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LONGEST_LOCAL = 64  # octets: RFC 5321, section 4.5.3.1.1

# RFC 6068, and the angle brackets of RFC 5322, section 3.4.
_BRACKETED = re.compile(r"[^<]*<(?P<address>.*)>")
_MAILTO = re.compile(r"mailto:(?P<address>[^?@]*@[^?]*)(?:\?.*)?")

# What stands around an address in a sentence, in a list or in quotation marks.
_AROUND = "'\"`()[]<>{}.,;:!?\u2018\u2019\u201c\u201d\u300c\u300d"
_BETWEEN = re.compile(r"[\s,;()<>\[\]]+")


def normalise(value: str) -> str:
    """Return an address in one spelling; never raises.

    The local part is in small letters: RFC 5321, section 2.4 lets it be case-sensitive and advises against
    it. Nothing else of it is folded but the width: ``straße`` and ``strasse`` are two mailboxes (RFC 6532,
    section 3.1: NFC, and not NFKC, which loses information). The domain is the Unicode form of UTS #46, so
    both spellings of an international one agree. A display name (``Jane <jane@example.com>``) is dropped, as
    is whatever else stands around the only address (``jane@example.com (Jane)``); a plus tag stays, being
    part of the address. What is no address is folded as text.
    """
    bare = _bare(value)
    return bare if _PLAIN.fullmatch(bare) else _validated(bare) or _only(bare) or text.canonical(value)


def beginnings(value: str) -> tuple[str, ...]:
    """Return what an address may begin with when this was typed first.

    A display name before it may be there already, and labels of the domain in Punycode once they are whole.
    """
    named = "<" in value
    begun = _bare(f"{value.rstrip().removesuffix('>')}>" if named else value)
    local, at, domain = begun.rpartition("@")
    *labels, last = domain.split(".")
    shown = ".".join([*map(_shown, labels), last])
    # Typed to the end, an address is an address, and anything else is text.
    whole = _validated(begun) or ("" if named else _only(begun) or text.canonical(value))
    return tuple(dict.fromkeys(start for start in (whole, f"{local}{at}{shown}") if start)) or ("",)


def _bare(value: str) -> str:
    if not value.isascii():
        visible = "".join(char for char in value if unicodedata.category(char) != "Cf")
        value = unicodedata.normalize("NFC", visible.translate(_WIDTHS))
    plain = value.strip().lower()
    bracketed = _BRACKETED.fullmatch(plain)
    bare = (bracketed["address"] if bracketed else plain).strip()
    uri = _MAILTO.fullmatch(bare)
    return uri["address"] if uri else bare


def _only(bare: str) -> str | None:
    """Return the address in a text, if it is the only thing there that looks like one."""
    if bare.count("@") != 1:
        return None
    word = next(word for word in _BETWEEN.split(bare) if "@" in word)
    return _validated(word.strip(_AROUND).removeprefix("mailto:"))


def _validated(bare: str) -> str | None:
    local, _, domain = bare.rpartition("@")
    # The domain is what costs time, and there are fewer domains than people.
    if len(local) <= _LONGEST_LOCAL and _LOCAL.fullmatch(local) and (host := _host(domain)):
        return f"{local}@{host}"
    return _judged(bare)


@lru_cache(maxsize=4096)
def _host(domain: str) -> str | None:
    address = _judged(f"x@{domain}")
    return address.removeprefix("x@") if address else None


def _judged(bare: str) -> str | None:
    try:
        # Whether mail arrives is not asked: `jane@crm.local` is how somebody is known, so it is a key.
        address = validate_email(
            bare,
            check_deliverability=False,
            allow_domain_literal=True,
            allow_quoted_local=True,
            globally_deliverable=False,
        )
    except EmailNotValidError:
        return None
    return address.normalized


def _shown(label: str) -> str:
    """Return a label of a domain name in its Unicode form, if it has one."""
    return (_host(label) if label.startswith("xn--") else None) or label
