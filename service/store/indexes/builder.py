"""Build the indexes in the background while requests are served.

MongoDB continues a build if the process that started it ends. No index is ever dropped: another running
release may need it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock
from time import monotonic

import pymongo
import structlog
from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import OperationFailure

from service.errors.datastore import DatastoreUnavailable
from service.store.client.deadline import start_daemon
from service.store.client.document import Document
from service.store.client.errors import translate_errors
from service.store.indexes.definitions import INDEXES, PARTIAL_FILTER, UNIQUE_INDEXES, full_name

_BUILD_TIMEOUT = 24 * 3600
_RETRY_DELAY = 10.0
"""Seconds until a rejected build is repeated. Builds are expensive: each reads the whole collection."""

# MongoDB rejects a second index with the same fields and these options, even with another name.
_IDENTITY = ("unique", PARTIAL_FILTER, "sparse", "collation")
_OPTIONS = (*_IDENTITY, "expireAfterSeconds", "hidden")

# An error code of MongoDB.
_NAMESPACE_NOT_FOUND = 26

_log = structlog.get_logger(__name__)


class IndexBuilder:
    """Builds the indexes of a database. Requests wait for them, up to ``patience`` seconds from the start."""

    def __init__(self, database: Database[Document], *, patience: float = 5.0) -> None:
        self._database = database
        self._patience = patience
        self._lock = Lock()
        self._build: Future[None] | None = None
        self._patience_ends_at = 0.0
        self._retry_at = 0.0
        self._rejection: DatastoreUnavailable | None = None
        self._remaining: list[str] = []
        self._has_unique = False
        self._has_all = False

    def ensure(self) -> None:
        """Raise ``DatastoreUnavailable`` if a unique index is missing or MongoDB is unavailable.

        Without a unique index, a unique value could get two owners.
        """
        if not self._has_all and not self.wait() and not self._has_unique:
            raise DatastoreUnavailable("unique indexes are missing")

    def wait(self) -> bool:
        """Wait for the current build, or start one. Return whether all indexes exist.

        Raises ``DatastoreUnavailable``, except if MongoDB has rejected an index.
        """
        if self._has_all:
            return True
        build, patience_ends_at = self._current_build()
        try:
            build.result(timeout=max(0.0, patience_ends_at - monotonic()))
        except TimeoutError:
            return False
        except DatastoreUnavailable as error:
            if self._rejection:
                return False
            # Raise a new error, because several threads may wait for the same build.
            raise DatastoreUnavailable(error.reason) from error.__cause__
        return self._has_all

    def build(self, report: Callable[[str], None] = lambda _: None) -> None:
        """Create missing indexes and wait until they are built. Raises ``DatastoreUnavailable``.

        Calls ``report`` before each command and for each rejected command. The error of the last rejected
        index is raised at the end. Indexes that differ from their definitions are not changed.
        """
        survey = survey_indexes(self._database)
        steps = _steps(without=survey.differing)
        self._remaining = [name for _, models in steps for name in models]
        self._rejection = None
        for collection, models in steps:
            self._has_unique = UNIQUE_INDEXES.isdisjoint([*self._remaining, *survey.not_unique])
            self._create(collection, models, report)
        self._has_unique = UNIQUE_INDEXES.isdisjoint([*self._remaining, *survey.not_unique])
        if self._rejection:
            raise self._rejection
        self._has_all = self._has_unique

    def _create(self, collection: str, models: dict[str, IndexModel], report: Callable[[str], None]) -> None:
        report(f"Creating if missing: {', '.join(models)}")
        try:
            self._create_indexes(collection, list(models.values()))
        except DatastoreUnavailable as error:
            if not isinstance(error.__cause__, OperationFailure):
                raise
            report(f"Refused ({type(error.__cause__).__name__}): {', '.join(models)}")
            if len(models) == 1:
                self._rejection, self._retry_at = error, monotonic() + _RETRY_DELAY
                return
            for name, model in models.items():
                self._create(collection, {name: model}, report)
        else:
            self._remaining = [name for name in self._remaining if name not in models]

    @translate_errors
    def _create_indexes(self, collection: str, models: list[IndexModel]) -> None:
        with pymongo.timeout(_BUILD_TIMEOUT):
            self._database[collection].create_indexes(models)

    def state(self, *, include_other_builds: bool = False) -> str:
        """Return `ok`, or which indexes are building, missing or differing. Raises ``DatastoreUnavailable``.

        Only builds of this process count as building, unless ``include_other_builds`` is set.
        """
        survey = survey_indexes(self._database)
        is_idle = self._build is None or self._build.done()
        own_builds = [] if is_idle else self._remaining
        building = building_indexes(self._database) if include_other_builds else own_builds
        problems = {
            "building": building,
            "missing": [name for name in survey.missing if name not in building],
            "differing": survey.differing,
        }
        return "; ".join(f"{each}: {', '.join(names)}" for each, names in problems.items() if names) or "ok"

    def _current_build(self) -> tuple["Future[None]", float]:
        with self._lock:
            ended = self._build is not None and self._build.done() and monotonic() >= self._retry_at
            if self._build is None or (ended and not self._has_all):
                self._patience_ends_at = monotonic() + self._patience
                self._build = start_daemon(self._build_and_log, "index-build")
            return self._build, self._patience_ends_at

    def _build_and_log(self) -> None:
        try:
            self.build()
        except DatastoreUnavailable as error:
            if self._rejection:
                _log.error("indexes_refused", error=type(error.__cause__).__name__, missing=self._remaining)
            raise


def _steps(*, without: Collection[str]) -> list[tuple[str, dict[str, IndexModel]]]:
    """Return the collection of each command, and its indexes by full name. Unique indexes come first."""
    steps: list[tuple[str, dict[str, IndexModel]]] = []
    for unique in (True, False):
        for collection, models in INDEXES.items():
            named = {full_name(collection, model): model for model in models}
            names = [name for name in named if (name in UNIQUE_INDEXES) is unique and name not in without]
            # MongoDB reads the collection once for all indexes of a command.
            steps.append((collection, {name: named[name] for name in names}))
    return [(collection, models) for collection, models in steps if models]


@dataclass(frozen=True, slots=True)
class IndexSurvey:
    """The full names of indexes that are missing or differ from their definitions."""

    missing: list[str]
    differing: list[str]
    not_unique: list[str]
    """Those of ``differing`` that should reject duplicates, but accept them."""


@translate_errors
def survey_indexes(database: Database[Document]) -> IndexSurvey:
    """Compare all indexes with their definitions, including indexes that are being built."""
    result = IndexSurvey([], [], [])
    for collection, models in INDEXES.items():
        existing = database[collection].index_information()
        for model in models:
            name = full_name(collection, model)
            index = existing.get(model.document["name"])
            if index is None:
                has_twin = any(_equal(model.document, other, _IDENTITY) for other in existing.values())
                (result.differing if has_twin else result.missing).append(name)
            elif not _equal(model.document, index, _OPTIONS):
                result.differing.append(name)
                if name in UNIQUE_INDEXES and not _rejects_duplicates(model.document, index):
                    result.not_unique.append(name)
    return result


@translate_errors
def building_indexes(database: Database[Document]) -> list[str]:
    """Return the full names of all indexes that MongoDB is building, for any client."""
    building = []
    for collection in INDEXES:
        # Without ``includeBuildUUIDs``, MongoDB does not mark indexes that are being built.
        command = {"listIndexes": collection, "includeBuildUUIDs": True}
        response = database.command(command, allowable_errors=[_NAMESPACE_NOT_FOUND])
        indexes = response["cursor"]["firstBatch"] if "cursor" in response else []
        building += [f"{collection}.{index['spec']['name']}" for index in indexes if "buildUUID" in index]
    return building


def _equal(model: Document, index: Mapping[str, object], options: Iterable[str]) -> bool:
    same_keys = index["key"] == list(model["key"].items())
    return same_keys and all((model.get(name) or None) == (index.get(name) or None) for name in options)


def _rejects_duplicates(model: Document, index: Mapping[str, object]) -> bool:
    return _equal(model, index, ["unique", "sparse", "collation"]) and PARTIAL_FILTER not in index
