"""What is dialled: the number inside the text or the URI that somebody typed or a switchboard sent."""

import re
from urllib.parse import unquote

from service.matching import folding as text

# RFC 3966: separators, then parameters. A local number says in ``phone-context`` whose it is (section 5.1.5).
_TEL = re.compile(r"\btel:(?P<number>[^;<>]+)(?P<parameters>[^<>]*)")
_CONTEXT = re.compile(r";phone-context=(\+[\d().-]+)")

# RFC 3261, section 19.1.1: user, parameters of the user, password, host. Whoever writes a number without a
# host means that number; but "sip:192.168.0.1" is a host.
_SIP = re.compile(r"\bsips?:(?:(?P<user>[^@:;?<>]++)(?P<parameters>[^@<>]*+)@|(?P<bare>(?:\+|%2b)[\d().-]+))")
_NUMBER = re.compile(r"[+(\d][\d()./ -]*")

# The same without its scheme, as a header or an event of a switchboard hands it on: a number with a host, or
# with parameters (RFC 3966, section 3; 3GPP TS 24.229 has ``verstat`` and ``cpc``).
_BARE = re.compile(
    r"(?P<user>[+(\d][\d()./ -]*)(?P<parameters>(?:;[a-z][a-z0-9-]*(?:=[^;@<>]*)?)*)(?P<host>@[^@\s]+)?"
)

# Dots that phonenumbers does not take for a separator. NFKC has made one of the half-width middle dot.
_DOTS = re.compile(r"(?<=\d)\s*[\u00b7\u2022\u2027\u30fb_]+\s*(?=\d)")

# 内線 is an extension of a Japanese switchboard: 03-1234-5678 (内線123).
_JAPANESE_EXTENSION = re.compile(r"\(?\s*内線\s*:?\s*(\d+)\s*\)?")
_EXTENSION = re.compile(r"(?<=\d)[\s);]*(?:x|ext(?:ensio)?n?)[.:=\s]*\d+\s*$")
_EXTENSION_ALONE = re.compile(r"\s*(?:x|ext(?:ensio)?n?)[.:=\s]*(?=\d+\s*$)")

# What somebody noted behind a number: letters of any script, perhaps with an extension of at most six digits
# behind them (Durchwahl 22, poste 12, 转123). A Latin letter that touches the digits may be a slip (an l for
# a 1), so it takes two of them; but for w and p, which are a pause before an extension.
_NOTE = re.compile(
    r"(?<=[\d)])(?:(?=[^\da-z]|[a-z]{2})|(?=[wp]\d))[^\w]*[^\W\d_](?:[^\d]*|[^\d]*?\d{1,6}[^\w]*)$"
)
_LETTER_OR_SIGN = re.compile(r"[^\W\d_]|[*#@]")
_PLUS = re.compile(r"[^\d+]*\+")
_DIGITS_ALONE = re.compile(r"\+?\d+", re.ASCII)


def subject(value: str) -> str:
    """Return the number that a text speaks of, or the text; characters of any width are made plain."""
    if _DIGITS_ALONE.fullmatch(value):
        return value
    # RFC 3261, section 19.1.4: "%2B" is the same as "+".
    plain = text.canonical(value).replace("%2b", "+")
    found = _of_tel(plain) or _of_sip(plain) or _of_bare(plain) or plain
    return _JAPANESE_EXTENSION.sub(r" ext. \1", _DOTS.sub(" ", found))


def has_plus(dialled: str) -> bool:
    """Return whether a number comes with its country code, so that no default region is needed."""
    return _PLUS.match(dialled) is not None


def is_worded(dialled: str) -> bool:
    """Tell a text with some digits in it, 1-800-FLOWERS or ``*86`` from what is its digits alone."""
    return _LETTER_OR_SIGN.search(_EXTENSION_ALONE.sub("", without_extension(dialled))) is not None


def without_extension(dialled: str) -> str:
    """Return a number without the extension behind it: that is dialled once the call has been answered."""
    return _EXTENSION.sub("", dialled)


def before_note(dialled: str) -> str | None:
    """Return what stands before a note like ``(mobile)`` or ``DW 22``; None without one, and for addresses.

    Whether that is the number is for its numbering plan to say: 1-800-FLOWERS ends in letters as well.
    """
    noted = _LETTER_OR_SIGN.search(dialled) is not None and "@" not in dialled
    note = _NOTE.search(dialled) if noted else None
    return dialled[: note.start()].strip() if note else None


def _of_tel(plain: str) -> str | None:
    uri = _TEL.search(plain)
    return None if uri is None else _in_context(uri["number"], uri["parameters"])


def _of_sip(plain: str) -> str | None:
    uri = _SIP.search(plain)
    user = unquote(uri["user"] or uri["bare"]) if uri else ""
    return _in_context(user, uri["parameters"]) if uri and _NUMBER.fullmatch(user) else None


def _of_bare(plain: str) -> str | None:
    uri = _BARE.fullmatch(plain.strip("<>")) if ";" in plain or "@" in plain else None
    return None if uri is None else _in_context(uri["user"], uri["parameters"])


def _in_context(number: str, parameters: str | None) -> str:
    context = None if has_plus(number) else _CONTEXT.search(parameters or "")
    return f"{context[1] if context else ''}{number}"
