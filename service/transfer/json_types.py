"""JSON as the service sends and receives it. Its members are those of ``openapi.yaml``."""

from collections.abc import Mapping
from typing import Any

JsonObject = dict[str, Any]
JsonMapping = Mapping[str, Any]
"""A JSON object that does not change: a profile, a change, a problem or a row."""
