"""Objects are listed in pages."""

from typing import Any

import orjson

from tests.aws.calls import all_items, unique
from tests.aws.in_process import InProcess
from tests.aws.object_calls import define, listed, only, put


def test_objects_are_listed_in_pages_newest_first(aws: Any) -> None:
    """To the end, and page by page if they are large."""
    aws.put_profile_object_type(
        DomainName="default",
        ObjectTypeName="Paged",
        Description="x",
        AllowProfileCreation=True,
        Fields={"id": {"Source": "_source.id"}, "c": {"Source": "_source.c"}},
        Keys={
            "pagedId": [{"StandardIdentifiers": ["UNIQUE"], "FieldNames": ["id"]}],
            "pagedCustomer": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["c"]}],
        },
    )
    customer = unique()
    for number in range(25):
        content = {"id": f"{customer}{number}", "c": customer, "padding": "x" * 240_000}
        text = orjson.dumps(content).decode()
        aws.put_profile_object(DomainName="default", ObjectTypeName="Paged", Object=text)
    response = aws.search_profiles(DomainName="default", KeyName="pagedCustomer", Values=[customer])
    values = {
        "DomainName": "default",
        "ProfileId": response["Items"][0]["ProfileId"],
        "ObjectTypeName": "Paged",
    }
    numbers = [f"{customer}{number}" for number in reversed(range(25))]
    for size in (3, 100):
        items = all_items(aws.list_profile_objects, {**values, "MaxResults": size})
        assert [orjson.loads(item["Object"])["id"] for item in items] == numbers
    assert len(aws.list_profile_objects(**values, MaxResults=100)["Items"]) < 25


def test_a_page_reads_only_the_objects_that_it_shows(in_process: InProcess) -> None:
    """First their sizes: other objects would fit in the response of MongoDB too."""
    name = define(in_process, {"custN": "PROFILE"})
    customer = unique()
    for number in range(8):
        put(in_process, name, id=f"{customer}{number}", custN=customer, padding="\U0001f600" * 250_000)
    profile = only(in_process, "custN", customer)
    in_process.commands.sent.clear()
    assert len(listed(in_process, profile, name)) == 5
    sizes, objects = [each for each in in_process.commands.sent if each.get("find") == "profile_objects"]
    assert sizes["projection"] == {"size": 1}
    assert len(objects["filter"]["_id"]["$in"]) == 5
