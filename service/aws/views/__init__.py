"""The operations that the service offers, one module per resource."""

from collections.abc import Mapping

from schemas.aws import profiles as schemas
from service.aws.call import Offered
from service.aws.views import profile_keys, profile_objects, profiles, search
from service.model.principal import Scope

_VIEW, _EDIT, _CREATE, _ADMIN = ((scope,) for scope in (Scope.VIEW, Scope.EDIT, Scope.CREATE, Scope.ADMIN))

OFFERED: Mapping[str, Offered] = {
    "SearchProfiles": Offered(
        view=search.search_profiles, schema=schemas.SearchProfilesRequest(), scopes=_VIEW
    ),
    "CreateProfile": Offered(
        view=profiles.create_profile, schema=schemas.CreateProfileRequest(), scopes=_CREATE
    ),
    "UpdateProfile": Offered(
        view=profiles.update_profile, schema=schemas.UpdateProfileRequest(), scopes=_EDIT
    ),
    "DeleteProfile": Offered(
        view=profiles.delete_profile, schema=schemas.DeleteProfileRequest(), scopes=_ADMIN
    ),
    "BatchGetProfile": Offered(
        view=profiles.batch_get_profile, schema=schemas.BatchGetProfileRequest(), scopes=_VIEW
    ),
    # Associating a contact needs no more. The views require the scope to edit for other search keys.
    "AddProfileKey": Offered(
        view=profile_keys.add_profile_key, schema=schemas.ProfileKeyRequest(), scopes=_VIEW
    ),
    "DeleteProfileKey": Offered(
        view=profile_keys.delete_profile_key, schema=schemas.ProfileKeyRequest(), scopes=_VIEW
    ),
    "ListProfileObjects": Offered(
        view=profile_objects.list_profile_objects, schema=schemas.ListProfileObjectsRequest(), scopes=_VIEW
    ),
}
"""The offered operations by name. Other operations are refused."""
