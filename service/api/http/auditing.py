"""Write to the audit what an operation did or showed, before its response is sent."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from service.api.http.context import principal, request_id, stores
from service.errors.records import UniqueKeyTaken
from service.model.audit import AuditAction
from service.use_cases import audit
from service.use_cases.audit import Access, Audited

View = TypeVar("View", bound=Callable[..., object])


def audited(view: View) -> View:
    """Write the audit events of the view's result, and return the value of the result.

    The view returns an ``Audited``, alone or in a tuple with a status or headers. Anything else is a
    TypeError: its profiles would be missing in the audit.
    """

    @wraps(view)
    def call(*args: object, **path: str) -> object:
        try:
            response = view(*args, **path)
        except UniqueKeyTaken as error:
            # The response shows that these profiles hold the values, as a search does.
            for profile_id, keys in error.owners.items():
                record(Access([AuditAction.SEARCHED], [profile_id], path.get("contact_id"), keys))
            raise
        result, *extra = response if isinstance(response, tuple) else (response,)
        if not isinstance(result, Audited):
            raise TypeError(f"a view must return an Audited, not {type(result).__name__}")
        for access in result.accesses:
            record(access)
        return (result.value, *extra) if extra else result.value

    vars(call)["is_audited"] = True
    return cast("View", call)


def record(access: Access) -> None:
    """Write the audit events of the current request; raises ``DatastoreUnavailable``."""
    audit.record(stores(), principal(), request_id(), access)
