"""Normalise e-mail addresses, whatever text is around them.

A value is handled in three steps, one module each: replace its typographic characters, find the texts that
may be addresses, and normalise each of these texts if it is an address.
"""

from service.matching import folding
from service.matching.email import address
from service.matching.email.finding import find, find_beginning

__all__ = ["normalise", "prefixes"]


def normalise(value: str) -> tuple[str, ...]:
    """Return the addresses in a value, or the folded value if it has none; never raises.

    All spellings of an address have the same result. The local part is lower-cased: RFC 5321, section 2.4
    advises against case-sensitive ones. Its full-width characters are converted, but ``straße`` and
    ``strasse`` are different mailboxes (RFC 6532, section 3.1: NFC, not NFKC). The domain is in the Unicode
    form of UTS #46. A display name and other text around an address are removed; a plus tag stays.
    """
    lower = value.strip().lower()
    if address.is_common(lower):
        return (lower,)
    if addresses := _addresses(value):
        return addresses
    # Folding may reveal an address. It must be found, because a folded value must not change if it is folded
    # again.
    folded = folding.canonical(value)
    return _addresses(folded) or ((folded,) if folded else ())


def prefixes(value: str) -> tuple[str, ...]:
    """Return the possible beginnings of stored addresses for the typed beginning of an address.

    A display name may precede the address. Complete labels of the domain may be in Punycode.
    """
    typed = find_beginning(value)
    local, at, domain = typed.rpartition("@")
    *labels, last = domain.split(".")
    unicode_domain = ".".join([*map(address.unicode_label, labels), last])
    # The value may be a complete address already, or any other text.
    whole = _addresses(value) or ((folding.canonical(value),) if "<" not in value else ())
    starts = (*whole, f"{local}{at}{unicode_domain}")
    return tuple(dict.fromkeys(filter(None, starts))) or ("",)


def _addresses(value: str) -> tuple[str, ...]:
    found = map(address.normalise, find(value))
    return tuple(dict.fromkeys(filter(None, found)))
