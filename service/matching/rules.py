"""Which rules the lookup entries of a profile were made with."""

RULES_VERSION = 2
"""Grows by one whenever the same profile would get other entries than before, so that stored ones are stale.

That is: with a change to what makes entries under ``service/matching``, its tables included, or to a library
they are made with (``phonenumbers``, ``email-validator``, Python's Unicode data).
"""
