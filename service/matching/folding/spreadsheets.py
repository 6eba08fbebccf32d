"""Undo what spreadsheets and data frames do to digits that they take for a number.

They write 12345 as ``12345.0`` or ``12,345.00``, and longer numbers in scientific notation: as
``1.2345678901E+10``, or with lost digits as ``1.23E+10``.
"""

import re

_DECIMALS = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)\.0+")
# Without a decimal point or a plus, it may be an ID: 12E5.
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+)e\+?|e\+)(\d{1,3})")


def repair(canonical: str) -> str | None:
    """Return the text, the digits of a number that a spreadsheet changed, or None if digits are lost."""
    if decimals := _DECIMALS.fullmatch(canonical):
        return decimals[1].replace(",", "")
    if scientific := _SCIENTIFIC.fullmatch(canonical):
        fraction, length = scientific[2] or "", int(scientific[3])
        is_complete = len(fraction) >= length and not fraction[length:].strip("0")
        return scientific[1] + fraction[:length] if is_complete else None
    return canonical
