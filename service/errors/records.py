"""What profiles and contacts do not allow."""

from collections.abc import Collection, Mapping
from typing import Any

from service.errors.base import Conflict, NotFound, ServiceError

_COMPARED = (
    " Values with the same stored form are the same value, and `stored_form` is that of this one. Only a "
    "search key of type `identifier` distinguishes values by case, blanks inside, and punctuation."
)


class ProfileNotFound(NotFound):
    """No profile has this ID."""

    code = "profile_not_found"
    title = "No such profile"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("No profile has this profile_id.")


class ContactNotFound(NotFound):
    """The contact was never associated nor cleared."""

    code = "contact_not_found"
    title = "No such contact"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("Nothing is known of this contact: it was never associated nor cleared.")


class AssociationNotFound(NotFound):
    """The contact has no current association."""

    code = "association_not_found"
    title = "No association"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("No profile is associated with this contact now.")


class ContactCleared(Conflict):
    """The contact is closed to changes."""

    code = "contact_cleared"
    title = "The contact is cleared"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The contact was cleared; its association can no longer be changed.")


class UniqueKeyTaken(Conflict):
    """Another profile owns the value of a unique key."""

    code = "unique_key_taken"
    title = "A unique key belongs to another profile"

    def __init__(
        self,
        key: str,
        profile_id: str,
        *,
        sensitive: bool = False,
        stored_form: str | None = None,
        owners: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Take the key's name, the ID of the profile that owns the value, and whether the key is sensitive.

        ``stored_form`` is what values of a key that is not sensitive are compared by. It is a personal value:
        only the body may hold it. ``owners`` are all profiles that own a value of the request, each with the
        names of the keys: for the audit, never for the caller.
        """
        super().__init__(
            f"Another profile owns this value of the unique key '{key}'."
            + (_COMPARED if stored_form is not None else "")
        )
        self.key = key
        self.profile_id = profile_id
        self.sensitive = sensitive
        self.stored_form = stored_form
        self.owners = {profile_id: [key]} if owners is None else owners

    def members(self) -> dict[str, Any]:
        """Return the key's name; unless it is sensitive and can be guessed, the owner and the stored form."""
        if self.sensitive:
            return {"key": self.key}
        stored_form = {} if self.stored_form is None else {"stored_form": self.stored_form}
        return {"key": self.key, "profile_id": self.profile_id, **stored_form}


class VersionConflict(ServiceError):
    """The profile is no longer the version that the caller saw."""

    code = "version_conflict"
    title = "The profile has changed"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "The profile is no longer at the version in If-Match; read it again, then retry. Where this "
            "request is itself a retry, its change may be there already. A weak ETag (W/), as some proxies "
            "make, matches no version: send it without W/."
        )
