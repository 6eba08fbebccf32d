"""What the audit makes of an answer: of one that it does not know, nothing is answered."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from service.api.http.auditing import audited, profiles_in
from service.model.audit import AuditAction
from service.use_cases.exports import Export
from service.use_cases.pages import Page
from service.use_cases.reveal import Revealed
from tests.api.caller import check_problem

_EXPORT = Export(profile={}, exported_at=datetime.now(UTC), keys=(), contacts=(), events=())


@pytest.mark.parametrize(
    "answer",
    [{"total": 3}, {}, [], "Ann", Page([{"total": 3}]), ({"total": 3}, {}), object()],
    ids=lambda answer: type(answer).__name__,
)
def test_an_answer_of_an_unknown_kind_is_a_fault(answer: Any) -> None:
    """It may show profiles that the audit would not name; what it holds is not told."""
    with pytest.raises(TypeError, match="the audit does not know") as raised:
        list(profiles_in(answer))
    assert "Ann" not in str(raised.value)


@pytest.mark.parametrize(
    "answer", [None, Page([]), Revealed("ssn", ["1"]), _EXPORT], ids=lambda answer: type(answer).__name__
)
def test_some_answers_show_no_profile_but_that_of_the_path(answer: Any) -> None:
    """They are named one by one."""
    assert list(profiles_in(answer)) == []


@pytest.fixture
def app_with_more(app: Flask) -> Flask:
    """Return the application with an operation whose answer nobody has told the audit of."""

    @app.get("/v1/crowd")
    @audited(AuditAction.READ)
    def read_crowd() -> dict[str, Any]:
        return {"first_names": ["Ann"]}

    return app


def test_a_new_operation_cannot_go_unaudited_by_accident(app_with_more: Flask) -> None:
    """It is a 500 at its first try, without the data."""
    response = app_with_more.test_client().get("/v1/crowd")
    assert response.status_code == 500
    assert check_problem(response)["code"] == "internal_error"
    assert "Ann" not in response.text
