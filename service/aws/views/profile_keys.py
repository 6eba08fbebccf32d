"""Add values of search keys to profiles, and remove them.

`_ctrContactId` associates contacts. `_phone`, `_email` and custom search keys have up to 100 values, and
`_account` has one. `_fullName` and `_profileId` cannot be changed here: UpdateProfile changes names, and a
profile ID never changes.

A value that is added to `_phone` or `_email` becomes a phone number or an e-mail address of the profile with
the type `other`, which no member shows. So it changes no member, and UpdateProfile keeps it. The values of
members are values of `_phone` and `_email` too: deleting such a value removes it from the member.
"""

from collections.abc import Callable, Sequence
from functools import partial

from service.api.http.operations import record
from service.aws.call import Call, Result
from service.aws.key_names import search_key_name
from service.aws.members import with_members
from service.errors.access import Forbidden
from service.errors.requests import FieldError, InvalidRequest
from service.model.amazon import PREDEFINED_KEYS
from service.model.identifiers import CONTACT_ID, CONTACT_ID_RULE
from service.model.principal import Scope
from service.model.profile import Profile
from service.model.sensitive import SensitiveValue, masked
from service.use_cases import contacts, key_values, profiles, search_keys
from service.use_cases.audit import Audited

_FIXED = {
    "name": "The name consists of members of the profile; change them with UpdateProfile.",
    "profile_id": "The profile ID cannot change.",
}
_LABEL = "other"
"""The type of added phone numbers and e-mail addresses. No member shows entries with this type."""
_ONE_ACCOUNT = "A profile has one account number; change it with UpdateProfile."
_MAX_CONTACTS = 20
"""Each contact takes several commands, and a call must end before its deadline."""


@with_members
def add_profile_key(call: Call) -> Result:
    """Add values of a search key to a profile, or associate contacts with it."""
    name, values = call.values["KeyName"], call.values["Values"]
    key = search_key_name(name)
    if key == "contact_id":
        _associate(call)
        return Result({"KeyName": name, "Values": values})
    changed = _change(call, key, partial(key_values.add_key_values, label=_LABEL), _with_account)
    return Result({"KeyName": name, "Values": _shown(changed.value, key, values)}, changed.accesses)


@with_members
def delete_profile_key(call: Call) -> Result:
    """Remove values of a search key from a profile, or end its association with contacts.

    Values that the profile does not have are ignored.
    """
    key = search_key_name(call.values["KeyName"])
    if key == "contact_id":
        _disassociate(call)
        return Result({"Message": "OK"})
    changed = _change(call, key, key_values.release_key_values, _without_account)
    return Result({"Message": "OK"}, changed.accesses)


def _associate(call: Call) -> None:
    """Associate the contacts with the profile. Each association replaces the contact's current one.

    Writes the audit event of each association at once, because the next association can fail.
    """
    for contact_id in _contact_ids(call.values["Values"]):
        association, _is_first = contacts.associate(
            call.stores,
            call.domain,
            contact_id,
            call.values["ProfileId"],
            agent_id=call.principal.agent_id,
        )
        record(*association.accesses)


def _disassociate(call: Call) -> None:
    """End the associations of the contacts with the profile, and write the audit event of each."""
    for contact_id in _contact_ids(call.values["Values"]):
        profile_id = call.values["ProfileId"]
        record(*contacts.disassociate_profile(call.stores, call.domain, profile_id, contact_id).accesses)


def _contact_ids(values: Sequence[str]) -> list[str]:
    if not all(map(CONTACT_ID.fullmatch, values)):
        raise InvalidRequest([FieldError("/Values", f"Must be {CONTACT_ID_RULE}.")])
    if len(values) > _MAX_CONTACTS:
        raise InvalidRequest([FieldError("/Values", f"A call can have {_MAX_CONTACTS} contacts at most.")])
    return list(dict.fromkeys(values))


def _change(
    call: Call,
    key: str,
    change_values: Callable[..., Audited[Profile]],
    change_account: Callable[[str | None, Sequence[str]], str | None],
) -> Audited[Profile]:
    """Change the values of a search key that is not ``contact_id``. Requires the scope to edit profiles."""
    if not call.principal.may(Scope.EDIT):
        raise Forbidden(Scope.EDIT)
    if key in _FIXED:
        raise InvalidRequest([FieldError("/KeyName", _FIXED[key])])
    profile_id, values = call.values["ProfileId"], call.values["Values"]
    if key == "account":
        return profiles.edit_profile(
            call.stores,
            call.domain,
            profile_id,
            lambda profile: {"account_number": change_account(profile["account_number"], values)},
        )
    if predefined := PREDEFINED_KEYS.get(call.values["KeyName"]):
        search_keys.ensure_search_key(call.stores, call.domain, predefined)
    return change_values(call.stores, call.domain, profile_id, key, values, guess_limit=call.guess_limit)


def _with_account(account: str | None, values: Sequence[str]) -> str | None:
    accounts = {*values, *([] if account is None else [account])}
    if len(accounts) > 1:
        raise InvalidRequest([FieldError("/Values", _ONE_ACCOUNT)])
    return next(iter(accounts), None)


def _without_account(account: str | None, values: Sequence[str]) -> str | None:
    return None if account in values else account


def _shown(profile: Profile, key: str, values: Sequence[str]) -> list[str]:
    """Return the values of the request, masked if the search key is sensitive."""
    is_sensitive = any(isinstance(value, SensitiveValue) for value in profile["keys"].get(key, ()))
    return [masked(value) if is_sensitive else value for value in values]
