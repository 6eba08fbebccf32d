"""The table of operations is that of the API model that botocore ships."""

from botocore.loaders import Loader

from service.aws.routes import ROUTES
from service.aws.views import OFFERED


def test_no_operation_of_the_model_is_missing_or_misspelt() -> None:
    """Names, methods and paths are equal. A newer botocore can have more operations: add them."""
    model = Loader().load_service_model("customer-profiles", "service-2", "2020-08-15")
    expected = {
        name: (operation["http"]["method"], operation["http"]["requestUri"])
        for name, operation in model["operations"].items()
    }
    assert {name: (route.method, route.path) for name, route in ROUTES.items()} == expected


def test_offered_operations_are_operations_of_the_model() -> None:
    """A misspelt name would never be routed."""
    assert OFFERED.keys() <= ROUTES.keys()
