"""A domain's settings over HTTP."""

from typing import Any

from schemas import examples
from schemas.settings import SettingsAnswer, SettingsPatch
from service.api.http.context import domain, stores
from service.api.openapi.blueprint import MET_BY_ALL, Blueprint
from service.errors.datastore import CannotBeStored
from service.model.principal import Scope
from service.use_cases import settings

blueprint = Blueprint(
    "settings",
    __name__,
    url_prefix="/v1/settings",
    description="What a domain can set.",
    met_by_all=MET_BY_ALL,
)


@blueprint.route("", methods=["GET"])
@blueprint.requires(Scope.SETTINGS)
@blueprint.response(200, SettingsAnswer(), example=examples.SETTINGS)
def read_settings() -> Any:
    """Read the settings that apply.

    What was not set is there with its default.
    """
    return settings.read_settings(stores(), domain())


@blueprint.route("", methods=["PATCH"])
@blueprint.requires(Scope.SETTINGS)
@blueprint.body(SettingsPatch(), examples.SETTINGS_PATCH)
@blueprint.response(200, SettingsAnswer(), example=examples.SETTINGS)
@blueprint.problems(CannotBeStored)
def update_settings(patch: settings.SettingsPatch) -> Any:
    """Change settings by a merge patch (RFC 7396); null brings a default back.

    Matching follows in every worker within the seconds of `SETTINGS_CACHE_SECONDS`.
    """
    return settings.change_settings(stores(), domain(), patch)
