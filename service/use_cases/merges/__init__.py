"""Merge profiles, and undo merges."""

from service.use_cases.merges.listing import list_merges
from service.use_cases.merges.merge import MergedProfile, MergeRequest, merge_profiles
from service.use_cases.merges.undo import undo_merge
from service.use_cases.merges.uniting import ATTRIBUTE, Choice

__all__ = [
    "ATTRIBUTE",
    "Choice",
    "MergeRequest",
    "MergedProfile",
    "list_merges",
    "merge_profiles",
    "undo_merge",
]
