"""How often the right person is found: people stored in one way, and asked for in every other.

``make match-report`` prints the table that docs/matching.md shows. Nothing is stored anywhere, and the same
options print the same table.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from itertools import islice, takewhile
from random import Random
from typing import cast

import click

from benchmarks import names, others, phones
from benchmarks.locales import LOCALES
from benchmarks.people import Person, people
from service.matching import phone
from service.matching.profiles import index
from service.matching.ranking import Candidate, outcome, ranked, reasons
from service.matching.search_keys import query_terms, term_prefixes
from service.model.domain_settings import DEFAULT_MATCH_KEYS, DEFAULT_MATCH_MODES, DEFAULT_SHARED_ABOVE
from service.model.match import IncomingContact, Outcome
from service.model.profile import Profile
from service.model.search_key import BUILT_IN, SearchKey
from service.store.domains.domain import Domain
from service.use_cases.match_query import MatchQuery

_KEYS = {**BUILT_IN, **others.CUSTOM}
_THEN = datetime(2026, 1, 1, tzinfo=UTC)
_HEADINGS = ("phone", "name", "name begun", "e-mail", "custom key", "stranger")
_NOT_TOLD = "\N{EN DASH}"
_WITHHELD = (
    "anonymous",
    "Restricted",
    "+266696687",
    "sip:anonymous@anonymous.invalid",
    '"Anonymous" <sip:anonymous@contoso.com;user=phone>',
    "非通知",
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for, and by what it is known that this person is meant, or nobody."""

    perturbation: str
    key: str
    value: str
    region: str
    meant: str | None
    by_prefix: bool = False
    hidden: bool = False


@dataclass(slots=True)
class Line:
    """One line of the table. Of strangers, ``found`` counts whoever was found in their place."""

    asked: int = 0
    first: int = 0
    found: int = 0
    wrongly_unique: int = 0
    missed: list[Question] = field(default_factory=list)


Table = Mapping[str, Line]


class Population:
    """Profiles by their lookup entries, as the index of the database has them."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        """Take profiles that have their lookup entries."""
        self._profiles = {profile["profile_id"]: profile for profile in profiles}
        self._holders: dict[str, list[str]] = defaultdict(list)
        for profile_id, profile in self._profiles.items():
            for entry in profile["lookup"]:
                self._holders[entry].append(profile_id)
        self._entries = sorted(self._holders)

    def search(self, question: Question) -> list[Candidate]:
        """Return the candidates for a question, ranked."""
        asked = [
            token for key, value in _asked(question) for token in query_terms(key, value, question.region)
        ]
        found = {holder for token in asked for holder in self._holders.get(token.lookup, ())}
        profiles = (self._profiles[profile_id] for profile_id in found)
        return ranked((Candidate(each, reasons(each["lookup"], asked)) for each in profiles), {})

    def complete(self, question: Question) -> set[str]:
        """Return the IDs of all profiles with an entry that begins as was typed."""
        return {
            holder
            for start in term_prefixes(_KEYS[question.key], question.value, question.region)
            for entry in self._beginning_with(start)
            for holder in self._holders[entry]
        }

    def outcome(self, question: Question, candidates: Sequence[Candidate]) -> Outcome:
        """Return what is found out, as of a call: stricter than the default, as a name alone may tell."""
        if not candidates and _query(question).is_withheld(_domain(question.region)):
            return Outcome.WITHHELD
        return outcome(candidates, name_suffices=True)

    def _beginning_with(self, start: str) -> Iterator[str]:
        begun = islice(self._entries, bisect_left(self._entries, start), None)
        return takewhile(lambda entry: entry.startswith(start), begun)


def profile(person: Person) -> Profile:
    """Return the person's profile, everything in it written in one way or another."""
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
    """Yield every way to ask for a person."""
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
    """Yield the ways in which strangers ask who might be taken for the person."""
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
    """Ask for every person by every perturbation, in one way each or in all, and for as many strangers."""
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
    return table


def count_in(line: Line, question: Question, population: Population) -> None:
    """Look for the answer to a question, and count it."""
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
    """Yield the rows of the printed table, its head first."""
    yield "Perturbation", "Asked", "Found first", "Found at all", "Wrongly unique"
    yield "---", "---:", "---:", "---:", "---:"
    for perturbation in sorted(table, key=_heading):
        line = table[perturbation]
        begun = perturbation.startswith("name begun")
        yield (
            perturbation,
            f"{line.asked:,}",
            _NOT_TOLD if begun or perturbation.startswith("stranger") else _share(line.first, line.asked),
            _share(line.found, line.asked),
            _NOT_TOLD if begun else str(line.wrongly_unique),
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


def _query(question: Question) -> MatchQuery:
    """Return the query for a call of which only the number is known."""
    number = question.value if question.key == "phone" else ""
    return MatchQuery.parse(IncomingContact(channel="voice", phone_number=number))


def _asked(question: Question) -> Iterator[tuple[SearchKey, str]]:
    """Yield what is looked up by which key: of a number what a match makes of a call."""
    if question.key != "phone":
        yield _KEYS[question.key], question.value
        return
    for stage in _query(question).stages(_domain(question.region)):
        yield from ((given.key, given.value) for given in stage)


@cache
def _domain(region: str) -> Domain:
    return Domain(
        name="default",
        default_region=region,
        match_keys=DEFAULT_MATCH_KEYS,
        match_modes=DEFAULT_MATCH_MODES,
        search_value_falls_back=True,
        unique_by_name=True,
        shared_above=DEFAULT_SHARED_ABOVE,
        ignored_values={},
        custom_keys=others.CUSTOM,
    )


def _heading(perturbation: str) -> int:
    return _HEADINGS.index(perturbation.partition(":")[0])


def _id(person: Person) -> str:
    return f"{person.number_of:032x}"


def _share(count: int, whole: int) -> str:
    # Rounded down, so that 100 % is all.
    return f"{count * 1000 // whole / 10:g} %"


@click.command()
@click.option("--people", "count", default=1000, show_default=True, help="How many people to make.")
@click.option("--seed", default=1, show_default=True, help="Of whom, and of what is asked.")
@click.option("--every-way", is_flag=True, help="Ask in all ways of a perturbation instead of one each.")
@click.option("--missed", is_flag=True, help="List what was missed or found wrongly.")
def main(count: int, seed: int, *, every_way: bool, missed: bool) -> None:
    """Print how often the right person is found, and anybody in the place of a stranger."""
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
