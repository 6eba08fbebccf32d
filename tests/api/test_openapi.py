"""The OpenAPI document that the service serves."""

from pathlib import Path

import yaml
from flask.testing import FlaskClient


def test_the_served_document_equals_the_committed_one(client: FlaskClient) -> None:
    """GET /openapi.json returns the content of openapi.yaml as JSON in UTF-8."""
    response = client.get("/openapi.json")
    assert response.status_code == 200
    assert response.content_type == "application/json"
    committed = Path(__file__).parents[2] / "openapi.yaml"
    assert response.get_json() == yaml.safe_load(committed.read_text(encoding="utf-8"))
    assert "太郎" in response.get_data().decode()
