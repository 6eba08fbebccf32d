"""Undo what spreadsheets and data frames do to digits that they take for a number.

``4155552671.0`` and ``4,155,552,671.00`` have decimals, and ``4.155552671E+09`` is in scientific notation. A
number whose digits are lost, such as ``4.479E+11``, is the rounded form of many numbers.
"""

import re

# Spreadsheets keep digits as text if they are in a formula with quotation marks: ="4155552671".
_QUOTES = "=\"'\u2018\u2019\u201c\u201d "

# The number must not follow digits, letters or signs, because it may be the end of a longer number or of a
# name: 0711.12.34.00, v1.0, (0711) 123456.0. Punctuation and words may be around it. Nine digits or more may
# follow a country code. U+066B is the Arabic decimal separator.
_START = r"(?<![\w+.,\u066b])(?:(?<!\d[\s/)-])(?<!\d\)\s)|(?=\d{9}))"
_END = r"(?![\w@]|[.,\u066b]?\d|\s*[-/]?\s*\d)"
_DECIMALS = re.compile(
    rf"{_START}(?:(?P<run>\+?\d+|\d{{1,3}}(?:,\d{{3}})+)\s?[.\u066b]0+|(?P<dotted>\d{{1,3}}(?:\.\d{{3}})+),0+){_END}"
)
# Without a decimal point or a plus, it may be an ID: 12E5.
_SCIENTIFIC = re.compile(rf"{_START}\+?(\d+)(?:[.,\u066b](\d+)e\+?|e\+)(\d{{1,3}}){_END}")

# If the text also has letters, a short number may be that of a version: Version 1.0. It is not repaired.
_LETTER = re.compile(r"[^\W\d_]")
_MIN_DIGITS_BESIDE_LETTERS = 5


def repair(number: str) -> str | None:
    """Return a text as it was before a spreadsheet changed it, or None if digits are lost.

    The text must be in lower case.
    """
    unquoted = number.strip(_QUOTES)
    damaged = _DECIMALS.search(unquoted)
    if damaged:
        digits: str | None = damaged["run"] or damaged["dotted"]
        length = len(digits or "")
    elif damaged := _SCIENTIFIC.search(unquoted):
        digits, length = _expand(damaged), int(damaged[3]) + 1
    else:
        return number
    before, behind = unquoted[: damaged.start()], unquoted[damaged.end() :]
    if length < _MIN_DIGITS_BESIDE_LETTERS and _LETTER.search(before + behind):
        return number
    return f"{before}{digits}{behind}" if digits else None


def _expand(scientific: re.Match[str]) -> str | None:
    whole, fraction, exponent = scientific[1], scientific[2] or "", int(scientific[3])
    is_complete = len(fraction) >= exponent and not fraction[exponent:].strip("0")
    return whole + fraction[:exponent] if is_complete else None
