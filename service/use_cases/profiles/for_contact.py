"""Create a profile for a contact, and associate the two."""

from dataclasses import asdict, dataclass

from service.errors.records import ContactCleared
from service.model.audit import AuditAction
from service.model.contact import Channel, Contact
from service.model.possible_duplicates import OnDuplicate
from service.model.profile import CreatedProfile, Profile, ProfilePatch
from service.store.stores import Stores
from service.use_cases.audit import Access, Audited
from service.use_cases.clock import now
from service.use_cases.contacts import follow_or_forget, new_association, read_contact
from service.use_cases.profiles.create import (
    IdempotencyRecord,
    find_earlier,
    idempotency_record,
    insert_profile,
)
from service.use_cases.profiles.duplicate_checks import DuplicateCheck
from service.use_cases.profiles.merge_patch import named_keys
from service.use_cases.profiles.withdrawal import withdraw_profile
from service.use_cases.sensitive_values import GuessLimit, guesses_in_profile, limit_guesses


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """The channel of a contact, and the agent who creates the profile."""

    channel: Channel | None = None
    agent_id: str | None = None


_ACTIONS = [AuditAction.CREATED, AuditAction.ASSOCIATED]


def create_for_contact(
    stores: Stores,
    domain: str,
    contact_id: str,
    fields: ProfilePatch,
    *,
    details: ContactDetails = ContactDetails(),
    key: str | None = None,
    guess_limit: GuessLimit | None = None,
    on_duplicate: OnDuplicate | None = None,
) -> tuple[Audited[CreatedProfile], bool]:
    """Create a profile and associate the contact with it; with an Idempotency-Key only once.

    Returns the profile, and whether an earlier request created it. If a request was interrupted between the
    two writes, a repeated request completes it, without undoing later changes of the contact. A rejected
    request leaves no profile behind, unless a repeated request ran at the same time. Raises
    ``ContactCleared`` and the errors of ``insert_profile``.
    """
    record = None
    if key is not None:
        payload = {"contact_id": contact_id, **asdict(details), "profile": fields}
        record = idempotency_record(domain, "contact_profiles", key, payload, stores.keyring)
    check = DuplicateCheck(stores, domain, on_duplicate)
    contact = stores.associations.get(domain, contact_id)
    if contact is not None and contact["cleared_at"] is not None:
        if record is None:
            raise ContactCleared
        profile, replayed = _created_before(stores, domain, contact, fields, record, guess_limit), True
    else:
        profile, replayed = insert_profile(stores, domain, fields, record, guess_limit, check)
        _associate(stores, domain, contact_id, profile, details, replayed=replayed)
    # The response to a repeated request also shows later changes.
    actions = [*_ACTIONS, AuditAction.READ] if replayed else _ACTIONS
    profile_ids, time = [profile["profile_id"]], profile["created_at"]
    access = Access(actions, profile_ids, contact_id, named_keys(fields), details.agent_id, time)
    return check.with_warning(profile, access, replayed=replayed)


def _created_before(
    stores: Stores,
    domain: str,
    contact: Contact,
    fields: ProfilePatch,
    record: IdempotencyRecord,
    guess_limit: GuessLimit | None,
) -> Profile:
    """Return the profile that an earlier request created for the contact before the contact was cleared.

    Raises ``ContactCleared`` and the errors of ``find_earlier``. Also raises ``InvalidRequest`` and
    ``TooManySensitiveValues``: the fields are compared with those of the earlier request, so they could be
    guesses.
    """
    settings = stores.domains.get(domain, keys=fields.get("keys") or ())
    limit_guesses(guesses_in_profile(fields.get("keys"), settings), settings.default_region, guess_limit)
    profile = find_earlier(stores, domain, record)
    if profile is None or not _has_profile(contact, profile):
        raise ContactCleared
    return profile


def _associate(
    stores: Stores,
    domain: str,
    contact_id: str,
    profile: Profile,
    details: ContactDetails,
    *,
    replayed: bool,
) -> None:
    """Associate the contact with the new profile; raises ``ContactCleared``.

    If another request has cleared the contact meanwhile, withdraws the profile, unless an earlier request
    created it. Does not raise if a repeated request associated the two before the contact was cleared.
    """
    profile_id = profile["profile_id"]
    association = new_association(profile_id, details.agent_id)
    try:
        stores.associations.associate(
            domain, contact_id, channel=details.channel, association=association, now=now(), once=True
        )
    except ContactCleared:
        if not _has_profile(read_contact(stores, domain, contact_id), profile):
            if not replayed:
                withdraw_profile(stores, domain, profile_id)
            raise
    follow_or_forget(stores, domain, profile_id)


def _has_profile(contact: Contact, profile: Profile) -> bool:
    return any(each["profile_id"] == profile["profile_id"] for each in contact["associations"])
