"""`profile-lookup import` with a bad file, a bad command, a bad network or a bad service."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from tests.acceptance.importing import COLUMNS, MAP, Importer, counts, customers
from tests.http_proxy import ProxyResponse, hooked_proxy, losing_proxy

ReadProfiles = Callable[[], list[dict[str, Any]]]

_HTML = {"Content-Type": "text/html"}


@pytest.fixture
def regular_key(importer: Importer, mongodb_uri: str) -> str:
    """Return an API key for regular imports, which cannot read settings."""
    arguments = "api-keys create --label x --scope profiles:create --scope profiles:edit"
    database = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": importer.database}
    return importer.run(*arguments.split(), **database).stdout.strip()


def test_lost_responses_cause_no_duplicates(importer: Importer, profiles: ReadProfiles) -> None:
    """Even if each row creates a profile. The second response is that of the first request."""
    with losing_proxy(importer.url) as url:
        file = importer.write(customers(300))
        result = importer.run("import", file, *MAP[:2], PROFILE_LOOKUP_URL=url)
    assert (result.exit_code, counts(result)) == (0, {"created": 300})
    assert "There is no response from http://127.0.0.1" in result.stderr
    assert "The service responds again.\n" in result.stderr
    assert len(profiles()) == 300


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_service_is_asked_again(importer: Importer, profiles: ReadProfiles, status: int) -> None:
    """The response of a proxy in front of the service is HTML."""
    with losing_proxy(importer.url, ProxyResponse(status, {**_HTML, "Retry-After": "0"})) as url:
        result = importer.load(customers(3), PROFILE_LOOKUP_URL=url)
    assert (result.exit_code, counts(result)) == (0, {"created": 3})
    assert len(profiles()) == 3


def test_a_page_of_a_proxy_ends_the_import_and_it_can_be_continued(
    importer: Importer, profiles: ReadProfiles
) -> None:
    """The state of the import remains until it is complete."""
    state = importer.folder / "customers.csv.import-state"
    with losing_proxy(importer.url, ProxyResponse(200, _HTML)) as url:
        result = importer.load(customers(3), PROFILE_LOOKUP_URL=url)
        assert (result.exit_code, result.stdout) == (4, "")
        assert "is not JSON (status 200, text/html)" in result.stderr
        assert state.exists()
        result = importer.load(customers(3), PROFILE_LOOKUP_URL=url)
    assert "Continuing the import of " in result.stderr
    assert counts(result) == {"created": 3}
    assert not state.exists()
    assert len(profiles()) == 3


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_import_says_how_to_continue(importer: Importer, profiles: ReadProfiles) -> None:
    """Ctrl-C arrives while the first batches are on their way. The first one is recorded."""
    batches: list[str] = []

    def interrupt(path: str) -> None:
        batches.extend([path] * path.endswith("/batch"))
        if len(batches) == 1:
            os.kill(os.getpid(), signal.SIGINT)

    state = importer.folder / "customers.csv.import-state"
    file = importer.write(customers(1300))
    with hooked_proxy(importer.url, interrupt) as url:
        result = importer.run("import", file, *MAP[:2], PROFILE_LOOKUP_URL=url)
        assert (result.exit_code, result.stdout) == (130, "")
        assert result.stderr.endswith(
            "Error: Interrupted. Repeat the command to continue; no row is imported twice.\n"
        )
        assert json.loads(state.read_text())["batches"] == 1
        result = importer.run("import", file, *MAP[:2], PROFILE_LOOKUP_URL=url)
    assert "interrupted after row 251 or later" in result.stderr
    assert counts(result) == {"created": 1300}
    assert len(profiles()) == 1300
    assert not state.exists()


@pytest.mark.usefixtures("interruptible")
def test_an_import_that_waits_for_the_service_is_interrupted(
    importer: Importer, profiles: ReadProfiles
) -> None:
    """It does not wait for the two minutes that the service has asked for."""

    def interrupt_soon(path: str) -> None:
        if path.endswith("/batch"):
            Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()

    wait = ProxyResponse(503, {**_HTML, "Retry-After": "120"})
    with hooked_proxy(importer.url, interrupt_soon, wait) as url:
        result = importer.load(customers(3), PROFILE_LOOKUP_URL=url)
    assert result.exit_code == 130
    assert "(status 503)" in result.stderr
    assert profiles() == []


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(
    ("output", "message"), [("all.csv", "nothing was written"), ("-", "the output is not complete")]
)
def test_an_interrupted_export_writes_no_file(
    importer: Importer, tmp_path: Path, output: str, message: str
) -> None:
    """Ctrl-C arrives while a page is read. Standard output can have earlier pages already."""

    def interrupt(path: str) -> None:
        if path.startswith("/v1/profiles?"):
            os.kill(os.getpid(), signal.SIGINT)

    path = output if output == "-" else tmp_path / output
    with hooked_proxy(importer.url, interrupt) as url:
        result = importer.run("export", "--output", path, PROFILE_LOOKUP_URL=url)
    assert result.exit_code == 130
    assert result.stderr == f"Error: Interrupted; {message}.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_batch_that_is_too_large_for_a_proxy_is_divided(importer: Importer, profiles: ReadProfiles) -> None:
    """The proxy rejects each size once."""
    with losing_proxy(importer.url, ProxyResponse(413, _HTML)) as url:
        result = importer.load(customers(2), PROFILE_LOOKUP_URL=url)
    assert (result.exit_code, counts(result)) == (1, {"rejected": 2})
    assert "too large" in (importer.folder / "customers.csv.rejected.csv").read_text()
    assert profiles() == []


def test_an_invalid_api_key_stops_the_import(importer: Importer, profiles: ReadProfiles) -> None:
    """No state remains, because nothing was sent."""
    result = importer.load(customers(24), PROFILE_LOOKUP_API_KEY="plk_wrong")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "The API key is missing or not valid (401)." in result.stderr
    assert "plk_wrong" not in result.output
    assert not (importer.folder / "customers.csv.import-state").exists()
    assert profiles() == []


def test_a_missing_scope_stops_the_import(
    importer: Importer, profiles: ReadProfiles, mongodb_uri: str
) -> None:
    """The error names the scope."""
    database = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": importer.database}
    key = importer.run("api-keys", "create", "--label", "x", "--scope", "profiles:create", **database).stdout
    result = importer.load(customers(3), PROFILE_LOOKUP_API_KEY=key.strip())
    assert (result.exit_code, result.stdout) == (3, "")
    assert "profiles:edit" in result.stderr
    assert profiles() == []


def test_a_region_needs_a_key_that_can_read_the_default_region(
    importer: Importer, profiles: ReadProfiles, regular_key: str
) -> None:
    """Otherwise numbers could be stored as those of another country."""
    result = importer.load(customers(3), "--region", "JP", PROFILE_LOOKUP_API_KEY=regular_key)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "settings:admin" in result.stderr
    assert profiles() == []
    result = importer.load(customers(3), PROFILE_LOOKUP_API_KEY=regular_key)
    assert counts(result) == {"created": 3}
    assert "Phone numbers without a country code are not checked" in result.stderr


def test_a_service_that_does_not_run_stops_the_import(importer: Importer) -> None:
    """The error names its URL."""
    result = importer.load(customers(3), PROFILE_LOOKUP_URL="http://127.0.0.1:1")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "There is no response from http://127.0.0.1:1 (ConnectError" in result.stderr


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--match-on", "member"), "The search key member is not defined"),
        (("--match-on", "phone"), "it is not a unique search key"),
        (("--match-on", "customer_number"), "No column is mapped to keys.customer_number"),
        (("--match-on", "profile_id"), "No column is mapped to profile_id"),
        (("--map", "phone"), "is not COLUMN=FIELD"),
        (("--map", "x=first_name"), "x"),
        (("--map", "phone=shoe"), "shoe"),
        (("--format", "pdf"), "The format is unknown"),
        (("--encoding", "klingon"), "The encoding is unknown"),
        (("--url", "127.0.0.1"), "The URL is not valid"),
        (("--lists", "none"), "none"),
        (("--region", "XX"), "--region is no region"),
        (("--region", ""), "--region is no region"),
        (("--region", "us"), "The default region of the domain is JP"),
    ],
)
def test_a_wrong_option_stops_the_import(
    importer: Importer, profiles: ReadProfiles, options: tuple[str, ...], text: str
) -> None:
    """Nothing is written."""
    columns = ("own number", *COLUMNS[1:])
    result = importer.run("import", importer.write(customers(3), columns), *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert text in result.stderr
    assert profiles() == []


def test_unreadable_files_stop_the_import(importer: Importer, tmp_path: Path) -> None:
    """A missing file, a directory, zeros and an empty file."""
    files = {"zeros": bytes(1 << 20), "empty.csv": b""}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    for name in ("missing.csv", ".", *files):
        result = importer.run("import", tmp_path / name)
        assert result.exit_code == 2, name
        assert result.stderr.splitlines()[-1].startswith("Error: "), result.output
        assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_a_file_without_rows_stops_the_import(importer: Importer, options: tuple[str, ...]) -> None:
    """It has a header only. No state remains."""
    result = importer.load([], *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "has a header, but no rows" in result.stderr
    assert [each.name for each in importer.folder.glob("customers.csv*")] == ["customers.csv"]


@pytest.mark.parametrize("since", ["yesterday", "2026-03-01", "2026-03-01T00:00:00", "2026-13-01T00:00:00Z"])
def test_an_export_since_no_time_is_a_usage_error(since: str, importer: Importer) -> None:
    """The error names the option and what it takes."""
    result = importer.run("export", "--output", "-", "--changed-since", since)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'--changed-since': " in result.stderr
    assert "is neither a time with a time zone" in result.stderr


def test_an_export_to_a_missing_folder_names_the_file(importer: Importer) -> None:
    """And no temporary file."""
    path = importer.folder / "missing" / "profiles.ndjson"
    result = importer.run("export", "--output", path)
    assert result.exit_code == 2
    assert f"Error: {path} cannot be written" in result.stderr


def test_a_unique_value_of_another_profile_is_a_hint_to_match_on(
    importer: Importer, profiles: ReadProfiles
) -> None:
    """The row has its column. No other advice is given."""
    importer.load(customers(2))
    result = importer.run("import", importer.write(customers(1)), *MAP[:2])
    assert result.exit_code == 1
    (line,) = (importer.folder / "customers.csv.rejected.csv").read_text().splitlines()[1:]
    assert line.startswith('2,customer_number,"Another profile has this value')
    assert "--match-on customer_number" in line
    assert "identifier" not in line
    assert len(profiles()) == 2


def test_a_file_without_a_column_of_names_stops_the_import(
    importer: Importer, profiles: ReadProfiles
) -> None:
    """The columns are named, at most ten of them."""
    columns = ["phone", *(f"Nimi {n}" for n in range(12))]
    result = importer.run("import", importer.write([["x"] * 13], columns))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Nimi 7, Nimi 8 and 3 more. Name the field of a column: --map COLUMN=first_name" in result.stderr
    assert profiles() == []


def test_rows_after_a_quoted_cell_that_never_ends_are_rejected(
    importer: Importer, profiles: ReadProfiles
) -> None:
    """The rows before it are imported."""
    file = importer.folder / "quoted.csv"
    file.write_bytes(b'first_name,customer_number\nJane,C-1\n"John' + b"\nx" * 1000)
    result = importer.run("import", file, *MAP)
    assert (result.exit_code, counts(result)) == (1, {"created": 1, "rejected": 1001})
    assert len(profiles()) == 1


def test_an_output_cannot_be_the_input(importer: Importer) -> None:
    """It would be lost."""
    file = importer.write(customers(2))
    result = importer.run("import", file, *MAP, "--ids", file)
    assert result.exit_code == 2
    assert "must be different files" in result.stderr
    assert len(file.read_text().splitlines()) == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_a_result_file_that_cannot_be_written_stops_the_import(importer: Importer, tmp_path: Path) -> None:
    """The error names it."""
    tmp_path.chmod(0o500)
    result = importer.load(customers(2), "--ids", str(tmp_path / "ids.csv"))
    assert result.exit_code == 2
    assert f"{tmp_path / 'ids.csv'} cannot be written" in result.stderr
