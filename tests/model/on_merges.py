"""Merges and their undo, and their effects on the model."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar

from service.model.principal import Scope
from tests.model.on_profiles import FIELDS, OnProfile, profile_content
from tests.model.operation import Operation
from tests.model.responses import INVALID, NO_PROFILE, STALE, Call, Response, problem, to_response
from tests.model.world import Domain, Entry, Json, Merge, Profile, normalised

Problem = tuple[str, str, str, str | None]
"""What an undo has not restored: the profile, the search key, the reason and the owner."""


def merge_content(body: Json) -> Any:
    """Return the content of a response about a merge."""
    problems = (
        (each["profile_id"], each["key"], each["reason"], each["owner_id"]) for each in body["not_restored"]
    )
    return (
        body["merge_id"],
        (body["profile_id"], tuple(body["profile_ids"])),
        body["undone_at"] is not None,
        tuple(sorted(problems, key=str)),
        profile_content(body["profile"]),
    )


def expected_content(domain: Domain, merge_id: str) -> Any:
    """Return the expected content of a response about a merge."""
    merge = domain.merges[merge_id]
    ids = merge.target, tuple(merge.sources)
    problems = tuple(sorted(merge.not_restored, key=str))
    return merge_id, ids, merge.undone, problems, domain.expected_profile(domain.living(merge.target))


@dataclass(frozen=True, kw_only=True)
class MergeProfiles(OnProfile):
    """Merge profiles into another one."""

    scope: ClassVar[Scope] = Scope.MERGE
    profile_ids: list[str]

    def perform(self, call: Call) -> Response:
        body = {"profile_ids": self.profile_ids}
        return to_response(*call("POST", f"{self.path}/merge", body, self.headers), merge_content)

    def expected(self, domain: Domain, actual: Response) -> Response:
        target_id, *others = map(domain.living, (self.profile_id, *self.profile_ids))
        if not {target_id, *others} <= domain.profiles.keys():
            return NO_PROFILE
        if not {self.profile_id, target_id}.isdisjoint(self.profile_ids):
            return INVALID
        before = domain.profiles[target_id]
        if self.if_match is not None and self.if_match != before.version:
            return STALE
        source_ids = [each for each in dict.fromkeys(others) if each != target_id]
        if not source_ids:
            merge_id = domain.merge_into(self.profile_id, self.profile_ids)
            return Response(200, None, expected_content(domain, merge_id))
        sources = {each: domain.profiles.pop(each) for each in source_ids}
        after = _united(before, [*sources.values()])
        merge_id = actual.content[0] if actual.status == 200 else "?"
        domain.profiles[target_id] = after
        domain.merges[merge_id] = Merge(target_id, sources, deepcopy(before), deepcopy(after))
        domain.aliases |= dict.fromkeys(source_ids, merge_id)
        for contact in domain.contacts.values():
            contact.history = [
                Entry((target_id, entry[1]), [*getattr(entry, "moves", ()), (merge_id, entry[0])])
                if entry[0] in sources
                else entry
                for entry in contact.history
            ]
        return Response(200, None, expected_content(domain, merge_id))


@dataclass(frozen=True, kw_only=True)
class UndoMerge(Operation):
    """Undo a merge."""

    scope: ClassVar[Scope] = Scope.MERGE
    merge_id: str

    def perform(self, call: Call) -> Response:
        return to_response(*call("POST", f"/v1/merges/{self.merge_id}/undo"), merge_content)

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        merge = domain.merges.get(self.merge_id)
        if merge is None:
            return problem(404, "merge_not_found")
        if not merge.undone:
            if merge.target in domain.aliases:
                return problem(409, "merge_superseded")
            self._undo(domain, merge)
        return Response(200, None, expected_content(domain, self.merge_id))

    def _undo(self, domain: Domain, merge: Merge) -> None:
        merge.undone = True
        version = domain.profiles[merge.target].version
        others = [each for each in domain.merges.values() if each.target == merge.target and not each.undone]
        changed = _without(domain.profiles[merge.target], merge, others)
        changed.version = version + 1
        domain.profiles[merge.target] = changed
        for position, other in enumerate(others):
            if other.after.version > merge.after.version:
                other.before = _without(other.before, merge, others[:position])
                other.after = _without(other.after, merge, others[: position + 1])
        for source_id, source in merge.sources.items():
            del domain.aliases[source_id]
            restored = deepcopy(source)
            restored.version = max(source.version, version) + 1
            restored.keys = dict(_restored_keys(domain, source_id, source, merge.not_restored))
            domain.profiles[source_id] = restored
        for contact in domain.contacts.values():
            contact.history = [_moved_back(entry, self.merge_id) for entry in contact.history]


def _united(target: Profile, sources: Sequence[Profile]) -> Profile:
    united = deepcopy(target)
    for source in sources:
        united.fields = {name: united.fields[name] or source.fields[name] for name in FIELDS}
        united.phones = _union("phone", united.phones, source.phones)
        names = dict.fromkeys([*united.keys, *source.keys])
        united.keys = {
            name: _union(name, united.keys.get(name, []), source.keys.get(name, [])) for name in names
        }
    united.version = max(each.version for each in (target, *sources)) + 1
    return united


def _union(key: str, values: Sequence[str], more: Sequence[str]) -> list[str]:
    by_identity: dict[str, str] = {}
    for value in (*values, *more):
        by_identity.setdefault(normalised(key, value), value)
    return [*values, *(value for value in by_identity.values() if value not in values)]


def _without(state: Profile, merge: Merge, others: Sequence[Merge]) -> Profile:
    """Return a state of the target without a merge. ``others`` are merges whose values stay."""
    stay = [source for other in others for source in other.sources.values()]
    result, before, after = deepcopy(state), merge.before, merge.after
    for name in FIELDS:
        value = state.fields[name]
        if value == after.fields[name]:
            texts = (each.fields[name] for each in stay) if value is not None else ()
            result.fields[name] = before.fields[name] or next(filter(None, texts), None)
    result.phones = _without_values(
        "phone", state.phones, before.phones, after.phones, [value for each in stay for value in each.phones]
    )
    result.keys = {}
    for key in state.keys:
        of_others = [value for each in stay for value in each.keys.get(key, ())]
        values = _without_values(
            key, state.keys[key], before.keys.get(key, []), after.keys.get(key, []), of_others
        )
        if values:
            result.keys[key] = values
    return result


def _without_values(
    key: str, state: list[str], before: list[str], after: list[str], of_others: Sequence[str]
) -> list[str]:
    """Return the values without those that a merge added. Those of other merged profiles stay."""
    held = {normalised(key, value) for value in of_others}
    added = [value for value in after if value not in before and normalised(key, value) not in held]
    return [value for value in state if value not in added]


def _restored_keys(
    domain: Domain, source_id: str, source: Profile, problems: list[Problem]
) -> Iterator[tuple[str, list[str]]]:
    """Yield the values that a restored profile gets, by search key. Add a problem for each other one."""
    for key, values in source.keys.items():
        if key not in domain.keys:
            problems.append((source_id, key, "undefined", None))
            continue
        owners = {
            value: domain.holders(key, value) if domain.keys[key]["unique"] else set() for value in values
        }
        taken = [value for value in values if owners[value]]
        if taken:
            owner = None if domain.keys[key]["sensitive"] else min(owners[taken[0]])
            problems.append((source_id, key, "taken", owner))
        if kept := [value for value in values if value not in taken]:
            yield key, kept


def _moved_back(entry: Any, merge_id: str) -> Any:
    moves = getattr(entry, "moves", ())
    if not moves or moves[-1][0] != merge_id:
        return entry
    return Entry((moves[-1][1], entry[1]), moves[:-1])
