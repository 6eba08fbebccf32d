"""What is shown of a sensitive value."""

_SHOWN_OF = ((8, 4), (6, 2))
"""Of a value of at least so many letters and digits, so many characters at the end."""

HIDDEN = "*"
"""Every mask begins with it, so that no value of a sensitive key may."""


def masked(value: str) -> str:
    """Return the value with its end alone readable: four characters at most, fewer of a short one.

    Separators do not make a value long: 1-2-3-4 is as short as 1234, of which nothing is shown.
    """
    length = sum(char.isalnum() for char in value)
    shown = next((shown for least, shown in _SHOWN_OF if length >= least), 0)
    hidden = len(value) - shown
    return HIDDEN * hidden + value[hidden:]
