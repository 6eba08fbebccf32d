"""Exports of personal data. They are sent while they are read from MongoDB."""

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, stream_with_context
from marshmallow import Schema

from schemas import examples
from schemas.audit import (
    ExportedContactResponse,
    ExportedEventResponse,
    ExportedMergeResponse,
    ExportedObjectResponse,
    ExportResponse,
)
from service.api.http.context import domain, principal, stores
from service.api.http.operations import Content, Operation, audited, to_json
from service.errors.records import ProfileNotFound
from service.model.principal import Scope
from service.use_cases import exports
from service.use_cases.audit import Audited
from service.use_cases.exports import Export

blueprint = Blueprint("personal-data", __name__, url_prefix="/v1/profiles")

_HEAD = ExportResponse(only=["exported_at", "profile"])
_CONTACT = ExportedContactResponse()
_OBJECT = ExportedObjectResponse()
_MERGE = ExportedMergeResponse()
_EVENT = ExportedEventResponse()
_ATTACHMENT = {
    "description": "A suggested file name for the export.",
    "schema": {"type": "string"},
    "example": f'attachment; filename="profile-{examples.PROFILE_ID}.json"',
}


def _stream(export: Export) -> Response:
    disposition = f'attachment; filename="profile-{export.profile["profile_id"]}.json"'
    chunks = stream_with_context(_chunks(export))
    return Response(chunks, headers={"Content-Disposition": disposition}, mimetype="application/json")


def _chunks(export: Export) -> Iterator[bytes]:
    yield to_json(_HEAD.dump(export))[:-1] + b',"contacts":['
    yield from _items(_CONTACT, export.contacts)
    yield b'],"objects":['
    yield from _items(_OBJECT, export.objects)
    yield b'],"merges":['
    yield from _items(_MERGE, export.merges)
    yield b'],"audit":['
    yield from _items(_EVENT, export.events)
    yield b"]}"


def _items(schema: Schema, items: Iterable[object]) -> Iterator[bytes]:
    separator = b""
    for item in items:
        yield separator + to_json(schema.dump(item))
        separator = b","


@blueprint.get("/<profile_id>/export")
@Operation(
    scope=Scope.ADMIN,
    response=Content(ExportResponse(), examples.EXPORT),
    response_headers={"Content-Disposition": _ATTACHMENT},
    problems=(ProfileNotFound,),
)
@audited
def export_profile(profile_id: str) -> object:
    """Export all data about the person.

    The export has the profile, all contacts with a stored association with it, the objects that were stored
    with PutProfileObject, the merges into the profile (with the merged profiles), and its audit events.
    Values of sensitive search keys are masked unless the credential has `profiles:reveal`. The response is
    streamed. If the connection breaks, the part that arrived is not valid JSON.
    """
    result = exports.export_profile(stores(), domain(), profile_id, reveal=principal().may(Scope.REVEAL))
    return Audited(_stream(result.value), result.accesses)
