"""Health checks: liveness and readiness."""

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


def test_liveness_does_not_query_mongodb(database: object) -> None:
    """If MongoDB is unreachable, a restart of the service would not help."""
    unreachable = FailingDatabase(database, broken=True)
    assert Caller(create_app(Settings(auth=False), database=unreachable).test_client(), unreachable).get(
        "/livez"
    ) == {"status": "ok"}


def test_readiness_reports_each_check(api: Caller) -> None:
    """The service is ready if MongoDB responds and the indexes exist. The request creates the indexes."""
    checks = {"mongodb": "ok", "indexes": "ok", "lookup_entries": "ok"}
    assert api.get("/readyz") == {"status": "ok", "checks": checks}
    assert "lookup" in api.database["profiles"].index_information()


def test_readiness_fails_without_mongodb(database: object) -> None:
    """The response is a 503 with the failed check."""
    unreachable = FailingDatabase(database, broken=True)
    problem = Caller(create_app(Settings(auth=False), database=unreachable).test_client(), unreachable).get(
        "/readyz", status=503
    )
    assert problem["code"] == "not_ready"
    assert problem["checks"] == {"mongodb": "no answer", "indexes": "unknown", "lookup_entries": "unknown"}


def test_readiness_fails_without_an_index(api: Caller) -> None:
    """The response is a 503 with the name of the missing index."""
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
def test_readiness_reports_stale_index_terms_and_succeeds(api: Caller, change: dict[str, Any]) -> None:
    """The index terms of a profile have another version of the rules, or no version."""
    profile = api.post("/v1/profiles", {"first_name": "Ada"}, status=201)
    api.database["profiles"].update_one({}, change)
    stale = {"mongodb": "ok", "indexes": "ok", "lookup_entries": "stale: run profile-lookup reindex"}
    assert api.get("/readyz") == {"status": "ok", "checks": stale}
    api.patch(f"/v1/profiles/{profile['profile_id']}", {"last_name": "Lovelace"})
    assert api.get("/readyz")["checks"]["lookup_entries"] == "ok"


def test_readiness_recovers_with_mongodb(real_database: object) -> None:
    """The service needs no restart."""
    unreachable = FailingDatabase(real_database, broken=True)
    api = Caller(
        create_app(Settings(auth=False), database=unreachable, readiness_times=uncached()).test_client(),
        unreachable,
    )
    api.get("/readyz", status=503)
    unreachable.broken = False
    assert api.get("/readyz")["status"] == "ok"


def test_many_readiness_requests_cause_few_commands(credentials: Credentials) -> None:
    """The result is cached, because the endpoint has neither authentication nor a rate limit."""
    database = credentials.anonymous.database
    app = create_app(Settings(), database=database, readiness_times=ReadinessTimes(cache_ttl=60))
    api = Caller(app.test_client(), database)
    credentials.commands.sent.clear()
    first = api.get("/readyz")
    count = len(credentials.commands.sent)
    assert count > 0
    assert [api.get("/readyz") for _ in range(50)] == [first] * 50
    assert len(credentials.commands.sent) == count
