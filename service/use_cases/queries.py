"""Convert the requests of matches and searches into values of search keys, and these into query terms."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import undefined_search_key
from service.matching import phone, search_keys
from service.matching.ranking import Candidate
from service.matching.terms import QueryTerm
from service.model.characters import is_blank
from service.model.limits import MAX_VALUE_LENGTH
from service.model.match import Criterion, IncomingContact, MatchMode, Tier
from service.model.search_key import AMAZON_NAMES, KeyType, SearchKey
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.aliases import note_aliases

KEY_ATTRIBUTE = "profileSearchKey"
VALUE_ATTRIBUTE = "profileSearchValue"
"""The contact attributes in which flows of Amazon Connect set a search key and a value to match on."""


@dataclass(frozen=True, slots=True)
class RequestValue:
    """A value of a search key in a request, and an RFC 6901 pointer to it."""

    key: SearchKey
    value: str = field(repr=False)
    pointer: str


RequestValues = Sequence[RequestValue]


def resolve(domain: Domain, criteria: Sequence[Criterion]) -> list[RequestValues]:
    """Return the values of each criterion, each with its search key.

    Raises ``InvalidRequest`` if a search key is not defined and the criterion has no default.
    """
    keys = [domain.key(criterion["key"]) or criterion.get("default") for criterion in criteria]
    undefined = [position for position, key in enumerate(keys) if key is None]
    if undefined:
        raise InvalidRequest([undefined_search_key(f"/criteria/{position}/key") for position in undefined])
    return [
        [RequestValue(key, value, f"/criteria/{position}/values") for value in criterion["values"]]
        for position, (criterion, key) in enumerate(zip(criteria, keys, strict=True))
        if key is not None
    ]


def query_terms(
    stores: Stores, domain: Domain, groups: Sequence[RequestValues], ignored: Collection[str] = ()
) -> list[list[QueryTerm]]:
    """Return the query terms of the values of each group, without the terms in ``ignored``.

    A contact ID finds the profile that is associated with the contact, and the ID of a merged profile finds
    the profile into which it was merged. Sends one command if there are contact IDs, and one if there are
    profile IDs. An ignored value, such as the company's own phone number, has no terms.
    """
    contact_ids = [each.value for group in groups for each in group if each.key.name == "contact_id"]
    associations = stores.associations.current(domain.name, contact_ids) if contact_ids else {}
    profile_ids = {each.value.strip() for group in groups for each in group if each.key.name == "profile_id"}
    aliases = stores.aliases.find(domain.name, profile_ids) if profile_ids else {}
    note_aliases(alias.target for alias in aliases.values())

    def terms_of(key: SearchKey, value: str) -> Sequence[QueryTerm]:
        terms: Sequence[QueryTerm] = ()
        if key.name == "profile_id" and (alias := aliases.get(value.strip())):
            terms = [QueryTerm("profile_id", value.strip(), Tier.UNIQUE, f"profile_id:{alias.target}")]
        elif key.name != "contact_id":
            terms = search_keys.query_terms(key, value, domain.default_region)
        elif association := associations.get(value):
            index_term = f"profile_id:{association['profile_id']}"
            terms = [QueryTerm("contact_id", value, Tier.UNIQUE, index_term)]
        ignored_terms = [term for term in terms if term.lookup in ignored]
        is_ignored = any(term.tier is not Tier.PARTIAL_NAME for term in ignored_terms)
        return () if is_ignored else [term for term in terms if term not in ignored_terms]

    return [[term for each in group for term in terms_of(each.key, each.value)] for group in groups]


def note_merged_id(candidate: Candidate) -> Candidate:
    """Return the candidate. Sets ``merged_into`` if it was found by the ID of a profile merged into it."""
    profile_id = candidate.profile["profile_id"]
    ids = {reason.value for reason in candidate.matched_on if reason.key == "profile_id"}
    if ids <= {profile_id}:
        return candidate
    return replace(candidate, profile={**candidate.profile, "merged_into": profile_id})


@dataclass(frozen=True, slots=True)
class MatchQuery:
    """The values of a contact to match on."""

    stages: Sequence[RequestValues]
    """The values to look for, in stages. Only the first stage that finds a profile counts."""
    phone_numbers: Collection[str] = field(repr=False)
    """All phone numbers of the contact, including those that are in no stage."""

    @classmethod
    def parse(cls, contact: IncomingContact, domain: Domain) -> "MatchQuery":
        """Return the query for a contact; raises ``InvalidRequest``.

        The first stage is ``profileSearchValue``, if the contact has it. The match keys of the channel
        follow, in one stage, or in match mode ``first`` in a stage each. With a ``profileSearchValue`` they
        follow only if the setting ``search_value_falls_back`` is on.
        """
        search_values = _search_values(contact, domain)
        match_values = [
            RequestValue(key, value, f"/attributes/{name}")
            for name in domain.match_keys[contact.channel]
            if (key := domain.key(name)) and (value := _value_of(contact, name))
        ]
        phone_numbers = {
            each.value
            for each in [*search_values, *match_values]
            if each.key.type is KeyType.PHONE and not _is_too_long(each.value)
        }
        stages = [search_values] if search_values else []
        if not search_values or domain.search_value_falls_back:
            for each in match_values:
                _check_length(each.value, each.pointer)
            stage_per_key = domain.match_modes[contact.channel] == MatchMode.FIRST
            stages += [[each] for each in match_values] if stage_per_key else [match_values]
        return cls(stages, phone_numbers | {contact.phone_number or ""})

    def is_withheld(self) -> bool:
        """Return whether a phone number is a text such as `anonymous`: the caller withholds the number."""
        return any(map(phone.is_withheld, self.phone_numbers))


def key_names(contact: IncomingContact) -> list[str]:
    """Return the names of the search keys that the criteria and the attributes name, defined or not."""
    names = [criterion["key"] for criterion in contact.criteria]
    search_value = _search_key_and_value(contact)
    return names if search_value is None else [*names, search_value[0]]


def _search_key_and_value(contact: IncomingContact) -> tuple[str, str] | None:
    """Return the name of the search key and the value that the flow has set in the attributes, or None."""
    attributes = contact.attributes or {}
    key, value = attributes.get(KEY_ATTRIBUTE, "").strip(), attributes.get(VALUE_ATTRIBUTE, "")
    return (AMAZON_NAMES.get(key, key), value) if key and not is_blank(value) else None


def _search_values(contact: IncomingContact, domain: Domain) -> list[RequestValue]:
    search_value = _search_key_and_value(contact)
    if search_value is None:
        return []
    name, value = search_value
    pointer = f"/attributes/{VALUE_ATTRIBUTE}"
    _check_length(value, pointer)
    key = domain.key(name)
    if key is None:
        raise InvalidRequest([undefined_search_key(f"/attributes/{KEY_ATTRIBUTE}")])
    return [RequestValue(key, value, pointer)]


def _value_of(contact: IncomingContact, key: str) -> str | None:
    """Return the contact's value of a search key, or None. It is in a field or the attribute of this name."""
    fields = {"phone": contact.phone_number, "email": contact.email_address, "name": contact.name}
    if (value := fields.get(key)) and not is_blank(value):
        return value
    return (contact.attributes or {}).get(key)


def _is_too_long(value: str) -> bool:
    # NFKC can expand one character to 18. The schemas have the same limit.
    return len(value) > MAX_VALUE_LENGTH or len(unicodedata.normalize("NFKC", value)) > 2 * MAX_VALUE_LENGTH


def _check_length(value: str, pointer: str) -> None:
    if _is_too_long(value):
        too_long = f"A search value has at most {MAX_VALUE_LENGTH} characters."
        raise InvalidRequest([FieldError(pointer, too_long)])
