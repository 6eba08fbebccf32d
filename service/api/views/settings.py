"""Operations on a domain's settings."""

from flask import Blueprint

from schemas import examples
from schemas.settings import SettingsPatchRequest, SettingsResponse
from service.api.http.context import domain, stores
from service.api.http.operations import Content, Operation
from service.errors.datastore import CannotBeStored
from service.model.principal import Scope
from service.use_cases import settings

blueprint = Blueprint("settings", __name__, url_prefix="/v1/settings")

_SETTINGS = Content(SettingsResponse(), examples.SETTINGS)


@blueprint.get("")
@Operation(scope=Scope.SETTINGS, response=_SETTINGS)
def read_settings() -> object:
    """Read the domain's settings.

    A setting that was never changed has its default.
    """
    return settings.read_settings(stores(), domain())


@blueprint.patch("")
@Operation(
    scope=Scope.SETTINGS,
    body=Content(SettingsPatchRequest(), examples.SETTINGS_PATCH),
    response=_SETTINGS,
    problems=(CannotBeStored,),
)
def update_settings(patch: settings.SettingsPatch) -> object:
    """Change settings by a merge patch (RFC 7396).

    Null restores a default. All workers use the new settings within `SETTINGS_CACHE_SECONDS`.
    """
    return settings.change_settings(stores(), domain(), patch)
