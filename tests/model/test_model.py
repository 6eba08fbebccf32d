"""Whatever agents do, in whatever order and at once: the service is as the model says."""

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
from tests.model.machine import Machine
from tests.model.stage import MOST_AT_ONCE, Stage
from tests.model.tour import REFUSALS, TOUR, kinds

EXAMPLES = 60
STEPS = 30


@pytest.fixture(scope="module")
def stage(mongodb_uri: str) -> Iterator[Stage]:
    """Return the service on the real MongoDB, with an API key for each agent."""
    settings = Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database=f"test_{uuid4().hex}",
        master_keys=ONE,
        # The model has no clock.
        sensitive_values_per_hour=0,
    )
    database = connect(settings)
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        stage = Stage(create_app(settings, database=database), database, pool)
        stage.make_credentials()
        yield stage
    database.client.drop_database(database.name)
    database.client.close()


def test_everything_goes_as_the_model_says(stage: Stage) -> None:
    """Each operation succeeds once and each refusal is met, so that the model can do all that it is to do."""
    stage.answers.clear()
    machine = Machine(stage)
    machine.begin()
    for operation in TOUR:
        machine.do(operation)
        machine.check()
    assert {kind for kind, status, _ in stage.answers if status < 300} == {*kinds()} - {"Spoiled"}
    assert {code for _, _, code in stage.answers if code is not None} == REFUSALS


@pytest.mark.timeout(400)  # Five minutes of which Hypothesis may look for the shortest way to a failure.
def test_the_service_does_what_the_model_says(stage: Stage) -> None:
    """Each answer, and all that is stored after each step."""
    stage.answers.clear()
    run_state_machine_as_test(
        partial(Machine, stage),  # type: ignore[arg-type] # what makes one does as well as its class
        settings=settings(
            derandomize=True,
            deadline=None,
            database=None,
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
    succeeded = {kind for kind, status, _ in stage.answers if status < 300}
    assert len(succeeded) > 3 * len({*kinds()}) / 4
    assert stage.answers.total() > EXAMPLES * STEPS / 2
