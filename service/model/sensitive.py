"""Values of sensitive search keys in memory, and their masks."""

from collections.abc import Callable

HIDDEN = "*"
"""The first character of every mask. So no value of a sensitive search key may begin with it."""

_VISIBLE = ((8, 4), (6, 2))
"""Pairs: a minimum number of letters and digits, and the number of characters that are visible at the end."""
_UNREADABLE = HIDDEN * 8
"""The mask of a value that cannot be decrypted. Its length is fixed: the value's length is unknown."""


class SensitiveValue:
    """A value of a sensitive search key. Its text is the mask; only ``plain()`` returns the value.

    The class is not a ``str``, so code that does not expect it fails instead of leaking the value. A stored
    value is decrypted on first use, because most matching profiles are never returned.
    """

    __slots__ = ("_plain", "_unseal", "sealed")

    def __init__(
        self,
        plain: str | None = None,
        *,
        sealed: str | None = None,
        unseal: Callable[[], str | None] | None = None,
    ) -> None:
        """Pass ``plain``, the value as typed, or ``sealed`` and ``unseal``, which decrypts it."""
        self.sealed = sealed
        self._plain = plain
        self._unseal = unseal

    def plain(self) -> str | None:
        """Return the plain value, or None if it cannot be decrypted."""
        if self._unseal is not None:
            self._plain, self._unseal = self._unseal(), None
        return self._plain

    def __str__(self) -> str:
        plain = self.plain()
        return _UNREADABLE if plain is None else masked(plain)

    def __repr__(self) -> str:
        return f"Sensitive({self})"

    def __eq__(self, other: object) -> bool:
        """Compare the plain values, or the encrypted values if this one cannot be decrypted."""
        if not isinstance(other, SensitiveValue):
            return NotImplemented
        plain = self.plain()
        return self.sealed == other.sealed if plain is None else plain == other.plain()

    __hash__ = None  # type: ignore[assignment] # a hash would depend on the plain value


def masked(value: str) -> str:
    """Return the mask of a value: at most its last four characters are visible. A short value is hidden.

    Separators do not count as length: both 1234 and 1-2-3-4 are hidden completely.
    """
    length = sum(char.isalnum() for char in value)
    visible = next((visible for min_length, visible in _VISIBLE if length >= min_length), 0)
    hidden = len(value) - visible
    return HIDDEN * hidden + value[hidden:]


def plain_of(value: str | SensitiveValue) -> str | None:
    """Return the plain value, or None if it cannot be decrypted."""
    return value if isinstance(value, str) else value.plain()
