"""Health over HTTP."""

from typing import Any

from schemas import examples
from schemas.operations import LivenessAnswer, ReadinessAnswer
from service import errors
from service.api.authentication import public
from service.api.blueprint import Blueprint
from service.api.context import stores
from service.use_cases.health import check_readiness

blueprint = Blueprint("operations", __name__, description="For those who run the service.", met_by_all=())


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
@blueprint.problems(errors.NotReady)
def read_readiness() -> Any:
    """Tell whether MongoDB answers and the indexes stand.

    Send no requests here while it says no; `checks` names what failed. Stale lookup entries are no failure.
    """
    return {"status": "ok", "checks": check_readiness(stores())}
