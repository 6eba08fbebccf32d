"""Normalises e-mail addresses."""

import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from service.matching import folding

# Full-width forms of ASCII (Unicode, section 18.5), and U+FE6B, the small commercial at.
_WIDTHS = {0xFF01 + code: 0x21 + code for code in range(94)} | {0x3000: 0x20, 0xFE6B: 0x40}

# Most addresses: an RFC 5322 dot-atom and a host name without Punycode (RFC 5890: hyphens in third and fourth
# position). email-validator returns them unchanged, so it is called only for all others.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN = re.compile(
    rf"(?=[^@]{{1,64}}@)(?=.{{1,254}}\Z){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)*(?=[a-z]){_LABEL}(?<=[a-z])"
)

_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_MAX_LOCAL_LENGTH = 64  # octets: RFC 5321, section 4.5.3.1.1

# Angle brackets: RFC 5322, section 3.4. URIs: RFC 6068.
_BRACKETED = re.compile(r"[^<]*<(?P<address>.*)>")
_MAILTO = re.compile(r"mailto:(?P<address>[^?@]*@[^?]*)(?:\?.*)?")

_AROUND = "'\"`()[]<>{}.,;:!?\u2018\u2019\u201c\u201d\u300c\u300d"
_BETWEEN = re.compile(r"[\s,;()<>\[\]]+")


def normalise(value: str) -> str:
    """Return an address in one spelling; never raises.

    The local part is lower-cased: RFC 5321, section 2.4 advises against case-sensitive ones. Otherwise only
    its width is folded: ``straße`` and ``strasse`` are two mailboxes (RFC 6532, section 3.1: NFC, not NFKC).
    The domain is in the Unicode form of UTS #46. A display name and other text around a single address
    (``jane@example.com (Jane)``) are dropped; a plus tag stays. Anything else is folded as text.
    """
    bare = _strip_display_name(value)
    if _PLAIN.fullmatch(bare):
        return bare
    return _validate(bare) or _only_address(bare) or folding.canonical(value)


def prefixes(value: str) -> tuple[str, ...]:
    """Return what a stored address may begin with if this beginning was typed.

    A display name may come before it. Complete labels of the domain may be in Punycode.
    """
    has_name = "<" in value
    typed = _strip_display_name(f"{value.rstrip().removesuffix('>')}>" if has_name else value)
    local, at, domain = typed.rpartition("@")
    *labels, last = domain.split(".")
    unicode_domain = ".".join([*map(_to_unicode, labels), last])
    # It may be complete already: an address, or any other text.
    whole = _validate(typed) or ("" if has_name else _only_address(typed) or folding.canonical(value))
    starts = (whole, f"{local}{at}{unicode_domain}")
    return tuple(dict.fromkeys(filter(None, starts))) or ("",)


def _strip_display_name(value: str) -> str:
    if not value.isascii():
        visible = "".join(char for char in value if unicodedata.category(char) != "Cf")
        value = unicodedata.normalize("NFC", visible.translate(_WIDTHS))
    lower = value.strip().lower()
    bracketed = _BRACKETED.fullmatch(lower)
    bare = (bracketed["address"] if bracketed else lower).strip()
    uri = _MAILTO.fullmatch(bare)
    return uri["address"] if uri else bare


def _only_address(bare: str) -> str | None:
    if bare.count("@") != 1:
        return None
    word = next(word for word in _BETWEEN.split(bare) if "@" in word)
    return _validate(word.strip(_AROUND).removeprefix("mailto:"))


def _validate(bare: str) -> str | None:
    local, _, domain = bare.rpartition("@")
    # Validate and cache the domain alone: that takes most of the time, and many people share a domain.
    if len(local) <= _MAX_LOCAL_LENGTH and _LOCAL.fullmatch(local) and (host := _host(domain)):
        return f"{local}@{host}"
    return _normalise_with_library(bare)


@lru_cache(maxsize=4096)
def _host(domain: str) -> str | None:
    address = _normalise_with_library(f"x@{domain}")
    return address.removeprefix("x@") if address else None


def _normalise_with_library(bare: str) -> str | None:
    try:
        # Deliverability does not matter: `jane@crm.local` identifies a customer too.
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


def _to_unicode(label: str) -> str:
    return (_host(label) if label.startswith("xn--") else None) or label
