"""A view whose result is not auditable raises an error instead of sending an unaudited response."""

from typing import Any

import pytest
from flask import Flask

from service.api.http.operations import audited
from service.use_cases.audit import Audited
from tests.api.caller import Json, check_problem


@pytest.mark.parametrize(
    "result",
    [{"total": 3}, {}, [], "Ann", None, ({"total": 3}, {}), object()],
    ids=lambda result: type(result).__name__,
)
def test_a_result_of_another_type_is_an_error(result: Any) -> None:
    """It could show profiles that the audit does not record. The error does not contain the result."""
    with pytest.raises(TypeError, match="return an Audited") as raised:
        audited(lambda: result)()
    assert "Ann" not in str(raised.value)


@pytest.mark.parametrize(
    ("result", "response"),
    [
        (Audited({"total": 3}, []), {"total": 3}),
        (Audited(None, []), None),
        ((Audited("Ann", []), 201), ("Ann", 201)),
        ((Audited("Ann", []), {"ETag": "1"}), ("Ann", {"ETag": "1"})),
    ],
)
def test_the_response_is_made_from_the_audited_value(result: Any, response: Any) -> None:
    """A status or headers are kept."""
    assert audited(lambda: result)() == response


@pytest.fixture
def app_with_more(app: Flask) -> Flask:
    """Return the application with an added operation that returns no ``Audited``."""

    @app.get("/v1/crowd")
    @audited
    def read_crowd() -> Json:
        return {"first_names": ["Ann"]}

    return app


def test_a_new_operation_cannot_be_unaudited_by_accident(app_with_more: Flask) -> None:
    """Its first request gets a 500 without the data."""
    response = app_with_more.test_client().get("/v1/crowd")
    assert response.status_code == 500
    assert check_problem(response)["code"] == "internal_error"
    assert "Ann" not in response.text
