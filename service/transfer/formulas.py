"""Protect cells of CSV files from being run as formulas by spreadsheets (CSV injection)."""

import re

# The characters that OWASP lists, and their full-width forms, which also begin a formula in Excel. A text
# that already has apostrophes before them gets one more, so that ``unescape_formula`` restores every text.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_ESCAPED = re.compile(rf"'{_FORMULA.pattern}")


def escape_formula(text: str) -> str:
    """Return the text with an apostrophe before it if a spreadsheet could run it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """Return the text without the apostrophe that ``escape_formula`` added, if it has one."""
    return text[1:] if _ESCAPED.match(text) else text
