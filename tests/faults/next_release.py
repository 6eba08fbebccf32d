"""A simulated next release, with other matching rules and an additional field."""

from typing import Any

from flask import Flask

from service.matching import rules

# Set the marker before other modules of the service import it.
rules.MARKER = f"next/{rules.MARKER}"

from service import app  # noqa: E402
from service.store.profiles import collection as profiles  # noqa: E402
from service.store.profiles.documents import to_document  # noqa: E402

NEW_FIELD = "of_the_next_release"


def _to_document(*args: Any) -> dict[str, Any]:
    """Add a field to the stored profile."""
    return {**to_document(*args), NEW_FIELD: {"kept": True}}


def create_next_app() -> Flask:
    """Return the application of the next release."""
    vars(profiles)["to_document"] = _to_document
    return app.create_app()
