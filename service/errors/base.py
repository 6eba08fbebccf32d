"""Base classes of all errors.

``code`` is a part of the API and does not change. A message never contains a personal value or a secret,
because messages may be logged. The API maps each class to a status.
"""

from typing import ClassVar


class ServiceError(Exception):
    """Base class of the errors that the service raises on purpose.

    The first line of a subclass's docstring is the title of its problem documents. ``detail`` explains what
    is wrong, then what to do; a subclass can define it for all its errors. ``members`` are additional members
    of the problem document.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    detail: str

    def __init_subclass__(cls) -> None:
        cls.title = (cls.__doc__ or "").partition("\n")[0].removesuffix(".")

    def __init__(self, detail: str | None = None, **members: object) -> None:
        self.detail = detail or self.detail
        self.members = members
        super().__init__(self.detail)


class NotFound(ServiceError):
    """The resource does not exist."""


class Conflict(ServiceError):
    """The state of the resource does not allow the operation."""
