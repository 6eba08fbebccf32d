"""The schemas of request bodies, by the name of their component in the document."""

from schemas import agent_tokens, batch, connect, contacts, merges, profiles, search, search_keys, settings
from schemas.base import Request

REQUESTS: dict[str, Request] = {
    "AgentTokenRequest": agent_tokens.AgentTokenRequest(),
    "AssociationRequest": contacts.AssociationRequest(),
    "BatchRequest": batch.BatchRequest(),
    "ContactSearchRequest": contacts.ContactSearchRequest(),
    "KeyValuesRequest": search_keys.KeyValuesRequest(),
    "LambdaEvent": connect.LambdaEvent(),
    "MatchRequest": contacts.MatchRequest(),
    "MergeRequest": merges.MergeRequest(),
    "ProfilePatch": profiles.ProfilePatchRequest(),
    "ProfileRequest": profiles.ProfileRequest(),
    "RevealRequest": search_keys.RevealRequest(),
    "SearchKeyRequest": search_keys.SearchKeyRequest(),
    "SearchRequest": search.SearchRequest(),
    "SettingsPatch": settings.SettingsPatchRequest(),
    "StreamsContact": connect.StreamsContact(),
    "StreamsSnapshot": connect.StreamsSnapshot(),
}
