"""The release after this one, as far as the data can tell: other matching rules, and a field more."""

from typing import Any

from flask import Flask

from service.matching import rules

# Before anything of the service is imported that takes it from there.
rules.MARKER = f"next/{rules.MARKER}"

from service import app  # noqa: E402
from service.matching.profiles import Index  # noqa: E402
from service.store import profiles, stores  # noqa: E402

NEW_FIELD = "of_the_next_release"


class _NextProfileStore(profiles.ProfileStore):
    """Puts a field more into each profile."""

    def _to_document(self, domain: str, profile: profiles.Profile, index: Index) -> dict[str, Any]:
        return {**super()._to_document(domain, profile, index), NEW_FIELD: {"kept": True}}


def create_next_app() -> Flask:
    """Return the application of the next release."""
    vars(stores)["ProfileStore"] = _NextProfileStore
    return app.create_app()
