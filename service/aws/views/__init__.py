"""The operations that the service offers, one module per resource."""

from collections.abc import Mapping

from service.aws.call import Offered

OFFERED: Mapping[str, Offered] = {}
"""The offered operations by name. Other operations are refused."""
