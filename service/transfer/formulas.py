"""Protect cells of CSV files from being run as formulas by spreadsheets (CSV injection)."""

import re

# The characters that OWASP lists, with the full-width ones that Excel reads as formulas too. A cell that has
# apostrophes before them already gets one more, so that each text has one escaped form.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_ESCAPED = re.compile(rf"'{_FORMULA.pattern}")


def escape_formula(text: str) -> str:
    """Return the text with an apostrophe before it if a spreadsheet could run it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """Return the text without the apostrophe that ``escape_formula`` added."""
    return text[1:] if _ESCAPED.match(text) else text
