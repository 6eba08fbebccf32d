"""The service with the guard taken off: writes count as soon as one member has them.

Under the same load, the same faults and the same checker it must lose what the service as shipped keeps.
"""

from dataclasses import replace

from flask import Flask
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect


def create_weakened_app() -> Flask:
    """Return the application over a connection that is satisfied with the primary."""
    # It is never ready otherwise: the service knows what is wrong with it.
    settings = replace(Settings.from_environment(), mongodb_require_replica_set=False)
    weak = connect(settings).with_options(
        write_concern=WriteConcern(1, j=True), read_concern=ReadConcern("local")
    )
    return create_app(settings, database=weak, audit_in_background=True)
