"""`profile_lookup_matches_total`: the outcomes of matches by channel, for Prometheus.

Both labels have fixed values: no personal value, no domain, no agent.
"""

from http import HTTPStatus

from flask import Flask, Response, after_this_request, current_app
from prometheus_client import CollectorRegistry, Counter

from service.model.contact import Channel
from service.model.match import Outcome

_EXTENSION = "profile_lookup_matches"


def register(app: Flask, registry: CollectorRegistry) -> None:
    """Register the counter. Each series starts at 0, so that the first match is an increase."""
    matches = Counter(
        "profile_lookup_matches",
        "Matches of contacts with profiles, by outcome; further pages are not counted.",
        ("channel", "outcome"),
        registry=registry,
    )
    for channel in Channel:
        for outcome in Outcome:
            matches.labels(channel.value, outcome.value)
    app.extensions[_EXTENSION] = matches


def count_match(channel: str, outcome: Outcome, cursor: str | None) -> None:
    """Count a match once its response is a 200; a further page, with a ``cursor``, is not counted.

    A match whose event the audit cannot take gets a 503.
    """

    @after_this_request
    def count(response: Response) -> Response:
        if cursor is None and response.status_code == HTTPStatus.OK:
            matches: Counter = current_app.extensions[_EXTENSION]
            matches.labels(channel, outcome.value).inc()
        return response
