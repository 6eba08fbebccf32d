"""Parse the queries of matches and searches into values of search keys and query terms."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import undefined_search_key
from service.matching import phone, search_keys
from service.matching.terms import QueryTerm
from service.model.characters import is_blank
from service.model.limits import MAX_VALUE_LENGTH
from service.model.match import Criterion, IncomingContact, MatchMode, Tier
from service.model.search_key import AMAZON_NAMES, KeyType, SearchKey
from service.store.domains.domain import Domain
from service.store.stores import Stores

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
    """Return the values of each criterion, each with its search key; raises ``InvalidRequest``."""
    keys = [domain.key(criterion["key"]) for criterion in criteria]
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

    A contact ID finds the profile that is associated with the contact. Sends one command if there are contact
    IDs. An ignored value, such as the company's own phone number, has no terms.
    """
    contact_ids = [each.value for group in groups for each in group if each.key.name == "contact_id"]
    associations = stores.associations.current(domain.name, contact_ids) if contact_ids else {}

    def terms_of(key: SearchKey, value: str) -> Sequence[QueryTerm]:
        terms: Sequence[QueryTerm] = ()
        if key.name != "contact_id":
            terms = search_keys.query_terms(key, value, domain.default_region)
        elif association := associations.get(value):
            index_term = f"profile_id:{association['profile_id']}"
            terms = [QueryTerm("contact_id", value, Tier.UNIQUE, index_term)]
        ignored_terms = [term for term in terms if term.lookup in ignored]
        is_ignored = any(term.tier is not Tier.PARTIAL_NAME for term in ignored_terms)
        return () if is_ignored else [term for term in terms if term not in ignored_terms]

    return [[term for each in group for term in terms_of(each.key, each.value)] for group in groups]


@dataclass(frozen=True, slots=True)
class MatchQuery:
    """The search keys and values on which to match a contact."""

    contact: IncomingContact
    search_value: tuple[str, str] | None
    """The values of the attributes ``profileSearchKey`` and ``profileSearchValue``."""

    @classmethod
    def parse(cls, contact: IncomingContact) -> "MatchQuery":
        """Return the query for a contact; raises ``InvalidRequest``."""
        attributes = contact.attributes or {}
        key, value = attributes.get(KEY_ATTRIBUTE, "").strip(), attributes.get(VALUE_ATTRIBUTE, "")
        if not key or is_blank(value):
            return cls(contact, None)
        return cls(contact, (AMAZON_NAMES.get(key, key), _checked(VALUE_ATTRIBUTE, value)))

    @property
    def key_names(self) -> list[str]:
        """The names of search keys in the request, defined or not."""
        names = [criterion["key"] for criterion in self.contact.criteria]
        return names if self.search_value is None else [*names, self.search_value[0]]

    def stages(self, domain: Domain) -> list[RequestValues]:
        """Return the values to look for, in stages. Only the first stage that finds a profile counts.

        The first stage is ``profileSearchValue``. The match keys of the channel follow, unless the settings
        exclude them if there is a ``profileSearchValue``. Raises ``InvalidRequest``.
        """
        first = self._first_stage(domain)
        if self.search_value and not domain.search_value_falls_back:
            return first
        channel = self.contact.channel
        values = [
            RequestValue(key, value, f"/attributes/{name}")
            for name in domain.match_keys[channel]
            if (key := domain.key(name)) and (value := self._value_of(name))
        ]
        stage_per_key = domain.match_modes[channel] == MatchMode.FIRST
        return [*first, *([each] for each in values)] if stage_per_key else [*first, values]

    def _first_stage(self, domain: Domain) -> list[RequestValues]:
        if self.search_value is None:
            return []
        name, value = self.search_value
        key = domain.key(name)
        if key is None:
            raise InvalidRequest([undefined_search_key(f"/attributes/{KEY_ATTRIBUTE}")])
        if key.type is KeyType.PHONE and phone.is_withheld(value):
            return []
        return [[RequestValue(key, value, f"/attributes/{VALUE_ATTRIBUTE}")]]

    def is_withheld(self, domain: Domain) -> bool:
        """Return whether a value of type phone, such as `anonymous`, means that the number is withheld."""
        values = [(name, self._value_of(name)) for name in domain.match_keys[self.contact.channel]]
        if self.search_value is not None:
            values.append(self.search_value)
        numbers = [value for name, value in values if (key := domain.key(name)) and key.type is KeyType.PHONE]
        return any(phone.is_withheld(number or "") for number in [*numbers, self.contact.phone_number])

    def _value_of(self, key: str) -> str | None:
        """Return the contact's value of a search key, from a field or from the attribute of this name."""
        contact = self.contact
        fields = {"phone": contact.phone_number, "email": contact.email_address, "name": contact.name}
        if (value := fields.get(key)) and not is_blank(value):
            return value
        attribute = (contact.attributes or {}).get(key)
        return attribute and _checked(key, attribute)


def _checked(attribute: str, value: str) -> str:
    """Return the value; raises ``InvalidRequest`` if it is too long for a search value."""
    # NFKC can expand one character to 18. The schemas have the same limit.
    if len(value) > MAX_VALUE_LENGTH or len(unicodedata.normalize("NFKC", value)) > 2 * MAX_VALUE_LENGTH:
        too_long = f"A search value has at most {MAX_VALUE_LENGTH} characters."
        raise InvalidRequest([FieldError(f"/attributes/{attribute}", too_long)])
    return value
