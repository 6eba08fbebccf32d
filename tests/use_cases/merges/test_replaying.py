"""The state of a profile without one of its merges, computed without a database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from service.model.merge import ATTRIBUTE, KEY, FieldSources
from service.model.profile import EMPTY_PROFILE, LIST_FIELDS, TEXT_FIELDS, Profile
from service.model.search_key import KeyType, SearchKey
from service.store.domains.domain import Domain
from service.store.merges.snapshots import Role, Snapshots
from service.use_cases.merges.replaying import replay_without
from service.use_cases.merges.uniting import arranged_for, unite
from service.use_cases.profiles.merge_patch import apply_patch

laws = settings(derandomize=True, deadline=None, database=None, max_examples=200)

DOMAIN = Domain(
    name="default",
    default_region="US",
    match_keys={},
    match_modes={},
    search_value_falls_back=True,
    unique_by_name=False,
    shared_above=20,
    warn_of_duplicates=True,
    ignored_values={},
    custom_keys={"card": SearchKey(name="card", label="Card", type=KeyType.TEXT)},
)

_LABELS = st.sampled_from([None, "mobile", "home"])
_NUMBERS = st.sampled_from(["+1 212 555 0100", "(212) 555-0100", "+12125550101"])
_MAILS = st.sampled_from(["ann@example.com", "ANN@example.com", "lee@example.com"])
_CITIES = st.sampled_from(["Rome", "rome", "Bonn"])


def _entries(member: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    entry = st.fixed_dictionaries({"type": _LABELS, member: values})
    return st.lists(entry, max_size=3, unique_by=lambda each: each[member])


PATCHES = st.fixed_dictionaries(
    {},
    optional={
        "last_name": st.sampled_from([None, "Lee", "Li"]),
        "gender": st.sampled_from([None, "female"]),
        "phone_numbers": _entries("value", _NUMBERS),
        "email_addresses": _entries("value", _MAILS),
        "addresses": _entries("city", _CITIES),
        "attributes": st.dictionaries(st.sampled_from("ab"), st.sampled_from([None, "1", "2"])),
        "keys": st.fixed_dictionaries(
            {"card": st.lists(st.sampled_from(["C-1", "c-1", "C-2"]), max_size=2, unique=True)}
        ),
    },
)
_FIELDS = (
    "last_name",
    "gender",
    "phone_numbers",
    "email_addresses",
    "addresses",
    KEY + "card",
    ATTRIBUTE + "a",
)
CHOICES = st.dictionaries(st.sampled_from(_FIELDS), st.integers(0, 1), max_size=3)
_MEMBERS = ("LastName", "GenderString", "PhoneNumber", "MobilePhoneNumber", "HomePhoneNumber", "EmailAddress")
AMAZON_CHOICES = st.dictionaries(st.sampled_from(_MEMBERS), st.integers(0, 1), max_size=3)
HISTORIES = st.lists(
    st.tuples(
        PATCHES, CHOICES.map(lambda each: (each, False)) | AMAZON_CHOICES.map(lambda each: (each, True))
    ),
    min_size=1,
    max_size=4,
)


@dataclass
class World:
    """A profile, and what is merged into it."""

    profile: Profile
    snapshots: list[Snapshots] = field(default_factory=list)
    ids: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    def patch(self, fields: Any) -> None:
        """Change the profile."""
        self.profile = _changed(self.profile, fields)

    def merge(self, fields: Any, choice: tuple[dict[str, int], bool]) -> str:
        """Merge another profile into it. The choice has 0 for the profile and 1 for the other one."""
        number = self.ids()
        source = _changed(_empty(number), fields)
        ids = (self.profile["profile_id"], source["profile_id"])
        chosen = {name: ids[position] for name, position in choice[0].items()}
        sources = FieldSources(chosen, is_amazon=choice[1])
        ours, (target, *others) = arranged_for(sources, [self.profile, source])
        after = _next(unite(target, others, ours, DOMAIN))
        merged = Snapshots(str(number), self.profile, after, [source], sources, {}, {})
        self.snapshots.append(merged)
        self.profile = after
        return merged.merge_id

    def undo(self, merge_id: str) -> None:
        """Undo a merge."""
        position = next(n for n, each in enumerate(self.snapshots) if each.merge_id == merge_id)
        own, later = self.snapshots[position], self.snapshots[position + 1 :]
        profile, states = replay_without(own, later, self.profile, DOMAIN)
        self.profile = _next(profile)
        self.snapshots[position:] = [
            replace(each, before=states[each.merge_id, Role.BEFORE], after=states[each.merge_id, Role.AFTER])
            for each in later
        ]


def _empty(number: int) -> Profile:
    return cast(
        "Profile", {**EMPTY_PROFILE, "profile_id": f"{number:032}", "version": 1, "first_name": "Ann"}
    )


def _changed(profile: Profile, fields: Any) -> Profile:
    return _next(apply_patch(profile, fields, DOMAIN))


def _next(profile: Profile) -> Profile:
    return {**profile, "version": profile["version"] + 1}


def _data(profile: Profile) -> Any:
    return {name: value for name, value in profile.items() if name != "version"}


@laws
@given(PATCHES, HISTORIES, st.randoms(use_true_random=False))
def test_after_all_undos_a_profile_is_as_it_was(own: Any, history: Sequence[Any], random: Any) -> None:
    """In any order, and with any choice of fields, through both APIs."""
    world = World(_changed(_empty(0), own))
    before = world.profile
    ids = [world.merge(*each) for each in history]
    random.shuffle(ids)
    for each in ids:
        world.undo(each)
    assert _data(world.profile) == _data(before)


@laws
@given(PATCHES, HISTORIES, st.data())
def test_the_order_of_undos_does_not_matter(own: Any, history: Sequence[Any], data: st.DataObject) -> None:
    """The profile is the same, with values of the profiles that are still merged."""
    worlds = [World(_changed(_empty(0), own)) for _ in range(2)]
    ids, _ = ([world.merge(*each) for each in history] for world in worlds)
    undone = data.draw(st.lists(st.sampled_from(ids), unique=True))
    for world, order in zip(worlds, (undone, data.draw(st.permutations(undone))), strict=True):
        for each in order:
            world.undo(each)
    assert _data(worlds[0].profile) == _data(worlds[1].profile)


@laws
@given(PATCHES, HISTORIES, PATCHES, HISTORIES, st.data())
def test_later_changes_stay(own: Any, first: Any, patch: Any, others: Any, data: st.DataObject) -> None:
    """A new text, attribute or value is still there after all undos; a removed one does not come back."""
    world = World(_changed(_empty(0), own))
    ids = [world.merge(*each) for each in first]
    before = world.profile
    world.patch(patch)
    after = world.profile
    if data.draw(st.booleans()):
        ids += [world.merge(*each) for each in others]
    for each in data.draw(st.permutations(ids)):
        world.undo(each)
    final = world.profile
    for name in TEXT_FIELDS:
        assert _value(after, name) == _value(before, name) or _value(final, name) == _value(after, name)
    for name, value in after["attributes"].items():
        assert before["attributes"].get(name) == value or final["attributes"][name] == value
    assert final["attributes"].keys().isdisjoint(before["attributes"].keys() - after["attributes"].keys())
    for name in LIST_FIELDS:
        assert all(
            item in _value(before, name) or item in _value(final, name) for item in _value(after, name)
        )
    assert _numbers(final).isdisjoint(_numbers(before) - _numbers(after))


def _value(profile: Profile, name: str) -> Any:
    return cast("Any", profile)[name]


def _numbers(profile: Profile) -> set[str | None]:
    return {number["e164"] for number in profile["phone_numbers"]}
