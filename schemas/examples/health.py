"""Examples of health checks and metrics."""

from schemas.examples.common import Example

LIVE: Example = {"status": "ok"}
READY: Example = {"status": "ok", "checks": {"mongodb": "ok", "indexes": "ok", "lookup_entries": "ok"}}
METRICS = """\
# HELP http_requests_total Requests answered.
# TYPE http_requests_total counter
http_requests_total{method="POST",route="/v1/profiles",status="201"} 3.0
# HELP profile_lookup_matches_total Matches of contacts with profiles, by outcome.
# TYPE profile_lookup_matches_total counter
profile_lookup_matches_total{channel="voice",outcome="unique"} 2.0
"""
