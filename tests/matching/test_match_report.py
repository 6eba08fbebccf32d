"""The measurement of docs/match-report.md on a smaller sample: the right person is found."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import phonenumbers
import pytest

from benchmarks import phones, spelling
from benchmarks.match_report import Line, Table, count_in, report
from benchmarks.people import people
from benchmarks.population import Population, Question
from service.matching import phone
from service.matching.profiles import index
from service.model.profile import Profile
from tests.matching.partial_profiles import profile_with

_SAMPLE = 108
_FILE = Path(__file__).parents[3] / "shared" / "data" / "chinook_customers.csv"
_DOCUMENT = Path(__file__).parents[2] / "docs" / "match-report.md"
_THEN = datetime(2026, 1, 1, tzinfo=UTC)

# The number of perturbations below each heading of the report.
_PERTURBATIONS = {
    "phone": 35,
    "name": 35,
    "name begun": 5,
    "company": 3,
    "e-mail": 13,
    "custom key": 8,
    "stranger": 39,
}

# People forget and confuse middle names, so this stranger is found, by a part of the name.
_FOUND_STRANGER = "stranger: another middle name"

# Only a valid number is found in these perturbations.
_OF_VALID_NUMBERS = (
    "changed by a spreadsheet",
    "dialled",
    "several in one value",
    "text before it",
    "with a note",
    "with an extension in",
    "without its plus",
)


@pytest.fixture(scope="module")
def table() -> Table:
    """Measure once."""
    return report(_SAMPLE, seed=1)


def test_the_sample_has_people_of_27_locales() -> None:
    """No two people have the same name or number."""
    sample = people(_SAMPLE, seed=1)
    assert len({person.region for person in sample}) == 27
    assert len({person.name for person in sample}) == _SAMPLE
    numbers = [number for person in sample for number in (person.number, person.second_number)]
    assert len(set(numbers)) == 2 * _SAMPLE


def test_every_perturbation_is_tried(table: Table) -> None:
    """No row of the report is left out by accident."""
    headings = [perturbation.split(": ")[0] for perturbation in table]
    assert {heading: headings.count(heading) for heading in headings} == _PERTURBATIONS
    assert all(line.asked for line in table.values())


def test_the_documented_table_has_every_perturbation(table: Table) -> None:
    """The documented results are as good as those that the other tests here require."""
    rows = [row.split(" | ") for row in _DOCUMENT.read_text(encoding="utf-8").splitlines()]
    found = {row[0].removeprefix("| "): row[3:] for row in rows if len(row) == 5}
    assert found.keys() >= table.keys()
    assert {found[name][0] for name in table if name != _FOUND_STRANGER} == {"100 %", "0 %"}
    assert {found[name][1] for name in table} == {"0 |", "\N{EN DASH} |"}


def test_every_person_is_found_by_every_perturbation(table: Table) -> None:
    """No search for a generated or hand-written person misses the person."""
    missed = {name: line.missed for name, line in table.items() if not name.startswith("stranger")}
    assert {name: questions for name, questions in missed.items() if questions} == {}


def test_no_match_is_unique_for_the_wrong_person(table: Table) -> None:
    """In the report, a name alone can make a match unique."""
    assert {name: line.wrongly_unique for name, line in table.items() if line.wrongly_unique} == {}


def test_a_search_for_a_stranger_finds_no_person(table: Table) -> None:
    """Nearly equal numbers, names, addresses and keys do not match; withheld numbers are recognised."""
    assert table[_FOUND_STRANGER].asked
    strangers = {name: line for name, line in table.items() if name.startswith("stranger")}
    del strangers[_FOUND_STRANGER]
    assert {name: line.missed for name, line in strangers.items() if line.missed or line.found} == {}


def test_a_wrong_withheld_outcome_counts_as_missed(table: Table) -> None:
    """The number is withheld. A search that does not expect this is counted as missed."""
    population = Population([])
    shown, hidden = Line(), Line()
    asked = Question("", "phone", "anonymous", "US", None)
    count_in(shown, asked, population)
    count_in(hidden, replace(asked, hidden=True), population)
    assert (shown.missed, hidden.missed) == ([asked], [])
    assert table["stranger: number withheld"].asked == _SAMPLE


@pytest.mark.skipif(not _FILE.exists(), reason="needs recorded data, which is no part of the repository")
def test_every_customer_of_the_sample_database_is_found() -> None:
    """Each of the 59 customers is searched for by the plain name and by each form of the phone number."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    population = Population(map(_profile, rows))
    line = Line()
    for question in (question for row in rows for question in _questions(row)):
        count_in(line, question, population)
    assert line.asked > 2000
    assert (line.missed, line.found, line.first) == ([], line.asked, line.asked)


def _profile(row: Mapping[str, str]) -> Profile:
    stored = profile_with(
        profile_id=row["CustomerId"],
        first_name=row["FirstName"],
        last_name=row["LastName"],
        phone_numbers=[{"value": row["Phone"], "e164": phone.e164(row["Phone"], _region(row))}],
        updated_at=_THEN,
    )
    return {**stored, "lookup": index(stored, {}, _region(row)).lookup}


def _questions(row: Mapping[str, str]) -> Iterator[Question]:
    plain = spelling.without_accents(f"{row['FirstName']} {row['LastName']}")
    yield Question("name without diacritics", "name", plain, _region(row), row["CustomerId"])
    for form, values in _forms(row).items():
        for value in values:
            yield Question(form, "phone", value, _region(row), row["CustomerId"])


def _forms(row: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    if not row["Phone"]:
        return {}
    number = _e164(row)
    forms = phones.forms(number, trunk_zero=number != _digits(row["Phone"]))
    # Two numbers have too many digits for their country, so a dialling prefix could be part of them.
    valid = phonenumbers.is_valid_number(phones.parsed(number))
    searched = {form: ways for form, ways in forms.items() if valid or not form.startswith(_OF_VALID_NUMBERS)}
    return {"as typed": [row["Phone"]], **searched}


def _e164(row: Mapping[str, str]) -> str:
    """Return the number without a trunk zero. Only in Italy, the zero is also dialled from abroad."""
    return _digits(
        row["Phone"]
        if row["Country"] == "Italy"
        else re.sub(r"(?<=^\+\d\d )\(?0|(?<=^\+\d{3} )\(?0", "", row["Phone"])
    )


def _digits(number: str) -> str:
    return f"+{re.sub(r'[^0-9]', '', number)}"


def _region(row: Mapping[str, str]) -> str:
    code = phones.parsed(_e164(row)).country_code if row["Phone"] else None
    return str(phonenumbers.region_code_for_country_code(code or 0))
