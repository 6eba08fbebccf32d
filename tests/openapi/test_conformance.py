"""The service accepts the documented requests, rejects all others, and responds as documented."""

import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from service.app import create_app
from service.auth.api_keys import create_api_key
from service.config import Settings
from service.model.principal import Scope
from service.store.client.connection import connect
from service.use_cases.clock import now
from tests.master_keys import ONE
from tests.openapi.conformance import UNUSED_KEY, Report, run
from tests.openapi.test_document import operations

PHASES = ["examples", "coverage", "fuzzing", "stateful"]

# The fixture of the first test sends all requests, which takes 50 s of CPU time.
pytestmark = pytest.mark.timeout(400)


class _Handler(WSGIRequestHandler):
    """Handles requests on persistent connections, without a log."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: Any, **__: Any) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def service(mongodb_uri: str) -> Iterator[tuple[str, str]]:
    """Serve the application with authentication. Return its URL and a credential with all scopes."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=f"test_{uuid4().hex}", master_keys=ONE)
    database = connect(settings)
    app = create_app(settings, database=database)
    _, key = create_api_key(
        app.extensions["profile_lookup"].api_keys,
        label="schemathesis",
        domain="default",
        scopes=frozenset(Scope),
        agent_id=None,
        lifetime=None,
        now=now(),
    )
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with app.test_client() as client:
        for name, sensitive in (("ssn", True), ("vip", False), (UNUSED_KEY, False)):
            definition = {"label": name, "type": "digits", "unique": sensitive, "sensitive": sensitive}
            client.put(f"/v1/search-keys/{name}", json=definition, headers={"Authorization": f"Bearer {key}"})
    yield f"http://127.0.0.1:{server.server_port}", key
    server.shutdown()
    thread.join()
    server.server_close()
    database.client.drop_database(database.name)
    database.client.close()


@pytest.fixture(scope="module")
def report(service: tuple[str, str]) -> Report:
    """Return the report of a run with all scopes."""
    url, key = service
    return run(url, phases=PHASES, examples=3, headers={"Authorization": f"Bearer {key}"})


def test_schemathesis_reports_no_failure(report: Report) -> None:
    """The requests use examples, limits of each schema, random values and links."""
    failures = [f"{title}\n{details}" for title, details in report.failures.items()]
    assert not failures, "\n\n".join(failures)


def test_every_operation_has_accepted_and_rejected_requests(report: Report, document: dict[str, Any]) -> None:
    """Each operation has a 2xx and no 5xx. Each operation with a body also has a 415 and a 422."""
    for name, operation in operations(document):
        statuses = report.statuses(name)
        assert any(200 <= status < 300 for status in statuses), (name, statuses)
        assert not any(status >= 500 for status in statuses), (name, statuses)
        if "requestBody" in operation:
            assert {415, 422} <= statuses, (name, statuses)


def test_every_phase_sends_requests(report: Report, document: dict[str, Any]) -> None:
    """More than half of the operations that are targets of links are called through a link."""
    assert {phase for phase, _, _ in report.responses} == set(PHASES)
    linked = {
        link["operationId"]
        for _, operation in operations(document)
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    }
    names = {name for name, operation in operations(document) if operation["operationId"] in linked}
    assert len(names & report.links) > len(names) / 2


def test_every_operation_needs_a_credential(service: tuple[str, str], document: dict[str, Any]) -> None:
    """Without a credential, every response is the documented 401."""
    report = run(service[0], phases=["examples", "fuzzing"], examples=1)
    assert not report.failures, report.failures
    for name, operation in operations(document):
        assert report.statuses(name)
        assert (report.statuses(name) == {401}) == bool(operation["security"]), name
