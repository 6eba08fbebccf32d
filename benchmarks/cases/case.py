"""The form of a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A profile, the values that must find it, and the values of strangers that must find no profile.

    ``row`` is a row of the report, such as ``phone: caller ID``; many cases can share it. ``key`` is the
    search key of all values. ``region`` is the domain's default region. Together, the
    profiles of all cases are one population.
    """

    row: str
    key: str
    region: str
    found_by: Sequence[str]
    strangers: Sequence[str] = ()
    by_prefix: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    """Name fields of the profile, such as ``first_name`` and ``business_name``."""
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Values of the custom search keys in ``benchmarks.others.CUSTOM``."""
