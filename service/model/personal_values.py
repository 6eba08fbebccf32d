"""Redact personal values and credentials in text."""

import re

from service.model.identifiers import ACCESS_KEY_SECRET_PREFIX, AGENT_TOKEN_PREFIX, API_KEY_PREFIX

REDACTED = "[redacted]"

_PART = r"[^\s@<>\"'(),:;]"
# Tries each word once, from its first character. Otherwise a long word without an @ takes quadratic time.
_EMAIL = re.compile(rf"(?<!{_PART}){_PART}++@{_PART}+")
# Seven or more digits in any script, with common separators: for example a phone number or an SSN.
_DIGITS = re.compile(r"\+?\d(?:[^\w:,;]{0,3}\d){6,}")
# A whole API key, the secret of an access key, an agent token, or another JSON Web Token. As above, each word
# is tried once.
_CREDENTIAL = re.compile(
    rf"{API_KEY_PREFIX}[0-9a-f]{{16}}_\w+|{ACCESS_KEY_SECRET_PREFIX}\w+|{AGENT_TOKEN_PREFIX}[\w.-]+"
    r"|(?<![\w-])eyJ[\w-]++\.[\w.-]+"
)


def redact_text(text: str) -> str:
    """Replace credentials, e-mail addresses and long numbers with ``REDACTED``."""
    return _DIGITS.sub(REDACTED, _EMAIL.sub(REDACTED, _CREDENTIAL.sub(REDACTED, text)))
