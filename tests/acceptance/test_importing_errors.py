"""The script of docs/importing.md with lost responses, responses of a proxy, and wrong settings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance.importing import COLUMNS, Import, customers
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


@pytest.mark.parametrize("url", ["127.0.0.1:8080/v1", "localhost:8080/v1", "http://127.0.0.1:8080", ""])
def test_a_url_without_a_scheme_or_version_stops_the_import(importer: Import, url: str) -> None:
    """The script sends no request."""
    result = importer.load(customers(24), URL=url)
    text = "URL must begin with http:// or https:// and end with /v1"
    assert (result.status, result.errors) == (1, [text])


def test_unset_variables_stop_the_import(importer: Import) -> None:
    """The message names the variables."""
    result = importer.shell("unset URL API_KEY; python3 load.py < /dev/null", IMPORT_ID=str(uuid4()))
    assert (result.returncode, result.stderr) == (1, "Not set: API_KEY, URL; export it first\n")


def test_a_file_in_another_encoding_stops_the_import(importer: Import, tmp_path: Path) -> None:
    """Excel in Japanese saves CSV in CP932. The message contains no value."""
    file = tmp_path / "customers.csv"
    file.write_text(f"{','.join(COLUMNS)}\nC-1,太郎,山田,,\n", encoding="cp932")
    result = importer.shell(f"python3 load.py < {file}", IMPORT_ID=str(uuid4()))
    text = "The file is not in UTF-8; convert it, for example with: iconv -f CP932 -t UTF-8\n"
    assert (result.returncode, result.stderr) == (1, text)


def test_missing_columns_stop_the_import(importer: Import) -> None:
    """The message names the missing columns. It contains none of the file's names."""
    result = importer.load(
        [["C-1", "Jane", "Doe", "", ""]], columns=["no", "first_name", "last_name", "tel", ""]
    )
    text = "The first line lacks columns: customer_number, email, phone; rename yours"
    assert (result.status, result.errors) == (1, [text])


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
