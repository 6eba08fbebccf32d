"""Merge profiles, and undo merges."""

from service.use_cases.merges.listing import list_merges
from service.use_cases.merges.merge import MergeRequest, MergeResult, merge_profiles
from service.use_cases.merges.undo import undo_merge

__all__ = [
    "MergeRequest",
    "MergeResult",
    "list_merges",
    "merge_profiles",
    "undo_merge",
]
