"""Change the pointers in errors of use cases to those of the members of Amazon's requests."""

import re
from collections.abc import Callable
from functools import wraps

from service.aws.call import Call, Result
from service.errors.requests import FieldError, InvalidRequest

_CRITERION = re.compile(r"/criteria/([0-9]+)(.*)")
_MEMBERS = {
    "key": "KeyName",
    "values": "Values",
    "cursor": "NextToken",
    "attributes": "Attributes",
    "fields": "FieldSourceProfileIds",
    "profile_ids": "ProfileIdsToBeMerged",
}

View = Callable[[Call], Result]


def with_members(view: View) -> View:
    """Decorate a view, so that the pointers in its ``InvalidRequest`` have Amazon's names of members."""

    @wraps(view)
    def wrapper(call: Call) -> Result:
        try:
            return view(call)
        except InvalidRequest as error:
            named = [FieldError(_member(each.pointer), each.detail) for each in error.errors]
            raise InvalidRequest(named) from error

    return wrapper


def _member(pointer: str) -> str:
    """Return the pointer to the member.

    ``/criteria/0/values`` becomes ``/Values``, and ``/criteria/1/values`` ``/AdditionalSearchKeys/0/Values``.
    """
    prefix = ""
    if match := _CRITERION.fullmatch(pointer):
        position, pointer = int(match[1]), match[2]
        prefix = f"/AdditionalSearchKeys/{position - 1}" if position else ""
    first, *others = pointer[1:].split("/")
    return prefix + "/" + "/".join([_MEMBERS.get(first, first), *others])
