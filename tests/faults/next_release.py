"""The release after this one, as far as the data can tell: other matching rules, and a field more."""

from typing import Any

from flask import Flask

from service.matching import rules

# Before anything of the service is imported that takes it from there.
rules.MARKER = f"next/{rules.MARKER}"

from service import app  # noqa: E402
from service.store.profiles import collection as profiles  # noqa: E402
from service.store.profiles.documents import to_document  # noqa: E402

NEW_FIELD = "of_the_next_release"


def _to_document(*args: Any) -> dict[str, Any]:
    """Put a field more into each profile."""
    return {**to_document(*args), NEW_FIELD: {"kept": True}}


def create_next_app() -> Flask:
    """Return the application of the next release."""
    vars(profiles)["to_document"] = _to_document
    return app.create_app()
