"""Poll a starting service until it is ready, and report why it is not."""

import http.client
import json
import time
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 10
_PATIENCE_SECONDS = 5
# "unknown" means that a check could not run, so it does not explain why the service is not ready.
_NOT_FAILED = frozenset({"ok", "unknown"})


class ReadinessPoller:
    """Polls /readyz. After ``patience`` seconds, reports why the service is not ready, and each change."""

    def __init__(
        self, url: str, report: Callable[[str], None], *, patience: float = _PATIENCE_SECONDS
    ) -> None:
        self._url = url
        self._report = report
        self._patience_ends = time.monotonic() + patience
        self._reported: str | None = None

    def is_ready(self) -> bool:
        """Poll /readyz once and return whether the service is ready."""
        reason = _failed_checks(self._url)
        if reason and reason != self._reported and time.monotonic() > self._patience_ends:
            self._report(f"Not ready yet: {reason}. {self._url}/readyz has the latest.")
            self._reported = reason
        return reason is None


def _failed_checks(url: str) -> str | None:
    """Return the failed checks of /readyz, or None if the service is ready.

    The text is empty if the service is not ready and does not say why.
    """
    # urllib would use a proxy from the environment variables.
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT_SECONDS)) as connection:
        try:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            if response.status == http.HTTPStatus.OK:
                return None
            checks = json.loads(response.read())["checks"]
        except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
            # No response, or a response without checks, such as gunicorn's error page.
            return "its workers do not answer yet"
    return "; ".join(f"{name}: {state}" for name, state in checks.items() if state not in _NOT_FAILED)
