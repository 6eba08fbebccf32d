"""Merge profiles into another one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import VersionConflict
from service.errors.requests import IdempotencyKeyReused
from service.matching.profiles import index
from service.model.audit import AuditAction, AuditEvent
from service.model.merge import Choice, FieldSources, Merge
from service.model.profile import Profile
from service.store.domains.domain import Domain
from service.store.merges.plans import MergePlan, NewState
from service.store.stores import Stores
from service.use_cases.aliases import complete_merge
from service.use_cases.audit import Access, Audited
from service.use_cases.clock import now
from service.use_cases.merges.reading import Resolved, as_stored_now, resolve
from service.use_cases.merges.repeating import find_repeated
from service.use_cases.merges.uniting import check_fields, check_limits, check_readable, unite
from service.use_cases.profiles.change import IfMatch, read_profile
from service.use_cases.profiles.create import (
    MAX_ATTEMPTS,
    IdempotencyRecord,
    domain_for,
    idempotency_record,
    is_same_request,
)

EventMaker = Callable[..., Sequence[AuditEvent]]
"""Gets any number of ``Access`` arguments. Returns their audit events, without writing them."""


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The result of a merge or an undo. ``profile`` is the target, or the profile in which it lives on.

    ``replayed`` is True if an earlier request made or undid the merge.
    """

    merge: Merge
    profile: Profile
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRequest:
    """A request to merge the profiles ``profile_ids`` into the profile ``profile_id``.

    ``fields`` has the profile from which a field is taken, for any number of fields.
    """

    profile_id: str
    profile_ids: Sequence[str]
    fields: Choice
    agent_id: str | None
    if_match: IfMatch = None
    key: str | None = None
    """The Idempotency-Key."""
    is_amazon: bool = False
    """Whether ``fields`` are members of Amazon's API, whose profiles can be nameless."""


def merge_profiles(
    stores: Stores, domain: str, request: MergeRequest, events_of: EventMaker
) -> Audited[MergeResult]:
    """Merge profiles into another one, in one transaction.

    Ignores profiles that were merged into the target already. If there are no others, or if the request
    repeats one with the same Idempotency-Key, returns the earlier merge. Writes the audit event of a merge
    itself. Raises ``ProfileNotFound``, ``VersionConflict``, ``InvalidRequest``, ``IdempotencyKeyReused``,
    ``ProfileBeingErased``, ``TooManyMerges``, ``ValueSealed``, ``MasterKeyMissing``, ``ReplicaSetRequired``
    and ``DatastoreUnavailable``.
    """
    record = None
    if request.key is not None:
        payload: dict[str, object] = {"profile_id": request.profile_id}
        payload["profile_ids"] = list(request.profile_ids)
        payload["fields"] = dict(request.fields)
        record = idempotency_record(domain, "merges", request.key, payload, stores.keyring)
    for _ in range(MAX_ATTEMPTS):
        if record is not None and (earlier := _find_earlier(stores, domain, record)):
            return _replayed(stores, domain, earlier)
        found = resolve(stores, domain, request.profile_id, request.profile_ids, request.fields.values())
        if request.if_match is not None and found.target["version"] not in request.if_match:
            raise VersionConflict
        if not found.sources:
            sources = FieldSources(request.fields, request.is_amazon)
            if earlier := find_repeated(stores, domain, request.profile_id, request.profile_ids, sources):
                return _replayed(stores, domain, earlier)
            continue
        plan = _plan(stores, domain, request, found, record, events_of)
        if stores.merge_writer.merge(domain, plan):
            complete_merge(stores, domain, plan.merge.profile_ids)
            return Audited(MergeResult(plan.merge, plan.new.profile), [])
    raise DatastoreUnavailable


def _plan(
    stores: Stores,
    domain: str,
    request: MergeRequest,
    found: Resolved,
    record: IdempotencyRecord | None,
    events_of: EventMaker,
) -> MergePlan:
    target, sources, time = found.target, found.sources, now()
    names = {name for each in (target, *sources) for name in each["keys"]}
    numbers = [number["value"] for each in sources for number in each["phone_numbers"]]
    # Search keys of these profiles cannot be removed meanwhile: one of the profiles always has the values.
    settings = domain_for(stores, domain, names, numbers).writable(names)
    choice = {name: found.aliases.get(profile_id, profile_id) for name, profile_id in request.fields.items()}
    field_sources = FieldSources(choice, request.is_amazon)
    profiles = [as_stored_now(each, settings) for each in (target, *sources)]
    before, *_ = profiles
    united = _unite(profiles, field_sources, settings)
    version = max(each["version"] for each in (target, *sources)) + 1
    united = {**united, "version": version, "updated_at": time}
    merge = Merge(
        merge_id=uuid4().hex if record is None else record.resource_id,
        profile_id=target["profile_id"],
        profile_ids=[each["profile_id"] for each in sources],
        merged_at=time,
        agent_id=request.agent_id,
    )
    keys = {name for each in sources for name in each["keys"]}
    profile_ids = [merge.profile_id, *merge.profile_ids]
    return MergePlan(
        merge=merge,
        old=target,
        new=NewState(
            profile=united, index=index(united, settings.custom_keys, settings.default_region, before)
        ),
        versions={each["profile_id"]: each["version"] for each in sources},
        field_sources=field_sources,
        fingerprint=None if record is None else record.fingerprint,
        events=events_of(Access([AuditAction.MERGED], profile_ids, keys=keys, agent_id=request.agent_id)),
    )


def _unite(profiles: Sequence[Profile], field_sources: FieldSources, domain: Domain) -> Profile:
    options, (target, *sources) = check_fields(field_sources, profiles)
    check_readable(sources)
    united = unite(target, sources, options, domain)
    check_limits(united, profiles[0])
    united.pop("lookup", None)
    return united


def _find_earlier(stores: Stores, domain: str, record: IdempotencyRecord) -> Merge | None:
    """Return the merge of an earlier request with the same Idempotency-Key, or None."""
    stored = stores.merges.get(domain, record.resource_id)
    if stored is None:
        return None
    if stored.fingerprint is None or not is_same_request(stored.fingerprint, record):
        raise IdempotencyKeyReused
    return stored.merge


def _replayed(stores: Stores, domain: str, merge: Merge) -> Audited[MergeResult]:
    if merge.undone_at is None:
        # The earlier request may have been interrupted after the merge.
        complete_merge(stores, domain, merge.profile_ids)
    profile = read_profile(stores, domain, merge.profile_id)
    access = Access([AuditAction.READ], [profile["profile_id"]])
    return Audited(MergeResult(merge, profile, replayed=True), [access])
