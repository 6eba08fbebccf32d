"""Operations on contacts."""

from http import HTTPStatus

from flask import Blueprint

from schemas import connect, examples
from schemas import contacts as schemas
from service.api.http.context import domain, principal, sensitive_value_limit, stores
from service.api.http.metrics import count_match
from service.api.http.operations import MERGED_INTO, Content, Operation, audited
from service.api.http.parsing import Loaded, idempotency_key
from service.api.views.profiles import created_headers, creation
from service.auth.authenticator import acting_agent
from service.errors.records import AssociationNotFound, ContactCleared, ContactNotFound, ProfileNotFound
from service.errors.search_keys import MasterKeyMissing, TooManySensitiveValues
from service.model.contact import ContactFilter
from service.model.match import IncomingContact
from service.model.principal import Scope
from service.use_cases import contacts, match, profiles

blueprint = Blueprint("contacts", __name__, url_prefix="/v1/contacts")

_ASSOCIATION = Content(schemas.AssociationResponse(), examples.ASSOCIATION)
_CONTACT = schemas.ContactResponse()


@blueprint.post("/<contact_id>/match")
@Operation(
    scope=Scope.VIEW,
    body=Content(
        schemas.MatchRequest(),
        examples.MATCH_REQUEST,
        {
            member: Content(form, examples.MATCH_REQUESTS_OF_CONNECT[member])
            for member, form in connect.ALTERNATIVES.items()
        },
    ),
    response=Content(schemas.MatchResponse(), examples.MATCH),
    response_headers=MERGED_INTO,
    problems=(MasterKeyMissing, TooManySensitiveValues),
)
@audited
def match_contact(body: Loaded, contact_id: str) -> object:
    """Find the profiles that match a contact.

    Candidates are ranked by their best tier, then by the number of matching search keys, the most recent
    association and the most recent change. The contact attributes `profileSearchKey` and `profileSearchValue`
    take precedence over the channel's match keys. Every candidate meets all `criteria`. Neither the contact
    nor a profile is changed.

    The body can also be the event that an Amazon Connect flow sends to a Lambda function (it has `Details`),
    or a contact of Amazon Connect Streams (it has `contactData` or `contactId`). You can add `criteria`,
    `limit` and `cursor` to such a body. Its other unknown members are ignored.
    """
    limit, cursor = body.pop("limit"), body.pop("cursor")
    contact = IncomingContact(**body)
    result = match.match_contact(
        stores(),
        domain(),
        contact_id,
        contact,
        limit=limit,
        cursor=cursor,
        guess_limit=sensitive_value_limit(),
    )
    count_match(contact.channel, result.value.outcome, cursor)
    return result


@blueprint.put("/<contact_id>/association")
@Operation(
    scope=Scope.VIEW,
    body=Content(schemas.AssociationRequest(), examples.ASSOCIATION_REQUEST),
    response=_ASSOCIATION,
    response_headers=MERGED_INTO,
    created_description="The contact's first association.",
    problems=(ProfileNotFound, ContactCleared),
)
@audited
def associate_contact(body: Loaded, contact_id: str) -> object:
    """Associate the contact with a profile.

    The new association replaces the current one. A cleared contact accepts no new association.
    """
    body["agent_id"] = acting_agent(principal(), body.get("agent_id"))
    association, is_first = contacts.associate(stores(), domain(), contact_id, **body)
    return association, 201 if is_first else 200


@blueprint.get("/<contact_id>/association")
@Operation(scope=Scope.VIEW, response=_ASSOCIATION, problems=(AssociationNotFound,))
@audited
def read_association(contact_id: str) -> object:
    """Read the contact's current association.

    The current association is the most recent one, unless that was undone.
    """
    return contacts.current_association(stores(), domain(), contact_id)


@blueprint.delete("/<contact_id>/association")
@Operation(scope=Scope.VIEW, status=HTTPStatus.NO_CONTENT, problems=(AssociationNotFound, ContactCleared))
@audited
def disassociate_contact(contact_id: str) -> object:
    """Undo the contact's association.

    The contact then has no association; earlier associations are not restored.
    """
    return contacts.disassociate(stores(), domain(), contact_id)


@blueprint.post("/<contact_id>/clear")
@Operation(scope=Scope.VIEW, response=Content(_CONTACT, examples.CLEARED_CONTACT))
@audited
def clear_contact(contact_id: str) -> object:
    """Clear the contact when the work on it is done.

    Only its current association is kept, and can no longer be changed. Clearing again has no effect.
    """
    return contacts.clear(stores(), domain(), contact_id)


@blueprint.get("/<contact_id>")
@Operation(scope=Scope.VIEW, response=Content(_CONTACT, examples.CONTACT), problems=(ContactNotFound,))
@audited
def read_contact(contact_id: str) -> object:
    """Read a contact with its associations.

    An open contact has its latest associations. A cleared contact has only the association that was current
    when it was cleared.
    """
    return contacts.view_contact(stores(), domain(), contact_id)


@blueprint.post("/<contact_id>/profile")
@creation(ContactCleared, query=schemas.ProfileForContactRequest())
@audited
def create_profile_for_contact(fields: Loaded, query: Loaded, contact_id: str) -> object:
    """Create a profile for the contact, and associate the contact with it.

    Use this for a contact without a match. Only a first name or a business name is required. The body has the
    profile, the query string has the contact's channel and agent. With an `Idempotency-Key`, repeating the
    request creates no second profile and no second association. The response also has other profiles that may
    be of the same person.
    """
    agent_id = acting_agent(principal(), query.get("agent_id"))
    profile, replayed = profiles.create_for_contact(
        stores(),
        domain(),
        contact_id,
        fields,
        details=profiles.ContactDetails(query.get("channel"), agent_id),
        key=idempotency_key(),
        guess_limit=sensitive_value_limit(),
        on_duplicate=query["on_duplicate"],
    )
    return profile, created_headers(profile.value, replayed=replayed)


@blueprint.post("/search")
@Operation(
    scope=Scope.VIEW,
    body=Content(schemas.ContactSearchRequest(), examples.CONTACT_SEARCH_REQUEST),
    response=Content(schemas.ContactsResponse(), examples.CONTACTS),
    response_headers=MERGED_INTO,
)
@audited
def search_contacts(body: Loaded) -> object:
    """Search contacts by profile, agent, channel and time, newest first.

    Open and cleared contacts are found. A contact must match all fields of the body. An empty object lists
    all contacts.
    """
    limit, cursor = body.pop("limit"), body.pop("cursor")
    return contacts.search_contacts(stores(), domain(), ContactFilter(**body), limit=limit, cursor=cursor)
