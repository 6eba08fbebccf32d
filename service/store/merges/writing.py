"""Write a merge, or its undo, in one transaction: either all of it becomes visible, or nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from pymongo import UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from service.errors.merges import ProfileBeingErased, ProfileCreatedAgain, TooManyMerges
from service.model.limits import MAX_OPEN_MERGES
from service.model.merge import Alias
from service.model.profile import Profile
from service.store.audit import AuditStore
from service.store.client.document import Document
from service.store.client.errors import duplicate_key_errors, translate_write_errors
from service.store.client.transactions import run_transaction
from service.store.domains.search_keys import lock_definitions
from service.store.merges import aliases, records
from service.store.merges.moves import move_back, move_contacts, move_objects
from service.store.merges.plans import MergePlan, NewState, UndoPlan
from service.store.merges.snapshots import Role, snapshot_update, to_snapshot, with_merge
from service.store.profiles.documents import ProfileReader, replacement, to_document
from service.store.profiles.erasure_start import earliest_start
from service.store.profiles.ticks import CURRENT_TICK


class MergeWriter:
    """Writes merges and undoes them. Erasures older than ``max_erasure_time`` count as interrupted."""

    def __init__(
        self,
        database: Database[Document],
        reader: ProfileReader,
        audit: AuditStore,
        *,
        max_erasure_time: timedelta,
    ) -> None:
        self._database = database
        self._reader = reader
        self._audit = audit
        self._earliest_start = earliest_start(max_erasure_time)

    @translate_write_errors
    def merge(self, domain: str, plan: MergePlan) -> bool:
        """Write a merge. Return False if another request has made a change that conflicts with it.

        The other request has changed or removed a profile, or has taken a unique value. Raises
        ``ProfileBeingErased``, ``ProfileCreatedAgain``, ``TooManyMerges``, ``MasterKeyMissing`` and
        ``ReplicaSetRequired``.
        """
        return self._run(partial(self._merge, domain, plan))

    @translate_write_errors
    def undo(self, domain: str, plan: UndoPlan) -> bool:
        """Undo a merge. Return False if another request has made a change that conflicts with it.

        The other request has changed or removed the target or a search key, or has taken a unique value.
        Raises ``ProfileBeingErased``, ``ProfileCreatedAgain``, ``MasterKeyMissing`` and
        ``ReplicaSetRequired``.
        """
        return self._run(partial(self._undo, domain, plan))

    @translate_write_errors
    def remove_first_version(self, domain: str, profile_id: str, merged_into: str) -> bool:
        """Remove a profile that was created again under an alias and never changed, and add its deletion.

        Return whether there was such a profile. Raises ``ReplicaSetRequired``.
        """

        def remove(session: ClientSession) -> bool:
            if not self._remove_first_versions(domain, [profile_id], session):
                return False
            self._add_deletions(domain, [profile_id], merged_into, session)
            return True

        return self._run(remove)

    def _run(self, write: Callable[[ClientSession], bool]) -> bool:
        try:
            return run_transaction(self._database, write)
        except DuplicateKeyError:
            return False
        except BulkWriteError as error:
            duplicate_key_errors(error)
            return False

    def _merge(self, domain: str, plan: MergePlan, session: ClientSession) -> bool:
        merge, source_ids = plan.merge, sorted(plan.versions)
        versions = {**plan.versions, merge.profile_id: plan.old["version"]}
        documents = self._read(domain, versions, session)
        if documents is None:
            return False
        # A creation that was killed can have created a merged profile again under its alias.
        if aliases.exists(self._database, domain, versions, session):
            raise ProfileCreatedAgain
        if records.count_open(self._database, domain, merge.profile_id, session) >= MAX_OPEN_MERGES:
            raise TooManyMerges
        # The sources release their unique values before the target gets them.
        ids: Document = {"_id": {"$in": source_ids}, "domain": domain}
        self._database["profiles"].delete_many(ids, session=session)
        # A retry of a batch must find its marks in the target.
        marks = [mark for each in documents.values() for mark in each.get("batch_marks", ())]
        self._replace(domain, plan.old, plan.new, session, marks)
        document = to_document(domain, plan.new.profile, plan.new.index, self._reader.keyring)
        del document["changed"]
        after = to_snapshot(merge, Role.AFTER, merge.profile_id, document)
        snapshots = [
            to_snapshot(merge, Role.BEFORE, merge.profile_id, documents[merge.profile_id]),
            with_merge(after, plan.field_sources, plan.new.index.definitions),
            *(to_snapshot(merge, Role.SOURCE, id_, documents[id_]) for id_ in source_ids),
        ]
        self._database["merge_snapshots"].insert_many(snapshots, ordered=False, session=session)
        record = records.to_document(domain, merge, plan.fingerprint)
        self._database["merges"].insert_one(record, session=session)
        aliases.add(self._database, domain, merge, documents, session)
        self._add_deletions(domain, merge.profile_ids, merge.profile_id, session)
        path = Alias("", [merge.profile_id], [merge.merge_id])
        move_contacts(self._database, domain, source_ids, path, session)
        move_objects(self._database, domain, source_ids, path, session)
        self._audit.insert_within(plan.events, session)
        return True

    def _undo(self, domain: str, plan: UndoPlan, session: ClientSession) -> bool:
        merge, profile_id = plan.merge, plan.merge.profile_id
        if self._read(domain, {profile_id: plan.old["version"]}, session) is None:
            return False
        # A creation that was killed can have created the target again under its alias.
        if aliases.exists(self._database, domain, [profile_id], session):
            return False
        if plan.new_keys and not lock_definitions(self._database, domain, plan.new_keys, session):
            return False
        marks = {id_: plan.marks.get(id_, {}) for id_ in merge.profile_ids}
        # A retry of a batch must find its marks only in the restored profiles.
        moved = [mark for each in marks.values() for mark in each.get("batch_marks", ())]
        # A creation that was killed after the merge can have created a profile again.
        self._remove_first_versions(domain, merge.profile_ids, session)
        # The target releases the unique values before the restored profiles get them.
        self._replace(domain, plan.old, plan.new, session, removed_marks=moved)
        restored = [
            to_document(domain, each.profile, each.index, self._reader.keyring)
            | marks[each.profile["profile_id"]]
            for each in plan.restored
        ]
        self._insert(restored, session)
        aliases.remove(self._database, domain, merge, session)
        undone = {"undone_at": merge.undone_at, "not_restored": records.problems_of(merge)}
        record = {"_id": merge.merge_id, "domain": domain}
        self._database["merges"].update_one(record, {"$set": undone}, session=session)
        self._correct_snapshots(domain, plan, session)
        move_back(self._database, domain, profile_id, [merge.merge_id], session)
        self._audit.insert_within(plan.events, session)
        return True

    def _read(
        self, domain: str, versions: Mapping[str, int], session: ClientSession
    ) -> dict[str, Document] | None:
        """Return the documents by profile ID, or None if a profile has another version or is gone.

        Raises ``ProfileBeingErased``.
        """
        pipeline: list[Document] = [
            {"$match": {"_id": {"$in": sorted(versions)}, "domain": domain}},
            {"$set": {"is_erasing": {"$gte": ["$erasing_at", self._earliest_start]}}},
        ]
        cursor = self._database["profiles"].aggregate(pipeline, hint="_id_", session=session)
        documents = {document["_id"]: document for document in cursor}
        if any(document.pop("is_erasing") for document in documents.values()):
            raise ProfileBeingErased
        found = {profile_id: document["version"] for profile_id, document in documents.items()}
        return documents if found == versions else None

    def _replace(
        self,
        domain: str,
        old: Profile,
        new: NewState,
        session: ClientSession,
        marks: Sequence[str] = (),
        *,
        removed_marks: Sequence[str] = (),
    ) -> None:
        query, update = replacement(domain, new.profile, new.index, old, self._reader.keyring, marks)
        if removed_marks:
            update["$pullAll"] = {"batch_marks": list(removed_marks)}
        self._database["profiles"].update_one(query, update, session=session)

    def _insert(self, restored: Sequence[Document], session: ClientSession) -> None:
        """Insert restored profiles. Raises ``ProfileCreatedAgain`` and driver errors."""
        try:
            self._database["profiles"].insert_many(restored, ordered=False, session=session)
        except BulkWriteError as error:
            if any("_id" in values for _, values in duplicate_key_errors(error)):
                raise ProfileCreatedAgain from error
            raise

    def _remove_first_versions(self, domain: str, profile_ids: Sequence[str], session: ClientSession) -> int:
        query: Document = {"_id": {"$in": list(profile_ids)}, "domain": domain, "version": 1}
        return self._database["profiles"].delete_many(query, session=session).deleted_count

    def _add_deletions(
        self, domain: str, profile_ids: Sequence[str], merged_into: str, session: ClientSession
    ) -> None:
        update = {
            "$set": {"merged_into": merged_into},
            "$unset": {"erasing_at": ""},
            "$currentDate": {"deleted": CURRENT_TICK},
        }
        updates = [UpdateOne({"_id": id_, "domain": domain}, update, upsert=True) for id_ in profile_ids]
        self._database["deletions"].bulk_write(updates, ordered=False, session=session)

    def _correct_snapshots(self, domain: str, plan: UndoPlan, session: ClientSession) -> None:
        collection = self._database["merge_snapshots"]
        own: Document = {
            "domain": domain,
            "snapshot.target_id": plan.merge.profile_id,
            "snapshot.merge_id": plan.merge.merge_id,
        }
        collection.delete_many(own, session=session)
        updates = [
            snapshot_update(domain, merge_id, role, (state.profile, state.index), self._reader)
            for (merge_id, role), state in plan.corrected.items()
        ]
        if updates:
            collection.bulk_write(updates, ordered=False, session=session)
