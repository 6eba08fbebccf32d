"""Amazon's API model, as botocore ships it."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.loaders import Loader
from botocore.model import (
    ListShape,
    MapShape,
    OperationModel,
    ServiceModel,
    Shape,
    StringShape,
    StructureShape,
)

SERVICE = ServiceModel(Loader().load_service_model("customer-profiles", "service-2"), "customer-profiles")

Path = tuple[str | int, ...]
"""The names of members, and positions in lists, that lead to a value of a request."""

SAMPLES = {
    "uuid": "0" * 32,
    "TagArn": "arn:aws:profile:us-east-1:123456789012:domains/default",
    "JobScheduleTime": "09:30",
    "s3BucketName": "bucket",
}
"""Values of the shapes whose pattern a letter does not match."""


def operation(name: str) -> OperationModel:
    """Return the model of an operation."""
    return SERVICE.operation_model(name)


def sample(shape: Shape) -> Any:
    """Return a valid value, with all members, of a shape that is not recursive."""
    if isinstance(shape, StructureShape):
        return {name: sample(member) for name, member in shape.members.items()}
    if isinstance(shape, ListShape):
        return [sample(shape.member)]
    if isinstance(shape, MapShape):
        return {sample(shape.key): sample(shape.value)}
    if isinstance(shape, StringShape) and shape.enum:
        return shape.enum[0]
    if shape.type_name == "string":
        return SAMPLES.get(shape.name, "a")
    return {"integer": 1, "boolean": True, "double": 0.5}[shape.type_name]


def minimal(name: str) -> dict[str, Any]:
    """Return the required members of an operation's request. No profile has the ID."""
    shape = operation(name).input_shape
    values = {member: sample(shape.members[member]) for member in shape.required_members}
    instance = "arn:aws:connect:us-east-1:123456789012:instance/a"
    known = {"DomainName": "default", "KeyName": "_phone", "Uri": instance}
    known |= {"SearchKey": "profileId", "SearchValue": SAMPLES["uuid"]}
    return values | {member: value for member, value in known.items() if member in values}


def walk(shape: Shape, path: Path = ()) -> Iterator[tuple[Path, Shape]]:
    """Yield each member of a structure, with the members of its own members, its lists and its maps."""
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield (*path, name), member
            yield from walk(member, (*path, name))
    if isinstance(shape, ListShape):
        yield (*path, 0), shape.member
        yield from walk(shape.member, (*path, 0))
    if isinstance(shape, MapShape):
        name = sample(shape.key)
        yield (*path, name), shape.value
        yield from walk(shape.value, (*path, name))


def replaced(values: Any, path: Path, new: Any) -> Any:
    """Return a copy of a request with another value at the path; None removes the member."""
    if not path:
        return new
    first, *others = path
    inner = replaced(values[first], tuple(others), new)
    if isinstance(values, Mapping):
        return {
            name: inner if name == first else each
            for name, each in values.items()
            if name != first or inner is not None
        }
    return [inner if position == first else each for position, each in enumerate(values)]


def violations(shape: Shape, value: Any) -> Iterator[str]:
    """Yield the names of the shapes whose limits a value of a response does not respect."""
    length = shape.metadata.get("min", 0), shape.metadata.get("max", 10**6)
    if not isinstance(shape, StructureShape) and not length[0] <= len(value) <= length[1]:
        yield shape.name
    if isinstance(shape, StructureShape):
        for name, each in value.items():
            yield from violations(shape.members[name], each)
    elif isinstance(shape, ListShape):
        yield from (name for each in value for name in violations(shape.member, each))
    elif isinstance(shape, MapShape):
        yield from (name for each in value.values() for name in violations(shape.value, each))
    elif isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield shape.name
