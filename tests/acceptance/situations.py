"""Requests shared by the tests of the four situations on Amazon Connect's page for agents.

The page is "Use Customer Profiles to accept contacts" in the Amazon Connect user guide.
"""

from collections.abc import Callable
from typing import Any

Ask = Callable[..., Any]
Profile = dict[str, Any]


def create(ask: Ask, first_name: str, **rest: Any) -> Profile:
    """Create a profile and return it, without its possible duplicates."""
    created: Profile = ask("POST", "/v1/profiles", {"first_name": first_name, **rest}, expect=201)
    return {name: value for name, value in created.items() if name != "possible_duplicates"}


def phones(*numbers: str) -> list[dict[str, str]]:
    """Return phone numbers as a profile's field."""
    return [{"type": "mobile", "value": number} for number in numbers]


def emails(*addresses: str) -> list[dict[str, str]]:
    """Return e-mail addresses as a profile's field."""
    return [{"type": "home", "value": address} for address in addresses]


def search(ask: Ask, *criteria: tuple[str, str], operator: str = "or") -> list[str]:
    """Search profiles. Return their IDs."""
    terms = [{"key": key, "values": [value]} for key, value in criteria]
    page = ask("POST", "/v1/profiles/search", {"criteria": terms, "operator": operator})
    assert page["next_cursor"] is None
    return [item["profile"]["profile_id"] for item in page["items"]]


def candidate_ids(match: dict[str, Any]) -> list[str]:
    """Return the profile IDs of a match's candidates."""
    return [candidate["profile"]["profile_id"] for candidate in match["candidates"]]
