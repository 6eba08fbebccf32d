"""`profile_lookup_matches_total`: what matches found, by channel, for Prometheus.

Both labels are words of ours: no value, no domain, no agent.
"""

from http import HTTPStatus

from flask import Flask, Response, after_this_request, current_app
from prometheus_client import CollectorRegistry, Counter

from schemas.identifiers import CHANNELS
from service.matching.ranking import Outcome

_EXTENSION = "profile_lookup_matches"


def register(app: Flask, registry: CollectorRegistry) -> None:
    """Give the application its counter, each series of it at zero, so that the first match is an increase."""
    matches = Counter(
        "profile_lookup_matches",
        "Contacts matched with profiles, by what was found; pages after the first are not counted.",
        ("channel", "outcome"),
        registry=registry,
    )
    for channel in CHANNELS:
        for outcome in Outcome:
            matches.labels(channel, outcome.value)
    app.extensions[_EXTENSION] = matches


def count_match(channel: str, outcome: Outcome, cursor: str | None) -> None:
    """Count a match when its response is a 200, unless ``cursor`` asked for a further page of one.

    After the match the audit can still refuse its event, and the response is then a 503.
    """

    @after_this_request
    def count(response: Response) -> Response:
        if cursor is None and response.status_code == HTTPStatus.OK:
            matches: Counter = current_app.extensions[_EXTENSION]
            matches.labels(channel, outcome.value).inc()
        return response
