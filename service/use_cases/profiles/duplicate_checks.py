"""Look for possible duplicates of new profiles, before and after these are stored."""

from collections.abc import Sequence

from service.errors.records import PossibleDuplicates
from service.model.possible_duplicates import OnDuplicate, PossibleDuplicate
from service.model.profile import CreatedProfile, Profile
from service.store.domains.domain import Domain
from service.store.profiles.duplicates import Holder
from service.store.stores import Stores
from service.use_cases.audit import Access, Audited
from service.use_cases.profiles.possible_duplicates import DuplicateFinder, accesses
from service.use_cases.profiles.withdrawal import withdraw_profile


class DuplicateGuard:
    """Rejects a creation if there are possible duplicates, even if several requests create them at once.

    A creation checks the profile, inserts it as tentative, and calls ``confirm`` or ``confirm_created``.
    """

    def __init__(self, stores: Stores, domain: Domain) -> None:
        self._stores = stores
        self._domain = domain

    def check(self, profile: Profile) -> None:
        """Raise ``PossibleDuplicates`` if the new profile has any."""
        if found := self._read([profile]).find(profile):
            raise PossibleDuplicates(found)

    def confirm(self, profiles: Sequence[Profile]) -> set[str]:
        """Confirm tentative profiles. Return the IDs of those that are confirmed.

        The rivals of a profile are its possible duplicates that are stored now. Of two tentative rivals, the
        one with the lower ID withdraws the other one, so at most one of them is confirmed. A profile with a
        rival that cannot be withdrawn is not confirmed: the caller must withdraw it and try again.
        """
        return self._confirm(profiles, self._read(profiles))

    def confirm_created(self, profile: Profile) -> bool:
        """Confirm the profile of a request with an Idempotency-Key, as ``confirm`` does.

        Return whether it is confirmed. It is also not confirmed if an earlier request created it, and it was
        merged since.
        """
        finder = DuplicateFinder(self._stores, self._domain)
        is_merged = finder.read_created(profile, completely=True)
        return not is_merged and bool(self._confirm([profile], finder))

    def _confirm(self, profiles: Sequence[Profile], finder: DuplicateFinder) -> set[str]:
        unrivalled = [each for each in profiles if self._withdraw_rivals(each, finder.rivals(each))]
        ids = {each["profile_id"] for each in unrivalled}
        return self._stores.duplicates.confirm(self._domain.name, ids) if ids else ids

    def _withdraw_rivals(self, profile: Profile, rivals: Sequence[Holder]) -> bool:
        """Withdraw the rivals if all are tentative and have greater IDs. Return whether no rival remains."""
        own_id, domain = profile["profile_id"], self._domain.name
        if any(not rival.is_tentative or rival.profile["profile_id"] < own_id for rival in rivals):
            return False
        ids = [rival.profile["profile_id"] for rival in rivals]
        return all(withdraw_profile(self._stores, domain, each, is_tentative=True) for each in ids)

    def _read(self, profiles: Sequence[Profile]) -> DuplicateFinder:
        finder = DuplicateFinder(self._stores, self._domain)
        finder.read(profiles, completely=True)
        return finder


class DuplicateCheck:
    """Warns of the possible duplicates of one new profile, or rejects its creation.

    Does neither if ``on_duplicate`` is None or the setting ``warn_of_duplicates`` is off.
    """

    def __init__(self, stores: Stores, domain: str, on_duplicate: OnDuplicate | None) -> None:
        self._stores = stores
        self._domain = domain
        self._on_duplicate = on_duplicate
        self._guard: DuplicateGuard | None = None
        self._finder: DuplicateFinder | None = None
        """The finder with which ``after_insert`` has read the possible duplicates, or None."""
        if on_duplicate is OnDuplicate.REJECT and (settings := self._settings()) is not None:
            self._guard = DuplicateGuard(stores, settings)

    @property
    def rejects(self) -> bool:
        """Return whether the creation can be rejected. If so, insert the profile as tentative."""
        return self._guard is not None

    def before_insert(self, profile: Profile) -> None:
        """Raise ``PossibleDuplicates`` if the creation is rejected."""
        if self._guard is not None:
            self._guard.check(profile)

    def after_insert(self, profile: Profile, *, has_key: bool) -> bool:
        """Return whether the inserted profile stays. If it is tentative, confirm it.

        If the request ``has_key``, an Idempotency-Key, an earlier request may have created the profile, and
        it may have been merged since. Then the inserted profile does not stay.
        """
        if self._guard is not None:
            return self._guard.confirm_created(profile) if has_key else bool(self._guard.confirm([profile]))
        if not has_key:
            return True
        if (settings := self._settings()) is None:
            return self._stores.aliases.get(self._domain, profile["profile_id"]) is None
        self._finder = DuplicateFinder(self._stores, settings)
        return not self._finder.read_created(profile)

    def with_warning(
        self, profile: Profile, access: Access, *, replayed: bool
    ) -> tuple[Audited[CreatedProfile], bool]:
        """Return a created profile with its possible duplicates, and ``replayed`` unchanged.

        A new profile whose creation could have been rejected has none. ``access`` is the access of the
        creation. Sends at most one command.
        """
        must_warn = replayed or self._on_duplicate is OnDuplicate.WARN
        found = self._find(profile, replayed=replayed) if must_warn else ()
        created: CreatedProfile = {**profile, "possible_duplicates": found}
        return Audited(created, [access, *accesses(found, access.contact_id)]), replayed

    def _find(self, profile: Profile, *, replayed: bool) -> Sequence[PossibleDuplicate]:
        if self._finder is not None and not replayed:
            return self._finder.find(profile)
        if (settings := self._settings()) is None:
            return ()
        finder = DuplicateFinder(self._stores, settings)
        finder.read([profile])
        return finder.find(profile)

    def _settings(self) -> Domain | None:
        """Return the domain, or None if there is no check for duplicates."""
        if self._on_duplicate is None:
            return None
        settings = self._stores.domains.get(self._domain)
        return settings if settings.warn_of_duplicates else None
