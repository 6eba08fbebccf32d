"""How an operation says that it is accounted for: a decorator right over the view."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from service.api.http.context import principal, request_id, stores
from service.errors.records import UniqueKeyTaken
from service.matching.profiles import KEY_OF_FIELD
from service.matching.ranking import Candidate
from service.model.audit import AuditAction
from service.use_cases import audit
from service.use_cases.audit import Touched
from service.use_cases.exports import Export
from service.use_cases.match import Match
from service.use_cases.pages import Page
from service.use_cases.profiles import ProfileChange
from service.use_cases.reveal import Revealed
from service.use_cases.search import Found

View = TypeVar("View", bound=Callable[..., Any])


def audited(*actions: AuditAction, silent: bool = False, ahead: bool = False) -> Callable[[View], View]:
    """Write to the audit what the view has done, before its answer leaves.

    The profiles are those of the path and of what the view returns, which is not answered where the
    operation is ``silent``. ``ahead`` passes ``record(action, at)`` to the view, which writes the event of
    one of the actions before the view acts; ``at`` is ``Touched.at``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def call(*sent: Mapping[str, Any], **path: str) -> Any:
            # A copy: views take apart what was sent.
            said = {name: value for part in sent for name, value in part.items()}
            if ahead:
                return view(*sent, **path, record=lambda action, at: _record((action,), said, path, None, at))
            try:
                result = view(*sent, **path)
            except UniqueKeyTaken as error:
                # The response shows that these profiles hold the values, as a search does.
                for profile_id, keys in error.owners.items():
                    _record_hit(profile_id, keys, path.get("contact_id"))
                raise
            _record(actions, said, path, result)
            return None if silent else _shown(result)

        vars(call)["audit_actions"] = actions
        decorated: Any = call
        return decorated  # type: ignore[no-any-return] # it is called as the view is

    return decorate


def _record(
    actions: tuple[AuditAction, ...],
    said: Mapping[str, Any],
    path: Mapping[str, str],
    result: Any,
    at: datetime | None = None,
) -> None:
    named = [path["profile_id"]] if "profile_id" in path else []
    shown = [profile_id for profile_id in profiles_in(result) if profile_id is not None]
    removable = AuditAction.CHANGED in actions
    touched = Touched(
        profile_ids=list(dict.fromkeys([*named, *shown])),
        contact_id=path.get("contact_id"),
        keys=sorted({*_keys_in({**said, **path}, result), *_keys_given(said, removable=removable)}),
        # Elsewhere it is whose contacts are sought.
        agent_id=said.get("agent_id") if AuditAction.ASSOCIATED in actions else None,
        at=at,
    )
    match result:
        case ({"created_at": created_at}, headers) if AuditAction.CREATED in actions:
            touched = replace(touched, at=created_at)
            # Who repeats a request sees the profile as others may have changed it since.
            actions = (*actions, AuditAction.READ) if "Idempotency-Replayed" in headers else actions
        case (ProfileChange(profile=profile, changed=changed, hits=hits), _):
            if hits:
                _record_hit(profile["profile_id"], hits, None)
            # The response shows the whole profile, changed or not.
            actions = actions if changed else (AuditAction.READ,)
    audit.record(stores(), principal(), request_id(), actions, touched)


def _shown(result: Any) -> Any:
    """Return what the response is made of: for a change, the profile."""
    match result:
        case (ProfileChange(profile=profile), headers):
            return profile, headers
    return result


def _record_hit(profile_id: str, keys: Collection[str], contact_id: str | None) -> None:
    """Audit a value that the profile holds as ``searched``: the response shows as much as a search."""
    hit = Touched(profile_ids=[profile_id], contact_id=contact_id, keys=sorted(keys))
    audit.record(stores(), principal(), request_id(), (AuditAction.SEARCHED,), hit)


def profiles_in(result: Any) -> Iterator[str | None]:
    """Yield the IDs of the profiles in a response, in a contact, or matched by a sensitive value.

    Raises TypeError for an answer of any other kind: whom it shows would not be accounted for.
    """
    match result:
        case (answer, _):
            yield from profiles_in(answer)
        case Match(candidates=candidates, association=association, hits=hits):
            yield from (candidate.profile["profile_id"] for candidate in candidates)
            yield from hits
            yield from profiles_in(association)
        case Found(items=items, hits=hits):
            yield from (candidate.profile["profile_id"] for candidate in items)
            yield from hits
        case Page(items=items):
            for item in items:
                yield from profiles_in(item)
        case Candidate(profile=profile) | ProfileChange(profile=profile):
            yield profile["profile_id"]
        case {"associations": associations}:
            yield from (association["profile_id"] for association in associations)
        case {"profile_id": profile_id}:
            yield profile_id
        case None | Revealed() | Export():
            # Nobody, or the profile of the path alone.
            pass
        case _:
            raise TypeError(f"an answer that the audit does not know: {type(result).__name__}")


def _keys_in(said: Mapping[str, Any], result: Any) -> Iterator[str]:
    """Yield the names of the search keys that were named in what was said, or whose values are shown."""
    if isinstance(result, Match | Export):
        yield from result.keys
    yield from (criterion["key"] for criterion in said.get("criteria") or ())
    yield from said.get("keys") or ()
    if "key" in said:
        yield said["key"]


def _keys_given(said: Mapping[str, Any], *, removable: bool) -> Iterator[str]:
    """Yield the names of the search keys that fields of a profile give values of, or take them all away."""
    return (key for field, key in KEY_OF_FIELD.items() if said.get(field) or (removable and field in said))
