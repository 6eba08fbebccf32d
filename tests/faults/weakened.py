"""The service with weaker write guarantees: one member confirms a write.

With the same load and faults, the checker must find lost writes of this service, and none of the normal one.
"""

from dataclasses import replace

from flask import Flask
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect


def create_weakened_app() -> Flask:
    """Return the application with a connection that needs only the primary."""
    # With the check enabled, the service would never be ready.
    settings = replace(Settings.from_environment(), mongodb_require_replica_set=False)
    weak = connect(settings).with_options(
        write_concern=WriteConcern(1, j=True), read_concern=ReadConcern("local")
    )
    return create_app(settings, database=weak, audit_in_background=True)
