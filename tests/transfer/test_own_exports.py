"""What our own export writes is imported as the same profile."""

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.transfer.formulas import escape_formula, unescape_formula
from service.transfer.mapping.targets import ADDRESS_PARTS, TEXT_FIELDS
from tests.transfer.opening import profile_of, reasons, rows_of, source_of, write

_ID = "0f8c2a51b7e94d6c8e3f5a7b9c1d2e3f"

# What the API accepts and a UTF-8 file can hold, trimmed as the API trims it.
_CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Lo"])
_HARD_TEXTS = (
    *("+49 711 1", "=1+1", "'x", "'=x", "@", "-1", '="0901"', 'say "hi"', "a,b", "山田"),
    *("4155552671.0", "4.479E+11", "a; b@x.org; c@x.org", "1 ::: 2"),
)
_TEXT = st.text(_CHARACTERS, min_size=1, max_size=20) | st.sampled_from(_HARD_TEXTS)
_LABEL = st.none() | st.sampled_from(["mobile", "* Work", "Work"])
_ITEM = st.fixed_dictionaries({"value": _TEXT}, optional={"type": _LABEL})
_PROFILE = st.fixed_dictionaries(
    {"first_name": _TEXT},
    optional={
        **{field: _TEXT for field in TEXT_FIELDS if field != "first_name"},
        "phone_numbers": st.lists(_ITEM, max_size=3),
        "email_addresses": st.lists(_ITEM, max_size=3),
        "addresses": st.lists(
            st.dictionaries(st.sampled_from(["type", *ADDRESS_PARTS]), _TEXT, min_size=1).filter(
                lambda address: address.keys() != {"type"}
            ),
            max_size=2,
        ),
        "attributes": st.dictionaries(st.sampled_from(["a", "A", "b.c", "1", "名"]), _TEXT, max_size=3),
        "keys": st.dictionaries(
            st.sampled_from(["crm_id", "ssn"]), st.lists(_TEXT, min_size=1, max_size=2, unique=True)
        ),
    },
)


def _row(profile: Any) -> dict[str, str]:
    """Return a row of our own CSV export."""
    row = {"profile_id": _ID, **{field: profile[field] for field in TEXT_FIELDS if profile.get(field)}}
    for field in ("phone_numbers", "email_addresses", "addresses"):
        for number, item in enumerate(profile.get(field, ()), 1):
            row |= {f"{field}.{number}.{part}": text for part, text in item.items() if text}
    row |= {f"attributes.{name}": text for name, text in profile.get("attributes", {}).items()}
    for name, values in profile.get("keys", {}).items():
        several = len(values) > 1
        row |= {f"keys.{name}.{n}" if several else f"keys.{name}": text for n, text in enumerate(values, 1)}
    return row | {
        "created_at": "2026-01-01T00:00:00.000Z",
        "updated_at": "2026-01-02T00:00:00Z",
        "version": "3",
    }


def _without_nothing(value: Any) -> Any:
    """Return a profile without members that are null or empty."""
    if isinstance(value, dict):
        members = {name: _without_nothing(member) for name, member in value.items()}
        return {name: member for name, member in members.items() if member not in (None, [], {})}
    return [_without_nothing(item) for item in value] if isinstance(value, list) else value


@settings(max_examples=40, deadline=None)
@given(profile=_PROFILE)
def test_a_row_of_our_own_csv_is_imported_as_the_same_profile(profile: Any) -> None:
    """Nothing is repaired or divided, and apostrophes before formulas are removed."""
    row = _row(profile)
    text = io.StringIO()
    csv.writer(text).writerows([row.keys(), map(escape_formula, row.values())])
    with tempfile.TemporaryDirectory() as folder:
        (read,) = rows_of(Path(folder), text.getvalue(), match_on="crm_id", region="US")
    assert read.profile == _without_nothing(profile)
    assert (read.profile_id, read.notes, read.rejected) == (_ID, (), None)
    assert read.ref == next(iter(profile.get("keys", {}).get("crm_id", [])), None)


@settings(max_examples=40, deadline=None)
@given(profile=_PROFILE)
def test_a_line_of_our_own_ndjson_is_imported_as_the_same_profile(profile: Any) -> None:
    """The members that the service sets are ignored."""
    response = profile | {"profile_id": _ID, "version": 3, "created_at": "2026-01-01T00:00:00.000Z"}
    empty: dict[str, Any] = {"last_name": None, "addresses": [], "keys": {}, "updated_at": "2026-01-01"}
    with tempfile.TemporaryDirectory() as folder:
        (read,) = rows_of(Path(folder), json.dumps(empty | response), "a.ndjson", match_on="profile_id")
    assert read.profile == _without_nothing(profile)
    assert (read.profile_id, read.ref) == (_ID, _ID)


@given(text=st.text(st.sampled_from("'=+-@\t\r\n＝＋－＠a 1"), max_size=4))  # noqa: RUF001 - formulas in Excel
def test_no_escaped_text_is_a_formula_and_none_is_ambiguous(text: str) -> None:
    """Each text is what it was after both functions."""
    escaped = escape_formula(text)
    assert escaped[:1] not in set("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - as above
    assert unescape_formula(escaped) == text


def test_the_e164_form_of_an_ndjson_line_is_kept(tmp_path: Path) -> None:
    """The service then does not parse the number again."""
    number = {"type": "mobile", "value": "090-1234-5678", "e164": "+819012345678"}
    line = json.dumps({"profile_id": _ID, "phone_numbers": [number]})
    assert profile_of(tmp_path, line, "a.ndjson") == {"phone_numbers": [number]}


def test_all_columns_of_our_own_csv_are_understood(tmp_path: Path) -> None:
    """Those that the service sets are ignored."""
    columns = [
        "profile_id",
        *TEXT_FIELDS,
        "phone_numbers.12.value",
        "addresses.1.type",
        "attributes.x",
        "keys.k.2",
    ]
    source = source_of(write(tmp_path, ",".join([*columns, "created_at", "updated_at", "version"])))
    assert list(source.understood) == columns
    assert source.unknown == ()


@pytest.mark.parametrize("value", ["1", _ID.upper(), f"{_ID}0"])
def test_a_value_that_is_no_profile_id_rejects_the_row(value: str, tmp_path: Path) -> None:
    """It would be sent in a URL otherwise."""
    rows = rows_of(tmp_path, f"profile_id,first_name\n{value},Jane\n")
    assert reasons(rows) == {2: "The value is no profile ID."}
