"""The version of the rules that create index terms."""

import unicodedata
from importlib.metadata import version

RULES_VERSION = 4
"""Increase by one with each change of code or tables that gives the same profile different index terms.

The index terms of stored profiles are then stale. A test fails if the terms of sample profiles change.
Library versions are part of ``MARKER``, so a new library release needs no increase.
"""

_LIBRARIES = map(version, ("phonenumbers", "email-validator"))
MARKER = "/".join((str(RULES_VERSION), *_LIBRARIES, unicodedata.unidata_version))
"""Stored with each profile, such as ``4/9.0.43/2.3.0/15.0.0``; the last part is Python's Unicode version.

It must contain no colon: in profiles with sensitive values, a colon and the IDs of the master keys follow it.
A release of phonenumbers may change how numbers are parsed without documenting it. So each release counts as
a change: profiles whose index terms miss a change may not be found.
"""
