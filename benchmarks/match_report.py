"""Measures how often the right person is found if values are typed in other spellings.

``make match-report`` prints the table of docs/matching.md. It needs no database, and the same options give
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
    """One line of the table. For strangers, ``found`` counts wrong matches."""

    asked: int = 0
    first: int = 0
    found: int = 0
    wrongly_unique: int = 0
    missed: list[Question] = field(default_factory=list)


Table = Mapping[str, Line]


def profile(person: Person) -> Profile:
    """Return the person's profile, with its values in various spellings."""
    number, region = phones.stored(person), person.region
    fields = {
        **names.stored(person),
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
    of = _Asker(person, meant=_id(person))
    yield from of.all("phone", "phone", phones.asked(person))
    elsewhere = replace(person, locale=next(each for each in LOCALES if each.region != person.region))
    yield from _Asker(elsewhere, of.meant).all(
        "phone", "phone", {"in another country": phones.abroad(person)}
    )
    yield from of.all("name", "name", names.asked(person))
    yield from of.all("name begun", "name", names.typed(person), by_prefix=True)
    yield from of.all("e-mail", "email", others.asked_email(person.email))
    for kind, (key, ways) in others.asked_keys(person).items():
        yield from of.all("custom key", key, {kind: ways})


def strangers(person: Person) -> Iterator[Question]:
    """Yield searches of strangers that must not find the person."""
    of = _Asker(person, meant=None)
    yield from of.all("stranger", "phone", {"number nearly the same": phones.near(person.number)})
    yield from of.all("stranger", "phone", {"another extension": [f"9{person.extension[1:]}"]})
    for hidden in of.all("stranger", "phone", {"number withheld": _WITHHELD}):
        yield replace(hidden, hidden=True)
    yield from of.all("stranger", "name", {"name nearly the same": names.near(person)})
    yield from of.all("stranger", "name", {"another middle name": names.contradicting(person)})
    yield from of.all("stranger", "email", {"e-mail nearly the same": others.near_emails(person.email)})
    for kind, (key, ways) in others.near_keys(person).items():
        yield from of.all("stranger", key, {f"custom key: {kind}": ways})


def report(count: int, seed: int, *, every_way: bool = False) -> Table:
    """Search for every person and as many strangers by every perturbation, in one spelling each or in all.

    The chosen cases are searched for by all their values.
    """
    everyone = people(count, seed)
    population = Population(map(profile, everyone))
    random = Random(seed)
    table: dict[str, Line] = {}
    for person in everyone:
        by_line: dict[str, list[Question]] = defaultdict(list)
        for question in (*questions(person), *strangers(person)):
            by_line[question.perturbation].append(question)
        for perturbation, asked in by_line.items():
            line = table.setdefault(perturbation, Line())
            for question in asked if every_way else [random.choice(asked)]:
                count_in(line, question, population)
    chosen = Population(cases.profiles())
    for question in cases.questions():
        count_in(table.setdefault(question.perturbation, Line()), question, chosen)
    return table


def count_in(line: Line, question: Question, population: Population) -> None:
    """Execute a search, and count its result."""
    line.asked += 1
    if question.by_prefix:
        completed = population.complete(question)
        hit, is_first, unique, told = question.meant in completed, False, False, True
    else:
        candidates = population.search(question)
        found = [candidate.profile["profile_id"] for candidate in candidates]
        hit, is_first = (
            question.meant in found if question.meant else bool(found),
            found[:1] == [question.meant],
        )
        found_out = population.outcome(question, candidates)
        unique, told = found_out is Outcome.UNIQUE, (found_out is Outcome.WITHHELD) == question.hidden
    line.found += hit
    line.first += is_first
    line.wrongly_unique += unique and not is_first
    if hit is not bool(question.meant) or (unique and not is_first) or not told:
        line.missed.append(question)


def rows(table: Table) -> Iterator[Sequence[str]]:
    """Yield the rows of the table, header first."""
    yield "Perturbation", "Asked", "Found first", "Found at all", "Wrongly unique"
    yield "---", "---:", "---:", "---:", "---:"
    for perturbation in sorted(table, key=_heading):
        line = table[perturbation]
        begun = perturbation.startswith("name begun")
        yield (
            perturbation,
            f"{line.asked:,}",
            _NOT_APPLICABLE
            if begun or perturbation.startswith("stranger")
            else _share(line.first, line.asked),
            _share(line.found, line.asked),
            _NOT_APPLICABLE if begun else str(line.wrongly_unique),
        )


@dataclass(frozen=True, slots=True)
class _Asker:
    person: Person
    meant: str | None

    def all(
        self, about: str, key: str, ways: Mapping[str, Sequence[str]], *, by_prefix: bool = False
    ) -> Iterator[Question]:
        for kind, values in ways.items():
            for value in values:
                yield Question(f"{about}: {kind}", key, value, self.person.region, self.meant, by_prefix)


def _heading(perturbation: str) -> int:
    return _HEADINGS.index(perturbation.partition(":")[0])


def _id(person: Person) -> str:
    return f"{person.number_of:032x}"


def _share(count: int, whole: int) -> str:
    # Round down, so that 100 % means all.
    return f"{count * 1000 // whole / 10:g} %"


@click.command()
@click.option("--people", "count", default=1000, show_default=True, help="Number of people.")
@click.option("--seed", default=1, show_default=True, help="Seed of people and searches.")
@click.option("--every-way", is_flag=True, help="Try every spelling of a perturbation instead of one.")
@click.option("--missed", is_flag=True, help="List missed and wrong matches.")
def main(count: int, seed: int, *, every_way: bool, missed: bool) -> None:
    """Print how often the right person is found, and how often a stranger matches."""
    table = report(count, seed, every_way=every_way)
    for row in rows(table):
        click.echo(f"| {' | '.join(row)} |")
    for line in table.values():
        for question in line.missed if missed else ():
            click.echo(
                f"{question.perturbation}: {question.value!r} in {question.region}, meant {question.meant}"
            )


if __name__ == "__main__":
    main()
