"""Copy customers from Amazon Connect Customer Profiles to this service. Its manual is amazon-connect.md.

Reads and writes through Amazon's API only. Each profile gets the search key ``amazonProfileId``, so all
commands can be repeated: they change what differs, and create nothing twice.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import filterfalse
from typing import Any

import boto3
from botocore.exceptions import ClientError

Values = dict[str, Any]

PROFILE_ID = re.compile("[0-9a-f]{32}")
MAX_BATCH = 20
EXPECTED = ("BadRequestException", "ResourceNotFoundException")  # all other errors end the command
RECORD = "CTR"
MARKER = "AmazonProfile"
MARKER_TYPE: Values = {
    "ObjectTypeName": MARKER,
    "Description": "The IDs that profiles had at Amazon",
    "AllowProfileCreation": True,
    "Fields": {"id": {"Source": "_source.id"}},
    "Keys": {"amazonProfileId": [{"StandardIdentifiers": ["UNIQUE", "PROFILE"], "FieldNames": ["id"]}]},
}
"""Each object of this type creates its profile. A repeated object creates nothing."""
TIE = {"amazonProfileId": [{"StandardIdentifiers": ["PROFILE", "LOOKUP_ONLY"], "FieldNames": ["amazonId"]}]}
TIED_FIELD = {"amazonId": {"Source": "_source.amazonId"}}


class Side:
    """A domain of one of the two services."""

    def __init__(self, aws_profile: str, domain: str) -> None:
        self.client = boto3.Session(profile_name=aws_profile).client("customer-profiles")
        self.domain = domain

    def call(self, operation: str, **members: Any) -> Values:
        """Call an operation on the domain."""
        response: Values = getattr(self.client, operation)(DomainName=self.domain, **members)
        return response

    def pages(self, operation: str, **members: Any) -> Iterator[Values]:
        """Yield the items of all pages."""
        page = self.call(operation, **members)
        yield from page["Items"]
        while token := page.get("NextToken"):
            page = self.call(operation, **members, NextToken=token)
            yield from page["Items"]

    def objects(self, profile_id: str, object_type: str) -> list[Values]:
        """Return the objects of a profile, newest first."""
        return [*self.pages("list_profile_objects", ProfileId=profile_id, ObjectTypeName=object_type)]


def clean(value: Any) -> Any:
    """Remove what our service does not store: white space at the ends of texts, and empty values."""
    if isinstance(value, dict):
        return {name: inner for name, each in value.items() if (inner := clean(each))}
    return [clean(each) for each in value] if isinstance(value, list) else value.strip()


def changes(old: Any, new: Any) -> Any:
    """Return what to send so that a member becomes the new one. Values that are gone become empty."""
    if isinstance(old or new, dict):
        old, new = old or {}, new or {}
        names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        return {name: changes(old.get(name), new.get(name)) for name in names}
    return new or ([] if isinstance(old, list) else "")


class Move:
    """The commands. Problems are printed and counted, and the rest is copied."""

    def __init__(self, source: str, target: str) -> None:
        self.amazon = Side("amazon", source)
        self.ours = Side("ours", target)
        self.problems = 0

    def report(self, text: str) -> None:
        """Print a problem."""
        self.problems += 1
        print(text, file=sys.stderr)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Report it if this part cannot be copied."""
        try:
            yield
        except ClientError as error:
            if error.response["Error"]["Code"] not in EXPECTED:
                raise
            self.report(f"Left out {name}: {error}")

    def set_up(self, _ids: list[str]) -> None:
        """Copy the description of the domain and the object types, whose keys become search keys."""
        domain = self.amazon.call("get_domain")
        names = ("DefaultExpirationDays", "DefaultEncryptionKey", "DeadLetterQueueUrl", "Tags")
        operation = "update_domain" if self.ours.client.list_domains()["Items"] else "create_domain"
        self.ours.call(operation, **{name: domain[name] for name in names if name in domain})
        self.ours.call("put_profile_object_type", **MARKER_TYPE)
        for each in self.object_types():
            self.put_type(each)

    def put_type(self, values: Values) -> None:
        """Define an object type here."""
        with self.part(f"the object type {values['ObjectTypeName']}"):
            self.ours.call("put_profile_object_type", **values)

    def object_types(self) -> Iterator[Values]:
        """Yield the object types at Amazon, as PutProfileObjectType accepts them here."""
        model = self.ours.client.meta.service_model
        members = {*model.operation_model("PutProfileObjectType").input_shape.members}
        for item in self.amazon.pages("list_profile_object_types"):
            name = item["ObjectTypeName"]
            # The template of contact records has their mapping. Amazon returns the mapping of all others.
            unused = {"Fields", "Keys", "AllowProfileCreation"} if name == RECORD else {"TemplateId"}
            response = self.amazon.call("get_profile_object_type", ObjectTypeName=name)
            values = {"TemplateId": RECORD, **response}
            yield {member: values[member] for member in members - unused if member in values}

    def find(self, amazon_id: str) -> Values | None:
        """Return our copy of a profile, if it exists."""
        found = self.ours.call("search_profiles", KeyName="amazonProfileId", Values=[amazon_id])["Items"]
        return {name: value for name, value in found[0].items() if name != "FoundByItems"} if found else None

    def profiles(self, ids: list[str]) -> Iterator[tuple[str, Values]]:
        """Yield the ID and the members of each profile at Amazon."""
        for each in filterfalse(PROFILE_ID.fullmatch, ids):
            self.report(f"Left out {each}: it is no profile ID")
        valid = [*filter(PROFILE_ID.fullmatch, ids)]
        for start in range(0, len(valid), MAX_BATCH):
            response = self.amazon.call("batch_get_profile", ProfileIds=valid[start : start + MAX_BATCH])
            for error in response.get("Errors", ()):
                self.report(f"Left out {error['ProfileId']}: {error['Message']}")
            for profile in response.get("Profiles", ()):
                yield profile.pop("ProfileId"), clean(profile)

    def copy_profiles(self, ids: list[str]) -> None:
        """Create the profiles that are missing, and change the members that differ."""
        for amazon_id, profile in self.profiles(ids):
            with self.part(f"the profile {amazon_id}"):
                if (copy := self.find(amazon_id)) is None:
                    marker = json.dumps({"id": amazon_id})
                    self.ours.call("put_profile_object", ObjectTypeName=MARKER, Object=marker)
                    copy = self.find(amazon_id) or {}
                profile_id = copy.pop("ProfileId")
                if changed := changes(copy, profile):
                    self.ours.call("update_profile", ProfileId=profile_id, **changed)

    def copy_objects(self, ids: list[str]) -> None:
        """Copy the objects and contacts of the profiles."""
        with self.tied_types() as names:
            for amazon_id in ids:
                if (copy := self.find(amazon_id)) is None:
                    self.report(f"Left out the objects of {amazon_id}: the profile is not here")
                    continue
                for name in [*names, RECORD]:
                    with self.part(f"the objects {name} of {amazon_id}"):
                        self.copy_objects_of(amazon_id, copy["ProfileId"], name)

    @contextmanager
    def tied_types(self) -> Iterator[list[str]]:
        """Tie each object to its profile by ID, and let no object change a member, until the block ends."""
        types = [each for each in self.object_types() if each.get("Keys")]
        for each in types:
            fields = {name: {**field} for name, field in (each["Fields"] | TIED_FIELD).items()}
            for field in fields.values():
                field.pop("Target", None)
            self.put_type({**each, "Fields": fields, "Keys": TIE | each["Keys"]})  # the first key decides
        try:
            yield [each["ObjectTypeName"] for each in types]
        finally:
            for each in types:
                self.put_type(each)

    def copy_objects_of(self, amazon_id: str, profile_id: str, name: str) -> None:
        """Copy the objects of one type, the oldest first."""
        here = [each["Object"] for each in self.ours.objects(profile_id, name)]
        for item in reversed(self.amazon.objects(amazon_id, name)):
            text: str = item["Object"]
            with self.part(f"{name} {item['ProfileObjectUniqueKey']} of {amazon_id}"):
                if name == RECORD:
                    self.copy_contact(profile_id, text, [json.loads(each) for each in here])
                elif text not in here:
                    # The second one stays with the profile, and is stored as it was.
                    for each in (json.dumps(json.loads(text) | {"amazonId": amazon_id}), text):
                        self.ours.call("put_profile_object", ObjectTypeName=name, Object=each)

    def copy_contact(self, profile_id: str, text: str, here: list[Values]) -> None:
        """Associate a contact, and add its times, channel and agent. An ended contact stays as it is."""
        contact_id = json.loads(text)["ContactId"]
        if not any(each["ContactId"] == contact_id and "DisconnectTimestamp" in each for each in here):
            key = {"KeyName": "_ctrContactId", "Values": [contact_id]}
            self.ours.call("add_profile_key", ProfileId=profile_id, **key)
            self.ours.call("put_profile_object", ObjectTypeName=RECORD, Object=text)

    def compare(self, ids: list[str]) -> None:
        """Report each profile that is missing, or differs in members or in the number of objects."""
        names = sorted({*(each["ObjectTypeName"] for each in self.object_types()), RECORD})
        for amazon_id, profile in self.profiles(ids):
            if (copy := self.find(amazon_id)) is None:
                self.report(f"{amazon_id} is not here")
                continue
            profile_id = copy.pop("ProfileId")
            differences = [*changes(copy, profile)]
            for name in names:
                there, here = self.amazon.objects(amazon_id, name), self.ours.objects(profile_id, name)
                if len(there) != len(here):
                    differences.append(f"{name} ({len(there)} objects at Amazon, {len(here)} here)")
            if differences:
                self.report(f"{amazon_id} differs: {', '.join(differences)}")


