"""Tags of the domain and of its object types.

As at AWS, the ARN of a domain is ``arn:aws:profile:REGION:ACCOUNT:domains/DOMAIN``. The ARN of an object type
has ``/object-types/NAME`` after this. Any region and account are accepted. Integrations have no tags.
"""

from service.aws.call import Call, Result
from service.use_cases.amazon import tags


def tag_resource(call: Call) -> Result:
    """Add tags, or change their values."""
    tags.add_tags(call.stores, call.domain, call.values["resourceArn"], call.values["tags"])
    return Result({})


def untag_resource(call: Call) -> Result:
    """Remove tags by their keys."""
    tags.remove_tags(call.stores, call.domain, call.values["resourceArn"], call.values["tagKeys"])
    return Result({})


def list_tags_for_resource(call: Call) -> Result:
    """Return the tags of a resource."""
    return Result({"tags": tags.read_tags(call.stores, call.domain, call.values["resourceArn"])})
