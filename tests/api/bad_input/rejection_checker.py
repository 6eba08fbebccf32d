"""A caller whose requests must be rejected."""

from dataclasses import dataclass
from typing import Any

from tests.api.bad_input.bodies import MARKER
from tests.api.caller import Caller, Json, check_problem, pointers


@dataclass(frozen=True)
class RejectionChecker:
    """Sends bad requests. Checks that each gets a problem that contains no value of the request."""

    api: Caller

    def reject(self, method: str, path: str, status: int, code: str, **options: Any) -> Json:
        """Send a bad request, check the problem and return it."""
        try:
            response = self.api.call(method, path, status=status, **options)
            problem = check_problem(response)
            assert problem["code"] == code
            assert MARKER not in response.text
        except AssertionError as error:
            error.add_note(f"{method} {path} {options}"[:1000])
            raise
        return problem

    def reject_field(self, method: str, path: str, pointer: str, **options: Any) -> Json:
        """Send a request with one invalid field, check the problem and return it."""
        problem = self.reject(method, path, 422, "invalid_request", **options)
        assert pointers(problem) == [pointer], options
        return problem
