"""Execute many operations on profiles in one request."""

from service.use_cases.batch.run import BatchRun, dry_run, pause, run_batch

__all__ = ["BatchRun", "dry_run", "pause", "run_batch"]
