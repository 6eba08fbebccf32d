"""List integrations, so that a widget in a browser finds the domain of its Amazon Connect instance.

The ARN of any Amazon Connect instance has one integration, with the domain of the credential. Other URIs have
none.
"""

import re
from datetime import UTC, datetime

from service.aws.call import Call, Result
from service.aws.views.domains import reject_token, times
from service.aws.views.pages import page_body
from service.model.object_types import CONTACT_RECORD
from service.use_cases.amazon import domains

_INSTANCE = re.compile(r"arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9-]+")
_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of the integration before CreateDomain."""


def list_account_integrations(call: Call) -> Result:
    """Return the integration of an Amazon Connect instance, or an empty list for any other URI."""
    reject_token(call.values)
    uri: str = call.values["Uri"]
    if not _INSTANCE.fullmatch(uri):
        return Result(page_body([], None))
    description = domains.find_domain(call.stores, call.domain)
    created_at = _UNKNOWN_TIME if description is None else description.created_at
    item = {
        "DomainName": call.domain,
        "Uri": uri,
        "ObjectTypeName": CONTACT_RECORD,
        **times(created_at, created_at),
    }
    return Result(page_body([item], None))
