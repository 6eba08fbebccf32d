"""Send the items of a batch, and read what happened to each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

from service.transfer.client.connection import Connection
from service.transfer.client.errors import NotAuthorised, RejectedRequest, ServiceFailed, TooLarge
from service.transfer.client.responses import RETRIED, describe
from service.transfer.importing.batches import Batch
from service.transfer.importing.items import Item
from service.transfer.json_types import JsonMapping

ItemResult = JsonMapping
"""What happened to an item: an element of ``items`` in the response to a batch."""


@dataclass(frozen=True, slots=True)
class BatchSender:
    """Sends batches. A batch that is sent again has the same Idempotency-Key, also in a later run.

    With ``by_profile_id``, the service rejects rows of profiles that were merged into another one, since they
    would overwrite the values of that one.
    """

    connection: Connection
    import_id: UUID
    dry_run: bool
    by_profile_id: bool = False

    def send(self, batch: Batch) -> Sequence[ItemResult]:
        """Send a batch, and return what happened to its items, in their order. Send none without items.

        Raises:
            TransferError: There is no such response.

        """
        return self._send(batch.items, str(batch.number)) if batch.items else ()

    def _send(self, items: Sequence[Item], name: str) -> Sequence[ItemResult]:
        """Send the items in one request, or in halves if they are too large for one.

        ``name`` is the part of the Idempotency-Key that identifies the items in the import.
        """
        body = b'{"items":[%b]}' % b",".join(item.body for item in items)
        query = {"dry_run": "true"} if self.dry_run else {}
        if self.by_profile_id:
            query["on_merged"] = "reject"
        path = f"profiles/batch?{urlencode(query)}" if query else "profiles/batch"
        headers = {} if self.dry_run else {"Idempotency-Key": str(uuid5(self.import_id, name))}
        try:
            response = self.connection.post(path, body, headers, why_incomplete=_why_incomplete)
        except TooLarge as error:
            if len(items) == 1:
                return [{"outcome": None, "problem": {"code": error.code, "detail": str(error)}}]
            half = len(items) // 2
            return [
                *self._send(items[:half], f"{name}.1"),
                *self._send(items[half:], f"{name}.2"),
            ]
        except RejectedRequest as error:
            raise ServiceFailed(f"The service rejects a whole batch: {error}") from error
        item_results = _results_in(response)
        if len(item_results) != len(items):
            raise ServiceFailed(
                "The response to a batch has another number of items; check that the URL is that of "
                "profile-lookup."
            )
        return item_results


def _results_in(response: Any) -> Sequence[ItemResult]:
    item_results = response.get("items") if isinstance(response, Mapping) else None
    return item_results if isinstance(item_results, list) else ()


def _why_incomplete(response: Any) -> str | None:
    """Return why the batch must be sent again, or None.

    The service then repeats only the items with a status in ``RETRIED``; the others keep their results.

    Raises:
        NotAuthorised: The credential does not allow an operation of the batch.

    """
    problems = [result["problem"] for result in _results_in(response) if result.get("problem")]
    for problem in problems:
        if problem["status"] == HTTPStatus.FORBIDDEN:
            raise NotAuthorised(f"The service does not allow this (403). {describe(problem)}")
    return next((describe(problem) for problem in problems if problem["status"] in RETRIED), None)
