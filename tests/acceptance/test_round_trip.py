"""What is exported imports to the same profiles: 300 profiles with every field.

So many have each word several times in each field, and are two batches of an import. The pages of an export
are in tests/transfer/test_exporting.py.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pymongo
import pytest
from click.testing import Result

from service.model.profile import Address
from service.model.search_key import KeyType
from tests.acceptance.importing import Importer, counts, tick
from tests.measuring import unmeasured

_PROFILES = 300
_BATCH = 250
_DOMAIN = "exported"
_KEYS = {"member": KeyType.IDENTIFIER, "code": KeyType.TEXT}
_TEXTS = (
    *("first_name", "middle_name", "last_name", "phonetic_first_name", "phonetic_last_name"),
    *("business_name", "account_number", "birth_date", "gender", "party_type", "additional_information"),
)
_WORDS = (
    *("=1+1", "+81 90-1234-5678", "-5", "@home", "'=x", "''", "a,b;c\tD".replace("\t", " "), '"quoted"'),
    *(
        "太郎",
        "Å\u0301",
        "𠮷野家",
        "e\u0301",
        "0123",
        "1.50",
        "1E5",
        "TRUE",
        "null",
        "a:::b",
        "<b>",
        "\\n",
        "*x",
    ),
    *("Jörg", "O'Neil", "x" * 255, "2026-03-01", "00123.0", "https://example.com/?a=b#c"),
)

ReadProfiles = Callable[[str], list[dict[str, Any]]]


def _profiles() -> Iterator[dict[str, Any]]:
    """Yield profiles with all combinations of fields. The same ones in each run."""
    chance = random.Random(16)  # noqa: S311 - not for security
    for number in range(_PROFILES):
        texts = {name: _text(chance, name) for name in _TEXTS if chance.random() < 0.5}
        yield {
            **texts,
            "first_name": f"{chance.choice(_WORDS)[:200]} {number}",
            "phone_numbers": [_phone(chance) for _ in range(chance.choice((0, 1, 1, 2, 4)))],
            "email_addresses": [
                {"type": chance.choice((None, "work")), "value": f"c{number}.{n}@example.com"}
                for n in range(chance.choice((0, 1, 3)))
            ],
            "addresses": [_address(chance) for _ in range(chance.choice((0, 1, 2)))],
            "attributes": {
                f"name {n}.{chance.choice(('a', '2', '=x'))}": chance.choice(_WORDS)
                for n in range(chance.choice((0, 1, 3)))
            },
            "keys": {
                "member": [f"M-{number}", *([f"={number}"] if chance.random() < 0.3 else [])],
                **({"code": [chance.choice(_WORDS[8:12])]} if chance.random() < 0.3 else {}),
            },
        }


def _text(chance: random.Random, name: str) -> str:
    text = chance.choice(_WORDS)
    return f"{text}\nand a second line" if name == "additional_information" else text


def _phone(chance: random.Random) -> dict[str, Any]:
    number = f"{chance.randrange(10**7, 10**8)}"
    value = chance.choice(
        (f"090{number}", f"+1415555{number[:4]}", f"03-1234-{number[:4]}", "ext. 12", "=090")
    )
    return {"type": chance.choice((None, "mobile", "Fax (old)")), "value": value}


def _address(chance: random.Random) -> dict[str, Any]:
    lines = [name for name in Address.__annotations__ if name != "type" and chance.random() < 0.5]
    lines = lines or ["city"]
    return {"type": chance.choice((None, "home")), **{name: chance.choice(_WORDS) for name in lines}}


@pytest.fixture(scope="module")
def exporter(
    importer: Importer,
    make_commands: Callable[[str], Callable[..., str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Importer:
    """Return the service of the importer with the profiles in another domain."""
    scopes = ("profiles:create", "profiles:edit", "profiles:admin", "settings:admin")
    options = [f"--scope={each}" for each in scopes]
    command = ["api-keys", "create", "--label", "export", "--domain", _DOMAIN, *options]
    key = make_commands(importer.database)(*command)
    prepared = Importer(tmp_path_factory.mktemp("export"), importer.url, key, importer.database)
    prepared.ask("PATCH", "settings", {"default_region": "JP"})
    _define_keys(prepared)
    with unmeasured():
        items = [{"operation": "create", "profile": profile} for profile in _profiles()]
    for start in range(0, len(items), _BATCH):
        results = prepared.ask("POST", "profiles/batch", {"items": items[start : start + _BATCH]})["items"]
        assert {result["status"] for result in results} == {201}, next(
            r for r in results if r["status"] > 201
        )
    return prepared


def _define_keys(importer: Importer) -> None:
    for name, key_type in _KEYS.items():
        unique = name == "member"
        importer.ask("PUT", f"search-keys/{name}", {"label": name, "type": key_type, "unique": unique})


@pytest.fixture(scope="module")
def other(importer: Importer, mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[Importer]:
    """Return an importer of the default domain with the same search keys."""
    _define_keys(importer)
    yield importer
    mongodb_client[importer.database].profiles.delete_many({})
    for name in _KEYS:
        importer.ask("DELETE", f"search-keys/{name}")


@pytest.fixture(scope="module")
def read_profiles(mongodb_client: pymongo.MongoClient[dict[str, Any]], importer: Importer) -> ReadProfiles:
    """Return a function that reads all profiles of a domain, sorted by their member."""
    collection = mongodb_client[importer.database].profiles
    return lambda domain: sorted(collection.find({"domain": domain}), key=_member)


def _member(profile: Mapping[str, Any]) -> str:
    (values,) = (each["values"] for each in profile["keys"] if each["key"] == "member")
    return str(values[0])


_STORED = {"_id", "domain", "created_at", "updated_at", "changed", "batch_marks", "fingerprint", "repeated"}


def _content(profile: Mapping[str, Any]) -> dict[str, Any]:
    content = {name: value for name, value in profile.items() if name not in _STORED}
    # The definitions of search keys have other IDs in another domain.
    content["definitions"] = len(content["definitions"])
    content["attributes"] = sorted((pair["name"], pair["value"]) for pair in content["attributes"])
    content["keys"] = sorted((each["key"], each["values"]) for each in content["keys"])
    content["lookup"] = sorted(term for term in content["lookup"] if not term.startswith("profile_id:"))
    return content


@pytest.mark.parametrize("name", ["profiles.csv", "profiles.ndjson"])
def test_an_export_imports_to_the_same_profiles(
    exporter: Importer,
    other: Importer,
    read_profiles: ReadProfiles,
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    name: str,
) -> None:
    """Into another domain, and into the same one, where nothing changes."""
    file = exporter.folder / name
    result = exporter.run("export", "--output", file)
    assert (result.exit_code, result.stdout) == (0, ""), result.output
    assert f"{_PROFILES:,} profiles." in result.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    before = read_profiles(_DOMAIN)
    result = exporter.run("import", file, "--match-on", "profile_id")
    assert counts(result) == {"unchanged": _PROFILES}, _rejected(file)
    assert read_profiles(_DOMAIN) == before
    mongodb_client[other.database].profiles.delete_many({"domain": "default"})
    result = other.run("import", file)
    assert counts(result) == {"created": _PROFILES}, _rejected(file)
    for stored, original in zip(read_profiles("default"), before, strict=True):
        assert _content(stored) == _content(original)


def _rejected(file: Path) -> str:
    path = file.with_name(f"{file.name}.rejected.csv")
    return path.read_text()[:1000] if path.exists() else ""


def test_changes_are_exported_and_continued(
    exporter: Importer, mongodb_client: pymongo.MongoClient[dict[str, Any]], tmp_path: Path
) -> None:
    """The cursor of the first export leads to the changes after it, deletions included."""

    def export_until(summary: str, since: str) -> Result:
        """Export until the summary is as expected: changes appear when no earlier change can follow them."""
        while True:
            result = exporter.run("export", "--output", file, "--changed-since", since)
            assert result.exit_code == 0, result.output
            if result.stderr.startswith(summary):
                return result
            tick(mongodb_client)

    file = tmp_path / "changes.ndjson"
    result = export_until(f"{_PROFILES:,} profiles.\n", "2020-01-01T00:00:00Z")
    cursor = result.stderr.split("--changed-since ")[1].strip()
    gone = orjson.loads(file.read_bytes().splitlines()[0])
    (created,) = exporter.ask(
        "POST",
        "profiles/batch",
        {"items": [{"operation": "create", "profile": {"first_name": "New", "keys": {"member": ["new"]}}}]},
    )["items"]
    exporter.ask("DELETE", f"profiles/{gone['profile_id']}")
    export_until("1 profiles, 1 deleted.\n", cursor)
    lines = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    assert lines[0]["profile_id"] == created["profile_id"]
    assert lines[1].keys() == {"profile_id", "deleted_at"}
    assert lines[1]["profile_id"] == gone["profile_id"]
    result = exporter.run("export", "--output", tmp_path / "c.csv", "--changed-since", cursor)
    assert "1 deleted, which CSV leaves out" in result.stderr
    exporter.ask("DELETE", f"profiles/{created['profile_id']}")


def test_amazons_fields_are_exported(exporter: Importer) -> None:
    """To standard output, and as CSV."""
    result = exporter.run("export", "--output", "-", "--fields", "amazon")
    first = orjson.loads(result.stdout.partition("\n")[0])
    assert {"ProfileId", "FirstName", "Attributes"} <= first.keys()
    assert "values have no field in Amazon Connect" in result.stderr
    result = exporter.run("export", "--output", "-", "--fields", "amazon", "--format", "csv")
    header = result.stdout.partition("\n")[0].split(",")
    assert {"MobilePhoneNumber", "Address.City", "Attributes.member"} <= set(header)


def test_an_export_without_a_folder_to_write_to_fails(exporter: Importer, tmp_path: Path) -> None:
    """The error is one line."""
    result = exporter.run("export", "--output", tmp_path / "missing" / "profiles.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: ")
    assert "cannot be written: No such file or directory." in result.stderr
