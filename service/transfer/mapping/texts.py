"""Clean and check texts by the rules of the API, so that a row is rejected with the name of its column."""

import re
import unicodedata

from service.model.characters import is_blank
from service.model.limits import MAX_ADDITIONAL_INFORMATION_LENGTH, MAX_VALUE_LENGTH

_LINE_BREAKS_AND_TABS = re.compile(r"[\t\n\r]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

# A formula that keeps digits a text in Excel: ="0901234".
_TEXT_FORMULA = re.compile(r'="([^"]*)"')


class InvalidValue(Exception):
    """A value cannot be imported, so its row is rejected. The message is the reason."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def clean(text: str) -> str:
    """Return the text of a cell without surrounding white space, or an empty text if it is blank."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return "" if is_blank(text) else text.strip()


def without_formula(text: str) -> str:
    """Return ``0901234`` for ``="0901234"``, and any other text unchanged."""
    formula = _TEXT_FORMULA.fullmatch(text)
    return formula[1].strip() if formula else text


def check(text: str, column: str, max_length: int = MAX_VALUE_LENGTH, *, multiline: bool = False) -> str:
    """Return the text if the API accepts it. Only ``multiline`` texts can have line breaks and tabs.

    Raises:
        InvalidValue: If it is too long, or has other control characters.

    """
    if len(text) > max_length:
        raise InvalidValue(column, f"The value is longer than {max_length:,} characters.")
    if text.isascii() and text.isprintable():
        return text
    if len(unicodedata.normalize("NFKC", text)) > 2 * max_length:
        raise InvalidValue(
            column, f"The value is longer than {2 * max_length:,} characters in its NFKC form."
        )
    if _CONTROL.search(text) or (not multiline and _LINE_BREAKS_AND_TABS.search(text)):
        raise InvalidValue(column, "The value has control characters, such as line breaks.")
    return text


def check_field(field: str, text: str, column: str) -> str:
    """Return the value of a text field if the API accepts it. Raises ``InvalidValue`` as ``check`` does."""
    if field == "additional_information":
        return check(text, column, MAX_ADDITIONAL_INFORMATION_LENGTH, multiline=True)
    return check(text, column)
