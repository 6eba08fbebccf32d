"""The offered operations by their purpose."""

AGENT_TIER = (
    *("SearchProfiles", "CreateProfile", "UpdateProfile", "DeleteProfile", "BatchGetProfile"),
    *("AddProfileKey", "DeleteProfileKey", "ListProfileObjects"),
)
"""The operations on single profiles and their contacts."""

MERGE_TIER = ("MergeProfiles", "GetSimilarProfiles", "GetMatches")
"""The operations that find profiles of the same person, and merge them."""

SET_UP_TIER = (
    *("CreateDomain", "GetDomain", "UpdateDomain", "DeleteDomain", "ListDomains", "ListAccountIntegrations"),
    *("PutProfileObjectType", "GetProfileObjectType", "ListProfileObjectTypes", "DeleteProfileObjectType"),
    *("PutProfileObject", "DeleteProfileObject", "TagResource", "UntagResource", "ListTagsForResource"),
)
"""The operations on domains, object types, objects and tags."""
