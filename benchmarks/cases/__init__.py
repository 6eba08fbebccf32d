"""Hand-written profiles and the values that must find them, for spellings that few generated people have.

To add cases, add a module with ``CASES`` and list it in ``ALL_CASES``.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import cast

from benchmarks import others
from benchmarks.cases import company, email, name, reforms, romaji, script
from benchmarks.cases import phone as phone_cases
from benchmarks.cases.case import Case
from benchmarks.population import Question
from service.matching import phone
from service.matching.profiles import index
from service.model.profile import Profile

ALL_CASES: Sequence[Case] = (
    *phone_cases.CASES,
    *reforms.CASES,
    *email.CASES,
    *name.CASES,
    *company.CASES,
    *romaji.CASES,
    *script.CASES,
)

_THEN = datetime(2026, 1, 1, tzinfo=UTC)


def profiles() -> Iterator[Profile]:
    """Yield the profile of each case, with its index terms."""
    for position, case in enumerate(ALL_CASES):
        numbers = [{"value": number, "e164": phone.e164(number, case.region)} for number in case.phones]
        fields = {
            **case.names,
            "profile_id": _id(position),
            "updated_at": _THEN,
            "phone_numbers": numbers,
            "email_addresses": [{"value": address} for address in case.emails],
            "keys": case.keys,
        }
        stored = cast("Profile", fields)
        yield {**stored, "lookup": index(stored, others.CUSTOM, case.region).lookup}


def questions() -> Iterator[Question]:
    """Yield the searches that must find the profile of a case, and those that must not."""
    for position, case in enumerate(ALL_CASES):
        for value in case.found_by:
            yield Question(case.row, case.key, value, case.region, _id(position), case.by_prefix)
        for value in case.strangers:
            yield Question(f"stranger: {case.row.replace(': ', ', ')}", case.key, value, case.region, None)


def _id(position: int) -> str:
    return f"c{position:031x}"
