"""Patterns of IDs and names. Use them with ``fullmatch``."""

import re

from service.model.limits import MAX_VALUE_LENGTH

API_KEY_PREFIX = "plk_"
ACCESS_KEY_PREFIX = "PLAK"
ACCESS_KEY_SECRET_PREFIX = "plsk_"  # noqa: S105 - every secret of an access key begins with it
AGENT_TOKEN_PREFIX = "plt_"  # noqa: S105 - every agent token begins with it

PROFILE_ID = re.compile(r"^[0-9a-f]{32}$")
# "search" is no contact ID, because /v1/contacts/search is the path of an operation.
CONTACT_ID = re.compile(r"^(?!search$)[A-Za-z0-9_.:-]{1,128}$")
CONTACT_ID_RULE = "1 to 128 of the characters A-Z, a-z, 0-9, _, ., : and -, and not `search`"
"""``CONTACT_ID`` in words, for error messages."""
SEARCH_KEY_NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
REGION = re.compile(r"^[A-Za-z]{2}$")
# A domain contains no slash, because stores use the slash to join a domain and an ID.
DOMAIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
# The names of domains that Amazon's API accepts.
AWS_DOMAIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
# The JSON of a bearer token can contain half a surrogate pair, which UTF-8 cannot encode.
AGENT_ID = re.compile(rf"^[^\x00-\x1f\x7f\ud800-\udfff]{{1,{MAX_VALUE_LENGTH}}}$")
REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{1,64}$")
# Without ^ and $, because this pattern is also a part of the pattern for sealed values.
MASTER_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


def is_domain(name: str) -> bool:
    """Return whether this is a valid name of a domain."""
    return DOMAIN.fullmatch(name) is not None


def is_agent_id(agent_id: str) -> bool:
    """Return whether this is a valid ID of an agent."""
    return AGENT_ID.fullmatch(agent_id) is not None and not agent_id.isspace()
