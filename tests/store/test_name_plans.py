"""Query plans of searches by words of a name. Each word is in the names of hundreds of profiles."""

from collections.abc import Iterator
from uuid import uuid4

import pymongo
import pytest

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from service.use_cases import match
from tests.commands import Commands
from tests.store.planning import LIMIT, MATCH, SEARCH, Document, InsertProfiles, World, search_body

_PROFILES = 3000
_FIRST = ("Ana", "João", "José")
_SECOND = ("Maria", "Clara", "Pedro", "Paulo", "Luís", "Inês", "Rita")
_MOTHER = (
    "Silva",
    "Santos",
    "Costa",
    "Sousa",
    "Pereira",
    "Ferreira",
    "Alves",
    "Gomes",
    "Lopes",
    "Dias",
    "Melo",
)
_FATHER = (*(f"Reis{name}" for name in _MOTHER), "Moreira", "Ramos")

# Words, and how many of the profiles have all of them.
_NAMES = {
    "Paulo Joao": 143,
    "Moreira, Ana": 77,
    "da Costa José": 91,
    "joao costa moreira": 7,
    "moreira de costa rita joão": 1,
    "J. Moreira": 153,
    "Ana Melo": 91,
    "Ana Moreira Ramos": 0,
}


@pytest.fixture(scope="module")
def crowd(
    mongodb_uri: str, mongodb_client: pymongo.MongoClient[Document], insert_profiles: InsertProfiles
) -> Iterator[World]:
    """Return an application with profiles whose names have four words and the particle ``da``."""
    name = f"test_{uuid4().hex}"
    settings = Settings(
        mongodb_uri=mongodb_uri, mongodb_database=name, settings_cache_seconds=3600, auth=False
    )
    commands = Commands()
    database = connect(settings, listeners=[commands])
    client = create_app(settings, database=database).test_client()
    ids = insert_profiles(database, settings, map(_person, range(_PROFILES)))
    yield World(client, database, commands, ids)
    database.client.close()
    mongodb_client.drop_database(name)


def _person(n: int) -> Document:
    first, second = _FIRST[n % len(_FIRST)], _SECOND[n % len(_SECOND)]
    mother, father = _MOTHER[n % len(_MOTHER)], _FATHER[n % len(_FATHER)]
    return {"first_name": f"{first} {second}", "last_name": f"da {mother} {father}"}


@pytest.mark.parametrize(("name", "count"), _NAMES.items(), ids=str)
def test_a_match_by_words_reads_only_profiles_that_have_all_of_them(
    crowd: World, name: str, count: int
) -> None:
    """One command reads them, at most as many as are ranked. It does not matter how common each word is."""
    response, (plan,) = crowd.plans_of(MATCH, {"channel": "chat", "name": name, "limit": 100})
    assert plan.documents == count <= match.MAX_RANKED
    assert len(response["candidates"]) == min(count, 100)
    assert {each["matched_on"][0]["tier"] for each in response["candidates"]} <= {"partial_name"}


@pytest.mark.parametrize(("name", "count"), _NAMES.items(), ids=str)
def test_pages_of_a_search_by_words_have_all_profiles_with_these_words(
    crowd: World, name: str, count: int
) -> None:
    """Each page reads its profiles and one more, and no profile is repeated."""
    found: list[str] = []
    cursor = None
    while cursor or not found:
        response, plans = crowd.plans_of(SEARCH, search_body(("name", [name]), cursor=cursor))
        found += [item["profile"]["profile_id"] for item in response["items"]]
        assert sum(plan.documents for plan in plans) <= 2 * (LIMIT + 1)
        cursor = response["next_cursor"]
        if not cursor:
            break
    assert len(found) == len(set(found)) == count


def test_words_narrow_down_a_search_of_several_criteria(crowd: World) -> None:
    """No more profiles are read than have both words of one criterion."""
    body = search_body(("name", ["Ana Silva"]), ("name", ["Moreira Maria"]), operator="and")
    response, plans = crowd.plans_of(SEARCH, body)
    names = [item["profile"]["first_name"] + item["profile"]["last_name"] for item in response["items"]]
    assert names == ["Ana Mariada Silva Moreira"]
    assert sum(plan.documents for plan in plans) <= 143
