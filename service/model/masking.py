"""Masks of sensitive values."""

HIDDEN = "*"
"""Every mask begins with it, so no value of a sensitive search key may begin with it."""

_VISIBLE = ((8, 4), (6, 2))
"""The minimum number of letters and digits, and the number of last characters that stay visible."""


def masked(value: str) -> str:
    """Return the value with only its end visible: at most four characters, and none of a short value.

    Separators do not make a value longer: 1-2-3-4 is as short as 1234 and hidden completely.
    """
    length = sum(char.isalnum() for char in value)
    visible = next((visible for min_length, visible in _VISIBLE if length >= min_length), 0)
    hidden = len(value) - visible
    return HIDDEN * hidden + value[hidden:]
