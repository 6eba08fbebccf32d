"""`profile-lookup import` against a real service: creates, updates, rejected rows, results."""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.importing import COLUMNS, MAP, Importer, counts, customers

ReadProfiles = Callable[[], list[dict[str, Any]]]

_JANE = ["C-0001", "Jane", "Doe", "090-1234-0001", "c1@example.com"]


def test_customers_are_created_once(importer: Importer, profiles: ReadProfiles) -> None:
    """Values are stored as typed. Batches are complete, and so is the last one."""
    rows = customers(530)
    assert counts(importer.load(rows)) == {"created": 530}
    assert counts(importer.load(rows)) == {"unchanged": 530}
    stored = profiles()
    assert [profile["keys"] for profile in stored] == [
        [{"key": "customer_number", "values": [row[0]]}] for row in rows
    ]
    assert {profile["version"] for profile in stored} == {1}
    assert (stored[0]["first_name"], stored[0]["last_name"]) == ("花子", "山田")
    assert stored[0]["phone_numbers"][0]["value"] == "090-1234-0000"
    assert stored[0]["phone_numbers"][0]["e164"] == "+819012340000"
    assert not list(importer.folder.glob("customers.csv.*"))


def test_the_default_region_can_be_named(importer: Importer, profiles: ReadProfiles) -> None:
    """In lower case too."""
    assert counts(importer.load([_JANE], "--region", "jp")) == {"created": 1}
    assert profiles()[0]["phone_numbers"][0]["e164"] == "+819012340001"


@pytest.mark.usefixtures("profiles")
def test_phone_numbers_without_e164_form_are_those_of_the_service(importer: Importer) -> None:
    """In CSV and in vCards. Numbers of other countries are possible or not."""
    typed = ["03-5555-6666", "0221 / 123456", "01-4155550101", "call me", "0120-12", "415-555-0101"]
    cards = "".join(f"BEGIN:VCARD\nVERSION:3.0\nN:;Jane\nTEL:{each}\nEND:VCARD\n" for each in typed)
    (importer.folder / "cards.vcf").write_text(cards)
    file = importer.write([["Jane", each] for each in typed], ("first_name", "phone"))
    for path, first in ((file, 2), (importer.folder / "cards.vcf", 1)):
        assert importer.run("import", path).exit_code == 0
        listed = (importer.folder / f"{path.name}.no-e164.csv").read_text().splitlines()[1:]
        numbers = [
            number for item in importer.ask("GET", "profiles")["items"] for number in item["phone_numbers"]
        ]
        stored = {number["value"]: number["e164"] for number in numbers}
        expected = [row for row, each in enumerate(typed, first) if stored[each] is None]
        assert [int(line.partition(",")[0]) for line in listed] == expected


@pytest.mark.usefixtures("profiles")
def test_repaired_values_are_listed(importer: Importer) -> None:
    """The file has their rows, columns and reasons. Counts of one are singular."""
    result = importer.load([["C-0001", "Jane", "Doe", "9012345678.0", ""]])
    path = importer.folder / "customers.csv.repaired.csv"
    assert result.stdout == (
        "1 row: created 1, updated 0, unchanged 0, rejected 0.\n"
        f"1 value was repaired.\nRepaired values: {path}\n"
    )
    assert path.read_text().splitlines() == [
        "row,column,reason",
        "2,phone,A spreadsheet had changed the value; the original was restored.",
    ]


@pytest.mark.usefixtures("profiles")
def test_possible_duplicates_are_listed_and_counted(importer: Importer) -> None:
    """They are imported. The file names the row, both profiles, and what they share.

    A later import, such as one with corrected rows, keeps the list. It has its own if there are others.
    """
    rows = [_JANE, ["C-0002", *_JANE[1:4], ""]]
    assert "may be of" not in importer.load(rows, "--dry-run").stdout  # it compares with stored profiles only
    result = importer.load(rows)
    path = importer.folder / "customers.csv.duplicates.csv"
    assert result.stdout == (
        "2 rows: created 2, updated 0, unchanged 0, rejected 0.\n"
        f"1 new profile may be of a person who has another profile.\nPossible duplicates: {path}\n"
    )
    ids = [importer.profile_id(number) for number in ("C-0002", "C-0001")]
    assert path.read_text().splitlines() == [
        "row,profile_id,possible_duplicate,matched_on",
        f"3,{','.join(ids)},phone",
    ]
    listed = path.read_text()
    assert importer.load(rows).stdout.endswith("rejected 0.\n")
    assert path.read_text() == listed
    rows.append(["C-0003", *_JANE[1:3], "", _JANE[4]])
    dry_run = importer.load(rows, "--dry-run").stdout
    assert f"  row 4: may be of the same person as {ids[1]} (email)\n" in dry_run
    assert path.read_text() == listed
    second = path.with_name("customers.csv.duplicates-2.csv")
    assert importer.load(rows).stdout.endswith(f"\nPossible duplicates: {second}\n")
    assert second.read_text().splitlines()[1:] == [f"4,{importer.profile_id('C-0003')},{ids[1]},email"]
    assert path.read_text() == listed


