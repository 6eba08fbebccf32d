"""Calls operations without an HTTP server. botocore builds the requests and reads the responses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.aws.model import operation
from tests.commands import Commands

_SERIALIZER = create_serializer("rest-json", include_validation=False)
_PARSER = create_parser("rest-json")


@dataclass(frozen=True)
class InProcess:
    """A client of the application. It sends invalid requests too."""

    client: FlaskClient
    commands: Commands
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, name: str, values: Mapping[str, Any], **headers: str) -> TestResponse:
        """Return the response to an operation with these members."""
        request = _SERIALIZER.serialize_to_request(dict(values), operation(name))
        return self.client.open(
            request["url_path"],
            method=request["method"],
            query_string=request["query_string"],
            data=request["body"],
            headers={**request["headers"], **self.headers, **headers},
        )

    def send_invalid(self, name: str, values: Mapping[str, Any]) -> TestResponse:
        """Return the response to members of any type. botocore would refuse some of them."""
        members = operation(name).input_shape.members
        uri, query, body = dict[str, str](), dict[str, str](), dict[str, Any]()
        for member, value in values.items():
            location = members[member].serialization
            if location.get("location") == "uri":
                uri[member] = quote(str(value), safe="")
            elif location.get("location") == "querystring":
                query[location["name"]] = str(value)
            else:
                body[member] = value
        http = operation(name).http
        path = http["requestUri"].format(**uri)
        return self.client.open(
            path, method=http["method"], query_string=query, json=body, headers=self.headers
        )

    def __call__(self, name: str, /, expect: int = 200, **values: Any) -> dict[str, Any]:
        """Return the members of the response, or its error. The domain is `default`. Check the status."""
        domain = {"DomainName": "default"} if "DomainName" in operation(name).input_shape.members else {}
        response = self.send(name, {**domain, **values})
        assert response.status_code == expect, response.text
        parsed = {
            "body": response.data,
            "headers": HeadersDict(dict(response.headers)),
            "status_code": response.status_code,
        }
        members: dict[str, Any] = _PARSER.parse(parsed, operation(name).output_shape)
        members.pop("ResponseMetadata")
        return members

    def v1(self, method: str, path: str, body: Any = None, *, expect: int = 200) -> Any:
        """Return the body of the response to a request to `/v1`. Check the status."""
        response = self.client.open(path, method=method, json=body, headers=self.headers)
        assert response.status_code == expect, response.text
        return response.get_json() if response.data else None
