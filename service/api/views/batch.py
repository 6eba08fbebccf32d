"""Batches of operations on profiles."""

from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response

from schemas import examples
from schemas.batch import BatchItemRequest, BatchItemResponse, BatchQuery, BatchRequest, BatchResponse
from service.api.http import problems
from service.api.http.context import principal, request_id, stores
from service.api.http.limits import count_batch_items
from service.api.http.long_pages import items_response
from service.api.http.operations import Content, Operation, audited
from service.api.http.parsing import Loaded, idempotency_key, load
from service.errors.base import ServiceError
from service.errors.requests import IdempotencyKeyReused, InvalidRequest
from service.model.batch import (
    BATCH_PATH,
    MAX_BATCH_BYTES,
    MAX_ITEM_ERRORS,
    BatchItem,
    BatchOutcome,
    ItemResult,
)
from service.model.limits import MAX_VALUE_LENGTH
from service.model.principal import Scope
from service.use_cases import batch
from service.use_cases.audit import Audited
from service.use_cases.batch import BatchRun

blueprint = Blueprint("batch", __name__, url_prefix=BATCH_PATH)

_ITEM_REQUEST = BatchItemRequest()
_ITEM_RESPONSE = BatchItemResponse()


@blueprint.post("")
@Operation(
    scope=(Scope.CREATE, Scope.EDIT, Scope.ADMIN),
    body=Content(BatchRequest(), examples.BATCH_REQUEST),
    max_body_bytes=MAX_BATCH_BYTES,
    query=BatchQuery(),
    header_parameters=("IdempotencyKey",),
    response=Content(BatchResponse(), examples.BATCH),
    response_headers={"Idempotency-Replayed": "IdempotencyReplayed"},
    problems=(IdempotencyKeyReused,),
)
@audited
def execute_batch(body: Loaded, query: Loaded) -> object:
    """Create, change and delete up to 1,000 profiles.

    Each item is executed on its own, as if in order. The response is a 200 with a result for each item. The
    result of an item that failed has a `problem`; the other items are executed all the same. With an
    `Idempotency-Key`, repeating the request executes only items that an earlier request did not complete. The
    rate limit counts the items.
    """
    raw_items: Sequence[object] = body["items"]
    key = idempotency_key()
    count_batch_items(len(raw_items))
    items = [_load_item(raw) for raw in raw_items]
    refs = [_ref(raw) for raw in raw_items]
    run = BatchRun(
        stores=stores(),
        principal=principal(),
        request_id=request_id(),
        describe=partial(_describe, request_id=request_id()),
        on_duplicate=query["on_duplicate"],
        on_merged=query["on_merged"],
    )
    if query["dry_run"]:
        results, replayed = batch.dry_run(run, items), False
    else:
        results, replayed = batch.run_batch(run, items, raw_items, key)
    response = _batch_response(refs, items, results)
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    # The use case has written the audit events.
    return Audited(response, [])


def _load_item(raw: object) -> BatchItem | ServiceError:
    """Return the item, or the error if the item is invalid."""
    # Other requests of this worker can run between two items.
    batch.yield_to_other_requests()
    try:
        loaded = load(_ITEM_REQUEST, raw)
    except ServiceError as error:
        return error
    loaded.pop("ref", None)
    match_on = loaded.pop("match_on", None)
    return BatchItem(match_on=None if match_on is None else (match_on["key"], match_on["value"]), **loaded)


def _describe(error: ServiceError, *, request_id: str) -> Mapping[str, object]:
    """Return the problem document of an item's error, with at most ``MAX_ITEM_ERRORS`` invalid fields."""
    if isinstance(error, InvalidRequest):
        error = InvalidRequest(error.errors[:MAX_ITEM_ERRORS])
    return problems.from_error(error, request_id=request_id)


def _ref(raw: object) -> str | None:
    """Return the reference of an item, even if the item is invalid; None if it has no valid reference."""
    ref = raw.get("ref") if isinstance(raw, dict) else None
    return ref if isinstance(ref, str) and len(ref) <= MAX_VALUE_LENGTH else None


def _batch_response(
    refs: Sequence[str | None], items: Sequence[BatchItem | ServiceError], results: Sequence[ItemResult]
) -> Response:
    item_responses = [_item_response(*each) for each in zip(refs, items, results, strict=True)]
    return items_response(item_responses, _ITEM_RESPONSE)


def _item_response(ref: str | None, item: BatchItem | ServiceError, result: ItemResult) -> dict[str, object]:
    response: dict[str, object] = {
        "ref": ref,
        "profile_id": result.profile_id,
        "version": result.version,
        "outcome": result.outcome,
        "kept": result.kept,
        "possible_duplicates": result.possible_duplicates,
    }
    requested = None if isinstance(item, ServiceError) else batch.requested_id(item)
    if None not in {requested, result.profile_id} and requested != result.profile_id:
        response["merged_into"] = result.profile_id
    if result.problem is not None:
        return response | {"status": result.problem["status"], "problem": result.problem}
    is_created = result.outcome is BatchOutcome.CREATED
    return response | {"status": int(HTTPStatus.CREATED if is_created else HTTPStatus.OK)}
