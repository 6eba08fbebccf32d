"""Store and remove objects.

An object belongs to a profile, which its PROFILE keys find: see ``service/use_cases/amazon/ingestion.py``.
There is no queue for objects that belong to no profile: they are a 400.

**Contact records** (object type `CTR`) are the contacts of `/v1/contacts`. A record associates its contact
with a profile, unless the contact is associated already. If the record has a ``DisconnectTimestamp``, it
clears the contact. Other members of the record are not stored. If `CTR` is not defined, it has the template
`CTR`.
"""

from dataclasses import replace

from marshmallow import ValidationError

from schemas.aws.objects import load_key_value
from schemas.aws.profiles import CreateProfileRequest
from service.api.http import parsing
from service.aws.call import Call, Result
from service.aws.profile_shape import changed_fields, new_fields
from service.errors.amazon import ObjectTypeNotFound
from service.errors.requests import FieldError, InvalidRequest
from service.model.object_types import CONTACT_RECORD, ContactRecordTemplate
from service.use_cases.amazon import contact_records, ingestion, objects
from service.use_cases.amazon.mapping import KeyValue, MappedObject, map_object, parse_object
from service.use_cases.amazon.object_types import read_object_type
from service.use_cases.amazon.profile_writer import ProfileShape
from service.use_cases.audit import Audited

_MEMBERS = CreateProfileRequest()
_SHAPE = ProfileShape(new_fields, changed_fields)
_BAD_VALUE = "A value of this key must have 1 to 255 characters, and no control characters."


def put_profile_object(call: Call) -> Result:
    """Store an object, and update the profile to which it belongs."""
    is_record = call.values["ObjectTypeName"] == CONTACT_RECORD
    try:
        stored = _put_contact_record(call) if is_record else _put_object(call)
    except InvalidRequest as error:
        # All values come from the object, so the pointers of their errors begin with /Object.
        errors = [FieldError(_in_object(each.pointer), each.detail) for each in error.errors]
        raise InvalidRequest(errors) from error
    return Result({"ProfileObjectUniqueKey": stored.value}, stored.accesses)


def delete_profile_object(call: Call) -> Result:
    """Remove an object and the value of its UNIQUE key. Other values that it added to its profile stay."""
    values = call.values
    removed = objects.delete_object(
        call.stores,
        call.domain,
        values["ProfileId"],
        values["ObjectTypeName"],
        values["ProfileObjectUniqueKey"],
    )
    return Result({"Message": "OK"}, removed.accesses)


def _in_object(pointer: str) -> str:
    return pointer if pointer.startswith("/Object") else f"/Object{pointer}"


def _put_object(call: Call) -> Audited[str]:
    stores, domain = call.stores, call.domain
    object_type = read_object_type(stores, domain, call.values["ObjectTypeName"])
    settings = stores.domains.read(domain)
    sensitive = {name for name, key in settings.custom_keys.items() if key.sensitive}
    mapped = _checked(map_object(object_type, call.values["Object"], sensitive))
    return ingestion.put_object(stores, settings, mapped, _SHAPE, call.guess_limit)


def _put_contact_record(call: Call) -> Audited[str]:
    stores, domain = call.stores, call.domain
    try:
        template_id = read_object_type(stores, domain, CONTACT_RECORD).template_id
    except ObjectTypeNotFound:
        template_id = None
    record = contact_records.parse_record(parse_object(call.values["Object"]))
    template = ContactRecordTemplate(template_id or ContactRecordTemplate.CTR)
    return contact_records.put_contact_record(stores, stores.domains.read(domain), record, template)


def _checked(mapped: MappedObject) -> MappedObject:
    """Return the object with valid members and values. Raises ``InvalidRequest``."""
    # The schema requires a DomainName. Any valid one will do.
    members = parsing.load(_MEMBERS, {"DomainName": "a", **mapped.inferred, **mapped.members})
    return replace(
        mapped,
        members={name: value for name, value in members.items() if name in mapped.members},
        inferred={name: value for name, value in members.items() if name in mapped.inferred},
        values=[KeyValue(each.key, _checked_value(each)) for each in mapped.values],
    )


def _checked_value(value: KeyValue) -> str:
    try:
        return load_key_value(value.value)
    except ValidationError as error:
        raise InvalidRequest([FieldError(f"/Object/{value.key.name}", _BAD_VALUE)]) from error
