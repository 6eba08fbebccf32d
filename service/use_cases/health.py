"""Whether the service can serve."""

from service.errors import DatastoreUnavailable, NotReady
from service.store.stores import Stores


def check_readiness(stores: Stores) -> dict[str, str]:
    """Return each check by name, all ``ok``; raises ``NotReady`` with what failed."""
    try:
        stores.make_ready()
        missing = stores.indexes.missing()
    except DatastoreUnavailable as error:
        raise NotReady({"mongodb": error.reason, "indexes": "unknown"}) from error
    if missing:
        raise NotReady({"mongodb": "ok", "indexes": f"missing: {', '.join(missing)}"})
    return {"mongodb": "ok", "indexes": "ok"}
