"""Folding: two spellings of the same text become equal."""

from service.matching.folding.text import canonical, digits, exact, fold, is_searchable_prefix

__all__ = ["canonical", "digits", "exact", "fold", "is_searchable_prefix"]
