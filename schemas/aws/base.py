"""The base class of requests."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import types

from schemas.base import Request


class AwsRequest(Request):
    """Base of requests. As in AWS, unknown members and members that are null are ignored."""

    def load(
        self,
        data: Mapping[str, object] | Sequence[Mapping[str, object]],
        *,
        many: bool | None = None,
        partial: bool | types.StrSequenceOrSet | None = None,
        unknown: types.UnknownOption | None = None,
    ) -> Any:
        """Return the loaded members by Amazon's names. Raises ``ValidationError``."""
        if isinstance(data, Mapping):
            declared = self.load_fields
            data = {name: each for name, each in data.items() if each is not None and name in declared}
        return super().load(data, many=many, partial=partial, unknown=unknown)
