"""Records of invented people: of people who are hard to tell apart, and of people who have two records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from random import Random

from benchmarks.duplicates.homes import Home
from benchmarks.duplicates.records import Record, birth_date, has_chance
from benchmarks.duplicates.relatives import add_relatives, stranger
from benchmarks.duplicates.second_records import second_record
from benchmarks.people import Person, parse_names, people
from service.model.profile import Profile

# The share of people who get relatives or colleagues.
_SHARES = {"family": 0.16, "twins": 0.03, "parent and child of one name": 0.005, "colleagues": 0.14}
_NAMESAKES, _REUSED_NUMBERS, _WITH_SECOND_RECORD = 0.04, 0.03, 0.45
_COLLEAGUES = (4, 14)
_SAME_NAME = 0.1
_ROLES = ("info", "sales", "office", "contact", "kontakt")


@dataclass(slots=True)
class Corpus:
    """Labelled profiles. ``profiles`` and ``records`` have the same positions.

    ``relations`` are those of two people, by their numbers: see ``Record.person``.
    """

    profiles: list[Profile] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    relations: dict[frozenset[int], str] = field(default_factory=dict)

    def duplicates(self) -> Iterator[tuple[int, int]]:
        """Yield the positions of the records of each person with two records."""
        first: dict[int, int] = {}
        for position, record in enumerate(self.records):
            other = first.setdefault(record.person, position)
            if other != position:
                yield other, position

    def add(self, record: Record, relatives: Sequence[Record] = (), relation: str = "") -> None:
        """Add the first record of a person, who has the relation to each of the relatives."""
        record.person = len(self.records)
        self.records.append(record)
        for relative in relatives:
            self.relations[frozenset((record.person, relative.person))] = relation


def corpus(count: int, seed: int) -> Corpus:
    """Return the records of ``count`` invented people, of more Japanese, and of relatives and namesakes.

    There are three times as many Japanese as in ``count`` people, since their names have most writings.
    """
    random = Random(seed)
    everyone = people(3 * count, seed)
    everyone = [person for number, person in enumerate(everyone) if number < count or person.last.reading]
    random.shuffle(everyone)
    result = Corpus()
    _add_people(result, everyone, random)
    _add_namesakes(result, random)
    for record in list(result.records):
        if has_chance(random, _WITH_SECOND_RECORD):
            result.records.append(second_record(record, random))
    random.shuffle(result.records)
    result.profiles = [record.profile(number, random) for number, record in enumerate(result.records)]
    return result


def _add_people(result: Corpus, remaining: list[Person], random: Random) -> None:
    """Add the people in ``remaining``, which is empty then, with families, twins and colleagues for some."""
    while remaining:
        record = _record(remaining.pop(), random)
        result.add(record)
        relation = _choose_relation(random)
        if relation == "colleagues":
            _add_colleagues(result, record, remaining, random)
        elif relation:
            members = [record]
            for relative in add_relatives(record, relation, random):
                result.add(relative, members, relation)
                members.append(relative)


def _choose_relation(random: Random) -> str | None:
    place = random.random()
    for relation, share in _SHARES.items():
        place -= share
        if place < 0:
            return relation
    return None


def _record(person: Person, random: Random) -> Record:
    numbers = [person.number, person.second_number]
    return Record(
        locale=person.locale,
        first=person.first,
        middle=person.middle,
        last=person.last,
        numbers=numbers if has_chance(random, 0.35) else numbers[:1],
        email=person.email if has_chance(random, 0.75) else "",
        born=birth_date(random) if has_chance(random, 0.6) else None,
        home=Home.at_random(person.region, random) if has_chance(random, 0.7) else None,
        account=f"{random.randrange(10**7):07}" if has_chance(random, 0.3) else "",
    )


def _add_colleagues(result: Corpus, record: Record, remaining: list[Person], random: Random) -> None:
    """Make people of the same country in ``remaining`` colleagues of the record's person.

    They share a switchboard, an office, and the domain of their e-mail addresses.
    """
    office, host = Home.at_random(record.locale.region, random), f"firm{record.person}.example"
    colleagues, names, size = [record], {record.first, record.last}, random.randrange(*_COLLEAGUES)
    for place in range(len(remaining) - 1, -1, -1):
        person = remaining[place]
        # There are few names for each country. Without this, too many colleagues would share one.
        is_new = names.isdisjoint((person.first, person.last)) or has_chance(random, _SAME_NAME)
        if person.region == record.locale.region and is_new and len(colleagues) < size:
            names |= {person.first, person.last}
            colleagues.append(_record(remaining.pop(place), random))
    switchboard = record.numbers[0]
    for number, colleague in enumerate(colleagues):
        colleague.numbers = [switchboard, *(colleague.numbers if has_chance(random, 0.4) else [])]
        has_role = has_chance(random, 0.4)
        colleague.email = f"{random.choice(_ROLES) if has_role else f'employee{number}'}@{host}"
        colleague.home, colleague.account = office, ""
        if number:
            result.add(colleague)
    for one, other in combinations(colleagues, 2):
        result.relations[frozenset((one.person, other.person))] = "colleagues"


def _add_namesakes(result: Corpus, random: Random) -> None:
    """Add people with the name of another person, and new owners of the number of another person."""
    reused: set[str] = set()
    for record in list(result.records):
        chance = random.random()
        if chance < _NAMESAKES:
            other = stranger(record, random).renamed(record.first, record.last)
            result.add(other, [record], "namesakes")
        elif chance < _NAMESAKES + _REUSED_NUMBERS and record.numbers[0] not in reused:
            reused.add(record.numbers[0])
            # With a name of the sample, many of them would have the name of the former owner.
            first, last = parse_names(record.locale.strangers)
            other = stranger(record, random).renamed(first, last)
            other.numbers = record.numbers[:1]
            result.add(other, [record], "one number, used again")
