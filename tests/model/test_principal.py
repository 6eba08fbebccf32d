"""Principals, scopes, and the patterns of domains and agent IDs."""

import pytest

from service.model.identifiers import is_agent_id, is_domain
from service.model.principal import ANONYMOUS, Principal, Scope


@pytest.mark.parametrize(
    ("held", "granted"),
    [
        (Scope.VIEW, {Scope.VIEW}),
        (Scope.EDIT, {Scope.EDIT, Scope.VIEW}),
        (Scope.CREATE, {Scope.CREATE, Scope.VIEW}),
        (Scope.ADMIN, {Scope.ADMIN}),
        (Scope.REVEAL, {Scope.REVEAL}),
        (Scope.SETTINGS, {Scope.SETTINGS}),
    ],
)
def test_a_scope_grants_what_it_includes_and_no_more(held: Scope, granted: set[Scope]) -> None:
    """As Amazon Connect's permissions do: who creates does not edit."""
    principal = Principal(credential_id="c", domain="d", scopes=frozenset({held}))
    assert {scope for scope in Scope if principal.may(scope)} == granted


def test_without_scopes_nothing_is_granted_and_anybody_may_do_all() -> None:
    """The one is a credential that grants nothing, the other stands for authentication that is off."""
    nothing = Principal(credential_id="c", domain="d", scopes=frozenset())
    assert not any(nothing.may(scope) for scope in Scope)
    assert all(ANONYMOUS.may(scope) for scope in Scope)
    assert ANONYMOUS.agent_id is None


@pytest.mark.parametrize(
    ("name", "can_be"),
    [
        ("default", True),
        ("acme", True),
        ("ACME-2_b.example.com", True),
        ("72f988bf-86f1-41af-91ab-2d7cd011db47", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("", False),
        ("a/b", False),
        ("a b", False),
        ("a\n", False),
        ("$ne", False),
        (".a", False),
        ("-a", False),
        ("é", False),
        ("a\x00", False),
        ("٣", False),
    ],
)
def test_a_domain_is_named_in_ascii_without_a_slash(name: str, can_be: bool) -> None:  # noqa: FBT001 - a table
    """The stores join it to an ID by a slash."""
    assert is_domain(name) is can_be


@pytest.mark.parametrize(
    ("agent_id", "can_be"),
    [
        ("agent-7", True),
        ("jo@example.com", True),
        ("山田", True),
        ("a" * 255, True),
        ("a" * 256, False),
        ("", False),
        (" ", False),
        ("\u3000", False),
        ("a\nb", False),
        ("a\x00", False),
        ("\ud800", False),
    ],
)
def test_an_agents_id_is_a_line_of_text(agent_id: str, can_be: bool) -> None:  # noqa: FBT001 - a table
    """As the API takes it, and as MongoDB can hold it."""
    assert is_agent_id(agent_id) is can_be
