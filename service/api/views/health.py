"""Health over HTTP."""

from typing import Any

from flask import Flask, current_app

from schemas import examples
from schemas.operations import LivenessAnswer, ReadinessAnswer
from service.api.http.authentication import public
from service.api.openapi.blueprint import Blueprint
from service.errors.datastore import NotReady
from service.store.stores import Stores
from service.use_cases.health import Readiness
from service.use_cases.lookup_entries import ReadinessTimes

_EXTENSION = "profile_lookup_readiness"

blueprint = Blueprint("operations", __name__, description="For those who run the service.", met_by_all=())


def register(app: Flask, stores: Stores, times: ReadinessTimes | None) -> None:
    """Give the application what it remembers of whether it is ready."""
    app.extensions[_EXTENSION] = Readiness(stores, times)


@blueprint.route("/livez", methods=["GET"])
@public
@blueprint.response(200, LivenessAnswer(), example=examples.LIVE)
def read_liveness() -> Any:
    """Tell that the process runs.

    MongoDB is not asked: restarting this process would not bring it back.
    """
    return {"status": "ok"}


@blueprint.route("/readyz", methods=["GET"])
@public
@blueprint.response(200, ReadinessAnswer(), example=examples.READY)
@blueprint.problems(NotReady)
def read_readiness() -> Any:
    """Return whether MongoDB answers and the indexes stand.

    Send no requests here while it says no; `checks` names what failed. Stale lookup entries are no failure.
    Each worker asks MongoDB at most once a second, and answers what it has found.
    """
    readiness: Readiness = current_app.extensions[_EXTENSION]
    return {"status": "ok", "checks": readiness.check()}
