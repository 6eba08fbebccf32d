"""Customers of the tests: those of `make demo` that the simulated phone uses."""

from typing import Any

import httpx

Profile = dict[str, Any]


def customer(first: str, last: str, *numbers: str, email: str = "", **rest: Any) -> Profile:
    """Return a profile with a name, phone numbers and an e-mail address."""
    profile: Profile = {"first_name": first, "last_name": last, **rest}
    profile["phone_numbers"] = [{"type": "mobile", "value": number} for number in numbers]
    profile["email_addresses"] = [{"type": "home", "value": email}] if email else []
    return profile


_HOUSEHOLD = "+81 3-0000-0100"
CUSTOMERS = [
    customer("太郎", "山田", "+81 90-0000-1000", _HOUSEHOLD, email="taro.yamada@example.jp"),
    customer("花子", "山田", "+81 90-0000-1001", _HOUSEHOLD, email="hanako.yamada@example.jp"),
    customer("翔", "山田", "+81 90-0000-1002", _HOUSEHOLD, email="sho.yamada@example.jp"),
    customer(
        "翔",
        "田中",
        "+81 90-0000-2000",
        email="sho.tanaka@example.jp",
        phonetic_first_name="ショウ",
        phonetic_last_name="タナカ",
        birth_date="1990-02-18",
        addresses=[
            {"address_1": "千代田1-13", "city": "千代田区", "state": "東京都", "postal_code": "100-0001"}
        ],
    ),
    customer("結衣", "佐藤", "+81 90-0000-2002", email="yui.sato@example.jp"),
    customer("花子", "高橋", "+81 90-0000-2013", email="hanako.takahashi@example.jp"),
    customer(
        "Patricia",
        "Smith",
        "+1 312-555-0100",
        email="patricia.smith@example.com",
        birth_date="1990-10-10",
        addresses=[
            {"address_1": "69 Market Street", "city": "San Francisco", "state": "CA", "postal_code": "94103"}
        ],
    ),
    customer("Linda", "Wilson", "+1 206-555-0102", email="linda.wilson@example.com"),
    customer("Siobhán", "Brown", "+44 7700 900023", email="siobhan.brown@example.com"),
]


def create(http: httpx.Client, profile: Profile) -> str:
    """Create a profile, and return its ID."""
    response = http.post("/v1/profiles", json=profile)
    assert response.status_code == httpx.codes.CREATED, response.text
    profile_id: str = response.json()["profile_id"]
    return profile_id
