"""Measures how often searches in other spellings find the right person.

``make match-report`` prints the table of docs/match-report.md. It needs no database. The same options give
the same table.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import cast

import click

from benchmarks import cases, names, others, phones
from benchmarks.locales import LOCALES
from benchmarks.people import Person, people
from benchmarks.population import Population, Question
from service.matching import phone
from service.matching.profiles import index
from service.model.match import Outcome
from service.model.profile import Profile

_THEN = datetime(2026, 1, 1, tzinfo=UTC)
_HEADINGS = ("phone", "name", "name begun", "company", "e-mail", "custom key", "stranger")
_NOT_APPLICABLE = "\N{EN DASH}"
_WITHHELD = (
    "anonymous",
    "Restricted",
    "+266696687",
    "sip:anonymous@anonymous.invalid",
    '"Anonymous" <sip:anonymous@contoso.com;user=phone>',
    "非通知",
)


@dataclass(slots=True)
class Line:
    """A row of the table: the numbers of all searches, and of those with each result.

    ``first`` counts the searches whose first result is the right person, ``found`` those that find the right
    person at all, or for strangers any person. ``missed`` are all searches with a wrong result.
    """

    asked: int = 0
    first: int = 0
    found: int = 0
    wrongly_unique: int = 0
    missed: list[Question] = field(default_factory=list)


Table = Mapping[str, Line]
"""The rows by perturbation."""


def profile(person: Person) -> Profile:
    """Return the person's profile. Each value is in one of several notations, by the person's index."""
    number, region = phones.stored_number(person), person.region
    fields = {
        **names.stored_fields(person),
        "profile_id": _id(person),
        "updated_at": _THEN,
        "phone_numbers": [
            {"value": number, "e164": phone.e164(number, region)},
            {"value": person.extension, "e164": phone.e164(person.extension, region)},
        ],
        "email_addresses": [{"value": others.stored_email(person)}],
        "keys": others.stored_keys(person),
    }
    stored = cast("Profile", fields)
    return {**stored, "lookup": index(stored, others.CUSTOM, region).lookup}


def questions(person: Person) -> Iterator[Question]:
    """Yield every search that must find the person."""
    searches = _Searches(person, person_id=_id(person))
    yield from searches.all("phone", "phone", phones.search_spellings(person))
    abroad = replace(person, locale=next(each for each in LOCALES if each.region != person.region))
    yield from _Searches(abroad, searches.person_id).all(
        "phone", "phone", {"in another country": phones.spellings_abroad(person)}
    )
    yield from searches.all("name", "name", names.search_spellings(person))
    yield from searches.all("name begun", "name", names.name_prefixes(person), by_prefix=True)
    yield from searches.all("e-mail", "email", others.email_spellings(person.email))
    for kind, (key, spellings) in others.key_value_spellings(person).items():
        yield from searches.all("custom key", key, {kind: spellings})


def strangers(person: Person) -> Iterator[Question]:
    """Yield searches for strangers that must not find the person."""
    searches = _Searches(person, person_id=None)
    yield from searches.all(
        "stranger", "phone", {"number nearly the same": phones.similar_numbers(person.number)}
    )
    yield from searches.all("stranger", "phone", {"another extension": [f"9{person.extension[1:]}"]})
    for hidden in searches.all("stranger", "phone", {"number withheld": _WITHHELD}):
        yield replace(hidden, hidden=True)
    yield from searches.all("stranger", "name", {"name nearly the same": names.similar_names(person)})
    yield from searches.all("stranger", "name", {"another middle name": names.other_middle_names(person)})
    yield from searches.all(
        "stranger", "email", {"e-mail nearly the same": others.similar_emails(person.email)}
    )
    for kind, (key, spellings) in others.similar_key_values(person).items():
        yield from searches.all("stranger", key, {f"custom key: {kind}": spellings})


def report(count: int, seed: int, *, every_way: bool = False) -> Table:
    """Search for all people, and for strangers who resemble them. Return the results.

    There is one search for each person and perturbation, with a random spelling. With ``every_way``, there is
    one for each spelling. The hand-written cases are searched for with all their values.
    """
    everyone = people(count, seed)
    population = Population(map(profile, everyone))
    random = Random(seed)
    table: dict[str, Line] = {}
    for person in everyone:
        by_perturbation: dict[str, list[Question]] = defaultdict(list)
        for question in (*questions(person), *strangers(person)):
            by_perturbation[question.perturbation].append(question)
        for perturbation, variants in by_perturbation.items():
            line = table.setdefault(perturbation, Line())
            for question in variants if every_way else [random.choice(variants)]:
                count_in(line, question, population)
    hand_written = Population(cases.profiles())
    for question in cases.questions():
        count_in(table.setdefault(question.perturbation, Line()), question, hand_written)
    return table


def count_in(line: Line, question: Question, population: Population) -> None:
    """Execute a search and count its result."""
    line.asked += 1
    if question.by_prefix:
        prefix_matches = population.search_prefix(question)
        hit, is_first, unique, is_outcome_right = question.person_id in prefix_matches, False, False, True
    else:
        candidates = population.search(question)
        found_ids = [candidate.profile["profile_id"] for candidate in candidates]
        hit, is_first = (
            question.person_id in found_ids if question.person_id else bool(found_ids),
            found_ids[:1] == [question.person_id],
        )
        outcome = population.outcome(question, candidates)
        unique, is_outcome_right = outcome is Outcome.UNIQUE, (outcome is Outcome.WITHHELD) == question.hidden
    line.found += hit
    line.first += is_first
    line.wrongly_unique += unique and not is_first
    if hit is not bool(question.person_id) or (unique and not is_first) or not is_outcome_right:
        line.missed.append(question)


def rows(table: Table) -> Iterator[Sequence[str]]:
    """Yield the rows of the table. The first row is the header."""
    yield "Perturbation", "Searches", "Found first", "Found at all", "Wrongly unique"
    yield "---", "---:", "---:", "---:", "---:"
    for perturbation in sorted(table, key=_position_of_heading):
        line = table[perturbation]
        is_prefix = perturbation.startswith("name begun")
        yield (
            perturbation,
            f"{line.asked:,}",
            _NOT_APPLICABLE
            if is_prefix or perturbation.startswith("stranger")
            else _share(line.first, line.asked),
            _share(line.found, line.asked),
            _NOT_APPLICABLE if is_prefix else str(line.wrongly_unique),
        )


@dataclass(frozen=True, slots=True)
class _Searches:
    person: Person
    person_id: str | None

    def all(
        self, heading: str, key: str, spellings: Mapping[str, Sequence[str]], *, by_prefix: bool = False
    ) -> Iterator[Question]:
        for kind, values in spellings.items():
            for value in values:
                yield Question(
                    f"{heading}: {kind}", key, value, self.person.region, self.person_id, by_prefix
                )


def _position_of_heading(perturbation: str) -> int:
    return _HEADINGS.index(perturbation.partition(":")[0])


def _id(person: Person) -> str:
    return f"{person.index:032x}"


def _share(count: int, whole: int) -> str:
    # Round down, so that 100 % means all.
    return f"{count * 1000 // whole / 10:g} %"


@click.command()
@click.option("--people", "count", default=1000, show_default=True, help="Number of people.")
@click.option("--seed", default=1, show_default=True, help="Seed of people and searches.")
@click.option("--every-way", is_flag=True, help="Try every spelling of a perturbation, not only one.")
@click.option("--missed", is_flag=True, help="List the searches with a wrong result.")
def main(count: int, seed: int, *, every_way: bool, missed: bool) -> None:
    """Print how often the right person is found, and how often a stranger matches."""
    table = report(count, seed, every_way=every_way)
    for row in rows(table):
        click.echo(f"| {' | '.join(row)} |")
    for line in table.values():
        for question in line.missed if missed else ():
            where = f"{question.value!r} in {question.region}"
            click.echo(f"{question.perturbation}: {where}, expected {question.person_id}")


if __name__ == "__main__":
    main()
