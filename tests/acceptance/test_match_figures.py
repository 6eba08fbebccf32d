"""The figures of matches are those of all workers, whichever of them is asked."""

from concurrent.futures import ThreadPoolExecutor

import httpx

_MATCHES = 40
_SERIES = 'profile_lookup_matches_total{channel="voice",outcome="none"} '


def _counted(url: str) -> float:
    text = httpx.get(f"{url}/metrics").text
    (series,) = [line for line in text.splitlines() if line.startswith(_SERIES)]
    return float(series.removeprefix(_SERIES))


def test_a_match_is_counted_once_whichever_worker_is_asked(server_url: str) -> None:
    """Two workers share the matches, and each shows the sum."""
    body = {"channel": "VOICE", "phone_number": "+14155550101"}

    def match(number: int) -> int:
        # A connection of its own, so that both workers get some.
        return httpx.post(f"{server_url}/v1/contacts/c-{number}/match", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(match, range(_MATCHES))) == {200}
    assert {_counted(server_url) for _ in range(10)} == {_MATCHES}
