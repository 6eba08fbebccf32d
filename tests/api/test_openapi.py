"""The OpenAPI document that the service serves."""

from flask.testing import FlaskClient

from tests.openapi_document import openapi_document


def test_the_served_document_equals_the_committed_one(client: FlaskClient) -> None:
    """GET /openapi.json returns the content of openapi.yaml as JSON in UTF-8."""
    response = client.get("/openapi.json")
    assert response.status_code == 200
    assert response.content_type == "application/json"
    assert response.get_json() == openapi_document()
    assert "太郎" in response.get_data().decode()
