"""Redact personal values in text."""

import re

REDACTED = "[redacted]"

_PART = r"[^\s@<>\"'(),:;]"
# Tries each word once, from its first character. Otherwise a long word without an @ takes quadratic time.
_EMAIL = re.compile(rf"(?<!{_PART}){_PART}++@{_PART}+")
# Seven or more digits in any script, with common separators: for example a phone number or an SSN.
_DIGITS = re.compile(r"\+?\d(?:[^\w:,;]{0,3}\d){6,}")


def redact_text(text: str) -> str:
    """Replace e-mail addresses and long numbers with ``REDACTED``."""
    return _DIGITS.sub(REDACTED, _EMAIL.sub(REDACTED, text))
