"""Errors of profiles and contacts."""

from collections.abc import Collection, Mapping, Sequence

from service.errors.base import Conflict, NotFound, ServiceError
from service.model.possible_duplicates import PossibleDuplicate

_SAME_STORED_FORM = (
    " Values with the same stored form are the same value; `stored_form` has the stored form of this one."
)
_USE_IDENTIFIER = " To distinguish case, inner spaces and punctuation, use a search key of type `identifier`."


class ProfileNotFound(NotFound):
    """Profile not found."""

    code = "profile_not_found"
    detail = "No profile has this profile_id; search for the profile, or create it."

    def __init__(self, key: str | None = None, *, profile_id: str | None = None) -> None:
        """``key`` is the name of a search key, if the request has a value of it instead of a profile ID.

        ``profile_id`` is the ID that was not found, if the request has several IDs.
        """
        super().__init__(
            key
            and f"No profile has this value of the search key `{key}`; check the value, or create a profile.",
            **({} if profile_id is None else {"profile_id": profile_id}),
        )


class ContactNotFound(NotFound):
    """Contact not found."""

    code = "contact_not_found"
    detail = "The contact was neither associated nor cleared before; check its contact_id."


class AssociationNotFound(NotFound):
    """Association not found."""

    code = "association_not_found"
    detail = "The contact is not associated with a profile; associate it first."


class ContactCleared(Conflict):
    """The contact is cleared."""

    code = "contact_cleared"
    detail = "The contact was cleared, so its association cannot change any more; use another contact."


class UniqueKeyTaken(Conflict):
    """A unique value belongs to another profile."""

    code = "unique_key_taken"

    def __init__(
        self,
        key: str,
        profile_id: str,
        *,
        sensitive: bool = False,
        stored_form: str | None = None,
        is_identifier: bool = False,
        owners: Mapping[str, Collection[str]] | None = None,
        terms: Collection[str] = (),
    ) -> None:
        """``key`` is the name of the search key, ``profile_id`` the ID of the profile that has the value.

        For a sensitive value, the response contains neither the ID nor ``stored_form``: the caller may have
        guessed the value. ``stored_form`` is the normalised value, which is personal: send it only in bodies.
        ``is_identifier`` is true if the search key has the type `identifier`. ``owners`` is for the audit: it
        has the ID of each profile that has values of the request, with the names of their search keys.
        ``terms`` are the unique index terms that other profiles have.
        """
        owner = {} if sensitive else {"profile_id": profile_id}
        if stored_form is not None and not sensitive:
            owner["stored_form"] = stored_form
        advice = "" if stored_form is None else _SAME_STORED_FORM
        if advice and not is_identifier:
            advice += _USE_IDENTIFIER
        super().__init__(
            f"Another profile has this value of the unique search key `{key}`; use that profile or another "
            f"value.{advice}",
            key=key,
            **owner,
        )
        self.key = key
        self.profile_id = profile_id
        self.owners = {profile_id: [key]} if owners is None else owners
        self.terms = frozenset(terms)


class PossibleDuplicates(Conflict):
    """Other profiles may be of the same person."""

    code = "possible_duplicate"
    detail = (
        "Other profiles have values of the new profile, and do not contradict its names and birth date; use "
        "one of them, or send `on_duplicate=warn` to create the profile anyway."
    )

    def __init__(self, found: Sequence[PossibleDuplicate]) -> None:
        possible_duplicates = [
            {"profile_id": each.profile_id, "matched_on": list(each.matched_on)} for each in found
        ]
        super().__init__(possible_duplicates=possible_duplicates)
        self.owners: Mapping[str, Collection[str]] = {each.profile_id: each.matched_on for each in found}
        """For the audit: the ID of each profile that has values of the request, with their search keys."""


class VersionConflict(ServiceError):
    """The profile has changed."""

    code = "version_conflict"
    detail = (
        "The profile no longer has the version in the request; read it again, then retry. If this request is "
        "a retry, its change may be there already. A weak version (W/), as some proxies make it, never "
        "matches; send it without W/."
    )
