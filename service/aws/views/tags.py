"""Tags of the domain and of its object types.

The ARN of a domain is ``arn:aws:profile:REGION:ACCOUNT:domains/DOMAIN``, that of an object type is the same
with ``/object-types/NAME``, as at AWS. The region and the account can be any. Integrations have no tags.
"""

from service.aws.call import Call, Result
from service.use_cases.amazon import tags


def tag_resource(call: Call) -> Result:
    """Add tags, or change their values."""
    tags.add_tags(call.stores, call.domain, call.values["resourceArn"], call.values["tags"])
    return Result({})


def untag_resource(call: Call) -> Result:
    """Remove tags."""
    tags.remove_tags(call.stores, call.domain, call.values["resourceArn"], call.values["tagKeys"])
    return Result({})


def list_tags_for_resource(call: Call) -> Result:
    """Return the tags."""
    return Result({"tags": tags.read_tags(call.stores, call.domain, call.values["resourceArn"])})
