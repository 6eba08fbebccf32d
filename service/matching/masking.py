"""What is shown of a sensitive value."""

_SHOWN_OF = ((8, 4), (6, 2))
"""Of a value of at least so many characters, so many at the end."""


def masked(value: str) -> str:
    """Return the value with its end alone readable: four characters at most, fewer of a short one."""
    shown = next((shown for length, shown in _SHOWN_OF if len(value) >= length), 0)
    hidden = len(value) - shown
    return "*" * hidden + value[hidden:]
