"""Whether the service can serve."""

from service.errors import DatastoreUnavailable, NotReady
from service.store.stores import Stores


def check_readiness(stores: Stores) -> dict[str, str]:
    """Return each check by name; raises ``NotReady`` with what failed.

    Stale lookup entries are no failure: the service serves, and may miss a profile by a spelling whose rule
    is new.
    """
    try:
        stores.availability.check()
        stores.indexes.wait()
        indexes = stores.indexes.state()
        mongodb = stores.durability.fault() or "ok"
        if (mongodb, indexes) != ("ok", "ok"):
            raise NotReady(_checks(mongodb, indexes))
        stale = stores.stale_profiles.exist()
    except DatastoreUnavailable as error:
        raise NotReady(_checks(error.reason, "unknown")) from error
    return _checks("ok", "ok", "stale: run profile-lookup reindex" if stale else "ok")


def _checks(mongodb: str, indexes: str, lookup_entries: str = "unknown") -> dict[str, str]:
    return {"mongodb": mongodb, "indexes": indexes, "lookup_entries": lookup_entries}
