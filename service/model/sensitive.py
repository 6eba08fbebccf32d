"""Values of sensitive search keys, in memory."""

from collections.abc import Callable

from service.model.masking import HIDDEN, masked

_SEALED = HIDDEN * 8
"""What is shown of a value that cannot be opened: not even its length is known."""


class SensitiveValue:
    """A value of a sensitive key: whatever prints or sends it gets its mask, and who wants more has to ask.

    It is no ``str``, so that what does not know it fails rather than tells. It is opened when it is first
    needed, as of many profiles that are found few are shown.
    """

    __slots__ = ("_open", "_plain", "sealed")

    def __init__(
        self,
        plain: str | None = None,
        *,
        sealed: str | None = None,
        unseal: Callable[[], str | None] | None = None,
    ) -> None:
        """Take the value as it was typed; or as it is stored, and what opens that, if anything can."""
        self.sealed = sealed
        self._plain = plain
        self._open = unseal

    def plain(self) -> str | None:
        """Return the plain value, for those who may have it; None where it cannot be opened."""
        if self._open is not None:
            self._plain, self._open = self._open(), None
        return self._plain

    def __str__(self) -> str:
        """Return the mask."""
        plain = self.plain()
        return _SEALED if plain is None else masked(plain)

    def __repr__(self) -> str:
        """Return the mask, and what it is of."""
        return f"Sensitive({self})"

    def __eq__(self, other: object) -> bool:
        """Return whether both are the same value, in the same notation."""
        if not isinstance(other, SensitiveValue):
            return NotImplemented
        plain = self.plain()
        return self.sealed == other.sealed if plain is None else plain == other.plain()

    __hash__ = None  # type: ignore[assignment] # as of anything that is compared by what it may not show
