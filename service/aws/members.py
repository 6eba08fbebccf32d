"""Name the members of Amazon's requests in the errors of our use cases."""

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
    """Decorate a view: its errors have Amazon's names of members instead of pointers to our fields."""

    @wraps(view)
    def call(values: Call) -> Result:
        try:
            return view(values)
        except InvalidRequest as error:
            named = [FieldError(_member(each.pointer), each.detail) for each in error.errors]
            raise InvalidRequest(named) from error

    return call


def _member(pointer: str) -> str:
    """Return the pointer to the member: ``/criteria/1/values`` is ``/AdditionalSearchKeys/0/Values``."""
    prefix = ""
    if match := _CRITERION.fullmatch(pointer):
        position, pointer = int(match[1]), match[2]
        prefix = f"/AdditionalSearchKeys/{position - 1}" if position else ""
    first, *others = pointer[1:].split("/")
    return prefix + "/" + "/".join([_MEMBERS.get(first, first), *others])
