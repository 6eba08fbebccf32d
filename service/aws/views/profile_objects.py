"""List the objects of a profile.

The contacts of a profile are its objects of the type `CTR` (contact trace record). All other objects are
those that PutProfileObject has stored. They are returned as they were sent, but values of sensitive search
keys are masked. ``ObjectFilter`` can name any key of the object type.
"""

from collections.abc import Sequence

import orjson

from service.aws.call import Call, Result
from service.aws.key_names import search_key_name
from service.aws.members import with_members
from service.aws.views.pages import page_body
from service.errors.requests import FieldError, InvalidRequest
from service.model.amazon import PREDEFINED_KEYS
from service.model.contact import Contact, ContactFilter
from service.model.object_types import CONTACT_RECORD
from service.use_cases import contacts
from service.use_cases.amazon import objects
from service.use_cases.amazon.filtered_objects import ObjectFilter, find_objects
from service.use_cases.audit import Access

_VERSION = "2017-03-10"
"""The version of the format of contact records."""
_NO_FILTER = "Contact records cannot be filtered; leave it out."

Object = tuple[str, str]
"""The unique key of an object, and its JSON."""

Objects = tuple[list[Object], str | None, Sequence[Access]]
"""Objects, the cursor of the next page, and the accesses to audit."""


@with_members
def list_profile_objects(call: Call) -> Result:
    """Return a page of the objects of a type. A type without objects has an empty page."""
    object_type = call.values["ObjectTypeName"]
    listed, next_cursor, accesses = (_contacts if object_type == CONTACT_RECORD else _stored)(call)
    items = [
        {"ObjectTypeName": object_type, "ProfileObjectUniqueKey": key, "Object": text} for key, text in listed
    ]
    return Result(page_body(items, next_cursor), accesses)


def _contacts(call: Call) -> Objects:
    """Return the contacts of the profile, newest first."""
    if call.values.get("ObjectFilter"):
        raise InvalidRequest([FieldError("/ObjectFilter", _NO_FILTER)])
    result = contacts.contacts_of_profile(
        call.stores,
        call.domain,
        call.values["ProfileId"],
        ContactFilter(),
        limit=call.values["MaxResults"],
        cursor=call.values.get("NextToken"),
    )
    records: list[Object] = [
        (contact["contact_id"], _contact_record(contact)) for contact in result.value.items
    ]
    return records, result.value.next_cursor, result.accesses


def _contact_record(contact: Contact) -> str:
    """Return the JSON of a contact record, with the members that the service knows."""
    channel, association = contact["channel"], contact["association"]
    agent_id = None if association is None else association["agent_id"]
    members = {
        "AWSContactTraceRecordFormatVersion": _VERSION,
        "ContactId": contact["contact_id"],
        "Channel": None if channel is None else channel.upper(),
        "InitiationTimestamp": contact["created_at"],
        "DisconnectTimestamp": contact["cleared_at"],
        "Agent": None if agent_id is None else {"Username": agent_id},
    }
    known = {name: value for name, value in members.items() if value is not None}
    return orjson.dumps(known, option=orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS).decode()


def _stored(call: Call) -> Objects:
    """Return the stored objects of the profile, newest first. Values of sensitive search keys are masked."""
    values = call.values
    place = call.stores, call.domain, values["ProfileId"], values["ObjectTypeName"]
    limit, cursor = values["MaxResults"], values.get("NextToken")
    if object_filter := _filter(call):
        result = find_objects(*place, object_filter, limit=limit, cursor=cursor, guess_limit=call.guess_limit)
    else:
        result = objects.list_objects(*place, limit=limit, cursor=cursor)
    page = result.value
    return [(each.object_id, each.content) for each in page.items], page.next_cursor, result.accesses


def _filter(call: Call) -> ObjectFilter | None:
    members = call.values.get("ObjectFilter")
    if not members:
        return None
    name = members["KeyName"]
    return ObjectFilter(
        search_key=search_key_name(name, "/ObjectFilter/KeyName"),
        values=members["Values"],
        default=PREDEFINED_KEYS.get(name),
    )
