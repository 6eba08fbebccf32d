"""Normalise one e-mail address."""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"

# Most addresses, in lower case: an RFC 5322 dot-atom that does not begin with an apostrophe, and a host name
# without Punycode (RFC 5890: hyphens in third and fourth position). email-validator would return them
# unchanged, so it is called only for other addresses.
_COMMON_ADDRESS = re.compile(
    rf"(?!')(?=[^@]{{1,64}}@)(?=.{{1,254}}\Z){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)*(?=[a-z]){_LABEL}(?<=[a-z])"
)

# Japanese carriers allowed several dots in a row, and a dot at the end. Mail headers quote such a local part
# (RFC 5322, section 3.2.4), but people do not.
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.+{_ATOM})*\.*")
_QUOTED_LOCAL_PART = re.compile(rf'"({_LOCAL_PART.pattern})"')
_MAX_LOCAL_LENGTH = 64  # octets: RFC 5321, section 4.5.3.1.1

# A program without Turkish rules lower-cases the Turkish capital İ to an i with a second dot. A program with
# these rules lower-cases I to a dotless i. The small sigma at the end of a word has the same capital as the
# small sigma elsewhere.
_SAME_IN_CAPITALS = (("i\u0307", "i"), ("\u0131", "i"), ("\u03c2", "\u03c3"))


def is_common(text: str) -> bool:
    """Return whether the text is an address in the most common form, which ``normalise`` does not change."""
    return _COMMON_ADDRESS.fullmatch(text) is not None


def normalise(text: str) -> str | None:
    """Return the normal form of an address, or None if it is not valid. The text must be in lower case."""
    if is_common(text):
        return text
    local, _, domain = text.rpartition("@")
    if not local.isascii():
        for letter, same in _SAME_IN_CAPITALS:
            local = local.replace(letter, same)
    if quoted := _QUOTED_LOCAL_PART.fullmatch(local):
        local = quoted[1]
    # Validate the domain separately and cache it: it takes most of the time, and many people share a domain.
    if len(local) <= _MAX_LOCAL_LENGTH and _LOCAL_PART.fullmatch(local):
        host = _host(domain)
        return f"{local}@{host}" if host else None
    return _normalise_with_library(f"{local}@{domain}")


def unicode_label(label: str) -> str:
    """Return a label of a domain, decoded if it is valid Punycode."""
    return (_host(label) if label.startswith("xn--") else None) or label


@lru_cache(maxsize=4096)
def _host(domain: str) -> str | None:
    address = _normalise_with_library(f"x@{domain}")
    return address.removeprefix("x@") if address else None


def _normalise_with_library(text: str) -> str | None:
    try:
        # Deliverability does not matter: `jane@crm.local` identifies a customer too.
        address = validate_email(
            text,
            check_deliverability=False,
            allow_domain_literal=True,
            allow_quoted_local=True,
            globally_deliverable=False,
        )
    except EmailNotValidError:
        return None
    return address.normalized
