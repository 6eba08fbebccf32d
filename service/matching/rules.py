"""The version of the rules that made a profile's index terms."""

import unicodedata
from importlib.metadata import version

RULES_VERSION = 3
"""Increase it by one with every change that gives the same profile other index terms.

The index terms of stored profiles are then stale. This includes changes of the tables under
``service/matching``. A test compares the terms of invented people. Library releases count by themselves.
"""

_LIBRARIES = map(version, ("phonenumbers", "email-validator"))
MARKER = "/".join((str(RULES_VERSION), *_LIBRARIES, unicodedata.unidata_version))
"""Stored with current index terms: ``3/9.0.43/2.3.0/15.0.0``, without a colon.

The last part is Python's Unicode data. The version of phonenumbers does not show whether a release changes
numbers, and a missed change makes profiles unfindable.
"""
