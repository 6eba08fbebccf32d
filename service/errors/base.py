"""What all errors share: ours say what can go wrong in the service's own words, and know no HTTP.

``api/problems.py`` maps each of them to a status. ``code`` is stable and part of the API.
A message never contains a value that a caller sent: it may end in a log.
"""

from typing import Any, ClassVar


class ServiceError(Exception):
    """Base of everything that the service raises on purpose."""

    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, detail: str) -> None:
        """Take the sentence that tells the caller what happened and what to do."""
        super().__init__(detail)
        self.detail = detail

    def members(self) -> dict[str, Any]:
        """Return what the problem document says beside its standard members."""
        return {}


class NotFound(ServiceError):
    """Nothing there."""


class Conflict(ServiceError):
    """The state of things does not allow it."""
