"""Send the items of a batch, and read what happened to each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from service.transfer.client.connection import Connection
from service.transfer.client.errors import RejectedRequest, ServiceFailed, TooLarge
from service.transfer.importing.batches import Batch
from service.transfer.importing.items import Item

Answer = Mapping[str, Any]
"""What happened to an item: a member of ``items`` in the response."""


@dataclass(frozen=True, slots=True)
class BatchSender:
    """Sends batches. A batch that is sent again has the same Idempotency-Key."""

    connection: Connection
    import_id: UUID
    dry_run: bool

    def send(self, batch: Batch) -> Sequence[Answer]:
        """Return what happened to the items, in their order.

        Raises:
            TransferError: There is no such response.

        """
        return self._send(batch.items, str(batch.number)) if batch.items else ()

    def _send(self, items: Sequence[Item], name: str) -> Sequence[Answer]:
        """Send the items in one request, or in two if they are too large for one."""
        body = b'{"items":[%b]}' % b",".join(item.body for item in items)
        path = "profiles/batch?dry_run=true" if self.dry_run else "profiles/batch"
        headers = {} if self.dry_run else {"Idempotency-Key": str(uuid5(self.import_id, name))}
        try:
            response = self.connection.post(path, body, headers)
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
        answers = response.get("items") if isinstance(response, Mapping) else None
        if not isinstance(answers, list) or len(answers) != len(items):
            raise ServiceFailed("The response to a batch has other items; check that the URL is right.")
        return answers
