"""The field ``erasing_at`` of a profile: when its last erasure began, by MongoDB's clock."""

from datetime import timedelta

from service.store.client.document import Document

BEGIN_ERASURE: Document = {"$currentDate": {"erasing_at": True}}
"""The update that stores the start of an erasure."""


def earliest_start(max_erasure_time: timedelta) -> Document:
    """Return the expression for the earliest start of an erasure that does not count as interrupted."""
    return {"$subtract": ["$$NOW", max_erasure_time // timedelta(milliseconds=1)]}


def can_begin_erasure(earliest: Document) -> Document:
    """Match profiles without an erasure, and those whose erasure counts as interrupted.

    ``earliest`` is the result of ``earliest_start``.
    """
    return {"$or": [{"erasing_at": None}, {"$expr": {"$lt": ["$erasing_at", earliest]}}]}


def erasure_continues(earliest: Document) -> Document:
    """Match profiles whose erasure has begun and does not count as interrupted."""
    return {"$expr": {"$gte": ["$erasing_at", earliest]}}
