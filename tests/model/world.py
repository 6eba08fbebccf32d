"""The model: what a domain must look like after each operation, in plain dicts and lists."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from tests.model.answers import Answer, refused

Json = dict[str, Any]

# Every way in which a number is typed here, and the number that it is.
PHONES = MappingProxyType(
    {
        "+12125550100": "+12125550100",
        "(212) 555-0100": "+12125550100",
        "+44 20 7183 8750": "+442071838750",
    }
)
# Values of the custom search keys; several ways of typing the same one stand side by side.
VALUES = MappingProxyType(
    {
        "vip": ("Gold", "gold", "Blue"),
        "badge": ("B-1", "B-2"),
        "ssn": ("111-22-3333", "111223333", "444-55-6666"),
    }
)
DEFINITIONS: Mapping[str, Json] = MappingProxyType(
    {
        "vip": {"label": "VIP", "type": "text", "unique": False, "sensitive": False},
        "badge": {"label": "Badge", "type": "text", "unique": True, "sensitive": False},
        "ssn": {"label": "SSN", "type": "digits", "unique": True, "sensitive": True},
    }
)


@dataclass
class Profile:
    """A profile: its fields as they were typed, its custom keys, and what created it."""

    fields: dict[str, str | None]
    phones: list[str]
    keys: dict[str, list[str]]
    version: int = 1
    claim: Any = None

    def same_as(self, other: "Profile") -> bool:
        """Return whether both say the same, whatever their versions."""
        return (self.fields, self.phones, self.keys) == (other.fields, other.phones, other.keys)


@dataclass
class Contact:
    """A contact: its associations as pairs of profile and agent, and whether the last one is current."""

    history: list[tuple[str, str | None]] = field(default_factory=list)
    associated: bool = False
    channel: str | None = None
    cleared: bool = False

    @property
    def current(self) -> tuple[str, str | None] | None:
        """The association that stands, or None."""
        return self.history[-1] if self.associated else None


@dataclass
class Domain:
    """All that a domain has."""

    profiles: dict[str, Profile] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    keys: dict[str, Json] = field(default_factory=dict)
    claims: dict[tuple[str, str], str] = field(default_factory=dict)
    settings: Json = field(default_factory=dict)

    def undefined(self, names: Iterable[str]) -> list[str]:
        """Return the names that no custom key has."""
        return [name for name in names if name not in self.keys]

    def are_guesses(self, given: Iterable[tuple[str, str]]) -> bool:
        """Return whether a request brings several values of a sensitive key, each given with its key."""
        counted = Counter(name for name, _ in set(given) if self.keys.get(name, {}).get("sensitive"))
        return any(count > 1 for count in counted.values())

    def owners(self, profile: Profile, profile_id: str) -> set[tuple[str, str | None]]:
        """Return who else owns unique values of this profile, with the keys; of a sensitive key None."""
        return {
            (name, None if self.keys[name]["sensitive"] else other_id)
            for name in profile.keys
            if self.keys[name]["unique"]
            for other_id, other in self.profiles.items()
            if other_id != profile_id and set(held(profile, name)) & set(held(other, name))
        }

    def holders(self, key: str, value: str) -> set[str]:
        """Return the profiles that are found by a value of a search key."""
        return {
            profile_id
            for profile_id, profile in self.profiles.items()
            if same(key, value) in self._found_by(key, profile_id, profile)
        }

    def _found_by(self, key: str, profile_id: str, profile: Profile) -> Iterator[str]:
        match key:
            case "profile_id":
                yield profile_id
            case "account":
                yield from [same(key, account)] if (account := profile.fields["account_number"]) else ()
            case "contact_id":
                for contact_id, contact in self.contacts.items():
                    if contact.current is not None and contact.current[0] == profile_id:
                        yield contact_id
            case _:
                yield from held(profile, key)

    def forget(self, profile_id: str) -> None:
        """Delete a profile, and take it out of every contact."""
        del self.profiles[profile_id]
        for contact in self.contacts.values():
            if contact.current is not None and contact.current[0] == profile_id:
                contact.associated = False
            contact.history = [entry for entry in contact.history if entry[0] != profile_id]

    def shown(self, profile_id: str) -> Any:
        """Return what an answer says of a profile."""
        profile = self.profiles[profile_id]
        keys = {
            name: tuple(masked(value) if self.keys[name]["sensitive"] else value for value in values)
            for name, values in profile.keys.items()
        }
        return said_of_profile(profile_id, profile.fields, profile.phones, keys, profile.version)

    def changed(self, profile_id: str, new: Profile, seen: Answer, status: int = 200) -> Answer:
        """Put a profile in the place of the one that is there, unless a unique value is another's."""
        old = self.profiles.get(profile_id)
        if old is not None and new.same_as(old):
            return Answer(status, None, self.shown(profile_id))
        if owners := self.owners(new, profile_id):
            # Where several own something, each may be named, but a sensitive key only for want of another.
            named = {owner for owner in owners if owner[1] is not None} or owners
            return refused(409, "unique_key_taken", seen.said if seen.said in named else min(named))
        new.version = 1 if old is None else old.version + 1
        self.profiles[profile_id] = new
        return Answer(status, None, self.shown(profile_id))


def same(key: str, value: str) -> str:
    """Return what is equal for two ways of typing the same value of a key."""
    match key:
        case "phone":
            return PHONES[value]
        case "ssn":
            return "".join(char for char in value if char.isdigit())
        case "contact_id" | "profile_id":
            return value
    return value.casefold()


def held(profile: Profile, key: str) -> list[str]:
    """Return the values that a profile holds of a key, however they were typed."""
    typed = profile.phones if key == "phone" else profile.keys.get(key, [])
    return [same(key, value) for value in typed]


def masked(value: str) -> str:
    """Return what is shown of a sensitive value; all of those here have nine digits."""
    return "*" * (len(value) - 4) + value[-4:]


def said_of_profile(
    profile_id: str, fields: Mapping[str, Any], phones: Iterable[str], keys: Mapping[str, Any], version: int
) -> Any:
    """Return what is said of a profile, in a form that compares and can be put into a set."""
    named = tuple(fields[name] for name in ("first_name", "last_name", "account_number"))
    held_keys = tuple(sorted((name, tuple(values)) for name, values in keys.items()))
    return profile_id, named, tuple(phones), held_keys, version