COMMANDS: dict[str, Callable[[Move, list[str]], None]] = {
    "set-up": Move.set_up,
    "profiles": Move.copy_profiles,
    "objects": Move.copy_objects,
    "compare": Move.compare,
}


def main() -> None:
    """Run a command on the profiles whose IDs are on standard input. The exit code is 1 after problems."""
    try:
        command, source, target = sys.argv[1:]
        run = COMMANDS[command]
    except (KeyError, ValueError):
        sys.exit(f"Usage: python3 move.py {'|'.join(COMMANDS)} AMAZON_DOMAIN OUR_DOMAIN < ids.txt")
    for variable in ("ENDPOINT_URL", "ENDPOINT_URL_CUSTOMER_PROFILES", "REGION", "DEFAULT_REGION"):
        # These would take precedence over the two profiles of ~/.aws/config.
        os.environ.pop(f"AWS_{variable}", None)
    move = Move(source, target)
    for side in (move.amazon, move.ours):
        print(f"{side.domain} at {side.client.meta.endpoint_url}")
    ids = [] if run is Move.set_up else list(dict.fromkeys(sys.stdin.read().split()))
    run(move, ids)
    print(f"{command}: {len(ids)} profile IDs, {move.problems} problems")
    sys.exit(1 if move.problems else 0)


if __name__ == "__main__":
    main()
