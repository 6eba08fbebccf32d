"""Undo what spreadsheets and data frames do to digits that they take for a number.

``4155552671.0`` and ``4,155,552,671.00`` have decimals, and ``4.155552671E+09`` is in scientific notation. A
number whose digits are lost, such as ``4.479E+11``, can be the number of anybody.
"""

import re

# Digits that shall stay a text are often quoted: ="4155552671". U+066B is the Arabic decimal separator.
_QUOTES = "=\"'\u2018\u2019\u201c\u201d "
_DECIMALS = re.compile(r"(?P<run>\+?\d+|\d{1,3}(?:,\d{3})+)[.\u066b]0+|(?P<dotted>\d{1,3}(?:\.\d{3})+),0+")
_SCIENTIFIC = re.compile(r"\+?(\d+)(?:[.,\u066b](\d+)e\+?|e\+)(\d{1,3})")


def repair(number: str) -> str | None:
    """Return a number as it was before a spreadsheet, or None if digits are lost."""
    unquoted = number.strip(_QUOTES)
    if decimals := _DECIMALS.fullmatch(unquoted):
        return decimals["run"] or decimals["dotted"]
    scientific = _SCIENTIFIC.fullmatch(unquoted)
    if scientific is None:
        return number
    whole, fraction, exponent = scientific[1], scientific[2] or "", int(scientific[3])
    is_complete = len(fraction) >= exponent and not fraction[exponent:].strip("0")
    return whole + fraction[:exponent] if is_complete else None
