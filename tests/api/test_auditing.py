"""A view that does not return an ``Audited`` raises an error, so that no response is unaudited."""

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
def test_a_view_that_returns_another_type_raises_an_error(result: Any) -> None:
    """The result could contain profiles. The error message does not contain the result."""
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
def test_the_response_has_the_value_of_the_audited_result(result: Any, response: Any) -> None:
    """The status and headers of the result are kept."""
    assert audited(lambda: result)() == response


@pytest.fixture
def app_with_unaudited_operation(app: Flask) -> Flask:
    """Return the application with an additional operation that does not return an ``Audited``."""

    @app.get("/v1/crowd")
    @audited
    def read_crowd() -> Json:
        return {"first_names": ["Ann"]}

    return app


def test_a_request_for_an_unaudited_operation_gets_a_500(app_with_unaudited_operation: Flask) -> None:
    """The response does not contain the data."""
    response = app_with_unaudited_operation.test_client().get("/v1/crowd")
    assert response.status_code == 500
    assert check_problem(response)["code"] == "internal_error"
    assert "Ann" not in response.text
