"""Find profiles of the same person.

Amazon stores matches, which a job finds. Here each call finds them. So the ID of a match is that of its
oldest profile. The tier of a match is its rule level. Its confidence score stands for the tier too.
"""

from service.aws.call import Call, Result
from service.aws.members import with_members
from service.errors.requests import FieldError, InvalidRequest
from service.model.amazon import MatchType
from service.model.match import Tier
from service.use_cases import duplicate_groups
from service.use_cases.clock import now

_SEARCH_KEYS = frozenset({"profileId", "_profileId", "matchId"})
_UNKNOWN_KEY = "Must be profileId or matchId; find the profile with SearchProfiles first."


@with_members
def get_similar_profiles(call: Call) -> Result:
    """Return the profiles of the match with an ID, or of the match to which a profile belongs."""
    values = call.values
    if values["SearchKey"] not in _SEARCH_KEYS:
        raise InvalidRequest([FieldError("/SearchKey", _UNKNOWN_KEY)])
    result = duplicate_groups.find_members(
        call.stores,
        call.domain,
        values["SearchValue"],
        limit=values["MaxResults"],
        cursor=values.get("NextToken"),
    )
    page = result.value
    body: dict[str, object] = {
        "ProfileIds": [each["profile_id"] for each in page.items],
        "MatchType": values["MatchType"],
    }
    if page.group is not None:
        tier = page.group.tier
        is_ml = values["MatchType"] == MatchType.ML_BASED_MATCHING
        certainty: dict[str, float] = (
            {"ConfidenceScore": _confidence(tier)} if is_ml else {"RuleLevel": tier.rank}
        )
        body |= {"MatchId": page.group.group_id, **certainty}
    if page.next_cursor is not None:
        body["NextToken"] = page.next_cursor
    return Result(body, result.accesses)


@with_members
def get_matches(call: Call) -> Result:
    """Return the matches of the next profiles of the domain, in the order of their creation."""
    result = duplicate_groups.list_groups(
        call.stores, call.domain, limit=call.values["MaxResults"], cursor=call.values.get("NextToken")
    )
    matches = [
        {
            "MatchId": group.group_id,
            "ProfileIds": [each["profile_id"] for each in group.profiles],
            "ConfidenceScore": _confidence(group.tier),
        }
        for group in result.value.items
    ]
    body: dict[str, object] = {
        "MatchGenerationDate": now().timestamp(),
        "PotentialMatches": len(matches),
        "Matches": matches,
    }
    if result.value.next_cursor is not None:
        body["NextToken"] = result.value.next_cursor
    return Result(body, result.accesses)


def _confidence(tier: Tier) -> float:
    return round(1 - tier.rank / 10, 1)
