"""The release after this one, as far as the data can tell: other matching rules, and a field more."""

from typing import Any

from flask import Flask

from service.matching import rules

# Before anything of the service is imported that takes the version from there.
rules.RULES_VERSION += 1

from service import app  # noqa: E402
from service.matching.profiles import Index  # noqa: E402
from service.store import profiles  # noqa: E402

NEW_FIELD = "of_the_next_release"
_to_document = profiles._to_document  # noqa: SLF001


def _with_a_field_more(domain: str, profile: profiles.Profile, index: Index) -> dict[str, Any]:
    return {**_to_document(domain, profile, index), NEW_FIELD: {"kept": True}}


def create_next_app() -> Flask:
    """Return the application of the next release."""
    profiles._to_document = _with_a_field_more  # noqa: SLF001
    return app.create_app()
