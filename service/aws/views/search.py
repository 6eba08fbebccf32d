"""Search profiles."""

from collections.abc import Mapping
from typing import Any

from service.aws.call import Call, Result
from service.aws.key_names import search_key_name
from service.aws.members import with_members
from service.aws.profile_shape import to_members
from service.aws.views.pages import page_body
from service.model.amazon import PREDEFINED_KEYS, LogicalOperator
from service.model.match import Criterion, Operator, SearchMode
from service.use_cases import search

_OPERATORS = {LogicalOperator.AND: Operator.AND, LogicalOperator.OR: Operator.OR}


@with_members
def search_profiles(call: Call) -> Result:
    """Return a page of the profiles with a value of any of the search keys, or, with AND, of each of them.

    Each item shows the search keys and values that found it. Values of sensitive search keys are masked.
    """
    values = call.values
    pairs: list[Mapping[str, Any]] = [values, *values["AdditionalSearchKeys"]]
    result = search.search_profiles(
        call.stores,
        call.domain,
        [_criterion(position, pair) for position, pair in enumerate(pairs)],
        operator=_OPERATORS[values["LogicalOperator"]],
        mode=SearchMode.EXACT,
        limit=values["MaxResults"],
        cursor=values.get("NextToken"),
        guess_limit=call.guess_limit,
    )
    page = result.value
    items = []
    for candidate in page.items:
        found_by = [
            {"KeyName": pairs[position]["KeyName"], "Values": shown}
            for position, shown in page.criteria_met_by(candidate)
        ]
        items.append({**to_members(candidate.profile), "FoundByItems": found_by})
    return Result(page_body(items, page.next_cursor), result.accesses)


def _criterion(position: int, pair: Mapping[str, Any]) -> Criterion:
    name = pair["KeyName"]
    key = search_key_name(name, f"/criteria/{position}/key")
    criterion: Criterion = {"key": key, "values": pair["Values"]}
    if name in PREDEFINED_KEYS:
        criterion["default"] = PREDEFINED_KEYS[name]
    return criterion
