"""Find profiles of the same person.

At Amazon, a job finds matches and stores them. Here, each call finds them again, so the ID of a match is the
ID of its oldest profile. The rule level of a match is the rank of its tier, and its confidence score is
computed from this rank.
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
    """Return a page of the profiles of a match, by the ID of the match or of any of its profiles.

    The page is empty if the profile has no match.
    """
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
    """Return a page of the matches of the domain, in the order of their oldest profiles.

    ``PotentialMatches`` is the number of matches on the page.
    """
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
