"""Requests to merge profiles."""

from typing import Any

from tests.api.caller import Caller


def create(api: Caller, **fields: Any) -> Any:
    """Create a profile and return it, without its possible duplicates."""
    return api.create(**fields)


def merge(api: Caller, target: Any, *sources: Any, **body: Any) -> Any:
    """Merge the sources into the target and return the response."""
    ids = [each["profile_id"] for each in sources]
    return api.post(f"/v1/profiles/{target['profile_id']}/merge", {"profile_ids": ids, **body})


def undo(api: Caller, merged: Any) -> Any:
    """Undo a merge and return the response."""
    return api.post(f"/v1/merges/{merged['merge_id']}/undo")


def path(profile: Any, rest: str = "") -> str:
    """Return the path of a profile, or a path below it."""
    return f"/v1/profiles/{profile['profile_id']}{rest}"


def read(api: Caller, profile: Any) -> Any:
    """Return a profile as it is now."""
    return api.get(path(profile))


def data_of(profile: Any) -> Any:
    """Return what a merge and its undo must not change."""
    return {name: value for name, value in profile.items() if name not in {"version", "updated_at"}}


def associate(api: Caller, contact_id: str, profile: Any, *, status: int = 201) -> Any:
    """Associate a contact with a profile."""
    body = {"profile_id": profile["profile_id"]}
    return api.put(f"/v1/contacts/{contact_id}/association", body, status=status)


def define(api: Caller, name: str, **definition: Any) -> None:
    """Define a custom search key."""
    api.put(f"/v1/search-keys/{name}", {"label": name, "type": "identifier", **definition}, status=201)
