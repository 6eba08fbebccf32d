"""Model-based tests: the service behaves like its model for any operations in any order."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from tests.master_keys import ONE
from tests.model.harness import MAX_CONCURRENT, Harness
from tests.model.machine import Machine
from tests.model.scenario import ERROR_CODES, SCENARIO, operation_names

EXAMPLES = 25
STEPS = 30


@pytest.fixture(scope="module")
def harness(mongodb_uri: str) -> Iterator[Harness]:
    """Return the service with a real MongoDB and an API key for each agent."""
    settings = Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database=f"test_{uuid4().hex}",
        master_keys=ONE,
        # The model has no clock.
        sensitive_values_per_hour=0,
    )
    database = connect(settings)
    with ThreadPoolExecutor(MAX_CONCURRENT) as pool:
        harness = Harness(create_app(settings, database=database), database, pool)
        harness.create_api_keys()
        yield harness
    database.client.drop_database(database.name)
    database.client.close()


def test_each_operation_and_each_error_follows_the_model(harness: Harness) -> None:
    """The fixed scenario contains a success of each operation, and each error."""
    harness.responses.clear()
    machine = Machine(harness)
    machine.begin()
    for operation in SCENARIO:
        machine.do(operation)
        machine.check()
    assert {kind for kind, status, _ in harness.responses if status < 300} == {*operation_names()} - {
        "Invalid"
    }
    assert {code for _, _, code in harness.responses if code is not None} == ERROR_CODES


@pytest.mark.timeout(400)  # Hypothesis may take five minutes to shrink a failure.
def test_random_operations_follow_the_model(harness: Harness) -> None:
    """Each response, and the stored data after each step, equal the model."""
    harness.responses.clear()
    run_state_machine_as_test(
        partial(Machine, harness),  # type: ignore[arg-type] # a factory works like a class
        settings=settings(
            derandomize=True,
            deadline=None,
            database=None,
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
    succeeded = {kind for kind, status, _ in harness.responses if status < 300}
    assert len(succeeded) > 3 * len({*operation_names()}) / 4
    assert harness.responses.total() > EXAMPLES * STEPS / 2
