"""Operations on the domain of the credential.

A domain exists as soon as it has a credential, and profiles can be created in it. CreateDomain only stores
its description. Before that, GetDomain is a 404, because scripts create a domain if they do not find it. No
call can create, change or delete another domain than that of its credential.

DeleteDomain removes the description and the object types of a domain without profiles. Amazon's operation
also deletes all profiles. Here they must be deleted before, so that one mistaken call cannot destroy them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.aws.call import Call, Result
from service.aws.views.pages import page_body
from service.errors.requests import FieldError, InvalidRequest
from service.model.object_types import DomainDescription
from service.use_cases.amazon import domains

_ONE_PAGE = "Not a token of this list, which has one page; leave it out."


def create_domain(call: Call) -> Result:
    """Store the description of the domain. All attempts of a call have the same response."""
    options, tags = _options(call.values), call.values.get("Tags", {})
    description = domains.create_domain(call.stores, call.domain, options, tags, call.invocation_id)
    return Result(_domain(call, description))


def get_domain(call: Call) -> Result:
    """Return the description of the domain and its size.

    Above 10,000, the numbers of profiles and objects are estimates. ``MeteringProfileCount`` is the number of
    profiles, because nothing is metered.
    """
    body = _domain(call, domains.read_domain(call.stores, call.domain))
    size = domains.measure_domain(call.stores, call.domain)
    stats = {
        "ProfileCount": size.profiles,
        "MeteringProfileCount": size.profiles,
        "ObjectCount": size.objects,
        "TotalSize": size.object_bytes,
    }
    return Result({**body, "Stats": stats})


def update_domain(call: Call) -> Result:
    """Change members of the description. An empty text removes a value."""
    options, tags = _options(call.values), call.values.get("Tags")
    return Result(_domain(call, domains.change_domain(call.stores, call.domain, options, tags)))


def delete_domain(call: Call) -> Result:
    """Remove the description and the object types of a domain without profiles."""
    domains.delete_domain(call.stores, call.domain)
    return Result({"Message": "OK"})


def list_domains(call: Call) -> Result:
    """Return the domain of the credential, or an empty list before CreateDomain."""
    reject_token(call.values)
    description = domains.find_domain(call.stores, call.domain)
    items = [] if description is None else [_item(call, description)]
    return Result(page_body(items, None))


def reject_token(values: Mapping[str, Any]) -> None:
    """Raise ``InvalidRequest`` if the request has a ``NextToken``. For lists that always have one page."""
    if "NextToken" in values:
        raise InvalidRequest([FieldError("/NextToken", _ONE_PAGE)])


def seconds(time: datetime) -> float:
    """Return the seconds since 1970, the only form of a time that the SDK for JavaScript accepts."""
    return time.timestamp()


def times(created_at: datetime, updated_at: datetime) -> dict[str, float]:
    """Return the members with the times of a resource."""
    return {"CreatedAt": seconds(created_at), "LastUpdatedAt": seconds(updated_at)}


def _options(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of the description. An empty text becomes None, which removes the value."""
    return {
        name: None if value == "" else value
        for name, value in values.items()
        if name not in {"DomainName", "Tags"}
    }


def _domain(call: Call, description: DomainDescription) -> dict[str, Any]:
    return {**description.options, **_item(call, description)}


def _item(call: Call, description: DomainDescription) -> dict[str, Any]:
    tags = {"Tags": description.tags} if description.tags else {}
    return {"DomainName": call.domain, **times(description.created_at, description.updated_at), **tags}
