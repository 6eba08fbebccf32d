"""Find the parts of a text that may be e-mail addresses."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from service.matching.email.characters import make_plain

# RFC 6068: addresses, percent-encoded, and headers after a question mark.
_MAILTO = re.compile(r"mailto:/*(?P<addresses>[^\s?<>\"\])]*)(?:\?[^\s<>\"\])]*)?")
_ENCODED_AT = "%40"

_BRACKETS = re.compile(r"(<[^<>]*@[^<>]*>)")
_QUOTED = re.compile(r'"[^"]*"(?!@)')
_LIST_SEPARATORS = ",;\r\n"

# A word, with its domain if it may be an address. A local part can be quoted (RFC 5321, section 4.1.2), and a
# domain can be an IP address in brackets (section 4.1.3). A colon separates, as in SMTP: and To:.
_SEPARATORS = r'\s",:;<>()\[\]'
_LOCAL = rf'"(?:[^"\\]|\\.){{1,62}}"(?=@)|[^{_SEPARATORS}@]+'
_WORD = re.compile(rf"(?P<local>{_LOCAL})(?:@(?P<domain>\[[^\s\[\]]*\]|[^{_SEPARATORS}|/\\&?]+)[|/\\&?]*)?")
_LAST_WORD = re.compile(rf"(?:{_LOCAL})@(?:\[[^\s\[\]]*|[^{_SEPARATORS}]*)\Z")

# Bullets before addresses, and between the addresses of a list. Labels of domains may also contain them.
_BULLETS = "\u00b7\u30fb"
_NEXT_IN_LIST = re.compile(rf"(@[^\s@{_BULLETS}]+)[{_BULLETS}](?=[^\s@]+@)")

# Signs that people put around an address. A domain never ends with such a sign, but a local part may begin
# with most of them. So a sign before an address is a part of it, unless the same sign follows the address.
# Dots, bullets and apostrophes before an address are never a part of it. Excel puts an apostrophe before a
# text.
_SIGNS = f"'`*_~{{}}!#=.-\u3002\uff61{_BULLETS}"
_BEFORE_ADDRESSES = f".'{_BULLETS}"
_OPENING_SIGNS = str.maketrans("}", "{")


def find(value: str) -> Iterator[str]:
    """Yield the parts of a text that look like addresses, in lower case, without the signs around them."""
    text = _NEXT_IN_LIST.sub(r"\1 ", _decoded(make_plain(value)))
    for part in _without_display_names(text):
        for word in _WORD.finditer(part):
            if word["domain"]:
                domain = word["domain"].rstrip(_SIGNS)
                signs = word["domain"][len(domain) :].translate(_OPENING_SIGNS)
                yield f"{word['local'].lstrip(_BEFORE_ADDRESSES + signs)}@{domain}"


def find_beginning(value: str) -> str:
    """Return the beginning of an address at the end of a text, in lower case, without a display name."""
    text = _decoded(make_plain(value)).rstrip("> ")
    word = _LAST_WORD.search(text)
    return word[0] if word else text.rpartition("<")[2].strip()


def _decoded(text: str) -> str:
    if "mailto:" in text:
        return make_plain(_MAILTO.sub(lambda uri: f" {unquote(uri['addresses'])} ", text))
    return make_plain(unquote(text)) if _ENCODED_AT in text and "@" not in text else text


def _without_display_names(text: str) -> Iterator[str]:
    # RFC 5322, section 3.4: the address is in the brackets, even if the name before it looks like an address.
    *pairs, rest = _BRACKETS.split(text)
    for before, brackets in zip(pairs[::2], pairs[1::2], strict=True):
        unquoted = _QUOTED.sub("", before)
        yield unquoted[: max(map(unquoted.rfind, _LIST_SEPARATORS)) + 1]
        yield brackets
    yield rest
