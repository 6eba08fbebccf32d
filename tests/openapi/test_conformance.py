"""Whatever the document allows is accepted, whatever it forbids refused, and each answer is as it says."""

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
from tests.masters import ONE
from tests.openapi.conformance import Found, run
from tests.openapi.test_document import operations

PHASES = ["examples", "coverage", "fuzzing", "stateful"]

# The fixture of the first test sends all requests: 100 s of CPU time.
pytestmark = pytest.mark.timeout(400)


class _Handler(WSGIRequestHandler):
    """Keeps connections, and quiet."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: Any, **__: Any) -> None:
        """Write nothing."""


@pytest.fixture(scope="module")
def service(mongodb_uri: str) -> Iterator[tuple[str, str]]:
    """Return where a service that asks for credentials is served, and a credential that may do all."""
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
        for name, sensitive in (("ssn", True), ("vip", False)):
            definition = {"label": name, "type": "digits", "unique": sensitive, "sensitive": sensitive}
            client.put(f"/v1/search-keys/{name}", json=definition, headers={"Authorization": f"Bearer {key}"})
    yield f"http://127.0.0.1:{server.server_port}", key
    server.shutdown()
    thread.join()
    server.server_close()
    database.client.drop_database(database.name)
    database.client.close()


@pytest.fixture(scope="module")
def found(service: tuple[str, str]) -> Found:
    """Return what is found with a credential that may do all."""
    url, key = service
    return run(url, phases=PHASES, examples=10, headers={"Authorization": f"Bearer {key}"})


def test_schemathesis_finds_nothing(found: Found) -> None:
    """All of its checks, by the document's examples, at the bounds of each schema, at random and by links."""
    assert not found.findings, "\n\n".join(f"{title}\n{told}" for title, told in found.findings.items())


def test_every_operation_is_tried_in_earnest(found: Found, document: dict[str, Any]) -> None:
    """Each succeeds, and each that takes anything refuses something; none of it is a 5xx."""
    for name, operation in operations(document):
        answered = found.answered(name)
        assert any(200 <= status < 300 for status in answered), (name, answered)
        assert not any(status >= 500 for status in answered), (name, answered)
        if "requestBody" in operation:
            assert {415, 422} <= answered, (name, answered)


def test_every_phase_has_its_part(found: Found, document: dict[str, Any]) -> None:
    """None is left out for want of examples or links; most of what has a link is reached by one."""
    assert {phase for phase, _, _ in found.answers} == set(PHASES)
    linked = {
        link["operationId"]
        for _, operation in operations(document)
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    }
    names = {name for name, operation in operations(document) if operation["operationId"] in linked}
    assert len(names & found.links) > len(names) / 2


def test_nothing_is_answered_without_a_credential(service: tuple[str, str], document: dict[str, Any]) -> None:
    """Whatever else is sent, and with whatever stands in the place of one: a 401, and no finding."""
    found = run(service[0], phases=["examples", "fuzzing"], examples=3)
    assert not found.findings, found.findings
    for name, operation in operations(document):
        assert found.answered(name)
        assert (found.answered(name) == {401}) == bool(operation["security"]), name
