"""Requests to the service: retries, errors and their messages."""

import time
from collections.abc import Callable, Sequence

import httpx
import pytest

from service.transfer.client.connection import Connection
from service.transfer.client.errors import (
    InvalidAddress,
    NotAuthorised,
    RejectedRequest,
    ServiceFailed,
    Stopped,
    TooLarge,
)
from service.transfer.client.retries import pauses, retry_after

Connect = Callable[..., Connection]

_PROBLEM = {"Content-Type": "application/problem+json"}
_LATER = httpx.Response(503, headers={"Retry-After": "0"})
_DONE = httpx.Response(200, json={"done": True})


def _connect(
    responses: Sequence[httpx.Response | Exception], *, lines: list[str] | None = None, patience: float = 60
) -> tuple[Connection, list[httpx.Request]]:
    """Return a connection to a service with these responses, and the requests that it has received."""
    remaining, requests = list(responses), []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        response = remaining.pop(0)
        if isinstance(response, Exception):
            raise response
        return response

    report = ([] if lines is None else lines).append
    transport = httpx.MockTransport(respond)
    connection = Connection(
        "http://service/v1/", "key", report=report, patience=patience, transport=transport
    )
    return connection, requests


def test_a_request_is_repeated_with_the_same_key_until_it_succeeds() -> None:
    """The service was busy, and then lost the connection. Two lines say so."""
    lines: list[str] = []
    connection, requests = _connect([_LATER, httpx.ReadError("reset"), _DONE], lines=lines)
    response = connection.post(
        "profiles/batch", b"{}", {"Idempotency-Key": "one"}, why_incomplete=lambda _body: None
    )
    assert response == {"done": True}
    assert {(str(each.url), each.headers["Idempotency-Key"], each.content) for each in requests} == {
        ("http://service/v1/profiles/batch", "one", b"{}")
    }
    assert len(requests) == 3
    assert lines == [
        "The service asks to wait (status 503). Trying again for up to 1 minutes.",
        "The service responds again.",
    ]


def test_an_incomplete_response_is_requested_again() -> None:
    """Some items of a batch can wait for the database."""
    connection, requests = _connect([httpx.Response(200, json={"done": False}), _DONE])
    response = connection.post(
        "profiles/batch", b"{}", {}, why_incomplete=lambda body: None if body["done"] else "Busy."
    )
    assert (response, len(requests)) == ({"done": True}, 2)


@pytest.mark.parametrize(
    ("response", "error", "text"),
    [
        (httpx.Response(401, headers=_PROBLEM, json={"detail": "No."}), NotAuthorised, "(401). No."),
        (
            httpx.Response(403, headers=_PROBLEM, json={"detail": "Use the scope profiles:admin."}),
            NotAuthorised,
            "(403). Use the scope profiles:admin.",
        ),
        (httpx.Response(413, text="<html>"), TooLarge, "too large"),
        (httpx.Response(200, text="<html>"), ServiceFailed, "is not JSON (status 200, text/plain"),
        (httpx.Response(301, headers={"Location": "/"}), ServiceFailed, "is not JSON (status 301"),
        (httpx.Response(200, headers=_PROBLEM, text="{"), ServiceFailed, "is not JSON"),
        (
            httpx.Response(500, headers=_PROBLEM, json={"code": "x", "detail": "No."}),
            ServiceFailed,
            "500. No.",
        ),
        (httpx.Response(404, headers=_PROBLEM, json=["?"]), ServiceFailed, "404"),
        (
            httpx.Response(
                422,
                headers=_PROBLEM,
                json={"code": "invalid_request", "errors": [{"pointer": "", "detail": "Wrong."}]},
            ),
            RejectedRequest,
            "/: Wrong.",
        ),
    ],
)
def test_other_errors_end_the_request_with_a_clear_message(
    response: httpx.Response, error: type[Exception], text: str
) -> None:
    """It is not repeated."""
    connection, requests = _connect([response])
    with pytest.raises(error) as caught:
        connection.get("profiles")
    assert text in str(caught.value)
    assert len(requests) == 1


def test_a_service_that_has_never_responded_is_not_waited_for() -> None:
    """The URL is probably wrong."""
    connection, requests = _connect([httpx.ConnectError("refused")])
    with pytest.raises(ServiceFailed, match=r"There is no response from http://service .* Check the URL"):
        connection.get("profiles")
    assert len(requests) == 1


def test_a_request_is_given_up_after_some_minutes() -> None:
    """The message says how long it was tried."""
    connection, _ = _connect([_LATER, _LATER, _LATER], patience=1)
    with pytest.raises(ServiceFailed, match="tried again for 0 minutes"):
        connection.get("profiles")


def test_a_waiting_request_can_be_stopped() -> None:
    """It ends at once."""
    connection, _ = _connect([httpx.Response(429, headers={"Retry-After": "50"})], patience=600)
    connection.stop()
    started_at = time.monotonic()
    with pytest.raises(Stopped):
        connection.get("profiles")
    assert time.monotonic() - started_at < 10


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8080", "ftp://service", "http://", "http://service:x", "http://[::"]
)
def test_a_url_without_scheme_or_host_is_rejected(url: str) -> None:
    """The message shows a valid URL."""
    with pytest.raises(InvalidAddress, match="such as http://127"):
        Connection(url, None, report=print)


def test_an_api_key_with_other_characters_is_rejected() -> None:
    """It is not in the message."""
    with pytest.raises(InvalidAddress) as caught:
        Connection("http://service", "sécret\n", report=print)
    assert "cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, 0), ("7", 7), ("9999", 120), ("-1", 0), ("soon", 0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0)],
)
def test_retry_after_is_a_number_or_a_date(header: str | None, seconds: float) -> None:
    """It is at most two minutes."""
    assert retry_after(header) == seconds


def test_pauses_grow_to_half_a_minute() -> None:
    """A service that restarts is not flooded."""
    growing = pauses()
    assert [next(growing) for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
