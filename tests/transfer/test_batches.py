"""Items and batches of an import."""

import json
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from service.model.search_key import KeyType, SearchKey
from service.transfer.importing.batches import MAX_BYTES, MAX_ROWS, Batch, batches
from service.transfer.importing.items import Item, ItemMaker
from service.transfer.importing.sending import send_in_order
from service.transfer.rows import Kind, Row, RowNote

_NUMBER = SearchKey(name="number", label="Number", type=KeyType.TEXT, unique=True)


def _maker(match_on: str | None = None) -> ItemMaker:
    return ItemMaker(
        match_on=match_on, lists="merge", region="US", unique_keys={"number": _NUMBER}, sensitive_keys={"ssn"}
    )


def _item(row: Row, match_on: str | None = None) -> tuple[Item, Any]:
    item = _maker(match_on).make(row)
    assert isinstance(item, Item)
    return item, json.loads(item.body)


def _rows(count: int, *, first: int = 2) -> Iterator[Row]:
    return (Row(number, f"C-{number}", {"first_name": "Jane"}) for number in range(first, first + count))


def _batch(number: int, *identity: str) -> Batch:
    return Batch(number, identity=set(identity))


def test_without_a_key_each_row_creates_a_profile() -> None:
    """Not even its profile ID is sent."""
    _, body = _item(Row(2, None, {"first_name": "Jane"}, profile_id="0" * 32))
    assert body == {"operation": "create", "profile": {"first_name": "Jane"}}


def test_with_a_key_a_row_updates_or_creates_a_profile() -> None:
    """The row's own ID is the value of the search key."""
    item, body = _item(Row(2, "C-1", {"first_name": "Jane"}), "number")
    assert body == {
        "operation": "upsert",
        "match_on": {"key": "number", "value": "C-1"},
        "lists": "merge",
        "profile": {"first_name": "Jane"},
    }
    assert (item.own_id, item.row) == ("C-1", 2)


def test_with_profile_ids_a_row_updates_a_profile() -> None:
    """It never creates one."""
    _, body = _item(Row(2, None, {"first_name": "Jane"}, profile_id="0" * 32), "profile_id")
    assert (body["operation"], body["profile_id"]) == ("update", "0" * 32)


@pytest.mark.parametrize("match_on", ["number", "profile_id"])
def test_a_row_without_the_value_to_match_on_is_rejected(match_on: str) -> None:
    """Otherwise it would create a profile each time."""
    rejection = _maker(match_on).make(Row(7, None, {"first_name": "Jane"}))
    assert isinstance(rejection, RowNote)
    assert (rejection.row, rejection.kind) == (7, Kind.REJECTED)


def test_masked_values_are_left_out() -> None:
    """The stored value remains. Other values that begin with an asterisk are sent."""
    keys = {"ssn": ["*****1120"], "number": ["*1"]}
    item, body = _item(Row(2, None, {"first_name": "Jane", "keys": keys}))
    assert body["profile"]["keys"] == {"number": ["*1"]}
    assert [(note.column, note.kind) for note in item.notes] == [("keys.ssn", Kind.LEFT_OUT)]
    _, body = _item(Row(2, None, {"first_name": "Jane", "keys": {"ssn": ["*****1120"]}}))
    assert body["profile"] == {"first_name": "Jane"}


def test_other_notations_of_a_unique_value_identify_the_same_profile() -> None:
    """They are compared as the service does."""
    first, _ = _item(Row(2, "a1-23", {}), "number")
    second, _ = _item(Row(3, None, {"keys": {"number": ["A12-3"]}}))
    assert first.identity == second.identity != frozenset()


def test_an_interrupted_import_divides_the_other_rows_as_before() -> None:
    """The Idempotency-Key of a batch is made from its number."""
    make = _maker().make
    complete = [(b.number, b.last_row, b.items) for b in batches(_rows(1000), make)]
    second = complete[1]
    rest = [(b.number, b.last_row, b.items) for b in batches(_rows(1000), make, first=2, after_row=second[1])]
    assert rest == complete[2:]
    assert [len(items) for _, _, items in complete] == [MAX_ROWS] * 4


def test_large_rows_make_small_batches() -> None:
    """A single row may be larger."""
    rows = [Row(number, None, {"first_name": "x" * (MAX_BYTES // 3)}) for number in range(2, 9)]
    rows.append(Row(9, None, {"first_name": "x" * (MAX_BYTES + 1)}))
    assert [batch.rows for batch in batches(rows, _maker().make)] == [2, 2, 2, 1, 1]


def test_rejected_rows_count_too() -> None:
    """A file of rejected rows does not fill the memory."""
    rows = (Row(n, None, {}, rejected=RowNote(n, None, "Wrong.")) for n in range(2, 502))
    assert [(batch.rows, len(batch.notes)) for batch in batches(rows, _maker().make)] == [(250, 250)] * 2


def test_results_are_in_the_order_of_the_file() -> None:
    """The first batch is answered last."""
    second_is_done = Event()

    def send(batch: Batch) -> int:
        if batch.number == 0:
            assert second_is_done.wait(30)
        else:
            second_is_done.set()
        return batch.number * 10

    results = send_in_order([_batch(0), _batch(1), _batch(2)], send)
    assert [(batch.number, result) for batch, result in results] == [(0, 0), (1, 10), (2, 20)]


def test_rows_of_the_same_profile_are_applied_in_order() -> None:
    """A batch waits for an earlier one that may have the same profile."""
    done: list[int] = []

    def send(batch: Batch) -> None:
        assert batch.number != 3 or 1 in done
        done.append(batch.number)

    many = [_batch(n, f"id-{n if n != 3 else 1}") for n in range(20)]
    assert [batch.number for batch, _ in send_in_order(many, send)] == list(range(20))


def test_an_error_of_a_batch_ends_the_import() -> None:
    """Results of earlier batches are returned first."""

    def send(batch: Batch) -> int:
        if batch.number == 2:
            raise KeyError(batch.number)
        return batch.number

    results = send_in_order([_batch(n) for n in range(50)], send)
    assert [next(results)[1], next(results)[1]] == [0, 1]
    with pytest.raises(KeyError):
        next(results)
