"""A request finds the claim of another one, but the profile was created through an earlier claim.

Three requests are for the same new customer. The first creates the profile and ends its claim, then the
second claims the values. The third has looked for a profile before that, and sees only the second claim. It
has the object of the second request, or another one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from service.app import create_app
from service.config import Settings
from service.model.object_types import CONTACT_RECORD
from service.use_cases.amazon.claims import claim_profile
from tests.api.hooked_database import HookedDatabase
from tests.aws import test_contact_records as contact_records
from tests.aws.in_process import InProcess
from tests.aws.object_calls import define, listed, only, put, stores_of
from tests.commands import Commands
from tests.master_keys import ONE

each_third_object = pytest.mark.parametrize("third", ["second", "third"])


@dataclass(frozen=True)
class _Services:
    """Two services on one database. Just before ``late`` looks for claims, the other requests are sent."""

    early: InProcess
    late: InProcess
    database: HookedDatabase

    def before_claims_are_read(self, send_first: Callable[[], object], object_type: str) -> None:
        """Set what the first request is. The object of the second request has the ID ``second``."""

        def send() -> None:
            self.early.commands.sent.clear()
            send_first()
            sent = [each for each in self.early.commands.sent if each.get("insert") == "profile_objects"]
            (claim,) = (document for insert in sent for document in insert["documents"])
            stores = stores_of(self.early)
            first, second = (
                stores.objects.seal.object_hashes("default", object_type, [each])
                for each in ("first", "second")
            )
            of_customer = set(claim["unique"]).difference(first)
            assert claim_profile(stores, "default", [*second, *of_customer])

        self.database.before["profile_objects", "find"] = send


@pytest.fixture
def services(open_service: Callable[[str], InProcess]) -> _Services:
    """Return the services, without profiles."""
    early = open_service(ONE)
    database = HookedDatabase(early.client.application.extensions["database"])
    late = create_app(Settings(auth=False, master_keys=ONE, aws_api=True), database=database)
    return _Services(early, InProcess(late.test_client(), Commands()), database)


@each_third_object
def test_an_object_creates_no_second_profile(services: _Services, third: str) -> None:
    """Both objects are stored with the profile of the first one."""
    name = define(services.early, {"custR": "PROFILE"})
    services.before_claims_are_read(lambda: put(services.early, name, id="first", custR="c"), name)
    put(services.late, name, id=third, custR="c")
    objects = listed(services.early, only(services.early, "custR", "c"), name)
    assert {each["id"] for each in objects.values()} == {"first", third}


@each_third_object
def test_a_contact_record_creates_no_second_profile(services: _Services, third: str) -> None:
    """Both contacts are associated with the profile of the first one."""
    contact_records.use(services.early, "CTR")
    phone = contact_records.number()

    def put_record(service: InProcess, contact_id: str) -> Any:
        return contact_records.put(service, ContactId=contact_id, **contact_records.customer(phone))

    services.before_claims_are_read(lambda: put_record(services.early, "first"), CONTACT_RECORD)
    put_record(services.late, third)
    profile = only(services.early, "_phone", phone)
    assert listed(services.early, profile, "CTR").keys() == {"first", third}
