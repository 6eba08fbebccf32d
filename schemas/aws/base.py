"""The base class of requests."""

from marshmallow import EXCLUDE

from schemas.base import Request


class AwsRequest(Request):
    """The members of an operation, wherever they are in the request: path, query string or body.

    Unknown members are ignored, because SDKs can be newer than the service.
    """

    class Meta:
        """Ignore unknown members."""

        unknown = EXCLUDE
