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

Answer = JsonMapping
"""What happened to an item: a member of ``items`` in the response."""


@dataclass(frozen=True, slots=True)
class BatchSender:
    """Sends batches. A batch that is sent again has the same Idempotency-Key.

    With ``by_profile_id``, rows of profiles that were merged into another one are rejected, since they would
    overwrite the values of that one.
    """

    connection: Connection
    import_id: UUID
    dry_run: bool
    by_profile_id: bool = False

    def send(self, batch: Batch) -> Sequence[Answer]:
        """Return what happened to the items, in their order.

        Raises:
            TransferError: There is no such response.

        """
        return self._send(batch.items, str(batch.number)) if batch.items else ()

    def _send(self, items: Sequence[Item], name: str) -> Sequence[Answer]:
        """Send the items in one request, or in two if they are too large for one."""
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
        answers = _answers(response)
        if len(answers) != len(items):
            raise ServiceFailed("The response to a batch has other items; check that the URL is right.")
        return answers


def _answers(response: Any) -> Sequence[Answer]:
    answers = response.get("items") if isinstance(response, Mapping) else None
    return answers if isinstance(answers, list) else ()


def _why_incomplete(response: Any) -> str | None:
    """Return why the batch must be sent again: some items may succeed then. The others are not repeated.

    Raises:
        NotAuthorised: The credential does not allow an operation of the batch.

    """
    problems = [answer["problem"] for answer in _answers(response) if answer.get("problem")]
    for problem in problems:
        if problem["status"] == HTTPStatus.FORBIDDEN:
            raise NotAuthorised(f"The service does not allow this (403). {describe(problem)}")
    return next((describe(problem) for problem in problems if problem["status"] in RETRIED), None)
