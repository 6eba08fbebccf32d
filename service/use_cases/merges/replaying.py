"""Compute the state that a profile would have without one of its merges, without I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from service.model.merge import ATTRIBUTE
from service.model.profile import Profile, ProfileFields
from service.store.domains.domain import Domain
from service.store.merges.snapshots import Role, Snapshots
from service.use_cases.merges.rebasing import with_changes
from service.use_cases.merges.uniting import arranged_for, check_readable, unite

States = Mapping[tuple[str, Role], Profile]
"""States of the target before and after merges, by the ID of the merge and the role of the snapshot."""


def replay_without(
    own: Snapshots, later: Sequence[Snapshots], latest: Profile, domain: Domain
) -> tuple[Profile, States]:
    """Return the state that the target would have now if the merge ``own`` had never been made.

    ``later`` are the later merges that are not undone, in their order. Starts with the target before ``own``,
    and repeats all changes and later merges on it. So the result does not depend on the order of several
    undos. Also returns the new states of the target before and after each later merge. Raises
    ``ValueSealed``.
    """
    states: dict[tuple[str, Role], Profile] = {}
    state, old = own.before, own.after
    for each in later:
        state = with_changes(state, old, each.before, domain)
        states[each.merge_id, Role.BEFORE] = _with_fields(each.before, state)
        state = _repeat(each, state, domain)
        states[each.merge_id, Role.AFTER] = _with_fields(each.after, state)
        old = each.after
    return _with_fields(latest, with_changes(state, old, latest, domain)), states


def _with_fields(profile: Profile, state: Profile) -> Profile:
    """Return the profile with the fields of ``state``, but with its own ID, version and times."""
    fields = {name: value for name, value in state.items() if name in ProfileFields.__annotations__}
    return cast("Profile", {**profile, **fields})


def _repeat(merge: Snapshots, state: Profile, domain: Domain) -> Profile:
    """Return the state of the target after a merge, if ``state`` is its state before the merge."""
    options, (target, *sources) = arranged_for(merge.field_sources, [state, *merge.sources])
    check_readable(sources)
    target_id = state["profile_id"]
    # A choice of the target is ignored if the target had the field only from the merge that is undone.
    possible = {
        field: profile_id
        for field, profile_id in options.choice.items()
        if profile_id != target_id or _has(state, field) or not _has(merge.before, field)
    }
    return unite(target, sources, replace(options, choice=possible), domain)


def _has(profile: Profile, field: str) -> bool:
    if field.startswith(ATTRIBUTE):
        return field.removeprefix(ATTRIBUTE) in profile["attributes"]
    return bool(cast("Mapping[str, object]", profile).get(field))
