"""Cursors: encoding, decoding, and the rejection of invalid cursors."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors.requests import InvalidRequest
from service.matching.ranking import Place
from service.model.match import Tier
from service.use_cases import cursors

property_test = settings(derandomize=True, deadline=None, database=None, max_examples=50)

PROFILE_IDS = st.text(st.sampled_from("0123456789abcdef"), min_size=32, max_size=32)
CONTACT_IDS = st.from_regex(r"[A-Za-z0-9_.:-]{1,128}", fullmatch=True)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone

# Times from the year 1 to the year 9999, negated so that later times come first.
MS = st.integers(-253_402_300_799_999, 62_135_596_800_000)
PLACES = st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(-20, 0), MS, MS, PROFILE_IDS)
PLACE: Place = (1, 1, -1, 0, 0, "0" * 32)

READERS: dict[str, Callable[[str], Any]] = {
    "profiles": cursors.to_search,
    "candidates": cursors.to_match,
    "contacts": cursors.to_contact,
}


@property_test
@given(st.integers(0, len(Tier)), PROFILE_IDS)
def test_a_search_cursor_contains_the_stage_and_the_last_profile(stage: int, profile_id: str) -> None:
    """Decoding returns both unchanged."""
    assert cursors.to_search(cursors.of_search(stage, profile_id)) == (stage, profile_id)


@property_test
@given(PLACES)
def test_a_match_cursor_contains_the_place_of_the_last_candidate(place: Place) -> None:
    """A place has all values that decide the order. Decoding returns them unchanged."""
    assert cursors.to_match(cursors.of_match(place)) == place


@property_test
@given(TIMES, CONTACT_IDS)
def test_a_contact_cursor_contains_the_time_and_the_last_contact(time: datetime, contact_id: str) -> None:
    """Decoding returns both. The time has milliseconds, as in MongoDB."""
    stored = time.replace(microsecond=time.microsecond // 1000 * 1000)
    assert cursors.to_contact(cursors.of_contact(stored, contact_id)) == (stored, contact_id)


@property_test
@given(TIMES, CONTACT_IDS)
def test_a_cursor_is_safe_in_a_url(time: datetime, contact_id: str) -> None:
    """A cursor needs no escapes in a query string. Its length is within the limit of the schema."""
    cursor = cursors.of_contact(time, contact_id)
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(cursor) <= 1024


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_without_a_cursor_the_first_page_is_returned(read: Callable[[str | None], Any]) -> None:
    """The readers convert None to the beginning of the list."""
    assert read(None) in {None, (0, None)}


def _read_with_each(cursor: str) -> None:
    """Read a cursor with each reader. Assert that a reader accepts it or rejects it as invalid."""
    for read in READERS.values():
        try:
            read(cursor)
        except InvalidRequest as error:
            assert [fault.pointer for fault in error.errors] == ["/cursor"]  # noqa: PT017 - it need not raise


@property_test
@given(cursor=st.one_of(st.text(), st.sampled_from(["\ud800", "\x00", "AAAA", "====", "W10", "bnVsbA"])))
def test_any_string_is_a_cursor_or_an_invalid_request(cursor: str) -> None:
    """No string causes another error."""
    _read_with_each(cursor)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)


@property_test
@given(parts=st.one_of(JSON, st.tuples(JSON, JSON), st.tuples(st.integers(), CONTACT_IDS)))
def test_any_json_is_a_cursor_or_an_invalid_request(parts: Any) -> None:
    """The types and ranges of the values in a cursor are checked too."""
    try:
        cursor = urlsafe_b64encode(orjson.dumps(parts)).decode()
    except (TypeError, UnicodeEncodeError):
        return
    _read_with_each(cursor)


@pytest.mark.parametrize(
    ("read", "cursor"),
    [
        ("profiles", cursors.of_match(PLACE)),
        ("profiles", cursors.of_contact(datetime(2026, 1, 1, tzinfo=UTC), "c-1")),
        ("profiles", cursors.of_search(0, "0" * 31)),
        ("profiles", cursors.of_search(0, "0" * 32 + "\n")),
        ("profiles", cursors.of_search(-1, "0" * 32)),
        ("profiles", cursors.of_search(len(Tier) + 1, "0" * 32)),
        ("candidates", cursors.of_search(0, "0" * 32)),
        ("candidates", cursors.of_match((*PLACE[:5], "0" * 31))),
        ("candidates", urlsafe_b64encode(orjson.dumps(PLACE[1:])).decode()),
        ("candidates", urlsafe_b64encode(orjson.dumps([*PLACE[:5], 1])).decode()),
        ("candidates", urlsafe_b64encode(orjson.dumps([True, *PLACE[1:]])).decode()),
        ("candidates", urlsafe_b64encode(orjson.dumps([1.5, *PLACE[1:]])).decode()),
        ("candidates", cursors.of_contact(datetime(2026, 1, 1, tzinfo=UTC), "c-1")),
        ("contacts", cursors.of_search(0, "0" * 32)),
        ("contacts", urlsafe_b64encode(orjson.dumps([True, "c-1"])).decode()),
        ("contacts", urlsafe_b64encode(orjson.dumps([253_402_300_800_000, "c-1"])).decode()),
        ("contacts", urlsafe_b64encode(orjson.dumps([0, "c/1"])).decode()),
    ],
)
def test_a_cursor_of_another_list_is_rejected(read: str, cursor: str) -> None:
    """A cursor with values of a wrong type or range is rejected too."""
    with pytest.raises(InvalidRequest):
        READERS[read](cursor)


@pytest.mark.parametrize(
    ("rows", "limit", "items", "cursor"),
    [
        ([], 2, [], None),
        (["a"], 2, ["a"], None),
        (["a", "b"], 2, ["a", "b"], None),
        (["a", "b", "c"], 2, ["a", "b"], "after b"),
        (["a", "b"], 1, ["a"], "after a"),
    ],
)
def test_a_page_ends_at_its_limit(rows: list[str], limit: int, items: list[str], cursor: str | None) -> None:
    """A further result shows that there is a next page. The cursor names the last item of this page."""
    page = cursors.page(rows, limit, lambda item: f"after {item}")
    assert (page.items, page.next_cursor) == (items, cursor)
