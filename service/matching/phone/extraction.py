"""Finds the phone number in a text or a URI, as typed by a person or sent by a switchboard."""

import re
from urllib.parse import unquote

from service.matching import folding

# RFC 3966: a number with separators, then parameters. ``phone-context`` has the country code of a local
# number (section 5.1.5).
_TEL = re.compile(r"\btel:(?P<number>[^;<>]+)(?P<parameters>[^<>]*)")
_CONTEXT = re.compile(r";phone-context=(\+[\d().-]+)")

# RFC 3261, section 19.1.1: user, parameters of the user, password, host. A number without a host is accepted
# as a number; but "sip:192.168.0.1" is a host.
_SIP = re.compile(r"\bsips?:(?:(?P<user>[^@:;?<>]++)(?P<parameters>[^@<>]*+)@|(?P<bare>(?:\+|%2b)[\d().-]+))")
_NUMBER = re.compile(r"[+(\d][\d()./ -]*")

# The same without the scheme, as headers and events of switchboards have it: a number with a host or with
# parameters (RFC 3966, section 3; 3GPP TS 24.229 has ``verstat`` and ``cpc``).
_BARE = re.compile(
    r"(?P<user>[+(\d][\d()./ -]*)(?P<parameters>(?:;[a-z][a-z0-9-]*(?:=[^;@<>]*)?)*)(?P<host>@[^@\s]+)?"
)

# Dots that phonenumbers does not accept as separators. NFKC turns the half-width middle dot into one of them.
_DOTS = re.compile(r"(?<=\d)\s*[\u00b7\u2022\u2027\u30fb_]+\s*(?=\d)")

# 内線 means extension in Japanese: 03-1234-5678 (内線123).
_JAPANESE_EXTENSION = re.compile(r"\(?\s*内線\s*:?\s*(\d+)\s*\)?")
_EXTENSION = re.compile(r"(?<=\d)[\s);]*(?:x|ext(?:ensio)?n?)[.:=\s]*\d+\s*$")
_EXTENSION_ALONE = re.compile(r"\s*(?:x|ext(?:ensio)?n?)[.:=\s]*(?=\d+\s*$)")

# A note: letters of any script, then perhaps an extension of up to six digits (Durchwahl 22, 转123). One
# Latin letter may be a typing error (l for 1), except w and p, which mean a pause before an extension.
_NOTE = re.compile(
    r"(?<=[\d)])(?:(?=[^\da-z]|[a-z]{2})|(?=[wp]\d))[^\w]*[^\W\d_](?:[^\d]*|[^\d]*?\d{1,6}[^\w]*)$"
)
_LETTER_OR_SIGN = re.compile(r"[^\W\d_]|[*#@]")
_PLUS = re.compile(r"[^\d+]*\+")
_DIGITS_ALONE = re.compile(r"\+?\d+", re.ASCII)


def extract_number(value: str) -> str:
    """Return the number in a text, or the text itself; in canonical characters."""
    if _DIGITS_ALONE.fullmatch(value):
        return value
    # RFC 3261, section 19.1.4: "%2B" is the same as "+".
    canonical = folding.canonical(value).replace("%2b", "+")
    number, parameters = _number_and_parameters(canonical)
    if not has_plus(number) and (context := _CONTEXT.search(parameters)):
        number = context[1] + number
    return _JAPANESE_EXTENSION.sub(r" ext. \1", _DOTS.sub(" ", number))


def has_plus(number: str) -> bool:
    """Return whether a number has its country code, so that it needs no default region."""
    return _PLUS.match(number) is not None


def has_letters(number: str) -> bool:
    """Return whether it is a text with digits, such as 1-800-FLOWERS or ``*86``, not only a number."""
    return _LETTER_OR_SIGN.search(_EXTENSION_ALONE.sub("", strip_extension(number))) is not None


def strip_extension(number: str) -> str:
    """Return a number without the extension behind it, which is dialled only after the call is answered."""
    return _EXTENSION.sub("", number)


def text_before_note(number: str) -> str | None:
    """Return what may be a number before a note like ``(mobile)`` or ``DW 22``; None without a note."""
    may_have_note = _LETTER_OR_SIGN.search(number) is not None and "@" not in number
    note = _NOTE.search(number) if may_have_note else None
    return number[: note.start()].strip() if note else None


def _number_and_parameters(canonical: str) -> tuple[str, str]:
    if uri := _TEL.search(canonical):
        return uri["number"], uri["parameters"]
    if (uri := _SIP.search(canonical)) and _NUMBER.fullmatch(user := unquote(uri["user"] or uri["bare"])):
        return user, uri["parameters"] or ""
    if (";" in canonical or "@" in canonical) and (uri := _BARE.fullmatch(canonical.strip("<>"))):
        return uri["user"], uri["parameters"]
    return canonical, ""
