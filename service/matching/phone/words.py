"""Find the words around a phone number: a caption before it, and a note after it."""

import re
from collections.abc import Iterator

from service.matching.phone import characters

# A caption: everything before the number, with a letter, and perhaps a counter (Tel. 2: ...). A digit with a
# full stop is not a counter: it may be the first group of a number (Tel. 1.415.555.2671).
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
_COUNTER_AT_END = re.compile(r"(?<=[\d)])\s*\(\d{1,2}\)$")

# Dates are often in a note: since 01.02.2019, 2019-02-01.
_DATE = re.compile(
    r"(?<![\d./-])(?:\d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([./-])\d{1,2}\2\d{1,2})(?![\d/-])"
)


def has_date(text: str) -> bool:
    """Return whether the text contains a date. Such a text is not a phone number."""
    return _DATE.search(text) is not None


def may_have_words(text: str) -> bool:
    """Return whether the text may have a caption or a note. Addresses and IDs with an ``@`` have none."""
    return "@" not in text and (text.endswith(")") or characters.has_letters_or_signs(text))


def texts_after_caption(text: str) -> Iterator[str]:
    """Yield the texts that may be the number after a caption such as ``Mobile:`` or ``Tel. 2:``.

    For a caption with a counter, yield the text after the counter, and then the text from the counter on.
    """
    start = _START.search(text)
    if start is None or not re.search(_LETTER, text[: start.start()]):
        return
    text_after = text[start.start() :].lstrip()
    if counter := _COUNTER.match(text_after):
        yield text_after[counter.end() :]
    yield text_after


def text_before_note(text: str) -> str | None:
    """Return the text before a note such as ``(mobile)``, ``DW 22``, ``2nd`` or ``(2)``, if there is one."""
    note = _ORDINAL.search(text) or _NOTE.search(text) or _COUNTER_AT_END.search(text)
    return text[: note.start()].strip() if note else None
