"""CORS for the AWS SDK for JavaScript in browsers."""

from service.api.browser.cors import CorsPolicy
from service.aws.routes import PATHS

CORS_POLICY = CorsPolicy(
    paths=PATHS,
    allowed_headers=(
        *("Authorization", "Content-Type", "X-Request-Id", "amz-sdk-invocation-id", "amz-sdk-request"),
        # The service rejects session tokens. If CORS did too, the page could not read the error.
        *("x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-user-agent"),
    ),
    # From `Date`, the SDK learns how far the clock of the browser differs.
    exposed_headers=(
        *("Date", "RateLimit", "RateLimit-Policy", "Retry-After"),
        *("X-Request-Id", "x-amzn-ErrorType", "x-amzn-RequestId"),
    ),
)
