"""Principals, scopes, and the formats of domains and agent IDs."""

import pytest

from service.model.identifiers import is_agent_id, is_domain
from service.model.principal import ANONYMOUS, Principal, Scope


@pytest.mark.parametrize(
    ("scope", "granted"),
    [
        (Scope.VIEW, {Scope.VIEW}),
        (Scope.EDIT, {Scope.EDIT, Scope.VIEW}),
        (Scope.CREATE, {Scope.CREATE, Scope.VIEW}),
        (Scope.ADMIN, {Scope.ADMIN}),
        (Scope.REVEAL, {Scope.REVEAL}),
        (Scope.SETTINGS, {Scope.SETTINGS}),
        (Scope.TOKENS, {Scope.TOKENS}),
    ],
)
def test_a_scope_grants_itself_and_the_scopes_that_it_includes(scope: Scope, granted: set[Scope]) -> None:
    """As in Amazon Connect, creating does not include editing."""
    principal = Principal(credential_id="c", domain="d", scopes=frozenset({scope}))
    assert {other for other in Scope if principal.may(other)} == granted


def test_only_the_anonymous_principal_needs_no_scopes() -> None:
    """The anonymous principal is used when authentication is disabled."""
    nothing = Principal(credential_id="c", domain="d", scopes=frozenset())
    assert not any(nothing.may(scope) for scope in Scope)
    assert all(ANONYMOUS.may(scope) for scope in Scope)
    assert ANONYMOUS.agent_id is None


@pytest.mark.parametrize(
    ("name", "is_valid"),
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
def test_a_domain_has_ascii_characters_without_slashes(name: str, is_valid: bool) -> None:  # noqa: FBT001 - a table
    """The stores join a domain and an ID with a slash, so a domain must not contain one."""
    assert is_domain(name) is is_valid


@pytest.mark.parametrize(
    ("agent_id", "is_valid"),
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
def test_an_agent_id_is_one_line_of_text(agent_id: str, is_valid: bool) -> None:  # noqa: FBT001 - a table
    """The API accepts such an ID, and MongoDB can store it."""
    assert is_agent_id(agent_id) is is_valid
