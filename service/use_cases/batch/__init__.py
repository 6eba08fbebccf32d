"""Execute many operations on profiles in one request."""

from service.store.client.slices import yield_to_other_requests
from service.use_cases.batch.dry_run import dry_run
from service.use_cases.batch.items import requested_id
from service.use_cases.batch.reading import BatchRun
from service.use_cases.batch.run import run_batch

__all__ = ["BatchRun", "dry_run", "requested_id", "run_batch", "yield_to_other_requests"]
