"""The model: the expected data of a domain, as plain dicts and lists."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self

from tests.model.responses import Response, problem

Json = dict[str, Any]

# Each notation of a phone number used here, and its E.164 form.
PHONES = MappingProxyType(
    {
        "+12125550100": "+12125550100",
        "(212) 555-0100": "+12125550100",
        "+44 20 7183 8750": "+442071838750",
    }
)
# Values of the custom search keys, some in several notations.
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
    """A profile: its fields as typed, its custom search keys, and the request that created it."""

    fields: dict[str, str | None]
    phones: list[str]
    keys: dict[str, list[str]]
    version: int = 1
    record: Any = None

    def same_as(self, other: "Profile") -> bool:
        """Return whether both profiles have the same content. The versions may differ."""
        return (self.fields, self.phones, self.keys) == (other.fields, other.phones, other.keys)


class Entry(tuple[str, str | None]):  # noqa: SLOT001 - its attribute does not count in comparisons
    """An association that merges have moved: which merges, and from which profiles."""

    moves: Sequence[tuple[str, str]]

    def __new__(cls, association: tuple[str, str | None], moves: Sequence[tuple[str, str]]) -> Self:
        """Return the pair of profile and agent with its moves."""
        entry = super().__new__(cls, association)
        entry.moves = moves
        return entry


@dataclass
class Merge:
    """A merge: the profiles before it, and the target after it."""

    target: str
    sources: dict[str, Profile]
    before: Profile
    after: Profile
    undone: bool = False
    not_restored: list[tuple[str, str, str, str | None]] = field(default_factory=list)


@dataclass
class Contact:
    """A contact: its associations as pairs of profile and agent, and whether the last one is current."""

    history: list[tuple[str, str | None]] = field(default_factory=list)
    associated: bool = False
    channel: str | None = None
    cleared: bool = False

    @property
    def current(self) -> tuple[str, str | None] | None:
        """Return the current association, or None."""
        return self.history[-1] if self.associated else None


@dataclass
class Domain:
    """All data of a domain."""

    profiles: dict[str, Profile] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    keys: dict[str, Json] = field(default_factory=dict)
    ids_by_idempotency_key: dict[tuple[str, str], str] = field(default_factory=dict)
    settings: Json = field(default_factory=dict)
    merges: dict[str, Merge] = field(default_factory=dict)
    """The merges by ID, oldest first."""
    aliases: dict[str, str] = field(default_factory=dict)
    """For each merged profile, the merge."""

    def living(self, profile_id: str) -> str:
        """Return the ID of the profile in which this one lives on."""
        while profile_id in self.aliases:
            profile_id = self.merges[self.aliases[profile_id]].target
        return profile_id

    def merge_into(self, profile_id: str, source_ids: Iterable[str]) -> str:
        """Return the latest merge that moved profiles into another one, or both into a third one."""
        targets = {profile_id, *(target for target, _ in self._steps(profile_id))}
        merge_ids = {
            next(merge_id for target, merge_id in self._steps(each) if target in targets)
            for each in source_ids
        }
        return [merge_id for merge_id in self.merges if merge_id in merge_ids][-1]

    def _steps(self, profile_id: str) -> Iterator[tuple[str, str]]:
        """Yield the profile into which this one was merged, the next one, and so on, each with the merge."""
        while profile_id in self.aliases:
            merge_id = self.aliases[profile_id]
            profile_id = self.merges[merge_id].target
            yield profile_id, merge_id

    def record_of(self, profile_id: str) -> Any:
        """Return the request with an idempotency key that created a profile, which may be merged."""
        if profile_id in self.aliases:
            return self.merges[self.aliases[profile_id]].sources[profile_id].record
        return self.profiles[profile_id].record

    def undefined(self, names: Iterable[str]) -> list[str]:
        """Return the names that are not defined as custom search keys."""
        return [name for name in names if name not in self.keys]

    def are_guesses(self, values: Iterable[tuple[str, str]]) -> bool:
        """Return whether these pairs of search key and value have several values of a sensitive search key.

        Such a request is a guess: it tries values until one is right.
        """
        counted = Counter(name for name, _ in set(values) if self.keys.get(name, {}).get("sensitive"))
        return any(count > 1 for count in counted.values())

    def owners(self, profile: Profile, profile_id: str) -> set[tuple[str, str | None]]:
        """Return pairs of search key and owner for unique values that other profiles have.

        The owner is None if the key is sensitive.
        """
        return {
            (name, None if self.keys[name]["sensitive"] else other_id)
            for name in profile.keys
            if self.keys[name]["unique"]
            for other_id, other in self.profiles.items()
            if other_id != profile_id
            and set(normalised_values(profile, name)) & set(normalised_values(other, name))
        }

    def holders(self, key: str, value: str) -> set[str]:
        """Return the IDs of profiles with a value of a search key."""
        if key == "profile_id":
            value = self.living(value)
        return {
            profile_id
            for profile_id, profile in self.profiles.items()
            if normalised(key, value) in self._values(key, profile_id, profile)
        }

    def _values(self, key: str, profile_id: str, profile: Profile) -> Iterator[str]:
        match key:
            case "profile_id":
                yield profile_id
            case "account":
                yield from [normalised(key, account)] if (account := profile.fields["account_number"]) else ()
            case "contact_id":
                for contact_id, contact in self.contacts.items():
                    if contact.current is not None and contact.current[0] == profile_id:
                        yield contact_id
            case _:
                yield from normalised_values(profile, key)

    def delete(self, profile_id: str) -> None:
        """Delete a profile, its associations, and the profiles that were merged into it."""
        del self.profiles[profile_id]
        ids = {profile_id, *(each for each in self.aliases if self.living(each) == profile_id)}
        self.aliases = {each: merge_id for each, merge_id in self.aliases.items() if each not in ids}
        self.merges = {each: merge for each, merge in self.merges.items() if merge.target not in ids}
        for contact in self.contacts.values():
            if contact.current is not None and contact.current[0] == profile_id:
                contact.associated = False
            contact.history = [entry for entry in contact.history if entry[0] != profile_id]

    def expected_profile(self, profile_id: str) -> Any:
        """Return the expected content of a response about a profile."""
        profile = self.profiles[profile_id]
        keys = {
            name: tuple(mask(value) if self.keys[name]["sensitive"] else value for value in values)
            for name, values in profile.keys.items()
        }
        return comparable_profile(profile_id, profile.fields, profile.phones, keys, profile.version)

    def store(self, profile_id: str, new: Profile, actual: Response, status: int = 200) -> Response:
        """Store the profile, unless another profile owns a unique value. Return the expected response."""
        old = self.profiles.get(profile_id)
        if old is not None and new.same_as(old):
            return Response(status, None, self.expected_profile(profile_id))
        if owners := self.owners(new, profile_id):
            # The error may name any owner. It names a sensitive key only if no other key conflicts.
            named = {owner for owner in owners if owner[1] is not None} or owners
            return problem(409, "unique_key_taken", actual.content if actual.content in named else min(named))
        new.version = 1 if old is None else old.version + 1
        self.profiles[profile_id] = new
        return Response(status, None, self.expected_profile(profile_id))


def normalised(key: str, value: str) -> str:
    """Normalise a value of a search key."""
    match key:
        case "phone":
            return PHONES[value]
        case "ssn":
            return "".join(char for char in value if char.isdigit())
        case "contact_id" | "profile_id":
            return value
    return value.casefold()


def normalised_values(profile: Profile, key: str) -> list[str]:
    """Return a profile's normalised values of a search key."""
    typed = profile.phones if key == "phone" else profile.keys.get(key, [])
    return [normalised(key, value) for value in typed]


def mask(value: str) -> str:
    """Return the masked form of a sensitive value. All sensitive values here have nine digits."""
    return "*" * (len(value) - 4) + value[-4:]


def comparable_profile(
    profile_id: str, fields: Mapping[str, Any], phones: Iterable[str], keys: Mapping[str, Any], version: int
) -> Any:
    """Return the content of a response about a profile, in a hashable form."""
    field_values = tuple(fields[name] for name in ("first_name", "last_name", "account_number"))
    sorted_keys = tuple(sorted((name, tuple(values)) for name, values in keys.items()))
    return profile_id, field_values, tuple(phones), sorted_keys, version
