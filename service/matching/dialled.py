"""What is dialled: the number inside the text or the URI that somebody typed or a switchboard sent."""

import re
from urllib.parse import unquote

from service.matching import text

# RFC 3966: separators, then parameters. A local number says in ``phone-context`` whose it is (section 5.1.5).
_TEL = re.compile(r"\btel:(?P<number>[^;<>]+)(?P<parameters>[^<>]*)")
_CONTEXT = re.compile(r";phone-context=(\+[\d().-]+)")

# RFC 3261, section 19.1.1: user, parameters of the user, password, host. Whoever writes a number without a
# host means that number; but "sip:192.168.0.1" is a host.
_SIP = re.compile(r"\bsips?:(?:(?P<user>[^@:;?<>]+)[^@<>]*@|(?P<bare>(?:\+|%2b)[\d().-]+))")
_NUMBER = re.compile(r"[+\d][\d()./ -]*")

# Dots that phonenumbers does not take for a separator. NFKC has made one of the half-width middle dot.
_DOTS = re.compile(r"(?<=\d)\s*[\u00b7\u2022\u2027\u30fb_]+\s*(?=\d)")

# 内線 is an extension of a Japanese switchboard: 03-1234-5678 (内線123).
_JAPANESE_EXTENSION = re.compile(r"\(?\s*内線\s*:?\s*(\d+)\s*\)?")
_EXTENSION = re.compile(r"(?<=\d)[\s);]*(?:x|ext(?:ensio)?n?)[.:=\s]*\d+\s*$")
_WORDED = re.compile(r"@|\bsips?:|\d.*[a-z]{3}")
_PLUS = re.compile(r"[^\d+]*\+")


def subject(value: str) -> str:
    """Return the number that a text speaks of, or the text; characters of any width are made plain."""
    plain = text.canonical(value)
    found = _of_tel(plain) or _of_sip(plain) or plain
    return _JAPANESE_EXTENSION.sub(r" ext. \1", _DOTS.sub(" ", found))


def has_plus(dialled: str) -> bool:
    """Tell whether a number comes with its country code, so that no default region is needed."""
    return _PLUS.match(dialled) is not None


def is_worded(dialled: str) -> bool:
    """Tell an address with some digits in it, or 1-800-FLOWERS, from what is its digits alone."""
    return _WORDED.search(without_extension(dialled)) is not None


def without_extension(dialled: str) -> str:
    """Return a number without the extension behind it: that is dialled once the call has been answered."""
    return _EXTENSION.sub("", dialled)


def _of_tel(plain: str) -> str | None:
    uri = _TEL.search(plain)
    if uri is None:
        return None
    context = _CONTEXT.search(uri["parameters"])
    return f"{context[1] if context else ''}{uri['number']}"


def _of_sip(plain: str) -> str | None:
    uri = _SIP.search(plain)
    # RFC 3261, section 19.1.4: "%2B" is the same as "+".
    user = unquote(uri["user"] or uri["bare"]) if uri else ""
    return user if _NUMBER.fullmatch(user) else None