@pytest.mark.usefixtures("profiles")
def test_cards_are_counted_as_cards(importer: Importer) -> None:
    """No number of rows is shown before they are counted."""
    file = importer.folder / "counted.vcf"
    file.write_text("BEGIN:VCARD\nVERSION:3.0\nN:Doe;Jane\nNOTE:a\n b\nEND:VCARD\n" * 5)
    result = importer.run("import", file)
    assert result.stderr.startswith(f"{file}: vCard in UTF-8.\n")
    assert result.stdout.startswith("5 cards: created 5,")


def test_changed_rows_update_their_profiles(importer: Importer, profiles: ReadProfiles) -> None:
    """An empty cell keeps the stored value."""
    rows = customers(24)
    importer.load(rows)
    rows[3] = ["C-0003", "Janet", "", "", ""]
    assert counts(importer.load(rows)) == {"unchanged": 23, "updated": 1}
    stored = profiles()
    assert Counter(profile["version"] for profile in stored) == {1: 23, 2: 1}
    assert (stored[3]["first_name"], stored[3]["last_name"]) == ("Janet", "Doe 3")
    assert [len(stored[3][name]) for name in ("phone_numbers", "email_addresses")] == [1, 1]


@pytest.mark.usefixtures("profiles")
def test_values_that_agents_added_are_kept_and_counted(importer: Importer) -> None:
    """With ``--lists replace`` they are removed."""
    importer.load([_JANE])
    path = f"profiles/{importer.profile_id('C-0001')}"
    importer.ask("POST", f"{path}/keys", {"key": "phone", "values": ["03-1234-5678"]})
    row = [*_JANE[:3], "+81 90 1234 0009", "C1@EXAMPLE.COM"]
    result = importer.load([row])
    assert counts(result) == {"updated": 1}
    assert "phone_numbers: 1 profile has other values that were kept.\n" in result.stdout
    assert "email_addresses" not in result.stdout
    profile = importer.ask("GET", path)
    numbers = ["090-1234-0001", "03-1234-5678", "+81 90 1234 0009"]
    assert [each["value"] for each in profile["phone_numbers"]] == numbers
    assert [each["value"] for each in profile["email_addresses"]] == ["c1@example.com"]
    result = importer.load([row], "--lists", "replace")
    assert counts(result) == {"updated": 1}
    assert "kept" not in result.stdout
    profile = importer.ask("GET", path)
    assert [each["value"] for each in profile["phone_numbers"]] == numbers[2:]


def test_rejected_rows_are_listed_without_their_values(importer: Importer, profiles: ReadProfiles) -> None:
    """The other rows are imported. A corrected file imports the rest."""
    rows = customers(24)
    rows[10] = ["C-0010", "", "Secret", "090-9999-9999", "secret@example.com"]
    rows[12] = ["", "Secret", "", "", "secret@example.com"]
    result = importer.load(rows)
    assert (result.exit_code, counts(result)) == (1, {"created": 22, "rejected": 2})
    path = importer.folder / "customers.csv.rejected.csv"
    assert f"Rejected rows and values: {path}\n" in result.stdout
    text = path.read_text()
    assert [row["row"] for row in csv.DictReader(text.splitlines())] == ["12", "14"]
    assert "first name" in text
    assert "/profile/" not in text
    assert not any(secret in text + result.output for secret in ("Secret", "9999", "secret@"))
    assert len(profiles()) == 22
    result = importer.load(customers(24))
    assert (result.exit_code, counts(result)) == (0, {"created": 2, "unchanged": 22})
    assert not path.exists()


