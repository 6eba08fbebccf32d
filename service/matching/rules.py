"""What the lookup entries of a profile were made with: our rules, and the tables of others."""

import unicodedata
from importlib.metadata import version

RULES_VERSION = 3
"""Grows by one whenever the same profile would get other entries than before, so that stored ones are stale.

That is: with a change to what makes entries under ``service/matching``, its tables included. A test holds it
against the entries of made-up people. Releases of the libraries below count by themselves.
"""

_LIBRARIES = ("phonenumbers", "email-validator")


MARKER = "/".join((str(RULES_VERSION), *map(version, _LIBRARIES), unicodedata.unidata_version))
"""What stands beside the entries that are made now: ``3/9.0.43/2.3.0/15.0.0``, without a colon.

The rules, phonenumbers, email-validator and Python's Unicode data. Each release of phonenumbers counts,
though most change nothing: whether one makes another number of a text is not to be seen from its version,
and who is missed for it is missed in silence.
"""
