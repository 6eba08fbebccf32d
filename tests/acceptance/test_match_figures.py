"""Each worker returns the match metrics of all workers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests import tls

_MATCHES = 40
_SERIES = 'profile_lookup_matches_total{channel="voice",outcome="none"} '


def _count(url: str) -> float:
    text = httpx.get(f"{url}/metrics", verify=tls.UNUSED).text
    (series,) = [line for line in text.splitlines() if line.startswith(_SERIES)]
    return float(series.removeprefix(_SERIES))


@pytest.fixture(scope="module")
def url(serve: Callable[..., str], module_database: str) -> str:
    """Return the URL of a service with two workers that has had no matches."""
    return serve(module_database, WORKERS="2")


def test_every_worker_reports_the_sum_of_all_matches(url: str) -> None:
    """Two workers process the matches. The metrics of each worker have the total."""
    body = {"channel": "VOICE", "phone_number": "+14155550101"}

    def match(number: int) -> int:
        # Open a new connection each time, so that both workers get requests.
        return httpx.post(f"{url}/v1/contacts/c-{number}/match", json=body, verify=tls.UNUSED).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(match, range(_MATCHES))) == {200}
    assert {_count(url) for _ in range(10)} == {_MATCHES}
