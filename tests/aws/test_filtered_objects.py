"""ListProfileObjects with ObjectFilter."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.aws.calls import pair, unique
from tests.aws.in_process import InProcess
from tests.aws.object_calls import create, define, only, put

Json = dict[str, Any]


def keys_of(api: InProcess, profile: Json, name: str, *, size: int = 100, **wanted: Any) -> Sequence[str]:
    """Return the unique keys of the objects on all pages of a filter."""
    values = {**profile, "ObjectTypeName": name, "ObjectFilter": wanted, "MaxResults": size}
    page = api("ListProfileObjects", **values)
    items = page["Items"]
    while "NextToken" in page:
        page = api("ListProfileObjects", **values, NextToken=page["NextToken"])
        assert len(page["Items"]) <= size
        items += page["Items"]
    return [item["ProfileObjectUniqueKey"] for item in items]


def test_objects_are_filtered_by_a_predefined_key(in_process: InProcess) -> None:
    """An order by its ID, as Amazon documents it. Paging continues to the end."""
    name, customer = define(in_process, {"_orderId": "ORDER", "filterCustomer": "PROFILE"}), unique()
    keys = [put(in_process, name, id=n, _orderId=f"A-{n % 3}", filterCustomer=customer) for n in range(9)]
    profile = {"ProfileId": only(in_process, "filterCustomer", customer)["ProfileId"]}
    assert keys_of(in_process, profile, name, **pair("_orderId", "a-1")) == [keys[n] for n in (7, 4, 1)]
    assert keys_of(in_process, profile, name, size=1, **pair("_orderId", "A-0", "A-2", "B")) == [
        keys[n] for n in (8, 6, 5, 3, 2, 0)
    ]
    assert keys_of(in_process, profile, name, **pair("filterCustomer", customer)) == keys[::-1]
    assert keys_of(in_process, profile, name, **pair("_caseId", "A-1")) == []
    assert keys_of(in_process, profile, "_case", **pair("_caseId", "A-1")) == []


def test_a_filter_reads_a_limited_number_of_objects(in_process: InProcess) -> None:
    """So a page can be empty, and has the token of the next one."""
    keys = {"id": "UNIQUE LOOKUP_ONLY", "_orderId": "", "filterCustomer": "PROFILE"}
    name, customer = define(in_process, keys), unique()
    oldest = put(in_process, name, id="oldest", _orderId="B", filterCustomer=customer)
    for number in range(100):
        put(in_process, name, id=number, _orderId="A", filterCustomer=customer)
    profile = {"ProfileId": only(in_process, "filterCustomer", customer)["ProfileId"]}
    values = {**profile, "ObjectTypeName": name, "ObjectFilter": pair("_orderId", "B")}
    page = in_process("ListProfileObjects", **values)
    assert page["Items"] == []
    (item,) = in_process("ListProfileObjects", **values, NextToken=page["NextToken"])["Items"]
    assert item["ProfileObjectUniqueKey"] == oldest


def test_values_of_a_sensitive_key_are_filtered_by_their_plain_value(in_process: InProcess) -> None:
    """The response shows masks, and a request has one value only."""
    definition = {"label": "Pin", "type": "digits", "sensitive": True}
    in_process.v1("PUT", "/v1/search-keys/filter_pin", definition, expect=201)
    name, customer = define(in_process, {"filterPin": "", "filterCustomer": "PROFILE"}), unique()
    key = put(in_process, name, id=1, filterPin="123456789", filterCustomer=customer)
    profile = {"ProfileId": only(in_process, "filterCustomer", customer)["ProfileId"]}
    values = {**profile, "ObjectTypeName": name}
    (item,) = in_process("ListProfileObjects", **values, ObjectFilter=pair("filterPin", "123-456-789"))[
        "Items"
    ]
    assert item["ProfileObjectUniqueKey"] == key
    assert "123456789" not in item["Object"]
    two = pair("filterPin", "1", "2")
    error = in_process("ListProfileObjects", expect=400, **values, ObjectFilter=two)
    assert error["Error"]["Message"].startswith("ObjectFilter.Values: ")


@pytest.mark.parametrize(
    ("object_type", "wanted", "start"),
    [
        ("CTR", pair("_caseId", "1"), "ObjectFilter: "),
        ("_case", pair("undefinedKey", "1"), "ObjectFilter.KeyName: "),
        ("_case", pair("_unknown", "1"), "ObjectFilter.KeyName: "),
        ("_case", {"KeyName": "_caseId"}, "ObjectFilter.Values: "),
    ],
)
def test_an_invalid_filter_is_a_bad_request(
    in_process: InProcess, object_type: str, wanted: Json, start: str
) -> None:
    """The message names the member."""
    values = {**create(in_process), "ObjectTypeName": object_type, "ObjectFilter": wanted}
    error = in_process("ListProfileObjects", expect=400, **values)
    assert error["Error"]["Message"].startswith(start)
