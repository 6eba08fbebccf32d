"""Patterns of IDs and names. Each matches a whole string."""

import re

from service.model.limits import MAX_VALUE_LENGTH

PROFILE_ID = re.compile(r"^[0-9a-f]{32}$")
# The path /v1/contacts/search belongs to an operation.
CONTACT_ID = re.compile(r"^(?!search$)[A-Za-z0-9_.:-]{1,128}$")
SEARCH_KEY_NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
REGION = re.compile(r"^[A-Za-z]{2}$")
# Stores join a domain and an ID with a slash, so a domain contains none.
DOMAIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
# Half a surrogate pair can arrive in the JSON of a bearer token.
AGENT_ID = re.compile(rf"^[^\x00-\x1f\x7f\ud800-\udfff]{{1,{MAX_VALUE_LENGTH}}}$")
REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{1,64}$")
# Without ^ and $, since sealed values contain it.
MASTER_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


def is_domain(name: str) -> bool:
    """Return whether a domain can have this name."""
    return DOMAIN.fullmatch(name) is not None


def is_agent_id(agent_id: str) -> bool:
    """Return whether an agent can have this ID."""
    return AGENT_ID.fullmatch(agent_id) is not None and not agent_id.isspace()
