"""Health: what those who run the service ask."""

from typing import Any

import pytest

from service.app import create_app
from service.config import Settings
from service.store.indexes.definitions import INDEXES
from service.use_cases.health import ReadinessTimes
from tests.api.caller import Caller
from tests.api.credentials import Credentials
from tests.api.failing_database import FailingDatabase
from tests.readiness import uncached


def test_liveness_does_not_ask_mongodb(database: object) -> None:
    """A process whose MongoDB is away still lives; restarting it would help nobody."""
    away = FailingDatabase(database, broken=True)
    assert Caller(create_app(Settings(auth=False), database=away).test_client(), away).get("/livez") == {
        "status": "ok"
    }


def test_readiness_tells_each_check(api: Caller) -> None:
    """Ready means that MongoDB answers and that the indexes stand, which asking brings about."""
    checks = {"mongodb": "ok", "indexes": "ok", "lookup_entries": "ok"}
    assert api.get("/readyz") == {"status": "ok", "checks": checks}
    assert "lookup" in api.database["profiles"].index_information()


def test_readiness_fails_without_mongodb(database: object) -> None:
    """With MongoDB away the answer is 503, and says which check failed."""
    away = FailingDatabase(database, broken=True)
    problem = Caller(create_app(Settings(auth=False), database=away).test_client(), away).get(
        "/readyz", status=503
    )
    assert problem["code"] == "not_ready"
    assert problem["checks"] == {"mongodb": "no answer", "indexes": "unknown", "lookup_entries": "unknown"}


def test_readiness_fails_without_an_index(api: Caller) -> None:
    """An index that someone dropped makes the service unready, and is named."""
    api.get("/readyz")
    profiles = api.database["profiles"]
    profiles.drop_index("lookup")
    problem = api.get("/readyz", status=503)
    profiles.create_indexes(INDEXES["profiles"])
    assert problem["code"] == "not_ready"
    assert problem["checks"] == {
        "mongodb": "ok",
        "indexes": "missing: profiles.lookup",
        "lookup_entries": "unknown",
    }


@pytest.mark.parametrize("change", [{"$unset": {"rules": ""}}, {"$set": {"rules": 1}}])
def test_stale_lookup_entries_are_named_and_no_failure(api: Caller, change: dict[str, Any]) -> None:
    """A profile of other rules, or of before there were any, is served as well as it can be."""
    profile = api.post("/v1/profiles", {"first_name": "Ada"}, status=201)
    api.database["profiles"].update_one({}, change)
    stale = {"mongodb": "ok", "indexes": "ok", "lookup_entries": "stale: run profile-lookup reindex"}
    assert api.get("/readyz") == {"status": "ok", "checks": stale}
    api.patch(f"/v1/profiles/{profile['profile_id']}", {"last_name": "Lovelace"})
    assert api.get("/readyz")["checks"]["lookup_entries"] == "ok"


def test_readiness_comes_back_with_mongodb(real_database: object) -> None:
    """The service recovers by itself when MongoDB returns."""
    away = FailingDatabase(real_database, broken=True)
    api = Caller(
        create_app(Settings(auth=False), database=away, readiness_times=uncached()).test_client(), away
    )
    api.get("/readyz", status=503)
    away.broken = False
    assert api.get("/readyz")["status"] == "ok"


def test_a_flood_of_readiness_is_no_flood_of_commands(credentials: Credentials) -> None:
    """It asks for no credential and knows no limit, so what was found is remembered for a second."""
    database = credentials.anonymous.database
    app = create_app(Settings(), database=database, readiness_times=ReadinessTimes(cache_ttl=60))
    api = Caller(app.test_client(), database)
    credentials.commands.sent.clear()
    first = api.get("/readyz")
    asked = len(credentials.commands.sent)
    assert asked > 0
    assert [api.get("/readyz") for _ in range(50)] == [first] * 50
    assert len(credentials.commands.sent) == asked
