"""The operations that the service offers, one module per resource."""

from collections.abc import Mapping

from schemas.aws import domains as domain_schemas
from schemas.aws import merges as merge_schemas
from schemas.aws import objects as object_schemas
from schemas.aws import profiles as schemas
from service.aws.call import Offered
from service.aws.views import (
    domains,
    integrations,
    matches,
    merges,
    object_types,
    profile_keys,
    profile_objects,
    profiles,
    put_objects,
    search,
    tags,
)
from service.model.object_types import MAX_OBJECT_LENGTH
from service.model.principal import Scope

_VIEW, _EDIT, _CREATE, _ADMIN = ((scope,) for scope in (Scope.VIEW, Scope.EDIT, Scope.CREATE, Scope.ADMIN))
_SETTINGS = (Scope.SETTINGS,)
_MAX_OBJECT_BYTES = 12 * MAX_OBJECT_LENGTH + 4096
"""In the body, a character of an object can be two escapes of 6 bytes, such as ``\\ud83d\\ude00``."""
_MAX_PROFILE_BYTES = 2 * 1024 * 1024
"""Enough for 200 attributes in which all characters are escaped."""
_MAX_TYPE_BYTES = 4 * 1024 * 1024
"""Enough for 1,000 fields with sources and targets of the maximum length, in ASCII."""

OFFERED: Mapping[str, Offered] = {
    "SearchProfiles": Offered(
        view=search.search_profiles, schema=schemas.SearchProfilesRequest(), scopes=_VIEW
    ),
    "CreateProfile": Offered(
        view=profiles.create_profile,
        schema=schemas.CreateProfileRequest(),
        scopes=_CREATE,
        max_body_bytes=_MAX_PROFILE_BYTES,
    ),
    "UpdateProfile": Offered(
        view=profiles.update_profile,
        schema=schemas.UpdateProfileRequest(),
        scopes=_EDIT,
        max_body_bytes=_MAX_PROFILE_BYTES,
    ),
    "DeleteProfile": Offered(
        view=profiles.delete_profile, schema=schemas.DeleteProfileRequest(), scopes=_ADMIN
    ),
    "BatchGetProfile": Offered(
        view=profiles.batch_get_profile, schema=schemas.BatchGetProfileRequest(), scopes=_VIEW
    ),
    # Enough to associate a contact. For other search keys, the views require the scope to edit.
    "AddProfileKey": Offered(
        view=profile_keys.add_profile_key, schema=schemas.ProfileKeyRequest(), scopes=_VIEW
    ),
    "DeleteProfileKey": Offered(
        view=profile_keys.delete_profile_key, schema=schemas.ProfileKeyRequest(), scopes=_VIEW
    ),
    "ListProfileObjects": Offered(
        view=profile_objects.list_profile_objects, schema=schemas.ListProfileObjectsRequest(), scopes=_VIEW
    ),
    "MergeProfiles": Offered(
        view=merges.merge_profiles, schema=merge_schemas.MergeProfilesRequest(), scopes=(Scope.MERGE,)
    ),
    "GetSimilarProfiles": Offered(
        view=matches.get_similar_profiles, schema=merge_schemas.GetSimilarProfilesRequest(), scopes=_VIEW
    ),
    # Like GET /v1/profiles, it goes through all profiles.
    "GetMatches": Offered(view=matches.get_matches, schema=merge_schemas.GetMatchesRequest(), scopes=_ADMIN),
    "CreateDomain": Offered(
        view=domains.create_domain, schema=domain_schemas.CreateDomainRequest(), scopes=_SETTINGS
    ),
    # Like /v1/profiles/count, it shows the number of profiles.
    "GetDomain": Offered(
        view=domains.get_domain, schema=domain_schemas.DomainRequest(), scopes=(*_SETTINGS, *_ADMIN)
    ),
    "UpdateDomain": Offered(
        view=domains.update_domain, schema=domain_schemas.UpdateDomainRequest(), scopes=_SETTINGS
    ),
    "DeleteDomain": Offered(
        view=domains.delete_domain, schema=domain_schemas.DomainRequest(), scopes=_SETTINGS
    ),
    "ListDomains": Offered(
        view=domains.list_domains, schema=domain_schemas.ListDomainsRequest(), scopes=_VIEW + _SETTINGS
    ),
    # A widget in an agent's browser calls this first.
    "ListAccountIntegrations": Offered(
        view=integrations.list_account_integrations,
        schema=domain_schemas.ListAccountIntegrationsRequest(),
        scopes=_VIEW,
    ),
    "TagResource": Offered(
        view=tags.tag_resource, schema=domain_schemas.TagResourceRequest(), scopes=_SETTINGS
    ),
    "UntagResource": Offered(
        view=tags.untag_resource, schema=domain_schemas.UntagResourceRequest(), scopes=_SETTINGS
    ),
    "ListTagsForResource": Offered(
        view=tags.list_tags_for_resource,
        schema=domain_schemas.ListTagsForResourceRequest(),
        scopes=_SETTINGS,
    ),
    "PutProfileObjectType": Offered(
        view=object_types.put_profile_object_type,
        schema=object_schemas.PutProfileObjectTypeRequest(),
        scopes=_SETTINGS,
        max_body_bytes=_MAX_TYPE_BYTES,
    ),
    "GetProfileObjectType": Offered(
        view=object_types.get_profile_object_type,
        schema=object_schemas.ProfileObjectTypeRequest(),
        scopes=_VIEW + _SETTINGS,
    ),
    "ListProfileObjectTypes": Offered(
        view=object_types.list_profile_object_types,
        schema=object_schemas.ListProfileObjectTypesRequest(),
        scopes=_VIEW + _SETTINGS,
    ),
    # The view also requires the scope to erase profiles.
    "DeleteProfileObjectType": Offered(
        view=object_types.delete_profile_object_type,
        schema=object_schemas.ProfileObjectTypeRequest(),
        scopes=_SETTINGS,
    ),
    "PutProfileObject": Offered(
        view=put_objects.put_profile_object,
        schema=object_schemas.PutProfileObjectRequest(),
        scopes=_ADMIN,
        max_body_bytes=_MAX_OBJECT_BYTES,
    ),
    "DeleteProfileObject": Offered(
        view=put_objects.delete_profile_object,
        schema=object_schemas.DeleteProfileObjectRequest(),
        scopes=_ADMIN,
    ),
}
"""The operations that the service offers, by name. It rejects all others."""
