"""The operations of Amazon Connect Customer Profiles, and their methods and paths.

These are facts of the API model ``customer-profiles/2020-08-15``. A test compares them with the model that
botocore ships. The parameters in the paths have the names of the model's members.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_DOMAIN = "/domains/{DomainName}"

_PATHS: Mapping[str, Mapping[str, str]] = {
    "/domains": {"GET": "ListDomains"},
    "/integrations": {"POST": "ListAccountIntegrations"},
    "/recommender-recipes": {"GET": "ListRecommenderRecipes"},
    "/tags/{resourceArn}": {"DELETE": "UntagResource", "GET": "ListTagsForResource", "POST": "TagResource"},
    "/templates": {"GET": "ListProfileObjectTypeTemplates"},
    "/templates/{TemplateId}": {"GET": "GetProfileObjectTypeTemplate"},
}
"""For each path that is not below a domain, the operation of each method."""

_DOMAIN_PATHS: Mapping[str, Mapping[str, str]] = {
    "": {"DELETE": "DeleteDomain", "GET": "GetDomain", "POST": "CreateDomain", "PUT": "UpdateDomain"},
    "/batch-get-profiles": {"POST": "BatchGetProfile"},
    "/calculated-attributes": {"GET": "ListCalculatedAttributeDefinitions"},
    "/calculated-attributes/{CalculatedAttributeName}": {
        "DELETE": "DeleteCalculatedAttributeDefinition",
        "GET": "GetCalculatedAttributeDefinition",
        "POST": "CreateCalculatedAttributeDefinition",
        "PUT": "UpdateCalculatedAttributeDefinition",
    },
    "/calculated-attributes/{CalculatedAttributeName}/batch-get-for-profiles": {
        "POST": "BatchGetCalculatedAttributeForProfile"
    },
    "/detect/object-types": {"POST": "DetectProfileObjectType"},
    "/domain-object-types": {"GET": "ListDomainObjectTypes"},
    "/domain-object-types/{ObjectTypeName}": {
        "DELETE": "DeleteDomainObjectType",
        "GET": "GetDomainObjectType",
        "PUT": "PutDomainObjectType",
    },
    "/event-streams": {"GET": "ListEventStreams"},
    "/event-streams/{EventStreamName}": {
        "DELETE": "DeleteEventStream",
        "GET": "GetEventStream",
        "POST": "CreateEventStream",
    },
    "/event-triggers": {"GET": "ListEventTriggers"},
    "/event-triggers/{EventTriggerName}": {
        "DELETE": "DeleteEventTrigger",
        "GET": "GetEventTrigger",
        "POST": "CreateEventTrigger",
        "PUT": "UpdateEventTrigger",
    },
    "/identity-resolution-jobs": {"GET": "ListIdentityResolutionJobs"},
    "/identity-resolution-jobs/auto-merging-preview": {"POST": "GetAutoMergingPreview"},
    "/identity-resolution-jobs/{JobId}": {"GET": "GetIdentityResolutionJob"},
    "/integrations": {"GET": "ListIntegrations", "POST": "GetIntegration", "PUT": "PutIntegration"},
    "/integrations/delete": {"POST": "DeleteIntegration"},
    "/layouts": {"GET": "ListDomainLayouts"},
    "/layouts/{LayoutDefinitionName}": {
        "DELETE": "DeleteDomainLayout",
        "GET": "GetDomainLayout",
        "POST": "CreateDomainLayout",
        "PUT": "UpdateDomainLayout",
    },
    "/matches": {"GET": "GetMatches", "POST": "GetSimilarProfiles"},
    "/object-types": {"GET": "ListProfileObjectTypes"},
    "/object-types/{ObjectTypeName}": {
        "DELETE": "DeleteProfileObjectType",
        "GET": "GetProfileObjectType",
        "PUT": "PutProfileObjectType",
    },
    "/object-types/{ObjectTypeName}/attributes": {"GET": "ListObjectTypeAttributes"},
    "/object-types/{ObjectTypeName}/attributes/{AttributeName}/statistics": {
        "POST": "GetObjectTypeAttributeStatistics"
    },
    "/object-types/{ObjectTypeName}/attributes/{AttributeName}/values": {
        "GET": "ListObjectTypeAttributeValues"
    },
    "/profile-attributes/{AttributeName}/values": {"GET": "ListProfileAttributeValues"},
    "/profile/{ProfileId}/calculated-attributes": {"GET": "ListCalculatedAttributesForProfile"},
    "/profile/{ProfileId}/calculated-attributes/{CalculatedAttributeName}": {
        "GET": "GetCalculatedAttributeForProfile"
    },
    "/profiles": {"POST": "CreateProfile", "PUT": "UpdateProfile"},
    "/profiles/delete": {"POST": "DeleteProfile"},
    "/profiles/history-records": {"POST": "ListProfileHistoryRecords"},
    "/profiles/keys": {"POST": "AddProfileKey"},
    "/profiles/keys/delete": {"POST": "DeleteProfileKey"},
    "/profiles/objects": {"POST": "ListProfileObjects", "PUT": "PutProfileObject"},
    "/profiles/objects/batch-put-profile-object": {"PUT": "BatchPutProfileObject"},
    "/profiles/objects/delete": {"POST": "DeleteProfileObject"},
    "/profiles/objects/merge": {"POST": "MergeProfiles"},
    "/profiles/ruleBasedMatches": {"GET": "ListRuleBasedMatches"},
    "/profiles/search": {"POST": "SearchProfiles"},
    "/profiles/{ProfileId}/history-records/{Id}": {"GET": "GetProfileHistoryRecord"},
    "/profiles/{ProfileId}/recommendations": {"POST": "GetProfileRecommendations"},
    "/recommendations": {"POST": "SearchRecommendations"},
    "/recommender-filters": {"GET": "ListRecommenderFilters"},
    "/recommender-filters/{RecommenderFilterName}": {
        "DELETE": "DeleteRecommenderFilter",
        "GET": "GetRecommenderFilter",
        "POST": "CreateRecommenderFilter",
    },
    "/recommender-schemas": {"GET": "ListRecommenderSchemas"},
    "/recommender-schemas/{RecommenderSchemaName}": {
        "DELETE": "DeleteRecommenderSchema",
        "GET": "GetRecommenderSchema",
        "POST": "CreateRecommenderSchema",
    },
    "/recommenders": {"GET": "ListRecommenders"},
    "/recommenders/{RecommenderName}": {
        "DELETE": "DeleteRecommender",
        "GET": "GetRecommender",
        "PATCH": "UpdateRecommender",
        "POST": "CreateRecommender",
    },
    "/recommenders/{RecommenderName}/start": {"PUT": "StartRecommender"},
    "/recommenders/{RecommenderName}/stop": {"PUT": "StopRecommender"},
    "/segment-definitions": {"GET": "ListSegmentDefinitions"},
    "/segment-definitions/{SegmentDefinitionName}": {
        "DELETE": "DeleteSegmentDefinition",
        "GET": "GetSegmentDefinition",
        "POST": "CreateSegmentDefinition",
    },
    "/segment-definitions/{SegmentDefinitionName}/subscription-events": {
        "GET": "ListSegmentSubscriptionEvents"
    },
    "/segment-definitions/{SegmentDefinitionName}/subscriptions": {
        "DELETE": "DeleteSegmentSubscription",
        "GET": "GetSegmentSubscription",
        "PUT": "PutSegmentSubscription",
    },
    "/segment-estimates": {"POST": "CreateSegmentEstimate"},
    "/segment-estimates/{EstimateId}": {"GET": "GetSegmentEstimate"},
    "/segment-streams": {
        "DELETE": "DisassociateStreamForSegments",
        "GET": "GetStreamForSegments",
        "POST": "AssociateStreamForSegments",
    },
    "/segments/{SegmentDefinitionName}/membership": {"POST": "GetSegmentMembership"},
    "/segments/{SegmentDefinitionName}/snapshots": {"POST": "CreateSegmentSnapshot"},
    "/segments/{SegmentDefinitionName}/snapshots/{SnapshotId}": {"GET": "GetSegmentSnapshot"},
    "/upload-jobs": {"GET": "ListUploadJobs", "POST": "CreateUploadJob"},
    "/upload-jobs/{JobId}": {"GET": "GetUploadJob", "PUT": "StartUploadJob"},
    "/upload-jobs/{JobId}/path": {"GET": "GetUploadJobPath"},
    "/upload-jobs/{JobId}/stop": {"PUT": "StopUploadJob"},
    "/workflows": {"POST": "ListWorkflows"},
    "/workflows/integrations": {"POST": "CreateIntegrationWorkflow"},
    "/workflows/{WorkflowId}": {"DELETE": "DeleteWorkflow", "GET": "GetWorkflow"},
    "/workflows/{WorkflowId}/steps": {"GET": "GetWorkflowSteps"},
}
"""The same for a domain and the paths below it, without the prefix ``_DOMAIN``."""


@dataclass(frozen=True, slots=True)
class Route:
    """An operation: its name, its method and the template of its path."""

    operation: str
    method: str
    path: str

    @property
    def rule(self) -> str:
        """The path as a rule of Flask. An ARN may contain slashes."""
        rule = self.path.replace("{resourceArn}", "<path:resourceArn>")
        return rule.replace("{", "<").replace("}", ">")


def _routes() -> Iterator[Route]:
    paths = {**_PATHS, **{_DOMAIN + path: operations for path, operations in _DOMAIN_PATHS.items()}}
    for path, operations in paths.items():
        for method, operation in operations.items():
            yield Route(operation, method, path)


ROUTES: Mapping[str, Route] = {route.operation: route for route in _routes()}
"""The route of each operation."""

FIRST_SEGMENTS = tuple(sorted({route.path.split("/")[1] for route in ROUTES.values()}))
"""The first segments of all paths. No other paths of the service begin with them."""

PATHS = re.compile(rf"/(?:{'|'.join(FIRST_SEGMENTS)})(?:/|\Z)")
"""Matches the beginning of all paths of this API, including those without an operation."""
