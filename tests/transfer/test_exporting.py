"""Formats and fields of an export."""

import csv
import io
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from service.model.profile import EMPTY_PROFILE, Address
from service.transfer.client.connection import Connection
from service.transfer.exporting import amazon, columns
from service.transfer.exporting.exporter import ExportOptions, export
from service.transfer.exporting.formats import CsvWriter, NdjsonWriter, open_spool
from service.transfer.exporting.output import open_output

_PHONES = [
    {"type": "mobile", "value": "090-1234-5678", "e164": "+819012345678", "region": "JP"},
    {"type": None, "value": "ext. 12", "e164": None},
    {"type": "fax", "value": "03-1234-5678", "e164": "+81312345678", "region": "JP"},
]


def _profile(**fields: Any) -> dict[str, Any]:
    times = {"version": 1, "created_at": "2026-03-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z"}
    return {"profile_id": "0" * 32, **EMPTY_PROFILE, **times, **fields}


def _csv(*profiles: dict[str, Any]) -> list[dict[str, str]]:
    output = io.BytesIO()
    with open_spool() as spool:
        writer = CsvWriter(output, spool, cells=columns.to_cells, position=columns.position)
        for profile in profiles:
            writer.add([profile])
        writer.finish(lambda: None)
    return list(csv.DictReader(io.StringIO(output.getvalue().decode("utf-8-sig"), newline="")))


def test_csv_has_a_column_for_each_value_of_any_profile() -> None:
    """Columns are in the order of the fields. What the service derives is left out."""
    address = {"type": "home", "address_1": "1 Main St", "city": "X", "country": None}
    rows = _csv(
        _profile(first_name="Jane", keys={"number": ["1"], "member": ["a", "b"]}, addresses=[address]),
        _profile(phone_numbers=_PHONES, attributes={"b.c": "2", "a": "1"}, keys={"number": ["2"]}),
    )
    assert list(rows[0]) == [
        "profile_id",
        "first_name",
        *("phone_numbers.1.type", "phone_numbers.1.value", "phone_numbers.2.value"),
        *("phone_numbers.3.type", "phone_numbers.3.value"),
        *("addresses.1.type", "addresses.1.address_1", "addresses.1.city"),
        *("attributes.a", "attributes.b.c", "keys.member", "keys.member.2", "keys.number"),
        *("created_at", "updated_at", "version"),
    ]
    assert (rows[0]["keys.member.2"], rows[1]["keys.member.2"]) == ("b", "")
    assert rows[1]["phone_numbers.1.value"] == "090-1234-5678"


@pytest.mark.parametrize("text", ["=1+1", "+81 3", "-1", "@SUM(A1)", "\tx", "\rx", "'=1"])
def test_no_cell_can_be_run_as_a_formula(text: str) -> None:
    """It gets an apostrophe, the name of a column too."""
    (row,) = _csv(_profile(first_name=text, attributes={"=x": "1"}))
    assert (row["first_name"], row["attributes.=x"]) == (f"'{text}", "1")


def test_ndjson_has_a_record_on_each_line() -> None:
    """It has all members."""
    output = io.BytesIO()
    writer = NdjsonWriter(output)
    writer.add([{"first_name": "太郎"}, {"first_name": "line\nbreak"}])
    writer.finish(lambda: None)
    assert output.getvalue().decode() == '{"first_name":"太郎"}\n{"first_name":"line\\nbreak"}\n'


def test_amazon_has_one_field_for_each_label() -> None:
    """Values without a field are counted."""
    addresses = [{"type": "billing", "city": "Tokyo"}, {"type": "home", "city": "Osaka"}]
    emails = [{"type": "work", "value": "w@example.com"}, {"type": "Home", "value": "h@example.com"}]
    profile = _profile(
        first_name="Jane",
        phonetic_first_name="ジェーン",
        gender="female",
        phone_numbers=_PHONES,
        email_addresses=emails,
        addresses=[{**dict.fromkeys(Address.__annotations__), **each} for each in addresses],
        keys={"number": ["1", "2"], "other": []},
        attributes={"tier": "gold"},
    )
    converted, lost = amazon.to_amazon(profile)
    assert converted == {
        "ProfileId": "0" * 32,
        "FirstName": "Jane",
        "GenderString": "female",
        "MobilePhoneNumber": "+819012345678",
        "PhoneNumber": "ext. 12",
        "BusinessEmailAddress": "w@example.com",
        "PersonalEmailAddress": "h@example.com",
        "BillingAddress": {"City": "Tokyo"},
        "Address": {"City": "Osaka"},
        "Attributes": {"phonetic_first_name": "ジェーン", "number": "1", "tier": "gold"},
    }
    assert lost == 2
    assert amazon.flatten(converted)["BillingAddress.City"] == "Tokyo"


