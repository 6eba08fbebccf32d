"""Find the phone number in a text or URI that a person typed or a telephone system sent."""

import re
from urllib.parse import unquote

from service.matching import folding

# RFC 3966: a number with separators, then parameters. ``phone-context`` has the country code of a local
# number (section 5.1.5).
_TEL = re.compile(r"\btel:(?P<number>[^;<>]+)(?P<parameters>[^<>]*)")
_CONTEXT = re.compile(r";phone-context=(\+[\d().-]+)")

# RFC 3261, section 19.1.1: user, parameters of the user, password, host. A number needs no host, but
# "sip:192.168.0.1" is a host.
_SIP = re.compile(r"\bsips?:(?:(?P<user>[^@:;?<>]++)(?P<parameters>[^@<>]*+)@|(?P<bare>(?:\+|%2b)[\d().-]+))")
_NUMBER = re.compile(r"[+(\d][\d()./ -]*")

# The same without the scheme, as in headers and events of telephone systems: a number with a host or with
# parameters (RFC 3966, section 3; 3GPP TS 24.229 has ``verstat`` and ``cpc``).
_BARE = re.compile(
    r"(?P<user>[+(\d][\d()./ -]*)(?P<parameters>(?:;[a-z][a-z0-9-]*(?:=[^;@<>]*)?)*)(?P<host>@[^@\s]+)?"
)

# Dots that phonenumbers rejects as separators. NFKC converts the half-width middle dot to one of them.
_DOTS = re.compile(r"(?<=\d)\s*[\u00b7\u2022\u2027\u30fb_]+\s*(?=\d)")

# 内線 means extension in Japanese: 03-1234-5678 (内線123).
_JAPANESE_EXTENSION = re.compile(r"\(?\s*内線\s*:?\s*(\d+)\s*\)?")
_EXTENSION = re.compile(r"(?<=\d)[\s);]*(?:x|ext(?:ensio)?n?)[.:=\s]*\d+\s*$")
_EXTENSION_ALONE = re.compile(r"\s*(?:x|ext(?:ensio)?n?)[.:=\s]*(?=\d+\s*$)")

# A note: letters of any script, perhaps with an extension of up to six digits (Durchwahl 22, 转123). A
# single Latin letter can be a typing error (l for 1), except w and p, which mean a pause before an extension.
_NOTE = re.compile(
    r"(?<=[\d)])(?:(?=[^\da-z]|[a-z]{2})|(?=[wp]\d))[^\w]*[^\W\d_](?:[^\d]*|[^\d]*?\d{1,6}[^\w]*)$"
)
_LETTER_OR_SIGN = re.compile(r"[^\W\d_]|[*#@]")
_PLUS = re.compile(r"[^\d+]*\+")
_DIGITS_ALONE = re.compile(r"\+?\d+", re.ASCII)


def extract_number(value: str) -> str:
    """Return the number in a text, or the text if there is no number; folded by ``folding.canonical``."""
    if _DIGITS_ALONE.fullmatch(value):
        return value
    # RFC 3261, section 19.1.4: "%2B" means "+".
    canonical = folding.canonical(value).replace("%2b", "+")
    number, parameters = _number_and_parameters(canonical)
    if not has_plus(number) and (context := _CONTEXT.search(parameters)):
        number = context[1] + number
    return _JAPANESE_EXTENSION.sub(r" ext. \1", _DOTS.sub(" ", number))


def has_plus(number: str) -> bool:
    """Return whether a number contains its country code, so that it needs no default region."""
    return _PLUS.match(number) is not None


def has_letters(number: str) -> bool:
    """Return whether the number contains letters or signs, such as 1-800-FLOWERS or ``*86``."""
    return _LETTER_OR_SIGN.search(_EXTENSION_ALONE.sub("", strip_extension(number))) is not None


def strip_extension(number: str) -> str:
    """Return a number without its extension, which is dialled only after the call is answered."""
    return _EXTENSION.sub("", number)


def text_before_note(number: str) -> str | None:
    """Return the text before a note such as ``(mobile)`` or ``DW 22``, or None if there is no note."""
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
