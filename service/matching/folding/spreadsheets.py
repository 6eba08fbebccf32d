"""Undo what spreadsheets and data frames do to digits that they take for a number.

``4155552671.0`` and ``4,155,552,671.00`` have decimals, and ``4.155552671E+09`` is in scientific notation. A
number whose digits are lost, such as ``4.479E+11``, cannot be repaired: many numbers have this rounded form.
"""

import re

# Spreadsheets keep digits as text if they are in a formula with quotation marks: ="4155552671".
_QUOTES = "=\"'\u2018\u2019\u201c\u201d "

# The number must not be a part of a longer number or of a name: 0711.12.34.00, v1.0, (0711) 123456.0. Other
# punctuation may be next to it. A group of digits may precede a number that begins with nine digits: the
# group may be a country code. U+066B is the Arabic decimal separator.
_START = r"(?<![\w+.,\u066b])(?:(?<!\d[\s/)-])(?<!\d\)\s)|(?=\d{9}))"
_END = r"(?![\w@]|[.,\u066b]?\d|\s*[-/]?\s*\d)"
_DECIMALS = re.compile(
    rf"{_START}(?:(?P<run>\+?\d+|\d{{1,3}}(?:,\d{{3}})+)\s?[.\u066b]0+|(?P<dotted>\d{{1,3}}(?:\.\d{{3}})+),0+){_END}"
)
# Without a decimal point or a plus, it may be an ID: 12E5.
_SCIENTIFIC = re.compile(rf"{_START}(\+?\d+)(?:[.,\u066b](\d+)e\+?|e\+)(\d{{1,3}}){_END}")

# Beside letters, a number with fewer digits is not repaired: it may be that of a version (Version 1.0).
_LETTER = re.compile(r"[^\W\d_]")
_MIN_DIGITS_BESIDE_LETTERS = 5


def repair(number: str) -> str | None:
    """Return a text with its first changed number repaired, or None if digits of this number are lost.

    The text must be in lower case. A text without a changed number is returned as it is. Otherwise quotation
    marks, equals signs and spaces at both ends are removed. Thousands separators are kept.
    """
    unquoted = number.strip(_QUOTES)
    if match := _DECIMALS.search(unquoted):
        repaired: str | None = match["run"] or match["dotted"]
        length = sum(map(str.isdecimal, repaired or ""))
    elif match := _SCIENTIFIC.search(unquoted):
        repaired, length = _expand(match), int(match[3]) + 1
    else:
        return number
    before, after = unquoted[: match.start()], unquoted[match.end() :]
    if length < _MIN_DIGITS_BESIDE_LETTERS and _LETTER.search(before + after):
        return number
    return f"{before}{repaired}{after}" if repaired else None


def _expand(scientific: re.Match[str]) -> str | None:
    """Return the digits of a number in scientific notation, with its plus sign; None if digits are lost."""
    whole, fraction, exponent = scientific[1], scientific[2] or "", int(scientific[3])
    is_complete = len(fraction) >= exponent and not fraction[exponent:].strip("0")
    return whole + fraction[:exponent] if is_complete else None