def test_amazon_has_one_attribute_for_each_name() -> None:
    """An attribute replaces a search key with its name. The lost value is counted."""
    converted, lost = amazon.to_amazon(_profile(keys={"tier": ["1"]}, attributes={"tier": "gold"}))
    assert (converted["Attributes"], lost) == ({"tier": "gold"}, 1)


@pytest.mark.parametrize("since", [None, "cursor-0", "2026-03-01T00:00:00Z"])
def test_all_pages_are_exported(tmp_path: Path, since: str | None) -> None:
    """The cursor of each page leads to the next one. The list of changes ends with an empty page."""
    requests: list[httpx.URL] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request.url)
        if request.url.path == "/v1/search-keys":
            return httpx.Response(200, json={"items": [{"name": "ssn", "sensitive": True}]})
        number = len(requests) - 1
        items = [{"profile_id": str(number)}] if since is None or number < 3 else []
        cursor = None if since is None and number == 3 else f"cursor-{number}"
        return httpx.Response(200, json={"items": items, "next_cursor": cursor})

    done: list[int] = []
    options = ExportOptions(tmp_path / "profiles.ndjson", "ndjson", "own", since)
    transport = httpx.MockTransport(respond)
    with Connection("http://service", None, report=print, transport=transport) as connection:
        summary = export(options, connection, done.append, lambda: None)
    count = 3 if since is None else 2
    lines = (tmp_path / "profiles.ndjson").read_bytes().splitlines()
    assert [orjson.loads(line)["profile_id"] for line in lines] == [str(n + 1) for n in range(count)]
    assert (summary.profiles, summary.masked, done) == (count, ["ssn"], list(range(1, count + 1)))
    assert summary.cursor == (None if since is None else "cursor-3")
    first = {"since": since} if since and since.startswith("2026") else {"cursor": since} if since else {}
    assert [dict(url.params) for url in requests[1:]] == [
        {"limit": "1000", **first},
        *({"limit": "1000", "cursor": f"cursor-{n}"} for n in (1, 2)),
    ]


@pytest.mark.parametrize(("format_", "rows"), [("ndjson", 0), ("csv", 1)])
def test_an_export_stops_where_the_check_raises(tmp_path: Path, format_: str, rows: int) -> None:
    """After a page, and between the rows of a CSV file. Nothing remains."""
    page = {"items": [_profile(), _profile()], "next_cursor": None}
    checks: list[None] = []

    def check() -> None:
        checks.append(None)
        if len(checks) > rows:
            raise KeyboardInterrupt

    transport = httpx.MockTransport(
        lambda request: httpx.Response(
            200, json={"items": []} if request.url.path == "/v1/search-keys" else page
        )
    )
    options = ExportOptions(tmp_path / "profiles", format_, "own", None)
    with (
        Connection("http://service", None, report=print, transport=transport) as connection,
        pytest.raises(KeyboardInterrupt),
    ):
        export(options, connection, lambda _: None, check)
    assert list(tmp_path.iterdir()) == []


def test_the_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    """Only its owner can read it, even if it replaces one that all can read."""
    path = tmp_path / "profiles.ndjson"
    path.write_text("old")
    with open_output(path) as output:
        output.write(b"new")
        assert path.read_text() == "old"
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_an_interrupted_export_leaves_nothing(tmp_path: Path) -> None:
    """Not even a part of the file."""

    def interrupt() -> None:
        with open_output(tmp_path / "profiles.csv") as output:
            output.write(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert list(tmp_path.iterdir()) == []
