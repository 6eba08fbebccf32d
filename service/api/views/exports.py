"""Exports over HTTP: a document of any size, written while it is read from MongoDB."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from flask import Response, stream_with_context
from marshmallow import Schema

from schemas import examples
from schemas.audit import ExportedEventAnswer
from schemas.exports import ExportAnswer, ExportedContactAnswer
from service.api.http.context import domain, principal, stores
from service.api.http.json import to_json
from service.api.openapi.blueprint import MET_BY_ALL, Blueprint
from service.errors.records import ProfileNotFound
from service.model.principal import Scope
from service.use_cases import exports
from service.use_cases.exports import Export

blueprint = Blueprint(
    "personal-data",
    __name__,
    url_prefix="/v1/profiles",
    description="What a person has a right to.",
    met_by_all=MET_BY_ALL,
)

_CONTACT = ExportedContactAnswer()
_EVENT = ExportedEventAnswer()
_ATTACHMENT = {
    "description": "A name for the file to keep it in.",
    "schema": {"type": "string"},
    "example": f'attachment; filename="profile-{examples.PROFILE_ID}.json"',
}


def _streamed(view: Callable[..., Any]) -> Callable[..., Response]:
    """Answer the export that the view returns."""

    @wraps(view)
    def call(**path: str) -> Response:
        export: Export = view(**path)
        return Response(
            stream_with_context(_pieces(export)),
            mimetype="application/json",
            headers={
                "Content-Disposition": f'attachment; filename="profile-{export.profile["profile_id"]}.json"',
                "Cache-Control": "no-store",
            },
        )

    return call


def _pieces(export: Export) -> Iterator[bytes]:
    head = ExportAnswer(only=["exported_at", "profile"]).dump(export)
    yield to_json(head)[:-1] + b',"contacts":['
    yield from _items(_CONTACT, export.contacts)
    yield b'],"audit":['
    yield from _items(_EVENT, export.events)
    yield b"]}"


def _items(schema: Schema, items: Iterable[Any]) -> Iterator[bytes]:
    separator = b""
    for item in items:
        yield separator + to_json(schema.dump(item))
        separator = b","


@blueprint.route("/<profile_id>/export", methods=["GET"])
@blueprint.requires(Scope.ADMIN)
@blueprint.response(
    200, ExportAnswer(), example=examples.EXPORT, headers={"Content-Disposition": _ATTACHMENT}
)
@blueprint.problems(ProfileNotFound)
@_streamed
@blueprint.audited
def export_profile(profile_id: str) -> Any:
    """Export everything that is held on the person.

    The profile, every contact that it stands in, and who did what with it. Values of sensitive search keys
    are masked unless the credential has `profiles:reveal`. The answer is written while it is read: one that
    is cut off is no JSON.
    """
    return exports.export_profile(stores(), domain(), profile_id, reveal=principal().may(Scope.REVEAL))
