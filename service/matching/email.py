"""Normalise e-mail addresses."""

import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from service.matching import folding
from service.matching.folding import signs
from service.model.characters import remove_invisible

# Full-width forms of ASCII (Unicode, section 18.5), and U+FE6B, the small commercial at.
_FULL_WIDTH = {0xFF01 + code: 0x21 + code for code in range(94)}
_HALF_WIDTH = signs.EXCHANGED | _FULL_WIDTH | {0x3000: 0x20, 0xFE6B: 0x40}

# Most addresses: an RFC 5322 dot-atom and a host name without Punycode (RFC 5890: hyphens in third and fourth
# position). email-validator would return them unchanged, so it is called only for other addresses.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_COMMON_ADDRESS = re.compile(
    rf"(?=[^@]{{1,64}}@)(?=.{{1,254}}\Z){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)*(?=[a-z]){_LABEL}(?<=[a-z])"
)

_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_MAX_LOCAL_LENGTH = 64  # octets: RFC 5321, section 4.5.3.1.1

# Angle brackets: RFC 5322, section 3.4. URIs: RFC 6068.
_BRACKETED = re.compile(r"[^<]*<(?P<address>.*)>")
_MAILTO = re.compile(r"mailto:(?P<address>[^?@]*@[^?]*)(?:\?.*)?")

_SURROUNDING_CHARACTERS = "'\"`()[]<>{}.,;:!?\u2018\u2019\u201c\u201d\u300c\u300d"
_WORD_SEPARATORS = re.compile(r"[\s,;()<>\[\]]+")


def normalise(value: str) -> str:
    """Return the same result for all spellings of an address; never raises.

    The local part is lower-cased: RFC 5321, section 2.4 advises against case-sensitive ones. Its full-width
    characters are converted, but ``straße`` and ``strasse`` are different mailboxes (RFC 6532, section 3.1:
    NFC, not NFKC). The domain is in the Unicode form of UTS #46. A display name and other text around one
    address (``jane@example.com (Jane)``) are removed; a plus tag stays. Other values are folded as text.
    """
    bare = _strip_display_name(value)
    if _COMMON_ADDRESS.fullmatch(bare):
        return bare
    return _validate(bare) or _only_address(bare) or folding.canonical(value)


def prefixes(value: str) -> tuple[str, ...]:
    """Return the possible beginnings of stored addresses for the typed beginning of an address.

    A display name may precede the address. Complete labels of the domain may be in Punycode.
    """
    has_name = "<" in value
    typed = _strip_display_name(f"{value.rstrip().removesuffix('>')}>" if has_name else value)
    local, at, domain = typed.rpartition("@")
    *labels, last = domain.split(".")
    unicode_domain = ".".join([*map(_to_unicode, labels), last])
    # The value may be a complete address already, or any other text.
    whole = _validate(typed) or ("" if has_name else _only_address(typed) or folding.canonical(value))
    starts = (whole, f"{local}{at}{unicode_domain}")
    return tuple(dict.fromkeys(filter(None, starts))) or ("",)


def _strip_display_name(value: str) -> str:
    if not value.isascii():
        value = unicodedata.normalize("NFC", remove_invisible(value).translate(_HALF_WIDTH))
    lower = value.strip().lower()
    bracketed = _BRACKETED.fullmatch(lower)
    bare = (bracketed["address"] if bracketed else lower).strip()
    uri = _MAILTO.fullmatch(bare)
    return uri["address"] if uri else bare


def _only_address(bare: str) -> str | None:
    if bare.count("@") != 1:
        return None
    word = next(word for word in _WORD_SEPARATORS.split(bare) if "@" in word)
    return _validate(word.strip(_SURROUNDING_CHARACTERS).removeprefix("mailto:"))


def _validate(bare: str) -> str | None:
    local, _, domain = bare.rpartition("@")
    # Validate the domain separately and cache it: it takes most of the time, and many people share a domain.
    if len(local) <= _MAX_LOCAL_LENGTH and _LOCAL_PART.fullmatch(local) and (host := _host(domain)):
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
