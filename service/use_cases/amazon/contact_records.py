"""Store a contact record: the contact, its association with a profile, and when it began and ended.

If the contact has an association, the contact keeps it. If not, it is associated with a profile with the
phone number of the customer. If there is none, such a profile is created. The template of the object type can
restrict both. The contact also gets the times, the channel and the agent of the record that it does not have
yet, even if it was cleared before. The other members of a record are not stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from service.errors.amazon import NoProfileForObject
from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ProfileNotFound
from service.errors.requests import FieldError, InvalidRequest
from service.model.audit import AuditAction
from service.model.contact import Association, Channel
from service.model.identifiers import CONTACT_ID, CONTACT_ID_RULE, is_agent_id
from service.model.limits import MAX_VALUE_LENGTH
from service.model.object_types import CONTACT_RECORD, ContactRecordTemplate
from service.model.profile import Profile
from service.model.search_key import BUILT_IN
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases import contacts
from service.use_cases.amazon.claims import claim_if_unowned, claimed_hashes
from service.use_cases.amazon.ingestion import whole_terms
from service.use_cases.amazon.profile_writer import insert_new
from service.use_cases.audit import Access, Audited
from service.use_cases.profiles.create import MAX_ATTEMPTS
from service.use_cases.queries import RequestValue, query_terms

_MAX_COMPARED = 20
"""Maximum number of profiles with a phone number that are read to find an inferred one among them."""
_NAMES = ("first_name", "last_name", "business_name", "account_number")
"""An inferred profile has none of these fields."""
_FIRST_YEAR = 1970
"""The first year of times in records: cursors of lists of contacts have no earlier times."""
_NO_TIME = "Must be a time such as 2026-11-26T00:00:00Z."
_BAD_NUMBER = f"Must be a text of 1 to {MAX_VALUE_LENGTH} characters."
_NO_NUMBER = (
    "The contact is not associated with a profile, and the record has no phone number to find or create one: "
    "CustomerEndpoint must have the Type TELEPHONE_NUMBER and the number as Address. Or associate the "
    "contact with AddProfileKey."
)
_NOT_FOUND = (
    "The contact is not associated with a profile, and no profile has its phone number; associate it with "
    "AddProfileKey, or use a template that creates profiles."
)
_SEVERAL = (
    "The contact is not associated with a profile, and several profiles have its phone number; associate it "
    "with one of them with AddProfileKey."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecord:
    """The members of a contact record that are stored, and the phone number of the customer."""

    contact_id: str
    channel: Channel | None
    phone_number: str | None = field(repr=False)
    agent_id: str | None
    begun_at: datetime | None
    ended_at: datetime | None


def parse_record(content: Mapping[str, Any]) -> ContactRecord:
    """Return the record of a JSON object; raises ``InvalidRequest``.

    Ignores an unknown channel and an agent whose name is no valid ID.
    """
    contact_id, channel = content.get("ContactId"), content.get("Channel")
    if not isinstance(contact_id, str) or not CONTACT_ID.fullmatch(contact_id):
        raise InvalidRequest([FieldError("/Object", f"ContactId must be {CONTACT_ID_RULE}.")])
    known = {each.upper(): each for each in Channel}
    agent = _member(content, "Agent", "Username")
    return ContactRecord(
        contact_id=contact_id,
        channel=known.get(channel) if isinstance(channel, str) else None,
        phone_number=_phone_number(content),
        agent_id=agent if isinstance(agent, str) and is_agent_id(agent) else None,
        begun_at=_time(content, "InitiationTimestamp"),
        ended_at=_time(content, "DisconnectTimestamp"),
    )


def put_contact_record(
    stores: Stores, settings: Domain, record: ContactRecord, template: ContactRecordTemplate
) -> Audited[str]:
    """Store the record, and return the ID of the contact.

    ``settings`` is the domain as it is now. Raises ``NoProfileForObject``, ``DatastoreUnavailable``, and
    ``ContactCleared`` if the contact was cleared without an association.
    """
    storage = _RecordStorage(stores, settings, record, template)
    for _ in range(MAX_ATTEMPTS):
        if storage.put():
            return Audited(record.contact_id, storage.accesses)
    raise DatastoreUnavailable


@dataclass(frozen=True, slots=True)
class _RecordStorage:
    """The storage of one record."""

    stores: Stores
    domain: Domain
    record: ContactRecord
    template: ContactRecordTemplate
    accesses: list[Access] = field(default_factory=list)
    """The accesses to audit, of all attempts."""

    def put(self) -> bool:
        """Store the record. Return False if another request erased or created the profile meanwhile."""
        name, record = self.domain.name, self.record
        contact = self.stores.associations.get(name, record.contact_id)
        association = None if contact is None else contact["association"]
        if association is None:
            profile_id = self._find_profile()
            association = self._associate_new() if profile_id is None else self._associate(profile_id)
            if association is None:
                return False
        self.stores.associations.complete(
            name,
            record.contact_id,
            channel=record.channel,
            agent_id=record.agent_id,
            begun_at=record.begun_at,
            ended_at=record.ended_at,
        )
        action = AuditAction.READ if record.ended_at is None else AuditAction.CLEARED
        self.accesses.append(Access([action], [association["profile_id"]], record.contact_id))
        return True

    def _find_profile(self) -> str | None:
        """Return the ID of the only profile with the phone number, or None if a profile must be created.

        With the template ``CTR``, only inferred profiles count. Raises ``NoProfileForObject``.
        """
        (terms,) = query_terms(self.stores, self.domain, [self._values()], self.domain.ignored_terms)
        found, whole = list[Profile](), whole_terms(terms)
        if whole:
            limit = _MAX_COMPARED
            found = self.stores.profiles.find_any(self.domain.name, whole, after=None, limit=limit)
            ids = [each["profile_id"] for each in found]
            self.accesses.append(Access([AuditAction.SEARCHED], ids, self.record.contact_id, ["phone"]))
        if self.template is ContactRecordTemplate.CTR:
            found = [each for each in found if not any(each.get(name) for name in _NAMES)]
        if len(found) > 1:
            raise NoProfileForObject(_SEVERAL)
        if not found and not whole:
            raise NoProfileForObject(_NO_NUMBER)
        if not found and self.template is ContactRecordTemplate.AUTO_ASSOCIATE_ONLY:
            raise NoProfileForObject(_NOT_FOUND)
        return found[0]["profile_id"] if found else None

    def _associate(self, profile_id: str) -> Association | None:
        """Associate the contact with the profile. Return None if the profile was erased meanwhile."""
        record = self.record
        try:
            associated, _ = contacts.associate(
                self.stores,
                self.domain.name,
                record.contact_id,
                profile_id,
                channel=record.channel,
                agent_id=record.agent_id,
                at=record.begun_at,
            )
        except ProfileNotFound:
            return None
        self.accesses.extend(associated.accesses)
        return associated.value

    def _associate_new(self) -> Association | None:
        """Create a profile and associate the contact with it.

        Returns None if another request claimed the number at the same time, or erased the profile.
        """
        objects, name = self.stores.objects, self.domain.name
        own = objects.seal.object_hashes(name, CONTACT_RECORD, [self.record.contact_id])
        claims = claimed_hashes(self.stores, self.domain, self._values())
        same, other = objects.find_owners(name, own, claims)
        same, owner = claim_if_unowned(self.stores, name, same, other, [*own, *claims])
        if owner is None:
            return None
        found = self._find_profile() if owner.is_claim else None
        if not found:
            self._create(owner.profile_id)
        associated = self._associate(found or owner.profile_id)
        if same is not None:
            objects.release(name, same.object_id)
        return associated

    def _create(self, profile_id: str) -> None:
        """Create the profile, unless another request has just created it."""
        fields = {"phone_numbers": [{"type": None, "value": self.record.phone_number}]}
        profile, existed = insert_new(self.stores, self.domain.name, fields, profile_id)
        if not existed:
            created_at, contact_id = profile["created_at"], self.record.contact_id
            access = Access([AuditAction.CREATED], [profile_id], contact_id, ["phone"], at=created_at)
            self.accesses.append(access)

    def _values(self) -> list[RequestValue]:
        number = self.record.phone_number
        return [] if number is None else [RequestValue(BUILT_IN["phone"], number, "/Object")]


def _member(content: Mapping[str, Any], *names: str) -> object:
    value: Any = content
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _phone_number(content: Mapping[str, Any]) -> str | None:
    """Return the phone number of the customer, or None if the endpoint is of another type."""
    if _member(content, "CustomerEndpoint", "Type") != "TELEPHONE_NUMBER":
        return None
    number = _member(content, "CustomerEndpoint", "Address")
    if not isinstance(number, str) or not 0 < len(number.strip()) <= MAX_VALUE_LENGTH:
        raise InvalidRequest([FieldError("/Object/CustomerEndpoint/Address", _BAD_NUMBER)])
    return number.strip()


def _time(content: Mapping[str, Any], name: str) -> datetime | None:
    value = content.get(name)
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(value)
        time = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidRequest([FieldError(f"/Object/{name}", _NO_TIME)]) from error
    if time.year < _FIRST_YEAR:
        raise InvalidRequest([FieldError(f"/Object/{name}", _NO_TIME)])
    return time
