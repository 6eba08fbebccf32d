"""The machine: agents of two domains do all that there is to do, in any order and at once."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.model import draws, serial, stored
from tests.model.on_domain import Define
from tests.model.on_profiles import Create
from tests.model.operation import DOMAINS, Operation, Spoiled, World
from tests.model.stage import Stage
from tests.model.world import DEFINITIONS, Domain

NOBODY = "0" * 32
"""The ID of no profile."""


class Machine(RuleBasedStateMachine):
    """A service and the model of it, which must never differ.

    Profiles are drawn by their number, and named when the operation is sent: so who wins a race does not
    decide on what is drawn next, and a run that failed can be run again.
    """

    def __init__(self, stage: Stage) -> None:
        """Begin with nothing."""
        super().__init__()
        self.stage = stage
        self.stage.empty()
        self.world: World = {name: Domain() for name in DOMAINS}
        self.made: dict[str, None] = {}
        self.versions: dict[Any, tuple[int, Any]] = {}

    def do(self, drawn: Operation) -> None:
        """Ask for the operation, and hold the answer against the model."""
        operation = self._named(drawn, drawn.agent.domain)
        seen = self.stage.ask(operation)
        due = operation.applied(self.world, seen)
        assert seen == due, f"{operation}\nwas answered {seen}\nand not      {due}"
        self._remember()

    def do_at_once(self, drawn: Sequence[Operation]) -> None:
        """Ask for all at the same moment; some order of them must explain what comes of it."""
        operations = [self._named(each, each.agent.domain) for each in drawn]
        seen = self.stage.ask_at_once(operations)
        state = stored.state_in(self.stage)
        note(f"{operations} were answered {seen}")
        after = serial.explained(self.world, operations, seen, state)
        asked = "\n".join(map(str, zip(operations, seen, strict=True)))
        assert after is not None, f"no order explains\n{asked}\nand {state}"
        self.world = after
        self._remember()

    def _remember(self) -> None:
        for domain in self.world.values():
            self.made |= dict.fromkeys(domain.profiles)

    def _named(self, value: Any, domain: str) -> Any:
        """Return an operation, or a part of one, with a profile's ID in the place of its number."""
        if isinstance(value, str) and value.startswith("#"):
            return self._profile(int(value[1:]), domain)
        if is_dataclass(value) and not isinstance(value, type):
            named = {each.name: self._named(getattr(value, each.name), domain) for each in fields(value)}
            return replace(value, **named)
        if isinstance(value, dict):
            return {name: self._named(part, domain) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._named(part, domain) for part in value)
        return value

    def _profile(self, number: int, domain: str) -> str:
        """Return a profile of the domain; for a number below 0, one that is gone or another domain's."""
        own = [profile_id for profile_id in self.made if profile_id in self.world[domain].profiles]
        others = [NOBODY, *(profile_id for profile_id in self.made if profile_id not in own)]
        among = own if own and number >= 0 else others
        return among[number % len(among)]

    @initialize()
    def begin(self) -> None:
        """Define the search keys in one domain, and create profiles in both."""
        for key, definition in DEFINITIONS.items():
            self.do(Define(by="frontend of tokyo", key=key, definition=deepcopy(definition)))
        for by in ("frontend of tokyo", "frontend of tokyo", "frontend of osaka"):
            self.do(Create(by=by, body={"first_name": "Ann"}, key=None))

    @rule(operation=draws.creations | draws.creations_for())
    def create(self, operation: Operation) -> None:
        """Create a profile, also for a contact, anew or once more."""
        self.do(operation)

    @rule(operation=draws.changes())
    def change_profile(self, operation: Operation) -> None:
        """Change a profile, add or release values of keys."""
        self.do(operation)

    @rule(operation=draws.readings())
    def read(self, operation: Operation) -> None:
        """Read a profile, reveal its sensitive values, export it."""
        self.do(operation)

    @rule(operation=draws.associations())
    def associate(self, operation: Operation) -> None:
        """Associate a contact."""
        self.do(operation)

    @rule(operation=draws.of_contact())
    def work_on_contact(self, operation: Operation) -> None:
        """Take an association back, or read the contact."""
        self.do(operation)

    @rule(operation=draws.lookups())
    def look_up(self, operation: Operation) -> None:
        """Search, match, list."""
        self.do(operation)

    @rule(operation=draws.definitions | draws.removals | draws.settings | draws.listings)
    def administer(self, operation: Operation) -> None:
        """Define, remove and list search keys, change settings."""
        self.do(operation)

    @rule(operation=draws.endings())
    def end(self, operation: Operation) -> None:
        """Delete a profile, clear a contact."""
        self.do(operation)

    @rule(operation=draws.with_a_body())
    def spoil(self, operation: Operation) -> None:
        """Send what would do but for a field: it costs nothing but its own answer."""
        self.do(Spoiled(by=operation.by, spoils=operation))

    @rule(operations=draws.several(draws.creations, draws.creations_for(st.just("call-1"))))
    def create_at_once(self, operations: Sequence[Operation]) -> None:
        """Create profiles at once: with the same key, or with the same unique value."""
        self.do_at_once(operations)

    @rule(operations=draws.several(draws.changes(draws.ONE), draws.readings(draws.ONE)))
    def change_at_once(self, operations: Sequence[Operation]) -> None:
        """Change one profile at once, and read it."""
        self.do_at_once(operations)

    @rule(operations=draws.several(draws.associations(contacts=draws.CALL), draws.of_contact(draws.CALL)))
    def work_at_once(self, operations: Sequence[Operation]) -> None:
        """Work on one contact at once."""
        self.do_at_once(operations)

    @rule(
        operations=draws.several(
            draws.associations(draws.ONE, draws.CALL),
            draws.changes(draws.ONE),
            draws.endings(draws.ONE, draws.CALL),
        )
    )
    def end_at_once(self, operations: Sequence[Operation]) -> None:
        """Delete a profile or clear a contact while they are associated, and the profile is changed."""
        self.do_at_once(operations)

    def check(self) -> None:
        """Assert all that must always hold."""
        self.it_is_as_the_model_says()
        self.every_entry_belongs_to_a_living_profile()
        self.every_contact_is_whole()
        self.versions_only_grow()

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        """Nothing is lost, and nothing is there that nobody has put there."""
        assert stored.state_in(self.stage) == stored.state_of(self.world)

    @invariant()
    def every_entry_belongs_to_a_living_profile(self) -> None:
        """And every living profile has all of its entries."""
        stored.check_profiles(self.stage)

    @invariant()
    def every_contact_is_whole(self) -> None:
        """One current association, the latest; a cleared contact has that alone."""
        stored.check_contacts(self.stage)

    @invariant()
    def versions_only_grow(self) -> None:
        """By one with each change, and never without one."""
        for profile, (version, changed_at) in stored.versions_in(self.stage):
            before, changed_before = self.versions.get(profile, (version, changed_at))
            assert version >= before
            assert changed_at >= changed_before
            assert (version == before) <= (changed_at == changed_before)
            self.versions[profile] = version, changed_at
