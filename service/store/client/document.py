"""The type of documents, queries and pipeline stages."""

from typing import Any

Document = dict[str, Any]
