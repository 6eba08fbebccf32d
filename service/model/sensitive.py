"""Values of sensitive search keys, in memory."""

from collections.abc import Callable

from service.model.masking import HIDDEN, masked

_SEALED = HIDDEN * 8
"""The mask of a value that cannot be opened: not even its length is known."""


class SensitiveValue:
    """A value of a sensitive key. As a string it is its mask; ``plain()`` returns the value.

    It is not a ``str``, so code that does not know it fails instead of revealing it. A stored value is opened
    when it is first needed: most of the profiles that a query finds are not shown.
    """

    __slots__ = ("_open", "_plain", "sealed")

    def __init__(
        self,
        plain: str | None = None,
        *,
        sealed: str | None = None,
        unseal: Callable[[], str | None] | None = None,
    ) -> None:
        self.sealed = sealed
        self._plain = plain
        self._open = unseal

    def plain(self) -> str | None:
        """Return the plain value; None if it cannot be opened."""
        if self._open is not None:
            self._plain, self._open = self._open(), None
        return self._plain

    def __str__(self) -> str:
        plain = self.plain()
        return _SEALED if plain is None else masked(plain)

    def __repr__(self) -> str:
        return f"Sensitive({self})"

    def __eq__(self, other: object) -> bool:
        """Return whether both are the same value in the same notation."""
        if not isinstance(other, SensitiveValue):
            return NotImplemented
        plain = self.plain()
        return self.sealed == other.sealed if plain is None else plain == other.plain()

    __hash__ = None  # type: ignore[assignment] # equality depends on the plain value
