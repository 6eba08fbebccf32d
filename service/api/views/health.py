"""Health checks."""

from flask import Blueprint, Flask, current_app

from schemas import examples
from schemas.operations import LivenessResponse, ReadinessResponse
from service.api.http.operations import Content, Operation
from service.errors.datastore import NotReady
from service.store.stores import Stores
from service.use_cases.health import Readiness, ReadinessTimes

_EXTENSION = "profile_lookup_readiness"

blueprint = Blueprint("operations", __name__)


def register(app: Flask, stores: Stores, times: ReadinessTimes | None) -> None:
    """Register the health checks of the process and of its stores."""
    app.extensions[_EXTENSION] = Readiness(stores, times)
    app.register_blueprint(blueprint)


@blueprint.get("/livez")
@Operation(scope=None, response=Content(LivenessResponse(), examples.LIVE))
def read_liveness() -> object:
    """Check that the process is running.

    MongoDB is not checked, because restarting this process would not repair MongoDB.
    """
    return {"status": "ok"}


@blueprint.get("/readyz")
@Operation(scope=None, response=Content(ReadinessResponse(), examples.READY), problems=(NotReady,))
def read_readiness() -> object:
    """Check that MongoDB is available and has all indexes.

    Do not send requests to this process while the status is 503; `checks` shows what failed. Outdated index
    terms are not a failure. Each worker checks MongoDB at most once a second, and reuses the result.
    """
    readiness: Readiness = current_app.extensions[_EXTENSION]
    return {"status": "ok", "checks": readiness.check()}
