"""A Hypothesis state machine: agents of two domains send all operations, in any order and concurrently."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.model import serial, stored, strategies
from tests.model.harness import Harness
from tests.model.on_domain import Define
from tests.model.on_profiles import Create
from tests.model.operation import DOMAINS, Invalid, Operation, World
from tests.model.world import DEFINITIONS, Domain

UNKNOWN_ID = "0" * 32
"""An ID that no profile has."""


class Machine(RuleBasedStateMachine):
    """The service and its model. Both must always have the same state.

    Strategies select profiles by number. The machine replaces the number by an ID before it sends a request.
    So the outcome of a race does not change the next operations, and a failed run can be repeated.
    """

    def __init__(self, harness: Harness) -> None:
        """Start with an empty database and an empty model."""
        super().__init__()
        self.harness = harness
        self.harness.empty()
        self.world: World = {name: Domain() for name in DOMAINS}
        self.profile_ids: dict[str, None] = {}
        self.versions: dict[Any, tuple[int, Any]] = {}

    def do(self, drawn: Operation) -> None:
        """Send the operation and compare the response with the model."""
        operation = self._with_ids(drawn, drawn.agent.domain)
        actual = self.harness.send(operation)
        expected = operation.apply(self.world, actual)
        assert actual == expected, f"{operation}\nactual:   {actual}\nexpected: {expected}"
        self._remember()

    def do_concurrently(self, drawn: Sequence[Operation]) -> None:
        """Send all operations concurrently. Some sequential order of them must have the same results."""
        operations = [self._with_ids(each, each.agent.domain) for each in drawn]
        actual = self.harness.send_concurrently(operations)
        state = stored.database_state(self.harness, stored.read_documents(self.harness))
        note(f"operations: {operations}\nresponses: {actual}")
        after = serial.find_explanation(self.world, operations, actual, state)
        exchange = "\n".join(map(str, zip(operations, actual, strict=True)))
        assert after is not None, f"no sequential order has the results\n{exchange}\nand the state {state}"
        self.world = after
        self._remember()

    def _remember(self) -> None:
        for domain in self.world.values():
            self.profile_ids |= dict.fromkeys([*domain.profiles, *domain.aliases])

    def _with_ids(self, value: Any, domain: str) -> Any:
        """Return an operation, or a part of an operation, with IDs instead of profile numbers."""
        if isinstance(value, str) and value.startswith("#"):
            return self._profile(int(value[1:]), domain)
        if isinstance(value, str) and value.startswith("~"):
            return self._merge(int(value[1:]), domain)
        if is_dataclass(value) and not isinstance(value, type):
            changes = {each.name: self._with_ids(getattr(value, each.name), domain) for each in fields(value)}
            return replace(value, **changes)
        if isinstance(value, dict):
            return {name: self._with_ids(part, domain) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._with_ids(part, domain) for part in value)
        return value

    def _profile(self, number: int, domain: str) -> str:
        """Return the ID of a profile of the domain. A negative number selects a profile that is not in it."""
        world = self.world[domain]
        own = [each for each in self.profile_ids if each in world.profiles or each in world.aliases]
        others = [UNKNOWN_ID, *(profile_id for profile_id in self.profile_ids if profile_id not in own)]
        candidates = own if own and number >= 0 else others
        return candidates[number % len(candidates)]

    def _merge(self, number: int, domain: str) -> str:
        """Return the ID of a merge in the domain, the last one first. A negative number selects none."""
        merges = [*self.world[domain].merges]
        return merges[-1 - number % len(merges)] if merges and number >= 0 else UNKNOWN_ID

    @initialize()
    def begin(self) -> None:
        """Define search keys in one domain. Create profiles in both domains."""
        for key, definition in DEFINITIONS.items():
            self.do(Define(by="frontend of tokyo", key=key, definition=deepcopy(definition)))
        for by in ("frontend of tokyo", "frontend of tokyo", "frontend of osaka"):
            self.do(Create(by=by, body={"first_name": "Ann"}, key=None))

    @rule(operation=strategies.creations | strategies.creations_for())
    def create(self, operation: Operation) -> None:
        """Create a profile, with or without a contact, or repeat a creation."""
        self.do(operation)

    @rule(operation=strategies.profile_changes())
    def change_profile(self, operation: Operation) -> None:
        """Change a profile, or add or release values of its search keys."""
        self.do(operation)

    @rule(operation=strategies.profile_reads())
    def read(self, operation: Operation) -> None:
        """Read or export a profile, or reveal its sensitive values."""
        self.do(operation)

    @rule(operation=strategies.associations())
    def associate(self, operation: Operation) -> None:
        """Associate a contact."""
        self.do(operation)

    @rule(operation=strategies.contact_operations())
    def work_on_contact(self, operation: Operation) -> None:
        """Read or disassociate a contact."""
        self.do(operation)

    @rule(operation=strategies.lookups())
    def look_up(self, operation: Operation) -> None:
        """Search, match or list."""
        self.do(operation)

    @rule(
        operation=strategies.definitions | strategies.key_removals | strategies.settings | strategies.listings
    )
    def administer(self, operation: Operation) -> None:
        """Define, remove or list search keys, or change settings."""
        self.do(operation)

    @rule(operation=strategies.removals())
    def end(self, operation: Operation) -> None:
        """Delete a profile or clear a contact."""
        self.do(operation)

    @rule(operation=strategies.merges())
    def merge(self, operation: Operation) -> None:
        """Merge profiles, or undo a merge."""
        self.do(operation)

    @rule(operation=strategies.operations_with_body())
    def send_invalid_body(self, operation: Operation) -> None:
        """Send an operation with an unknown field in its body. The operation must change nothing."""
        self.do(Invalid(by=operation.by, operation=operation))

    @rule(operations=strategies.concurrent(strategies.creations, strategies.creations_for(st.just("call-1"))))
    def create_concurrently(self, operations: Sequence[Operation]) -> None:
        """Create profiles concurrently, some with the same idempotency key or unique value."""
        self.do_concurrently(operations)

    @rule(
        operations=strategies.concurrent(
            strategies.profile_changes(strategies.ONE_PROFILE),
            strategies.profile_reads(strategies.ONE_PROFILE),
        )
    )
    def change_concurrently(self, operations: Sequence[Operation]) -> None:
        """Change and read one profile concurrently."""
        self.do_concurrently(operations)

    @rule(
        operations=strategies.concurrent(
            strategies.merges(),
            strategies.profile_changes(strategies.ONE_PROFILE),
            strategies.profile_reads(strategies.ONE_PROFILE),
        )
    )
    def merge_concurrently(self, operations: Sequence[Operation]) -> None:
        """Merge and undo merges while others change and read a profile."""
        self.do_concurrently(operations)

    @rule(
        operations=strategies.concurrent(
            strategies.associations(contacts=strategies.ONE_CONTACT),
            strategies.contact_operations(strategies.ONE_CONTACT),
        )
    )
    def work_concurrently(self, operations: Sequence[Operation]) -> None:
        """Work on one contact concurrently."""
        self.do_concurrently(operations)

    @rule(
        operations=strategies.concurrent(
            strategies.associations(strategies.ONE_PROFILE, strategies.ONE_CONTACT),
            strategies.profile_changes(strategies.ONE_PROFILE),
            strategies.removals(strategies.ONE_PROFILE, strategies.ONE_CONTACT),
        )
    )
    def end_concurrently(self, operations: Sequence[Operation]) -> None:
        """Delete a profile or clear a contact while other operations associate and change them."""
        self.do_concurrently(operations)

    @invariant()
    def check(self) -> None:
        """Check all invariants on one reading of the database. It has the data of the model and no other."""
        documents = stored.read_documents(self.harness)
        assert stored.database_state(self.harness, documents) == stored.model_state(self.world)
        stored.check_profiles(self.harness, documents)
        stored.check_contacts(documents)
        self._check_versions(documents)

    def _check_versions(self, documents: stored.Documents) -> None:
        """Assert that a version increases with a change, and only with a change."""
        for profile, (version, changed_at) in stored.versions_in(documents):
            before, changed_before = self.versions.get(profile, (version, changed_at))
            assert version >= before
            assert changed_at >= changed_before
            assert (version == before) <= (changed_at == changed_before)
            self.versions[profile] = version, changed_at
