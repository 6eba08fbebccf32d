"""The values that two profiles share, and how well each of them identifies a person."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.matching.duplicates.role_addresses import is_role
from service.model.profile import Profile
from service.model.search_key import KeyType, SearchKey

_BUILT_IN = ("account", "email", "phone")
# Many people share a text or a name, such as a tariff or a nickname.
_IDENTIFYING = frozenset({KeyType.DIGITS, KeyType.PHONE, KeyType.EMAIL, KeyType.IDENTIFIER})


@dataclass(frozen=True, slots=True)
class SharedValues:
    """What two profiles share. ``keys`` are the search keys of the values, in alphabetical order.

    ``personal`` is true for an e-mail address of a person or a value of a custom search key, ``phone`` for a
    whole phone number, and ``account`` for an account number. An address of a role, and an extension or
    another part of a phone number, count only in ``keys``.
    """

    keys: tuple[str, ...]
    personal: bool
    phone: bool
    account: bool

    @classmethod
    def of(cls, terms: Collection[str]) -> "SharedValues":
        """Return what profiles with these common index terms share."""
        values = [(key, value) for key, _, value in (term.partition(":") for term in terms)]
        return cls(
            keys=tuple(sorted({key for key, _ in values})),
            personal=any(
                key not in _BUILT_IN or (key == "email" and not is_role(value)) for key, value in values
            ),
            phone=any(key == "phone" and value.startswith("+") for key, value in values),
            account=any(key == "account" for key, _ in values),
        )

    @property
    def identifies(self) -> bool:
        """True if they share a value that is neither that of a role nor a part of a phone number."""
        return self.personal or self.phone or self.account


NO_SHARED_VALUES = SharedValues.of(())


def identifying_terms(
    profile: Profile, search_keys: Mapping[str, SearchKey], ignored: Collection[str]
) -> frozenset[str]:
    """Return the stored index terms of the values that identify a person, without the ``ignored`` terms.

    These values are phone numbers, e-mail addresses, the account, and values of custom search keys, except
    texts and names.
    """
    lookup = profile.get("lookup", ())
    custom = [
        name
        for name, values in (profile.get("keys") or {}).items()
        if values and (key := search_keys.get(name)) and key.type in _IDENTIFYING
    ]
    found = frozenset(term for key in (*_BUILT_IN, *custom) for term in _terms(lookup, f"{key}:"))
    return found.difference(ignored) if ignored else found


def _terms(lookup: Sequence[str], prefix: str) -> Iterator[str]:
    # Index terms are stored in sorted order.
    for place in range(bisect_left(lookup, prefix), len(lookup)):
        if not lookup[place].startswith(prefix):
            return
        yield lookup[place]
