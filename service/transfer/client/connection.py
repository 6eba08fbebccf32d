"""Send requests to the service, and repeat those that may succeed later."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from service.transfer.client.errors import InvalidAddress, ServiceFailed, Stopped
from service.transfer.client.responses import RETRIED, read
from service.transfer.client.retries import pauses, retry_after

PATIENCE_SECONDS = 300
"""How long a request without success is repeated."""
# The service's own deadlines are shorter.
_TIMEOUT = httpx.Timeout(60, connect=10)
_POLL_SECONDS = 0.1
_VERSION = "/v1"
_JSON = {"Content-Type": "application/json"}


class Connection:
    """An HTTP client of the service. Threads can share it.

    ``report`` is called with a line of text when requests begin to fail, and when they succeed again.
    ``patience`` is how many seconds a request without success is repeated.
    """

    def __init__(
        self,
        url: str,
        api_key: str | None,
        *,
        report: Callable[[str], None],
        patience: float = PATIENCE_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """``url`` may end with /v1. No request is sent yet.

        Raises:
            InvalidAddress: The URL or the API key cannot be valid.

        """
        self.url = base_url(url)
        self._http = httpx.Client(
            base_url=self.url, headers=_headers(api_key), timeout=_TIMEOUT, transport=transport
        )
        self._report = report
        self._patience = patience
        self._is_stopped = False
        self._is_failing = False
        self._has_responded = False

    def get(self, path: str, **parameters: str | int | None) -> Any:
        """Return the JSON at a path below /v1. Parameters that are None are not sent.

        Raises:
            TransferError: There is no successful response.

        """
        query = {name: value for name, value in parameters.items() if value is not None}
        return self._send(self._http.build_request("GET", f"{_VERSION}/{path}", params=query))

    def post(
        self,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        why_incomplete: Callable[[Any], str | None],
    ) -> Any:
        """Send JSON to a path below /v1, and return the JSON of the response.

        ``why_incomplete`` gets the JSON of a response, and returns why the request must be sent again, or
        None.

        Raises:
            TransferError: There is no successful response.

        """
        request = self._http.build_request(
            "POST", f"{_VERSION}/{path}", content=body, headers={**_JSON, **headers}
        )
        return self._send(request, why_incomplete)

    def stop(self) -> None:
        """Attempt no request again: raise ``Stopped`` instead. Signal handlers can call this method."""
        self._is_stopped = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._http.close()

    def _send(
        self, request: httpx.Request, why_incomplete: Callable[[Any], str | None] = lambda _: None
    ) -> Any:
        give_up_at = time.monotonic() + self._patience
        for pause in pauses():
            try:
                response = self._http.send(request)
            except httpx.RequestError as error:
                failure, wait = self._unreachable(request, error), pause
            else:
                self._has_responded = True
                body, incomplete = self._read(response, why_incomplete)
                if incomplete is None:
                    self._report_success()
                    return body
                failure, wait = incomplete, max(pause, retry_after(response.headers.get("Retry-After")))
            if time.monotonic() + wait > give_up_at:
                raise ServiceFailed(f"{failure} The request was tried again for {self._minutes}.")
            self._report_failure(failure)
            if not self._pause(wait):
                break
        raise Stopped("Stopped while waiting for the service.")

    def _pause(self, seconds: float) -> bool:
        """Wait, and return True, or return False as soon as ``stop`` is called.

        Polls, because a signal handler must not take the lock that it needs to wake a thread: the interrupted
        thread may hold it.
        """
        ends_at = time.monotonic() + seconds
        while not self._is_stopped and (remaining := ends_at - time.monotonic()) > 0:
            time.sleep(min(remaining, _POLL_SECONDS))
        return not self._is_stopped

    def _read(
        self, response: httpx.Response, why_incomplete: Callable[[Any], str | None]
    ) -> tuple[Any, str | None]:
        """Return the JSON of the response, and why the request must be sent again, or None if not."""
        if response.status_code in RETRIED:
            return None, f"The service asks to wait (status {response.status_code})."
        body = read(response)
        return body, why_incomplete(body)

    def _unreachable(self, request: httpx.Request, error: httpx.RequestError) -> str:
        """Return why the request must be sent again. Raises ``ServiceFailed`` before the first response."""
        host = f"{request.url.scheme}://{request.url.netloc.decode()}"
        reason = f"There is no response from {host} ({type(error).__name__}: {error})."
        if not self._has_responded:
            raise ServiceFailed(f"{reason} Check the URL, and that the service runs.") from error
        return reason

    def _report_failure(self, failure: str) -> None:
        if not self._is_failing:
            self._is_failing = True
            self._report(f"{failure} Trying again for up to {self._minutes}.")

    def _report_success(self) -> None:
        if self._is_failing:
            self._is_failing = False
            self._report("The service responds again.")

    @property
    def _minutes(self) -> str:
        return f"{self._patience / 60:.0f} minutes"


def base_url(url: str) -> str:
    """Return the URL without slashes and /v1 at its end.

    Raises:
        InvalidAddress: The URL does not begin with http:// or https://, or names no host.

    """
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid:
        raise InvalidAddress(
            "The URL is not valid; it must begin with http:// or https://, such as http://127.0.0.1:8080."
        )
    return url.rstrip("/").removesuffix(_VERSION).rstrip("/")


def _headers(api_key: str | None) -> dict[str, str]:
    if api_key is None:
        return {}
    if not api_key.isascii() or not api_key.isprintable():
        raise InvalidAddress("The API key has characters that no API key has; copy it again.")
    return {"Authorization": f"Bearer {api_key}"}
