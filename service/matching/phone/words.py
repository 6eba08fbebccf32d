"""Find the words around a phone number: a caption before it, a note after it."""

import re
from collections.abc import Iterator

from service.matching.phone import characters

# A caption: everything before the number, with a letter, and perhaps a counter (Tel. 2: ...). A full stop
# behind the counter would also be one between the groups of a number.
_START = re.compile(r"\+?[\s(]{0,3}\d")
_COUNTER = re.compile(r"[1-9](?:\s*[:)\"]|\d\s*[:\"])\s*(?=[+(\d])")

# A note: letters of any script, perhaps with up to six digits (Durchwahl 22, 转123, after 6pm). A
# single Latin letter can be a typing error (l for 1), except w and p, which mean a pause before an extension.
_LETTER = r"[^\W\d_\u30fc]"
_NOTE = re.compile(
    rf"(?<=[\d)])(?:(?=[^\da-z]|[a-z]{{2}})|(?=[wp]\d))[^\w]*{_LETTER}(?:[^\d]*|[^\d]*?\d{{1,6}}\D*)$"
)
# A note that begins with a number: 2nd, 3pm.
_ORDINAL = re.compile(rf"(?<=[\d)])[\s(,;]+\d{{1,2}}{_LETTER}{{2,}}\W*$")
_COUNTER_BEHIND = re.compile(r"(?<=[\d)])\s*\(\d{1,2}\)$")

# In a note: since 01.02.2019, 2019-02-01.
_DATE = re.compile(
    r"(?<![\d./-])(?:\d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([./-])\d{1,2}\2\d{1,2})(?![\d/-])"
)


def has_date(text: str) -> bool:
    """Return whether the text contains a date, so that it is no phone number."""
    return _DATE.search(text) is not None


def may_have_words(text: str) -> bool:
    """Return whether the text may have a caption or a note. E-mail addresses and IDs have none."""
    return "@" not in text and (text.endswith(")") or characters.has_letters(text))


def texts_behind_caption(text: str) -> Iterator[str]:
    """Yield the texts that may be the number behind a caption such as ``Mobile:`` or ``Tel. 2:``."""
    start = _START.search(text)
    if start is None or not re.search(_LETTER, text[: start.start()]):
        return
    behind = text[start.start() :].lstrip()
    if counter := _COUNTER.match(behind):
        yield behind[counter.end() :]
    yield behind


def text_before_note(text: str) -> str | None:
    """Return the text before a note such as ``(mobile)``, ``DW 22``, ``2nd`` or ``(2)``, or None."""
    note = _ORDINAL.search(text) or _NOTE.search(text) or _COUNTER_BEHIND.search(text)
    return text[: note.start()].strip() if note else None
