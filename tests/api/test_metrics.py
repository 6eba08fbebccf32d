"""The Prometheus metrics of requests."""

import pytest
from flask import Flask, abort
from prometheus_client.parser import text_string_to_metric_families

from service.api.http import context, metrics


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Return an application with one route and the metrics."""
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    app = Flask("test")
    app.url_value_preprocessor(context.begin_request)
    metrics.register(app)

    @app.get("/v1/profiles/<profile_id>")
    def show_profile(profile_id: str) -> str:
        if profile_id == "broken":
            raise RuntimeError(profile_id)
        if profile_id == "absent":
            abort(404)
        return profile_id

    return app


def _samples(app: Flask, name: str) -> dict[tuple[str, str, str], float]:
    """Return the values of one metric by method, route and status."""
    response = app.test_client().get("/metrics")
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain; version=")
    return {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
        if sample.name == name
    }


@pytest.mark.parametrize(
    ("method", "path", "labels"),
    [
        ("GET", "/v1/profiles/4711", ("GET", "/v1/profiles/<profile_id>", "200")),
        ("GET", "/v1/profiles/absent", ("GET", "/v1/profiles/<profile_id>", "404")),
        ("GET", "/v1/profiles/broken", ("GET", "/v1/profiles/<profile_id>", "500")),
        ("POST", "/v1/profiles/4711", ("POST", "unmatched", "405")),
        ("GET", "/jane@example.com", ("GET", "unmatched", "404")),
        ("JANE", "/v1/profiles/4711", ("other", "unmatched", "405")),
    ],
)
def test_each_request_is_counted_and_timed_once(
    app: Flask, method: str, path: str, labels: tuple[str, str, str]
) -> None:
    """The labels are the method, the template of the route and the status. Errors count too."""
    app.test_client().open(path, method=method)
    assert _samples(app, "http_requests_total")[labels] == 1
    assert _samples(app, "http_request_duration_seconds_count")[labels] == 1


def test_no_label_contains_request_data(app: Flask) -> None:
    """Paths, query strings and unknown methods do not occur in the metrics."""
    client = app.test_client()
    client.get("/v1/profiles/secret-1?q=secret-2")
    client.open("/secret-3", method="SECRET4")
    assert "secret" not in client.get("/metrics").text.lower()


def test_a_request_that_an_earlier_hook_rejects_is_counted() -> None:
    """The hook responds before the hooks of the metrics run."""
    app = Flask("test")
    app.url_value_preprocessor(context.begin_request)
    app.before_request(lambda: ("stop", 401))
    metrics.register(app)
    app.test_client().get("/anything")
    app.before_request_funcs.clear()
    assert _samples(app, "http_requests_total")["GET", "unmatched", "401"] == 1


def test_applications_in_one_process_have_separate_metrics(app: Flask) -> None:
    """A second application can register the metrics, and its counters are zero."""
    app.test_client().get("/v1/profiles/4711")
    other = Flask("other")
    other.url_value_preprocessor(context.begin_request)
    metrics.register(other)
    assert _samples(other, "http_requests_total") == {}