def test_a_dry_run_writes_nothing(importer: Importer, profiles: ReadProfiles) -> None:
    """It shows what would happen, and the first ten rejected rows."""
    importer.load([_JANE])
    rows = [[*_JANE[:1], "Janet", *_JANE[2:]], *([f"C-1{n:03}", "", "x", "", ""] for n in range(12))]
    result = importer.load([*rows, ["C-2000", "John", "", "", ""]], "--dry-run")
    assert (result.exit_code, counts(result)) == (1, {"created": 1, "updated": 1, "rejected": 12})
    assert result.stdout.startswith("Dry run, nothing was written: 14 rows:")
    shown = [line for line in result.stdout.splitlines() if line.startswith("  row ")]
    assert [line.partition(",")[0] for line in shown] == [f"  row {n}" for n in range(3, 13)]
    assert [profile["version"] for profile in profiles()] == [1]
    assert not list(importer.folder.glob("customers.csv.*"))


def test_a_map_of_ids_is_written(importer: Importer, profiles: ReadProfiles) -> None:
    """Unchanged rows are in it too."""
    importer.load([_JANE])
    ids = importer.folder / "ids.csv"
    importer.load([_JANE, ["C-0002", "John", "", "", ""], ["C-0003", "", "", "", ""]], "--ids", str(ids))
    stored = {profile["keys"][0]["values"][0]: profile["_id"] for profile in profiles()}
    with ids.open(newline="") as file:
        assert list(csv.DictReader(file)) == [
            {"row": str(n), "id": number, "profile_id": stored[number]}
            for n, number in ((2, "C-0001"), (3, "C-0002"))
        ]
    assert ids.stat().st_mode & 0o777 == 0o600


def test_rows_of_the_same_customer_are_applied_in_order(importer: Importer, profiles: ReadProfiles) -> None:
    """They are in one batch and in several ones, in any notation."""
    rows = []
    for n in range(800):
        rows += [[f"C-{n:04}", f"Jane {n}", "", "", ""]]
        rows += [[" C-0007 ", f"Version {n}", "", "", ""]] if n % 50 == 49 else []
    result = importer.load(rows)
    assert result.exit_code == 0
    stored = profiles()
    assert (len(stored), stored[7]["first_name"]) == (800, "Version 799")


def test_standard_input_is_imported(importer: Importer, profiles: ReadProfiles) -> None:
    """The summary and the progress do not mix."""
    file = importer.write(customers(3)).read_bytes()
    result = importer.pipe(file, "import", "-", *MAP)
    assert (result.exit_code, result.stdout) == (
        0,
        "3 rows: created 3, updated 0, unchanged 0, rejected 0.\n",
    )
    assert result.stderr.startswith("standard input: CSV in UTF-8")
    assert len(profiles()) == 3


def test_columns_are_shown_before_anything_is_written(importer: Importer, profiles: ReadProfiles) -> None:
    """Those that are not understood are named."""
    result = importer.load([[*_JANE, "x"]], columns=(*COLUMNS, "Shoe size"))
    assert counts(result) == {"created": 1}
    assert "  customer_number  → keys.customer_number\n" in result.stderr
    assert "Columns that are not understood, and not imported: Shoe size.\n" in result.stderr
    importer.load([[*_JANE, "42"]], "--map", "Shoe size=attributes.shoe", columns=(*COLUMNS, "Shoe size"))
    assert profiles()[0]["attributes"] == [{"name": "shoe", "value": "42"}]


@pytest.mark.usefixtures("profiles")
def test_real_customers_are_imported(importer: Importer, tmp_path: Path) -> None:
    """They have diacritics, and phone numbers as people type them."""
    rows = (
        "CustomerId,FirstName,LastName,Company,Address,City,State,Country,PostalCode,Phone,Fax,Email\n"
        '1,Luís,Gonçalves,Embraer S.A.,"Av. Brigadeiro Faria Lima, 2170",São José dos Campos,SP,Brazil,'
        "12227-000,+55 (12) 3923-5555,+55 (12) 3923-5566,luisg@embraer.com.br\n"
        "2,Leonie,Köhler,,Theodor-Heuss-Straße 34,Stuttgart,,Germany,70174,+49 0711 2842222,,leo@surfeu.de\n"
    )
    file = tmp_path / "chinook.csv"
    file.write_text(rows, encoding="utf-8")
    result = importer.run(
        "import", file, "--map", "CustomerId=keys.customer_number", "--match-on", "customer_number"
    )
    assert (result.exit_code, counts(result)) == (0, {"created": 2})
    search = {"criteria": [{"key": "phone", "values": ["+4907112842222"]}]}
    (item,) = importer.ask("POST", "profiles/search", search)["items"]
    assert item["profile"]["last_name"] == "Köhler"
