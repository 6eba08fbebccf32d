"""The script of docs/importing.md with lost responses, responses of a proxy, and wrong settings."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance.importing import Import, customers
from tests.acceptance.losing_proxy import ProxyResponse, losing_proxy

ReadProfiles = Callable[[], list[dict[str, Any]]]


def test_a_date_in_retry_after_is_accepted(importer: Import, profiles: ReadProfiles) -> None:
    """Proxies may send a date instead of seconds (RFC 9110, section 10.2.3)."""
    busy = ProxyResponse(503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    with losing_proxy(importer.url, busy) as url:
        result = importer.load(customers(8), URL=f"{url}/v1")
    assert (result.outcomes, result.errors) == ({"created": 8}, [])
    assert len(profiles()) == 8


@pytest.mark.parametrize("status", [200, 308, 413])
def test_the_response_of_a_proxy_is_reported_by_status(
    importer: Import, profiles: ReadProfiles, status: int
) -> None:
    """Such a response does not stop the import and does not count as a success."""
    import_id = str(uuid4())
    with losing_proxy(importer.url, ProxyResponse(status, {"Content-Type": "text/html"})) as url:
        result = importer.load(customers(2), import_id, URL=f"{url}/v1")
        assert (result.status, result.outcomes) == (1, {"refused": 2})
        assert result.errors == [f"line {line}: refused: status {status}" for line in (2, 3)]
        assert importer.load(customers(2), import_id, URL=f"{url}/v1").outcomes == {"created": 2}
    assert len(profiles()) == 2


@pytest.mark.parametrize("url", ["127.0.0.1:8080/v1", "localhost:8080/v1", ""])
def test_a_url_without_a_scheme_stops_the_import(importer: Import, url: str) -> None:
    """The script does not repeat any request."""
    result = importer.load(customers(24), URL=url)
    assert (result.status, result.errors) == (1, ["URL must begin with http:// or https://"])


def test_lost_responses_cause_no_duplicates(importer: Import, profiles: ReadProfiles) -> None:
    """The proxy drops the first response to each creation. The second response is a replay."""
    with losing_proxy(importer.url) as url:
        result = importer.load(customers(8), URL=f"{url}/v1")
    assert result.outcomes == {"replayed": 8}
    assert len(profiles()) == 8


def test_an_invalid_api_key_stops_the_import(importer: Import, profiles: ReadProfiles) -> None:
    """The script stops before it has sent all rows."""
    result = importer.load(customers(24), API_KEY="plk_wrong")
    assert (result.status, result.outcomes) == (1, {})
    assert result.errors == ["401: the API key is not valid, or lacks a scope"]
    assert profiles() == []
