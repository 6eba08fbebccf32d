"""Recognise personal values in text."""

import re

REDACTED = "[redacted]"

_EMAIL = re.compile(r"[^\s@<>\"'(),:;]+@[^\s@<>\"'(),:;]+")
# Seven or more digits of any script, with common separators: a phone number, an SSN, an account number.
_DIGITS = re.compile(r"\+?\d(?:[^\w:,;]{0,3}\d){6,}")


def redact_text(text: str) -> str:
    """Return the text with e-mail addresses and long numbers replaced."""
    return _DIGITS.sub(REDACTED, _EMAIL.sub(REDACTED, text))
