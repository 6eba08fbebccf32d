"""How the indexes come to stand: in the background, however long that takes, while requests are served.

A build that is given up is undone by MongoDB, so none of a request's own time is spent on it. None is ever
dropped here: another release, side by side with this one, may need it.
"""

from collections.abc import Callable, Collection
from concurrent.futures import Future
from threading import Lock, Thread
from time import monotonic

import pymongo
import structlog
from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import OperationFailure

from service.errors.datastore import DatastoreUnavailable
from service.store.client.connection import Document
from service.store.indexes.definitions import INDEXES, being_built, create, full_name, survey

_BUILD_SECONDS = 24 * 3600
_PAUSE_SECONDS = 10.0
"""What MongoDB has refused to build, as for what is stored, is not tried sooner: it reads all there is."""

_log = structlog.get_logger(__name__)

_UNIQUE = frozenset(
    full_name(collection, model)
    for collection, models in INDEXES.items()
    for model in models
    if model.document.get("unique")
)


def _steps(*, without: Collection[str]) -> list[tuple[str, dict[str, IndexModel]]]:
    """Return what each command creates, by full name: the unique indexes first, then a collection at a time.

    A collection is read once for all that one command creates.
    """
    steps: list[tuple[str, dict[str, IndexModel]]] = []
    for unique in (True, False):
        for collection, models in INDEXES.items():
            named = {full_name(collection, model): model for model in models}
            steps.append(
                (collection, {n: named[n] for n in named if (n in _UNIQUE) is unique and n not in without})
            )
    return [(collection, models) for collection, models in steps if models]


class Indexes:
    """The indexes of one database; lets a process through once they stand, so it can start before MongoDB."""

    def __init__(self, database: Database[Document], *, patience: float = 5.0) -> None:
        """Take the database, and for how many seconds from its beginning requests wait for a build.

        On an empty database all indexes stand well within a second.
        """
        self._database = database
        self._patience = patience
        self._lock = Lock()
        self._build: Future[None] | None = None
        self._patience_ends = 0.0
        self._pause_ends = 0.0
        self._refused: DatastoreUnavailable | None = None
        self._left: list[str] = []
        self._unique_stand = False
        self._stand = False

    def ensure(self) -> None:
        """Let a request through once the indexes stand, or are being built and it can do no harm.

        Without a unique index two profiles could get what one alone may have. Without another one, what
        needs it fails and the rest works. Raises ``DatastoreUnavailable``.
        """
        if not self._stand and not self.wait() and not self._unique_stand:
            raise DatastoreUnavailable("unique indexes do not stand")

    def wait(self) -> bool:
        """Wait a moment for the indexes, and tell whether they stand; raises ``DatastoreUnavailable``.

        The first caller has them built. Racing processes agree, and all of them wait for the same build.
        """
        if self._stand:
            return True
        build, patience_ends = self._begun()
        try:
            build.result(timeout=max(0.0, patience_ends - monotonic()))
        except TimeoutError:
            return False
        except DatastoreUnavailable as error:
            if self._refused:
                return False
            # A new one, as many threads may get it.
            raise DatastoreUnavailable(error.reason) from error.__cause__
        return self._stand

    def build(self, tell: Callable[[str], None] = lambda _: None) -> None:
        """Create the indexes that do not stand, and come back when they do; raises ``DatastoreUnavailable``.

        ``tell`` is given what the next command sees to, and what MongoDB has refused; that raises once all
        others are done. One that stands and differs from the table is left alone; if it does not refuse what
        is to be unique, no request is let through.
        """
        found = survey(self._database)
        steps = _steps(without=found.differing)
        self._left = [name for _, models in steps for name in models]
        self._refused = None
        for collection, models in steps:
            self._unique_stand = _UNIQUE.isdisjoint([*self._left, *found.lax])
            self._create(collection, models, tell)
        self._unique_stand = _UNIQUE.isdisjoint([*self._left, *found.lax])
        if self._refused:
            raise self._refused
        self._stand = self._unique_stand

    def _create(self, collection: str, models: dict[str, IndexModel], tell: Callable[[str], None]) -> None:
        """Create them in one command, of which MongoDB builds all or none; where it refuses, one by one."""
        tell(f"Creating, if need be: {', '.join(models)}")
        try:
            with pymongo.timeout(_BUILD_SECONDS):
                create(self._database, collection, list(models.values()))
        except DatastoreUnavailable as error:
            if not isinstance(error.__cause__, OperationFailure):
                raise
            tell(f"Refused ({type(error.__cause__).__name__}): {', '.join(models)}")
            if len(models) > 1:
                for name, model in models.items():
                    self._create(collection, {name: model}, tell)
            else:
                self._refused, self._pause_ends = error, monotonic() + _PAUSE_SECONDS
        else:
            self._left = [name for name in self._left if name not in models]

    def state(self, *, everywhere: bool = False) -> str:
        """Return `ok`, or what is building, missing or differing; raises ``DatastoreUnavailable``.

        What is being built is what this process waits for, or ``everywhere`` what anybody does.
        """
        found = survey(self._database)
        build = self._build
        building = [] if build is None or build.done() else self._left
        if everywhere:
            building = being_built(self._database)
        faults = {
            "building": building,
            "missing": [name for name in found.missing if name not in building],
            "differing": found.differing,
        }
        return "; ".join(f"{fault}: {', '.join(names)}" for fault, names in faults.items() if names) or "ok"

    def _begun(self) -> tuple["Future[None]", float]:
        """Return the build that is under way or done, and until when to wait for it; begin one otherwise."""
        with self._lock:
            over = self._build is not None and self._build.done() and monotonic() >= self._pause_ends
            if self._build is None or (over and not self._stand):
                self._build = Future()
                self._patience_ends = monotonic() + self._patience
                # No process waits for it at its end: MongoDB goes on with what was begun.
                Thread(target=self._run, args=(self._build,), name="index-build", daemon=True).start()
            return self._build, self._patience_ends

    def _run(self, build: "Future[None]") -> None:
        try:
            self.build()
        except BaseException as error:  # noqa: BLE001 - handed on to those who wait
            if self._refused:
                _log.error("indexes_refused", error=type(error.__cause__).__name__, missing=self._left)
            build.set_exception(error)
        else:
            build.set_result(None)
