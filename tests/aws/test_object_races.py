"""Concurrent requests with the same object, or for the same new customer, create one profile."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.request import urlopen

import orjson
import pytest

from tests.aws.calls import DOMAIN, ids, pair, search, unique

THREADS = 8
ROUNDS = 5
TYPE = "Raced"


@pytest.fixture(scope="module", autouse=True)
def object_type(aws: Any) -> None:
    """Define the object type."""
    aws.put_profile_object_type(
        DomainName=DOMAIN,
        ObjectTypeName=TYPE,
        Description="x",
        AllowProfileCreation=True,
        Fields={
            name: {"Source": f"_source.{name}", **({"ContentType": "PHONE_NUMBER"} if name == "n" else {})}
            for name in ("id", "c", "n")
        }
        | {"name": {"Source": "_source.name", "Target": "_profile.LastName"}},
        Keys={
            "racedId": [{"StandardIdentifiers": ["UNIQUE"], "FieldNames": ["id"]}],
            "racedCustomer": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["c"]}],
        },
    )


def _put(aws: Any, content: dict[str, Any], object_type: str = TYPE) -> str:
    text = orjson.dumps(content).decode()
    response = aws.put_profile_object(DomainName=DOMAIN, ObjectTypeName=object_type, Object=text)
    key: str = response["ProfileObjectUniqueKey"]
    return key


def _at_once(aws: Any, contents: list[dict[str, Any]], object_type: str = TYPE) -> list[str]:
    with ThreadPoolExecutor(len(contents)) as pool:
        return list(pool.map(partial(_put, aws, object_type=object_type), contents))


def _v1(service_url: str, path: str) -> Any:
    with urlopen(service_url + path) as response:  # noqa: S310 - the service of the test
        return orjson.loads(response.read())


def _objects(aws: Any, profile_id: str, object_type: str = TYPE) -> set[str]:
    values = {"DomainName": DOMAIN, "ProfileId": profile_id, "ObjectTypeName": object_type}
    items = aws.list_profile_objects(**values, MaxResults=100)["Items"]
    return {item["ProfileObjectUniqueKey"] for item in items}


def test_one_object_at_once_is_one_object_of_one_profile(aws: Any) -> None:
    """Whether the profiles are found by a key or not."""
    for round_ in range(ROUNDS):
        customer = unique()
        content = {"id": customer, "n": f"+12125557{round_:03}", "c": customer}
        keys = _at_once(aws, [content] * THREADS)
        (profile_id,) = ids(search(aws, pair("racedCustomer", customer)))
        assert _objects(aws, profile_id) == set(keys)
        assert len(set(keys)) == 1
        assert ids(search(aws, pair("_phone", f"+12125557{round_:03}"))) == [profile_id]


def test_an_object_without_other_keys_is_stored_once(aws: Any) -> None:
    """The value that identifies it is no PROFILE key, so it does not find the profile."""
    for _ in range(ROUNDS):
        number = unique()
        keys = _at_once(aws, [{"id": number}] * THREADS)
        (profile_id,) = ids(search(aws, pair("racedId", number)))
        assert _objects(aws, profile_id) == set(keys)
        assert len(set(keys)) == 1


def test_objects_of_a_new_customer_at_once_create_one_profile(aws: Any) -> None:
    """Each of them is stored with it."""
    for _ in range(ROUNDS):
        customer = unique()
        contents = [{"id": f"{customer}{number}", "c": customer} for number in range(THREADS)]
        keys = _at_once(aws, contents)
        (profile_id,) = ids(search(aws, pair("racedCustomer", customer)))
        assert _objects(aws, profile_id) == set(keys)
        assert len(set(keys)) == THREADS


def test_records_of_a_new_number_at_once_create_one_profile(aws: Any) -> None:
    """Half of them are the same record."""
    aws.put_profile_object_type(
        DomainName=DOMAIN, ObjectTypeName="CTR", Description="x", TemplateId="CTR-NoInferred"
    )
    for round_ in range(ROUNDS):
        phone = f"+12125558{round_:03}"
        endpoint = {"Address": phone, "Type": "TELEPHONE_NUMBER"}
        names = [unique() for _ in range(THREADS // 2)]
        contents = [{"ContactId": name, "CustomerEndpoint": endpoint} for name in names * 2]
        _at_once(aws, contents, "CTR")
        (profile_id,) = ids(search(aws, pair("_phone", phone)))
        assert _objects(aws, profile_id, "CTR") == set(names)


def test_an_erasure_at_the_same_time_leaves_no_object_without_a_profile(aws: Any) -> None:
    """Each profile that is left has its objects, and no erased one has any."""
    customer = unique()
    content = {"id": customer, "c": customer}
    erased = set[str]()
    with ThreadPoolExecutor(2) as pool:
        for _ in range(10):
            _put(aws, content)
            (profile_id,) = ids(search(aws, pair("racedCustomer", customer)))
            put = pool.submit(_put, aws, content)
            pool.submit(aws.delete_profile, DomainName=DOMAIN, ProfileId=profile_id).result()
            erased.add(profile_id)
            key = put.result()
            left = ids(search(aws, pair("racedCustomer", customer)))
            assert len(left) <= 1
            assert not erased & set(left)
            for each in left:
                assert _objects(aws, each) == {key}
    assert len(erased) == 10


def test_each_change_of_concurrent_requests_is_audited(aws: Any, service_url: str) -> None:
    """Also those of attempts that were repeated: one event for each version of the profile."""
    for _ in range(ROUNDS):
        customer = unique()
        contents = [{"id": customer, "c": customer, "name": f"n{number}"} for number in range(THREADS)]
        _at_once(aws, contents)
        (profile_id,) = ids(search(aws, pair("racedCustomer", customer)))
        profile = _v1(service_url, f"/v1/profiles/{profile_id}")
        events = _v1(service_url, f"/v1/audit?profile_id={profile_id}&limit=100")["items"]
        actions = [event["action"] for event in events]
        assert actions.count("created") == 1
        assert actions.count("created") + actions.count("changed") == profile["version"]
