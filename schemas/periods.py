"""Requests for the records of a period."""

from collections.abc import Mapping
from datetime import datetime

from marshmallow import ValidationError, validates_schema

from schemas.base import Request


class PeriodRequest(Request):
    """Base of requests with fields ``from_`` and ``to``, which must be in their order."""

    @validates_schema
    def _check_period(self, data: Mapping[str, datetime | None], **_kwargs: object) -> None:
        start, end = (data.get(str(self.fields[name].attribute)) for name in ("from_", "to"))
        if start is not None and end is not None and start >= end:
            raise ValidationError("Must be later than from.", "to")
