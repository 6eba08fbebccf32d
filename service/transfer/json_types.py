"""JSON objects of requests and responses. ``openapi.yaml`` defines their members."""

from collections.abc import Mapping
from typing import Any

JsonObject = dict[str, Any]
JsonMapping = Mapping[str, Any]
"""A JSON object that is only read: a profile, a change, a problem document or a row."""
