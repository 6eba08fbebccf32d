"""Base classes of all errors.

``code`` is stable and part of the API. A message never contains a value that a caller sent, since it may be
logged. The API maps each class to a status.
"""

from typing import ClassVar


class ServiceError(Exception):
    """Base of every error that the service raises on purpose.

    The first line of the docstring of a class is the title of its problem documents.
    ``detail`` says what is wrong, then what to do. It is an attribute of the class if it is always the same.
    ``members`` are additional members of the problem document.
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
