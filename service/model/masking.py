"""Mask sensitive values."""

_VISIBLE = ((8, 4), (6, 2))
"""Minimum number of letters and digits, and number of characters at the end that stay visible."""

HIDDEN = "*"
"""Each mask begins with it, so a value of a sensitive key cannot."""


def masked(value: str) -> str:
    """Return the value with all but its last characters hidden: at most four are visible.

    Separators do not count: 1-2-3-4 is as short as 1234, which is hidden entirely.
    """
    length = sum(char.isalnum() for char in value)
    visible = next((visible for minimum, visible in _VISIBLE if length >= minimum), 0)
    hidden = len(value) - visible
    return HIDDEN * hidden + value[hidden:]
