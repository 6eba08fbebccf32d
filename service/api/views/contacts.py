"""Contacts over HTTP."""

from typing import Any

from schemas import examples
from schemas.contacts import (
    AssociationAnswer,
    AssociationQuery,
    AssociationRequest,
    ContactAnswer,
    ContactsAnswer,
    ContactSearchRequest,
    MatchAnswer,
    MatchRequest,
)
from schemas.profiles import ProfileRequest
from service.api.http.context import budget, domain, principal, stores
from service.api.http.match_metrics import count_match
from service.api.http.parsing import idempotency_key
from service.api.openapi.blueprint import MET_BY_ALL, Blueprint
from service.api.views.profiles import ETAG, IDEMPOTENCY_KEY, LOCATION, PROFILE, REPLAYED, created
from service.auth.authenticator import acting_agent
from service.errors.records import (
    AssociationNotFound,
    ContactCleared,
    ContactNotFound,
    ProfileNotFound,
    UniqueKeyTaken,
)
from service.errors.requests import IdempotencyKeyReused
from service.errors.search_keys import MasterKeyMissing, TooManySensitiveValues
from service.model.match import IncomingContact
from service.model.principal import Scope
from service.store.contacts.queries import ContactFilter
from service.use_cases import contacts, match, profiles

blueprint = Blueprint(
    "contacts",
    __name__,
    url_prefix="/v1/contacts",
    description="Calls, chats, tasks and e-mails: who is it, and who was it.",
    met_by_all=MET_BY_ALL,
)

_ASSOCIATION = AssociationAnswer()
_CONTACT = ContactAnswer()


@blueprint.route("/<contact_id>/match", methods=["POST"])
@blueprint.requires(Scope.VIEW)
@blueprint.body(MatchRequest(), examples.MATCH_REQUEST)
@blueprint.response(200, MatchAnswer(), example=examples.MATCH)
@blueprint.problems(MasterKeyMissing, TooManySensitiveValues)
@blueprint.audited
def match_contact(body: dict[str, Any], contact_id: str) -> Any:
    """Find out who is calling.

    Candidates are ranked: by the best tier that agrees, by how many keys agree, by the most recent
    association, by the last change. The contact attributes `profileSearchKey` and `profileSearchValue` come
    before the channel's match keys; `criteria` narrow down. A pure read: nothing is stored.
    """
    limit, cursor = body.pop("limit"), body.pop("cursor")
    contact = IncomingContact(**body)
    result = match.match_contact(
        stores(), domain(), contact_id, contact, limit=limit, cursor=cursor, budget=budget()
    )
    count_match(contact.channel, result.value.outcome, cursor)
    return result


@blueprint.route("/<contact_id>/association", methods=["PUT"])
@blueprint.requires(Scope.VIEW)
@blueprint.body(AssociationRequest(), examples.ASSOCIATION_REQUEST)
@blueprint.response(200, _ASSOCIATION, example=examples.ASSOCIATION)
@blueprint.alt_response(
    201,
    schema=_ASSOCIATION,
    example=examples.ASSOCIATION,
    description="The contact's first association.",
    success=True,
)
@blueprint.problems(ProfileNotFound, ContactCleared)
@blueprint.audited
def associate_contact(body: dict[str, Any], contact_id: str) -> Any:
    """Associate the contact with a profile.

    The latest association wins, until the contact is cleared.
    """
    body["agent_id"] = acting_agent(principal(), body.get("agent_id"))
    association, is_first = contacts.associate(stores(), domain(), contact_id, **body)
    return association, 201 if is_first else 200


@blueprint.route("/<contact_id>/association", methods=["GET"])
@blueprint.requires(Scope.VIEW)
@blueprint.response(200, _ASSOCIATION, example=examples.ASSOCIATION)
@blueprint.problems(AssociationNotFound)
@blueprint.audited
def read_association(contact_id: str) -> Any:
    """Read the contact's current association.

    The one that was confirmed last, unless it was taken back.
    """
    return contacts.current_association(stores(), domain(), contact_id)


@blueprint.route("/<contact_id>/association", methods=["DELETE"])
@blueprint.requires(Scope.VIEW)
@blueprint.response(204)
@blueprint.problems(AssociationNotFound, ContactCleared)
@blueprint.audited
def disassociate_contact(contact_id: str) -> Any:
    """Take the contact's association back.

    The contact is then associated with nobody; a past association does not come back.
    """
    return contacts.disassociate(stores(), domain(), contact_id)


@blueprint.route("/<contact_id>/clear", methods=["POST"])
@blueprint.requires(Scope.VIEW)
@blueprint.response(200, _CONTACT, example=examples.CLEARED_CONTACT)
@blueprint.audited
def clear_contact(contact_id: str) -> Any:
    """Clear the contact when the work on it is done.

    Only its most recent association remains, and can no longer be changed. Clearing once more changes
    nothing.
    """
    return contacts.clear(stores(), domain(), contact_id)


@blueprint.route("/<contact_id>", methods=["GET"])
@blueprint.requires(Scope.VIEW)
@blueprint.response(200, _CONTACT, example=examples.CONTACT)
@blueprint.problems(ContactNotFound)
@blueprint.audited
def read_contact(contact_id: str) -> Any:
    """Read a contact with its associations.

    All of them while the contact is open, the last one once it is cleared.
    """
    return contacts.view_contact(stores(), domain(), contact_id)


@blueprint.route("/<contact_id>/profile", methods=["POST"])
@blueprint.requires(Scope.CREATE)
@blueprint.body(ProfileRequest(), examples.PROFILE_REQUEST)
@blueprint.arguments(AssociationQuery(), location="query")
@blueprint.response(201, PROFILE, example=examples.PROFILE, headers=ETAG | LOCATION | REPLAYED)
@blueprint.problems(
    ContactCleared, MasterKeyMissing, UniqueKeyTaken, IdempotencyKeyReused, TooManySensitiveValues
)
@blueprint.doc(parameters=[IDEMPOTENCY_KEY])
@blueprint.audited
def create_profile_for_contact(fields: dict[str, Any], query: dict[str, Any], contact_id: str) -> Any:
    """Create a profile for this contact, and associate the two.

    For a contact without a match: a first name or a business name is enough. The body is the profile; what is
    known of the contact is in the query string. With an `Idempotency-Key` the same request, however often it
    is sent, creates one profile and associates it once.
    """
    query["agent_id"] = acting_agent(principal(), query.get("agent_id"))
    profile, replayed = profiles.create_for_contact(
        stores(), domain(), contact_id, fields, key=idempotency_key(), budget=budget(), **query
    )
    return profile, created(profile.value, replayed=replayed)


@blueprint.route("/search", methods=["POST"])
@blueprint.requires(Scope.VIEW)
@blueprint.body(ContactSearchRequest(), examples.CONTACT_SEARCH_REQUEST)
@blueprint.response(200, ContactsAnswer(), example=examples.CONTACTS)
@blueprint.audited
def search_contacts(body: dict[str, Any]) -> Any:
    """Search past contacts by profile, agent, channel and time, newest first.

    Every field given must agree; an empty object lists all contacts.
    """
    limit, cursor = body.pop("limit"), body.pop("cursor")
    return contacts.search_contacts(stores(), domain(), ContactFilter(**body), limit=limit, cursor=cursor)
