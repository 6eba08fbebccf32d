"""Agent tokens: their rights, their end, and what they cost."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.errors.access import Forbidden
from service.errors.datastore import DatastoreUnavailable
from service.errors.requests import InvalidRequest
from service.errors.search_keys import MasterKeyMissing
from service.model.principal import TOKEN_SCOPES, Scope
from tests.auth.token_worker import AGENT, BEGIN, Worker, create_worker
from tests.master_keys import ONE, ONE_THEN_TWO, TWO, TWO_THEN_ONE


@pytest.fixture
def worker() -> Worker:
    """Return a worker whose API key can create tokens for agents who edit and create profiles."""
    return create_worker()


def test_a_token_gives_its_agent_the_domain_and_the_scopes_of_its_api_key(worker: Worker) -> None:
    """The token cannot create further tokens."""
    created = worker.create()
    assert (created.token_type, created.agent_id, created.expires_in) == ("Bearer", "agent-7", 900)
    assert (created.scopes, created.expires_at) == (sorted(AGENT), BEGIN + timedelta(minutes=15))
    principal = worker.authenticator.authenticate(created.token)
    assert (principal.domain, principal.agent_id, principal.scopes) == ("acme", "agent-7", AGENT)


def test_the_text_of_a_token_is_not_in_its_representation(worker: Worker) -> None:
    """So an error report or a debug log does not reveal it."""
    created = worker.create()
    assert created.token not in repr(created)


def test_a_token_can_have_fewer_scopes_than_its_api_key(worker: Worker) -> None:
    """A scope that another scope of the API key includes is allowed."""
    token = worker.token(scopes=[Scope.VIEW])
    assert worker.authenticator.authenticate(token).scopes == {Scope.VIEW}


@pytest.mark.parametrize("scope", [Scope.ADMIN, Scope.REVEAL, Scope.SETTINGS])
def test_a_token_cannot_have_more_scopes_than_its_api_key(worker: Worker, scope: Scope) -> None:
    """The error names the scope."""
    with pytest.raises(Forbidden) as raised:
        worker.create(scopes=[Scope.EDIT, scope])
    assert raised.value.scope == scope
    assert scope in raised.value.detail


def test_an_api_key_without_other_scopes_can_create_no_token() -> None:
    """The token would have no rights."""
    with pytest.raises(InvalidRequest) as raised:
        create_worker(scopes={Scope.TOKENS}).create()
    assert [error.pointer for error in raised.value.errors] == ["/scopes"]


def test_the_api_key_of_an_agent_creates_tokens_for_this_agent_only() -> None:
    """The error does not name the agent."""
    worker = create_worker(agent_id="agent-8")
    assert worker.authenticator.authenticate(worker.token(agent_id="agent-8")).agent_id == "agent-8"
    with pytest.raises(InvalidRequest) as raised:
        worker.create()
    assert [error.pointer for error in raised.value.errors] == ["/agent_id"]
    assert "agent-8" not in str(raised.value.errors)


def test_a_token_is_rejected_when_it_expires(worker: Worker) -> None:
    """The clock is that of the service."""
    token = worker.token(expires_in=60)
    worker.clock.seconds = 59.9
    worker.authenticator.authenticate(token)
    worker.clock.seconds = 60.0
    assert worker.reason(token) == "an expired agent token"


def test_a_token_expires_with_its_api_key() -> None:
    """The response shows the earlier end."""
    worker = create_worker(lifetime=timedelta(seconds=100))
    created = worker.create()
    assert (created.expires_in, created.expires_at) == (100, BEGIN + timedelta(seconds=100))
    worker.clock.seconds = 100.0
    assert "expired" in worker.reason(created.token)


def test_every_worker_rejects_the_tokens_of_a_revoked_key_within_five_seconds(worker: Worker) -> None:
    """A worker caches an API key for four seconds, also for its tokens."""
    token, key_id = worker.token(), worker.key[:20]
    worker.store.keys[key_id] = replace(worker.store.keys[key_id], revoked_at=BEGIN)
    worker.clock.seconds = 3.9
    worker.authenticator.authenticate(token)
    worker.clock.seconds = 4.0
    assert worker.reason(token) == "an agent token of an API key that is unknown, expired or revoked"


def test_a_token_of_a_deleted_key_is_rejected(worker: Worker) -> None:
    """The reason is the same as for a revoked one."""
    token = worker.token()
    worker.store.keys.clear()
    worker.clock.seconds = 4.0
    assert worker.reason(token) == "an agent token of an API key that is unknown, expired or revoked"


def test_a_token_has_no_scope_that_its_api_key_lost(worker: Worker) -> None:
    """Nothing changes the scopes of an API key, except an operator in the database."""
    token, key_id = worker.token(), worker.key[:20]
    worker.store.keys[key_id] = replace(
        worker.store.keys[key_id], scopes=frozenset({Scope.EDIT, Scope.TOKENS})
    )
    worker.clock.seconds = 4.0
    assert worker.authenticator.authenticate(token).scopes == {Scope.EDIT}


@pytest.mark.parametrize("change", [{"scopes": AGENT}, {"agent_id": "agent-8"}], ids=["scopes", "agent"])
def test_a_token_that_its_api_key_cannot_create_is_rejected(worker: Worker, change: dict[str, Any]) -> None:
    """With a stolen master key, tokens can be forged, but not for any API key."""
    token, key_id = worker.token(), worker.key[:20]
    worker.store.keys[key_id] = replace(worker.store.keys[key_id], **change)
    worker.clock.seconds = 4.0
    assert worker.reason(token) == "an agent token that its API key cannot create"


def test_tokens_cause_one_read_of_their_api_key_in_four_seconds(worker: Worker) -> None:
    """The number of tokens and agents does not matter. An invalid token causes none."""
    tokens = [worker.token(agent_id=f"agent-{number}") for number in range(20)]
    for token in (*tokens, *tokens):
        worker.authenticator.authenticate(token)
        worker.reason(f"{token[:-9]}{token[-8:]}")
    assert worker.store.reads == 1
    worker.clock.seconds = 4.0
    for token in tokens:
        worker.authenticator.authenticate(token)
    assert (worker.store.reads, worker.store.reads_of_ids) == (2, 0)


def test_a_token_is_accepted_while_mongodb_is_down_and_its_key_cached(worker: Worker) -> None:
    """After that, the request gets ``DatastoreUnavailable``, like with an API key."""
    token = worker.token()
    worker.store.is_down = True
    worker.authenticator.authenticate(token)
    worker.clock.seconds = 4.0
    with pytest.raises(DatastoreUnavailable):
        worker.authenticator.authenticate(token)


def test_each_agent_has_a_credential_id_that_begins_with_the_api_key(worker: Worker) -> None:
    """Requests and sensitive values are counted by credential ID. It does not contain the agent's ID."""
    first, again, other = (
        worker.authenticator.authenticate(worker.token(agent_id=agent, expires_in=seconds)).credential_id
        for agent, seconds in (("jo@example.com", 60), ("jo@example.com", 900), ("al@example.com", 60))
    )
    assert first == again != other
    for credential_id in (first, other):
        assert credential_id.startswith(worker.key[:20] + ".")
        assert "example" not in credential_id


def test_the_use_of_a_token_is_not_stored_as_a_use_of_its_key(worker: Worker) -> None:
    """Its creation was one, at most an hour ago."""
    principal = worker.authenticator.authenticate(worker.token())
    assert not worker.authenticator.keys.mark_used(principal.credential_id, BEGIN.date())


@pytest.mark.parametrize("master_keys", [ONE, ONE_THEN_TWO, TWO_THEN_ONE])
def test_a_token_is_accepted_while_its_master_key_is_set(master_keys: str) -> None:
    """While master keys change, it can be any of them."""
    worker = create_worker(master_keys)
    assert worker.authenticator.authenticate(worker.token(keyring=ONE_THEN_TWO)).domain == "acme"


def test_a_token_of_another_master_key_is_rejected() -> None:
    """Another master key with the same ID is one too."""
    worker = create_worker(TWO)
    assert "not set" in worker.reason(worker.token(keyring=ONE))
    same_id = ONE.replace("one:", "two:")
    assert "InvalidSignatureError" in worker.reason(worker.token(keyring=same_id))


def test_without_a_master_key_no_token_is_created_or_accepted() -> None:
    """The error says which setting is missing."""
    worker = create_worker("")
    assert "not set" in worker.reason(worker.token(keyring=ONE))
    with pytest.raises(MasterKeyMissing, match="MASTER_KEYS"):
        worker.create(keyring="")


def test_only_api_keys_can_create_tokens() -> None:
    """Tokens of agents and of the issuer never have the scope for it."""
    assert set(Scope) - set(TOKEN_SCOPES) == {Scope.TOKENS}
